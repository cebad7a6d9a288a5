"""What a configuration would have told of stored items, and what another one would have told instead.

The matcher, the stories as they were formed, and the routing are the real ones. Silences and a channel's pace are left
out, for they belong to the day and not to the configuration; an edited item counts with its latest text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.alerts.routing import AlertDecision, DeliveryDecision, Routing, Told, route
from monitor.model import AlertKind, Assignment, Match, StoryId
from monitor.pipeline.matching import Matches, Text, match_all
from monitor.rules.ruleset import RuleMatch
from monitor.settings import Config
from monitor.store.database import Store
from monitor.store.item_lists import ListedItem, count_items, walk_items
from monitor.store.tables import Tables

Progress = Callable[[int, int], object]
_STEP = 500  # items between two calls of `progress`


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldTell:
    """One alert that would have been at `at`. `decision`: its rule, kind, item, hits, reason and deliveries."""

    decision: AlertDecision
    at: datetime

    @property
    def key(self) -> tuple[str, StoryId, AlertKind]:
        """What makes it the same alert under two configurations."""
        return self.decision.rule, self.decision.story_id, self.decision.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """An alert that the other configuration would not send any more, and why."""

    alert: WouldTell
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """An alert that both would send, but not alike. `what`: in words."""

    before: WouldTell
    after: WouldTell
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """`items`: looked at, of which `matched` by a rule. `alerts`: of the first configuration, in order of time.

    `added`, `removed`, `changed`: what the other one would have done differently; empty without one.
    """

    since: datetime
    until: datetime
    items: int
    matched: int
    alerts: tuple[WouldTell, ...]
    added: tuple[WouldTell, ...] = ()
    removed: tuple[Removed, ...] = ()
    changed: tuple[Changed, ...] = ()


def backtest(
    store: Store,
    config: Config,
    *,
    since: datetime,
    until: datetime,
    other: Config | None = None,
    rule: str | None = None,
    progress: Progress | None = None,
) -> Backtest:
    """Run `config` (and `other`) over the items first seen in [since, until).

    Args:
        rule: only this rule, of both configurations.
        progress: called now and then with (done, of how many).

    Raises:
        ConfigError: a rule cannot be read.
        StorageError: the database refused.
    """
    configs = [_only(one, rule) for one in (config, other) if one is not None]
    return store.read(_run, configs, since, until, progress)


def _only(config: Config, rule: str | None) -> Config:
    if rule is None:
        return config
    return replace(config, rules=tuple(one for one in config.rules if one.name == rule))


def _run(
    tx: Tables, configs: Sequence[Config], since: datetime, until: datetime, progress: Progress | None
) -> Backtest:
    # Stories that were told before `since` are told: a run-up of one window lets each simulation know them.
    run_up = since - max(config.stories.window for config in configs)
    total = count_items(tx, run_up)
    simulations = [_Simulation(config, since) for config in configs]
    matches = _matches_of(tx, configs, run_up, total)
    items = matched = 0
    for done, listed in enumerate(walk_items(tx, run_up)):
        if progress is not None and done % _STEP == 0:
            progress(done, total)
        if listed.item.first_seen >= until:
            break
        found = next(matches)
        for simulation, hits in zip(simulations, found, strict=True):
            simulation.take(listed, hits)
        if listed.item.first_seen >= since:
            items += 1
            matched += bool(found[0])
    if progress is not None:
        progress(total, total)
    base = simulations[0]
    result = Backtest(since=since, until=until, items=items, matched=matched, alerts=tuple(base.told))
    return result if len(simulations) == 1 else _compared(result, base, simulations[1])


def _matches_of(tx: Tables, configs: Sequence[Config], since: datetime, total: int) -> Iterator[tuple[Matches, ...]]:
    """For each item, in the order of `walk_items`, the matches under each configuration.

    The rules of all configurations are matched in one pass, so that two cost little more than one.
    """
    names, rules = [], []
    for number, config in enumerate(configs):
        for rule in config.rules:
            names.append((number, rule.name))
            rules.append(replace(rule, name=f"{number}:{rule.name}"))
    feeds = {feed.name: feed for config in configs for feed in config.feeds}
    known = {f"{number}:{name}": (number, name) for number, name in names}
    texts: Iterator[Text] = ((one.item.title, one.item.summary, one.item.outlet) for one in walk_items(tx, since))
    for found in match_all(texts, total, rules, list(feeds.values())):
        if not found:
            yield ((),) * len(configs)
            continue
        split: list[list[RuleMatch]] = [[] for _ in configs]
        for match in found:
            number, name = known[match.rule]
            split[number].append(replace(match, rule=name))
        yield tuple(tuple(part) for part in split)


class _Simulation:
    """One configuration as it would have gone, item by item."""

    def __init__(self, config: Config, since: datetime) -> None:
        self._config = config
        self._routing = Routing.of(config)
        self._since = since
        self._kinds: dict[StoryId, dict[str, frozenset[AlertKind]]] = {}
        self._outlets: dict[StoryId, set[str]] = {}
        self.told: list[WouldTell] = []
        self.refused: dict[tuple[str, StoryId], str] = {}

    def take(self, listed: ListedItem, matches: Matches) -> None:
        """What this item would have caused."""
        assignment = self._assignment(listed)
        outlets = self._outlets.setdefault(assignment.story_id, set())
        outlets.add(listed.item.outlet)
        if not matches:
            return
        item = listed.item
        told = self._kinds.setdefault(assignment.story_id, {})
        decisions = route(
            item=replace(item, revision=1),
            matches=[Match(rule=match.rule, item_id=item.id, hits=match.hits) for match in matches],
            assignment=assignment,
            routing=self._routing,
            now=item.first_seen,
            told=Told(story=told, parent=self._parent(assignment), outlets=len(outlets)),
            withheld="" if listed.status == "fresh" else listed.reason,
        )
        for decision in decisions:
            if not decision.tells:
                self.refused[decision.rule, decision.story_id] = decision.reason
                continue
            told[decision.rule] = told.get(decision.rule, frozenset()) | {decision.kind}
            if item.first_seen >= self._since:
                self.told.append(WouldTell(decision=decision, at=item.first_seen))

    def _assignment(self, listed: ListedItem) -> Assignment:
        if listed.assignment is not None and self._config.stories.enabled:
            return listed.assignment
        alone = StoryId(-listed.item.id)  # a story of its own; real ones have positive numbers
        return Assignment(story_id=alone, role="opens", score=0.0, reason="an item by itself")

    def _parent(self, assignment: Assignment) -> frozenset[str]:
        if assignment.parent_id is None:
            return frozenset()
        return frozenset(self._kinds.get(assignment.parent_id, {}))

    def why_not(self, alert: WouldTell) -> str:
        """Why this configuration does not send what another one would."""
        rule, story_id, _ = alert.key
        if rule not in self._routing.rules:
            return "the rule is not there"
        refused = self.refused.get((rule, story_id))
        return refused or "the rule does not hold for this item"


def _compared(result: Backtest, base: _Simulation, other: _Simulation) -> Backtest:
    before = {alert.key: alert for alert in base.told}
    after = {alert.key: alert for alert in other.told}
    return replace(
        result,
        added=tuple(alert for key, alert in after.items() if key not in before),
        removed=tuple(
            Removed(alert=alert, why=other.why_not(alert)) for key, alert in before.items() if key not in after
        ),
        changed=tuple(
            Changed(before=alert, after=after[key], what=what)
            for key, alert in before.items()
            if key in after and (what := _difference(alert.decision, after[key].decision))
        ),
    )


def _difference(before: AlertDecision, after: AlertDecision) -> str:
    """What differs between two decisions on one alert, in words; "" for none."""
    parts = []
    if before.item.id != after.item.id:
        parts.append(f"by item {after.item.id} instead of {before.item.id}")
    if before.severity != after.severity:
        parts.append(f"severity {after.severity.word} instead of {before.severity.word}")
    old, new = _by_channel(before.deliveries), _by_channel(after.deliveries)
    parts += [f"also to {name}" for name in new if name not in old]
    parts += [f"not to {name}" for name in old if name not in new]
    for name in old.keys() & new.keys():
        if (old[name].state, old[name].hold) != (new[name].state, new[name].hold):
            parts.append(f"{name}: {new[name].reason or 'at once'} instead of {old[name].reason or 'at once'}")
    return "; ".join(parts)


def _by_channel(deliveries: Sequence[DeliveryDecision]) -> dict[str, DeliveryDecision]:
    return {one.channel: one for one in deliveries}
