"""What came, in the order it came: new items, edits, items met again in another feed. For `backtest` and `rules try`.

Reads only. Of a copy in another feed the store knows when it was met and not what it said; it is taken to say what the
item said. An event is a bare tuple, for there may be hundreds of thousands of them and few are looked at again; what
else is known of an item is asked for with `details`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from heapq import merge
from itertools import chain
from typing import Literal, NamedTuple

from monitor.model import ItemId, StoryId
from monitor.store.item_lists import ListedItem, items_by_id
from monitor.store.rows import to_text, to_text_or_none
from monitor.store.tables import Tables

NEW, REVISED, SEEN = 0, 1, 2


class Event(NamedTuple):
    """Something that came of an item. `at`: a stored time (see `rows.to_time`); `outlet`: the feed that brought it.

    `kind`: the item came, was edited, or was met again in another feed (`outlet` then). `title` and `summary`: as they
    were then, `was_title` and `was_summary`: before an edit. `first_poll`: that feed was read for the first time.
    """

    at: str
    kind: Literal[0, 1, 2]
    item_id: ItemId
    outlet: str
    title: str
    summary: str
    story_id: StoryId | None
    revision: int
    first_poll: int
    was_title: str
    was_summary: str


# Stories with something in the period, and those they react to: what was told of them earlier is known by then.
_ALIVE = """
    WITH active (id) AS (
        SELECT story_id FROM items WHERE first_seen_at >= :since AND first_seen_at < :until AND story_id IS NOT NULL
        UNION SELECT story_id FROM revisions JOIN items ON items.id = item_id
            WHERE replaced_at >= :since AND replaced_at < :until AND story_id IS NOT NULL
        UNION SELECT story_id FROM sightings JOIN items ON items.id = item_id
            WHERE sightings.at >= :since AND sightings.at < :until AND story_id IS NOT NULL
    ), alive (id) AS (
        SELECT id FROM active
        UNION SELECT parent_id FROM active JOIN stories ON stories.id = active.id WHERE parent_id IS NOT NULL
    )"""
_ARRIVAL = (
    f"items.first_seen_at, {NEW}, items.id, feeds.name, coalesce(former.title, items.title), "
    "coalesce(former.summary, items.summary), items.story_id, 1, 0, '', '' "
)
_FROM = (
    "JOIN feeds ON feeds.id = items.feed_id "
    "LEFT JOIN revisions AS former ON former.item_id = items.id AND former.revision = 1 "
)
_IN_ORDER = " ORDER BY items.first_seen_at, items.id"
_EARLIER = f"{_ALIVE} SELECT {_ARRIVAL} FROM alive JOIN items ON items.story_id = alive.id {_FROM} "
_WITHIN = f"SELECT {_ARRIVAL} FROM items {_FROM} "
_EDITS = f"""{_ALIVE}
    SELECT former.replaced_at, {REVISED}, items.id, feeds.name, coalesce(next.title, items.title),
        coalesce(next.summary, items.summary), items.story_id, former.revision + 1, 0, former.title,
        former.summary
    FROM revisions AS former JOIN items ON items.id = former.item_id JOIN feeds ON feeds.id = items.feed_id
        LEFT JOIN revisions AS next ON next.item_id = items.id AND next.revision = former.revision + 1
    WHERE former.replaced_at < :until AND (items.first_seen_at >= :since OR items.story_id IN (SELECT id FROM alive))
    ORDER BY former.rowid"""
# A text is what it was until the first edit after that moment.
_MEETINGS = f"""{_ALIVE}
    SELECT sightings.at, {SEEN}, items.id, feeds.name, coalesce(then_.title, items.title),
        coalesce(then_.summary, items.summary), items.story_id, coalesce(then_.revision, items.revision),
        sightings.at = feeds.first_polled_at, '', ''
    FROM sightings JOIN items ON items.id = sightings.item_id JOIN feeds ON feeds.id = sightings.feed_id
        LEFT JOIN revisions AS then_ ON then_.item_id = items.id AND then_.revision = (
            SELECT min(revision) FROM revisions WHERE item_id = items.id AND replaced_at > sightings.at)
    WHERE sightings.at < :until AND (items.first_seen_at >= :since OR items.story_id IN (SELECT id FROM alive))"""


def count_arrivals(tx: Tables, since: datetime, until: datetime | None = None) -> int:
    """How many items came in [since, until)."""
    row = tx.connection.execute(
        "SELECT count(*) FROM items WHERE first_seen_at >= ?1 AND (?2 IS NULL OR first_seen_at < ?2)",
        (to_text(since), to_text_or_none(until)),
    ).fetchone()
    return int(row[0])


class StoredText(NamedTuple):
    """An item as it stands now."""

    item_id: ItemId
    outlet: str
    title: str
    summary: str


def stored_texts(tx: Tables, since: datetime) -> Iterator[StoredText]:
    """Every item that came since `since`, in the order of arrival, read as it is asked for."""
    rows = tx.connection.execute(
        "SELECT items.id, feeds.name, title, summary FROM items JOIN feeds ON feeds.id = feed_id "
        "WHERE first_seen_at >= ? ORDER BY first_seen_at, items.id",
        (to_text(since),),
    )
    return map(StoredText._make, rows)


def events(tx: Tables, since: datetime, until: datetime) -> Iterator[Event]:
    """Everything that came in [since, until), and before it all that came of the stories that went on in it.

    Of events at one moment the new items come first, as a poll takes them.
    """
    period = {"since": to_text(since), "until": to_text(until)}
    query = tx.connection.execute
    earlier = query(f"{_EARLIER} WHERE items.first_seen_at < :since{_IN_ORDER}", period)
    within = query(f"{_WITHIN} WHERE items.first_seen_at >= :since AND items.first_seen_at < :until{_IN_ORDER}", period)
    arrivals = map(Event._make, chain(earlier, within))
    later = sorted(map(Event._make, chain(query(_EDITS, period), query(_MEETINGS, period))), key=_moment)
    return merge(arrivals, later, key=_moment) if later else arrivals


def _moment(event: Event) -> tuple[str, int]:
    return event.at, event.kind


def details(tx: Tables, item_ids: Collection[ItemId]) -> Mapping[ItemId, ListedItem]:
    """Items with what was decided about them, by id, in their latest revision."""
    return {one.item.id: one for one in items_by_id(tx, item_ids)}
