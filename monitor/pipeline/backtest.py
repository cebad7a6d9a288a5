"""What a configuration would have told of stored items, and what another one would have told instead.

The matcher and the routing are the real ones, and everything is asked in the order in which it came, each item with its
text of that time. Stories are not formed anew: each item is in the story it was put in when it came (or a person put
it in since), and counts as backlog, old or held if it did then. Silences and a channel's pace are left out, for they
belong to the day and not to the configuration.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.alerts.routing import AlertDecision, DeliveryDecision
from monitor.model import ItemId
from monitor.pipeline.matching import chunks, matches_of
from monitor.pipeline.simulation import Simulation, WouldTell
from monitor.rules.ruleset import RuleMatch, compile_rules
from monitor.settings import Config
from monitor.store.database import Store
from monitor.store.item_lists import ListedItem
from monitor.store.past import NEW, REVISED, Event, count_arrivals, details, events
from monitor.store.rows import to_text
from monitor.store.tables import Tables

Progress = Callable[[int, int], object]
Matches = tuple[RuleMatch, ...]


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
    known: dict[ItemId, ListedItem] = {}
    simulations = [Simulation(config, since, known.__getitem__) for config in configs]
    matcher = _Matcher(configs)
    total = count_arrivals(tx, since, until)
    items = 0
    matched: set[ItemId] = set()
    beginning = to_text(since)
    for chunk in chunks(events(tx, since, until)):
        if progress is not None:
            progress(min(items, total), total)
        found = matcher.matches(chunk)
        mattering = [index for index, event in enumerate(chunk) if index in found or _matters(event, simulations)]
        known |= details(tx, [chunk[index].item_id for index in mattering])
        for index in mattering:
            for simulation, matches in zip(simulations, found.get(index, matcher.nothing), strict=True):
                simulation.take(chunk[index], matches)
        period = [event for event in chunk if event.at >= beginning]
        items += sum(event.kind == NEW for event in period)
        matched |= {
            chunk[index].item_id for index, (first, *_) in found.items() if first and chunk[index].at >= beginning
        }
    if progress is not None:
        progress(total, total)
    base = simulations[0]
    result = Backtest(since=since, until=until, items=items, matched=len(matched), alerts=tuple(base.told))
    return result if len(simulations) == 1 else _compared(result, base, simulations[1])


def _matters(event: Event, simulations: Sequence[Simulation]) -> bool:
    """Whether an event without a match is to be looked at all the same."""
    return event.kind == REVISED or any(simulation.needs_all for simulation in simulations)


class _Matcher:
    """The rules of all configurations: asked together what concerns any of them, then each by itself."""

    def __init__(self, configs: Sequence[Config]) -> None:
        self._rulesets = [compile_rules(config.rules, config.feeds) for config in configs]
        self._sieve = self._rulesets[0]
        if len(configs) > 1:
            self._sieve = compile_rules([rule for config in configs for rule in config.rules])
        self.nothing: tuple[Matches, ...] = ((),) * len(configs)

    def matches(self, chunk: Sequence[Event]) -> dict[int, tuple[Matches, ...]]:
        """Event's index → its matches under each configuration, where there are any."""
        asked = self._sieve.may_match([(event.title, event.summary) for event in chunk])
        found = [matches_of(ruleset, chunk, asked) for ruleset in self._rulesets]
        return {
            index: tuple(one.get(index, ()) for one in found) for index in asked if any(index in one for one in found)
        }


def _compared(result: Backtest, base: Simulation, other: Simulation) -> Backtest:
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
