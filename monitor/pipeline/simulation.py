"""One configuration as it would have gone: takes what came, event by event, and decides as the line would have.

It keeps in memory what the line asks the store for: what was told of a story, how many outlets carry it, which rules
held for an item before. It must not read the store itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.alerts.routing import AlertDecision, Routing, Told, route
from monitor.feeds.identity import is_news
from monitor.model import AlertKind, Assignment, Item, ItemId, StoryId
from monitor.outcomes import ParsedItem
from monitor.pipeline.telling import to_ask
from monitor.rules.ruleset import RuleMatch
from monitor.settings import Config
from monitor.store.item_lists import ListedItem
from monitor.store.past import NEW, REVISED, Event
from monitor.store.rows import to_time
from monitor.stories.change import material_change

Details = Callable[[ItemId], ListedItem]


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldTell:
    """One alert that would have been at `at`. `decision`: its rule, kind, item, hits, reason and deliveries."""

    decision: AlertDecision
    at: datetime

    @property
    def key(self) -> tuple[str, StoryId, AlertKind]:
        """What makes it the same alert under two configurations."""
        return self.decision.rule, self.decision.story_id, self.decision.kind


class Simulation:
    """`told`: what the configuration would have told since `since`, in order. `refused`: what it would not, and why."""

    def __init__(self, config: Config, since: datetime, details: Details) -> None:
        self._config = config
        self._routing = Routing.of(config)
        self._since = since
        self._details = details
        self._kinds: dict[StoryId, dict[str, frozenset[AlertKind]]] = {}
        self._outlets: dict[StoryId, set[str]] = {}
        self._held: dict[ItemId, set[str]] = {}
        self.told: list[WouldTell] = []
        self.refused: dict[tuple[str, StoryId], str] = {}

    @property
    def needs_all(self) -> bool:
        """Whether events without a match matter too: then outlets are counted."""
        return self._config.stories.enabled and self._config.stories.corroborated_at is not None

    def take(self, event: Event, matches: Sequence[RuleMatch]) -> None:
        """What this event would have caused; `matches`: of its text, for its outlet."""
        if event.kind == NEW:
            self._new(event, matches)
        elif event.kind == REVISED:
            self._revised(event, matches)
        else:
            self._seen_elsewhere(event, matches)

    def _new(self, event: Event, matches: Sequence[RuleMatch]) -> None:
        if self.needs_all and event.story_id is not None:
            self._outlets.setdefault(event.story_id, set()).add(event.outlet)
        if not matches and not self._may_corroborate(event.story_id):
            return
        listed = self._details(event.item_id)
        self._held[event.item_id] = {match.rule for match in matches}
        withheld = "" if listed.status == "fresh" else listed.reason
        self._tell(event, listed, matches, withheld=withheld)

    def _revised(self, event: Event, matches: Sequence[RuleMatch]) -> None:
        listed = self._details(event.item_id)
        held = self._held.setdefault(event.item_id, set())
        news, why = self._is_news(event, listed)
        fresh = [match for match in matches if match.rule not in held]
        known = [match for match in matches if match.rule in held]
        held.update(match.rule for match in matches)
        if fresh:
            self._tell(event, listed, fresh, withheld="" if news else why)
        if news and (changed := _changed(event)):
            self._tell(event, listed, known, difference=changed, known_only=True)

    def _seen_elsewhere(self, event: Event, matches: Sequence[RuleMatch]) -> None:
        held = self._held.setdefault(event.item_id, set())
        fresh = [match for match in matches if match.rule not in held]
        if fresh:
            held.update(match.rule for match in fresh)
            listed = self._details(event.item_id)
            news, why = self._is_news(event, listed)
            self._tell(event, listed, fresh, withheld="" if news else why)

    def _tell(
        self,
        event: Event,
        listed: ListedItem,
        matches: Sequence[RuleMatch],
        *,
        withheld: str = "",
        difference: str = "",
        known_only: bool = False,
    ) -> None:
        """As `telling.Telling.tell`, of what this configuration told before."""
        assignment = self._assignment(listed)
        told = self._told(assignment, event)
        at = self._config.stories.corroborated_at
        item = _as_it_was(listed, event)
        now = to_time(event.at)
        decisions = route(
            item=item,
            matches=to_ask(item.id, matches, told, corroborated_at=at, withheld=bool(withheld), known_only=known_only),
            assignment=assignment,
            routing=self._routing,
            now=now,
            told=told,
            withheld=withheld,
            difference=difference,
        )
        kinds = self._kinds.setdefault(assignment.story_id, {})
        for decision in decisions:
            if not decision.tells:
                self.refused[decision.rule, decision.story_id] = decision.reason
                continue
            kinds[decision.rule] = kinds.get(decision.rule, frozenset()) | {decision.kind}
            if now >= self._since:
                self.told.append(WouldTell(decision=decision, at=now))

    def _told(self, assignment: Assignment, event: Event) -> Told:
        story = self._kinds.get(assignment.story_id, {})
        parent = frozenset[str]()
        # A new item that joins a story is no development of the one which that story reacts to.
        if assignment.parent_id is not None and event.kind != NEW:
            parent = frozenset(self._kinds.get(assignment.parent_id, {}))
        outlets = len(self._outlets.get(assignment.story_id, ())) if assignment.role != "opens" else 1
        return Told(story=dict(story), parent=parent, outlets=max(outlets, 1))

    def _assignment(self, listed: ListedItem) -> Assignment:
        if listed.assignment is not None and self._config.stories.enabled:
            return listed.assignment
        alone = StoryId(-listed.item.id)  # a story of its own; real ones have positive numbers
        return Assignment(story_id=alone, role="opens", score=0.0, reason="an item by itself")

    def _may_corroborate(self, story_id: StoryId | None) -> bool:
        """Whether one more outlet may corroborate what was told of a story."""
        at = self._config.stories.corroborated_at
        if at is None or story_id is None or len(self._outlets.get(story_id, ())) < at:
            return False
        return any("corroborated" not in kinds for kinds in self._kinds.get(story_id, {}).values())

    def _is_news(self, event: Event, listed: ListedItem) -> tuple[bool, str]:
        item = ParsedItem(title=event.title, summary=event.summary, published=listed.item.published)
        return is_news(item, self._config.items, to_time(event.at), first_poll=bool(event.first_poll))

    def why_not(self, alert: WouldTell) -> str:
        """Why this configuration does not send what another one would."""
        rule, story_id, _ = alert.key
        if rule not in self._routing.rules:
            return "the rule is not there"
        refused = self.refused.get((rule, story_id))
        return refused or "the rule does not hold for this item"


def _as_it_was(listed: ListedItem, event: Event) -> Item:
    """The item with the text of that moment."""
    return replace(listed.item, title=event.title, summary=event.summary, revision=event.revision)


def _changed(event: Event) -> str:
    """What an edit changed, in words; "" where it is nothing material."""
    return material_change(
        ParsedItem(title=event.was_title, summary=event.was_summary),
        ParsedItem(title=event.title, summary=event.summary),
    )
