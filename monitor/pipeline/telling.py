"""Route and enqueue: turns the matches of one item into alerts and deliveries, within its poll's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.alerts.routing import AlertDecision, Silence, Told, route
from monitor.model import AlertId, Assignment, Item, ItemId, Match
from monitor.pipeline.line import Line
from monitor.rules.ruleset import RuleMatch
from monitor.store.tables import Tables


@dataclass(frozen=True, slots=True)
class Said:
    """What was decided about an item's matches, one decision each, and the ids of the alerts that came of them."""

    decisions: tuple[AlertDecision, ...] = ()
    alerts: tuple[AlertId, ...] = ()

    def __add__(self, other: Said) -> Said:
        return Said(self.decisions + other.decisions, self.alerts + other.alerts)


NOTHING_SAID = Said()


def to_ask(
    item_id: ItemId,
    matches: Sequence[RuleMatch],
    told: Told,
    *,
    corroborated_at: int | None,
    withheld: bool = False,
    known_only: bool = False,
) -> list[Match]:
    """What routing is asked about an item: its matches, and told rules that an outlet corroborates by joining. Pure.

    Args:
        known_only: leave out rules that were not told of this story (their match is not news).
    """
    asked = [
        Match(rule=match.rule, item_id=item_id, hits=match.hits)
        for match in matches
        if not known_only or match.rule in told.story
    ]
    if withheld or corroborated_at is None or told.outlets < corroborated_at:
        return asked
    # Rules told of this story before: an outlet that joins it corroborates them, whatever its own words.
    present = {match.rule for match in asked}
    carried = (rule for rule, kinds in told.story.items() if rule not in present and "corroborated" not in kinds)
    return asked + [Match(rule=rule, item_id=item_id, hits=()) for rule in carried]


class Telling:
    """Tells of items, one after the other; what one item told, the next one knows."""

    def __init__(self, tx: Tables, line: Line, now: datetime) -> None:
        self._tx = tx
        self._line = line
        self._now = now
        self._silences: tuple[Silence, ...] | None = None

    def tell(
        self,
        item: Item,
        matches: Sequence[RuleMatch],
        assignment: Assignment,
        *,
        withheld: str = "",
        difference: str = "",
        known_only: bool = False,
    ) -> Said:
        """Decide for each match, in the order of `matches`, and store what is to be told.

        Args:
            withheld: why nothing of this item may alert, or "".
            difference: what its latest revision changed, or "".
            known_only: leave out rules that were not told of this story (their match is not news).
        """
        told = self._told(assignment, joins=assignment.role != "opens")
        at = self._line.config.stories.corroborated_at
        asked = to_ask(item.id, matches, told, corroborated_at=at, withheld=bool(withheld), known_only=known_only)
        if not asked:
            return NOTHING_SAID
        decisions = route(
            item=item,
            matches=asked,
            assignment=assignment,
            routing=self._line.routing,
            now=self._now,
            told=told,
            silences=() if withheld else self._silences_now(),
            withheld=withheld,
            difference=difference,
        )
        stored = [self._store(decision) for decision in decisions if decision.tells]
        return Said(decisions, tuple(alert_id for alert_id in stored if alert_id is not None))

    def _told(self, assignment: Assignment, *, joins: bool) -> Told:
        outlets = 1
        if joins and self._line.config.stories.corroborated_at is not None:
            story = self._tx.stories.get(assignment.story_id)
            outlets = 1 if story is None else len(story.outlets)
        return self._tx.alerts.told(assignment.story_id, assignment.parent_id, outlets=outlets)

    def _silences_now(self) -> tuple[Silence, ...]:
        if self._silences is None:
            self._silences = self._tx.silences.active(self._now)
        return self._silences

    def _store(self, decision: AlertDecision) -> AlertId | None:
        alert_id = self._tx.alerts.add(decision, self._now, self._line.config_id)
        if alert_id is not None:
            self._tx.outbox.enqueue(alert_id, decision.deliveries, decision.severity, self._now)
        return alert_id
