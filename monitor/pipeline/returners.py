"""Items of a document that are stored already: edited ones, and those met again in another feed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.feeds.identity import Identified
from monitor.model import Assignment, FeedState, Item, ItemId
from monitor.pipeline.line import Line
from monitor.pipeline.outcome import ItemOutcome, Standing
from monitor.pipeline.telling import NOTHING_SAID, Said, Telling
from monitor.rules.ruleset import RuleMatch
from monitor.settings import Feed
from monitor.store.items import Revision
from monitor.store.matches import NewMatch
from monitor.store.stories import Placed
from monitor.store.tables import Tables
from monitor.stories.change import material_change
from monitor.stories.features import features
from monitor.stories.item import StoryItem


def take_revised(
    tx: Tables, feed: Feed, identified: Sequence[Identified], line: Line, telling: Telling, now: datetime
) -> list[ItemOutcome]:
    """Store later versions. A rule that holds only now alerts; one that held before hears of a material change."""
    return [
        _revised(tx, feed, position, one, one.item_id, line, telling, now)
        for position, one in enumerate(identified)
        if one.status == "revised" and one.item_id is not None
    ]


def _revised(
    tx: Tables,
    feed: Feed,
    position: int,
    one: Identified,
    item_id: ItemId,
    line: Line,
    telling: Telling,
    now: datetime,
) -> ItemOutcome:
    before = tx.items.get(item_id)
    tx.items.revise([_revision(item_id, one)], now)
    after = tx.items.get(item_id)
    if before is None or after is None:  # identity read it in this very transaction
        raise LookupError(f"item {item_id} is not there")
    held_before = tx.matches.rules_of(item_id)
    matches = line.rules.match(one.item.title, one.item.summary, outlet=feed.name)
    fresh = tuple(match for match in matches if match.rule not in held_before)
    _keep(tx, item_id, matches, after.revision, now)
    assignment = tx.items.assignment(item_id)
    if assignment is None and fresh and one.news:
        assignment = _grouped(tx, after, one.keys.link_key, line, now)
    said = NOTHING_SAID
    if assignment is not None and fresh:
        said = telling.tell(after, fresh, assignment, withheld="" if one.news else one.news_reason)
    changed = material_change(before, after)
    if assignment is not None and changed and one.news:
        known = tuple(match for match in matches if match.rule in held_before)
        said += telling.tell(after, known, assignment, difference=changed, known_only=True)
    return _outcome(position, item_id, "revised", one.reason, assignment, matches, said)


def _revision(item_id: ItemId, one: Identified) -> Revision:
    return Revision(
        id=item_id,
        item=one.item,
        guid=one.keys.guid,
        link_key=one.keys.link_key,
        title_key=one.keys.title_key,
        content_hash=one.keys.content_hash,
        reason=one.reason,
        features=features(one.item.title, one.item.summary),
    )


def take_seen(
    tx: Tables,
    feed: Feed,
    state: FeedState,
    identified: Sequence[Identified],
    line: Line,
    telling: Telling,
    now: datetime,
) -> list[ItemOutcome]:
    """Note what still stands in its feed; ask rules limited to this feed about what another feed brought first."""
    seen = [(position, one) for position, one in enumerate(identified) if one.status == "seen"]
    tx.items.seen(((one.item_id, one.item.digest) for _, one in seen if one.item_id and not one.elsewhere), now)
    tx.items.rekey((one.item_id, one.keys.guid, one.keys.link_key) for _, one in seen if one.item_id and one.rekeyed)
    outcomes = []
    for position, one in seen:
        outcome = ItemOutcome(position=position, item_id=one.item_id, standing="seen", reason=one.reason)
        if one.elsewhere and one.item_id is not None and tx.items.sighted(one.item_id, state.id, now):
            outcome = _sighted(tx, feed, position, one, one.item_id, line, telling, now)
        outcomes.append(outcome)
    return outcomes


def _sighted(
    tx: Tables,
    feed: Feed,
    position: int,
    one: Identified,
    item_id: ItemId,
    line: Line,
    telling: Telling,
    now: datetime,
) -> ItemOutcome:
    held_before = tx.matches.rules_of(item_id)
    matches = tuple(
        match
        for match in line.rules.match(one.item.title, one.item.summary, outlet=feed.name)
        if match.rule not in held_before
    )
    item, assignment = tx.items.get(item_id), tx.items.assignment(item_id)
    said = NOTHING_SAID
    if matches and item is not None:
        _keep(tx, item_id, matches, item.revision, now)
        if assignment is None and one.news:
            assignment = _grouped(tx, item, one.keys.link_key, line, now)
        if assignment is not None:
            said = telling.tell(item, matches, assignment, withheld="" if one.news else one.news_reason)
    return _outcome(position, item_id, "seen", one.reason, assignment, matches, said)


def _outcome(
    position: int,
    item_id: ItemId,
    standing: Standing,
    reason: str,
    assignment: Assignment | None,
    matches: tuple[RuleMatch, ...],
    said: Said,
) -> ItemOutcome:
    return ItemOutcome(
        position=position,
        item_id=item_id,
        standing=standing,
        reason=reason,
        assignment=assignment,
        matches=matches,
        decisions=said.decisions,
        alerts=said.alerts,
    )


def _keep(tx: Tables, item_id: ItemId, matches: Sequence[RuleMatch], revision: int, now: datetime) -> None:
    tx.matches.add(
        [NewMatch(item_id=item_id, rule=match.rule, hits=match.hits, revision=revision) for match in matches], now
    )


def _grouped(tx: Tables, item: Item, link_key: str, line: Line, now: datetime) -> Assignment:
    """Put a stored item that belongs to no story (it was old, or held) in one, for now there is something to tell."""
    assign = line.grouping.begin(tx, now)
    assignment = assign(
        StoryItem(
            id=item.id, outlet=item.outlet, title=item.title, at=now, summary=item.summary, link=link_key or None
        ),
        now,
    )
    tx.stories.place([Placed(assignment=assignment, outlet=item.outlet, title=item.title, at=now)])
    tx.items.place(item.id, assignment)
    return assignment
