"""New items of a document: what they count as, which rules hold, which story they belong to, who is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.feeds.identity import Identified
from monitor.feeds.window import WindowVerdict
from monitor.model import Assignment, FeedState, Item, ItemId
from monitor.pipeline.line import Line
from monitor.pipeline.outcome import ItemOutcome
from monitor.pipeline.telling import NOTHING_SAID, Telling
from monitor.rules.ruleset import RuleMatch
from monitor.settings import Feed
from monitor.store.items import ItemStatus, NewItem
from monitor.store.matches import NewMatch
from monitor.store.stories import Placed
from monitor.store.tables import Tables
from monitor.stories.features import Features, extract, write
from monitor.stories.item import StoryItem


@dataclass(slots=True)
class _Newcomer:
    """A new item on its way down the line."""

    position: int
    identified: Identified
    id: ItemId
    at: datetime
    status: ItemStatus
    reason: str
    matches: tuple[RuleMatch, ...]
    text: Features
    features: bytes
    assignment: Assignment | None = None


def take_new(
    tx: Tables,
    feed: Feed,
    state: FeedState,
    identified: Sequence[Identified],
    verdict: WindowVerdict,
    line: Line,
    telling: Telling,
    now: datetime,
    *,
    poll_id: int | None,
) -> list[ItemOutcome]:
    """Store the new items among `identified`, the oldest first, and tell of those that are news."""
    newcomers = _newcomers(tx, feed, state, identified, verdict, line, now)
    if not newcomers:
        return []
    _group(tx, feed, newcomers, line, now)
    tx.stories.place(
        [
            Placed(assignment=one.assignment, outlet=feed.name, title=one.identified.item.title, at=one.at)
            for one in newcomers
            if one.assignment is not None
        ]
    )
    tx.items.add([_row(one, state) for one in newcomers], poll_id, now)
    tx.matches.add(
        [NewMatch(item_id=one.id, rule=match.rule, hits=match.hits) for one in newcomers for match in one.matches], now
    )
    return [_tell(one, feed, state, telling, now) for one in newcomers]


def _newcomers(
    tx: Tables,
    feed: Feed,
    state: FeedState,
    identified: Sequence[Identified],
    verdict: WindowVerdict,
    line: Line,
    now: datetime,
) -> list[_Newcomer]:
    fresh = [(position, one) for position, one in enumerate(identified) if one.status == "new"]
    if not fresh:
        return []
    # A document has its newest item on top; a story is opened by the one that came first.
    fresh.sort(key=lambda pair: (pair[1].item.published or now, -pair[0]))
    first_id = tx.items.next_id()
    backlog = state.first_polled_at is None and line.config.items.first_poll != "all"
    newcomers = []
    for offset, (position, one) in enumerate(fresh):
        status, why = _status(one, verdict, backlog=backlog)
        text = extract(one.item.title, one.item.summary)
        newcomers.append(
            _Newcomer(
                position=position,
                identified=one,
                id=ItemId(first_id + offset),
                at=one.item.published or now,
                status=status,
                reason=f"{one.reason}; {why}",
                matches=line.rules.match(one.item.title, one.item.summary, outlet=feed.name),
                text=text,
                features=write(text),
            )
        )
    return newcomers


def _status(one: Identified, verdict: WindowVerdict, *, backlog: bool) -> tuple[ItemStatus, str]:
    if verdict.held:
        return "held", verdict.reason
    if one.news:
        return "fresh", one.news_reason
    return ("backlog" if backlog else "old"), one.news_reason


def _group(tx: Tables, feed: Feed, newcomers: Sequence[_Newcomer], line: Line, now: datetime) -> None:
    """Put each item in a story; what is held or older than the window belongs to none."""
    horizon = now - line.config.stories.window
    grouped = [one for one in newcomers if one.status != "held" and (one.status == "fresh" or one.at >= horizon)]
    if not grouped:
        return
    assign = line.grouping.begin(tx, now)
    for one in grouped:
        item = one.identified.item
        one.assignment = assign(
            StoryItem(
                id=one.id,
                outlet=feed.name,
                title=item.title,
                at=one.at,
                summary=item.summary,
                link=one.identified.keys.link_key or None,
                features=one.features,
                text=one.text,
            ),
            now,
        )


def _row(one: _Newcomer, state: FeedState) -> NewItem:
    keys = one.identified.keys
    return NewItem(
        id=one.id,
        feed_id=state.id,
        item=one.identified.item,
        guid=keys.guid,
        link_key=keys.link_key,
        title_key=keys.title_key,
        content_hash=keys.content_hash,
        status=one.status,
        reason=one.reason,
        assignment=one.assignment,
        features=one.features,
    )


def _tell(one: _Newcomer, feed: Feed, state: FeedState, telling: Telling, now: datetime) -> ItemOutcome:
    said = NOTHING_SAID
    if one.assignment is not None and (one.matches or one.assignment.role != "opens"):
        withheld = "" if one.status == "fresh" else one.reason
        said = telling.tell(_item(one, feed, state, now), one.matches, one.assignment, withheld=withheld)
    return ItemOutcome(
        position=one.position,
        item_id=one.id,
        standing=one.status,
        reason=one.reason,
        assignment=one.assignment,
        matches=one.matches,
        decisions=said.decisions,
        alerts=said.alerts,
    )


def _item(one: _Newcomer, feed: Feed, state: FeedState, now: datetime) -> Item:
    item = one.identified.item
    return Item(
        id=one.id,
        feed_id=state.id,
        outlet=feed.name,
        title=item.title,
        summary=item.summary,
        guid=item.guid,
        link=item.link,
        published=item.published,
        first_seen=now,
        date_note=item.date_note,
        image=item.image,
        categories=item.categories,
    )
