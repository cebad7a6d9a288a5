"""What the line made of a poll and of each of its items: values for the log, for `replay` and for tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from monitor.model import AlertId, Assignment, ItemId

if TYPE_CHECKING:
    from monitor.alerts.routing import AlertDecision
    from monitor.rules.ruleset import RuleMatch

Standing = Literal["fresh", "backlog", "old", "held", "revised", "seen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemOutcome:
    """One item of a document. `position`: in `ParsedFeed.items`. `standing`: what it counted as; `reason`: why.

    `decisions`: of routing, one a match; `alerts`: the ids of those that became alerts.
    """

    position: int
    item_id: ItemId | None
    standing: Standing
    reason: str
    assignment: Assignment | None = None
    matches: tuple[RuleMatch, ...] = ()
    decisions: tuple[AlertDecision, ...] = ()
    alerts: tuple[AlertId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """One poll's items, stored. `items`: in the document, those known by digest included."""

    items: int = 0
    new: int = 0
    revised: int = 0
    matched: int = 0
    alerts: int = 0
    held: bool = False
    reason: str = ""
    outcomes: tuple[ItemOutcome, ...] = field(default=())


NOTHING_NEW = Ingested()
