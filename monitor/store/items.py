"""Items with their revisions: what identity asks for, what a poll writes. What people list is in `item_lists`."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from monitor.model import Assignment, FeedId, Item, ItemId, StoryId
from monitor.outcomes import ParsedItem
from monitor.store.rows import (
    from_json,
    safe,
    safe_or_none,
    to_json,
    to_text,
    to_text_or_none,
    to_time,
    to_time_or_none,
)

ItemStatus = Literal["fresh", "backlog", "old", "held"]

SAME_KEY = 50  # stored items looked at for one key; "موجز الأنباء" may be the title of thousands


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRow:
    """A stored item by the keys that identity compares. `feed_url`: of the feed that first brought it."""

    id: ItemId
    outlet: str
    feed_url: str
    guid: str
    link_key: str
    title_key: str
    content_hash: bytes
    first_seen: datetime
    published: datetime | None
    past_hashes: frozenset[bytes]
    digest: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """An item to store. `reason`: of identity and status, in words. `assignment` None: it belongs to no story."""

    id: ItemId
    feed_id: FeedId
    item: ParsedItem
    guid: str
    link_key: str
    title_key: str
    content_hash: bytes
    status: ItemStatus
    reason: str
    assignment: Assignment | None = None
    features: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A later version of a stored item. `reason`: what was edited."""

    id: ItemId
    item: ParsedItem
    guid: str
    link_key: str
    title_key: str
    content_hash: bytes
    reason: str
    features: bytes | None = None


_INSERT = (
    "INSERT INTO items (id, feed_id, poll_id, guid, link, link_key, title_key, content_hash, title, summary, at, "
    "published_at, published_raw, date_note, first_seen_at, last_seen_at, image, author, categories, flags, status, "
    "reason, story_id, role, story_score, story_reason, features, digest) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)

ITEM_COLUMNS = (
    "items.id, items.feed_id, feeds.name, items.title, items.summary, items.guid, items.link, items.published_at, "
    "items.first_seen_at, items.revision, items.date_note, items.image, items.categories"
)


class Items:
    """The items table and its revisions."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def next_id(self) -> int:
        """The first id that is free; the caller counts on from it within its transaction."""
        return int(self._connection.execute("SELECT coalesce(max(id), 0) + 1 FROM items").fetchone()[0])

    def known(self, guids: Collection[str], link_keys: Collection[str], title_keys: Collection[str]) -> list[KnownRow]:
        """Every stored item that has one of these keys, of any feed, in the order of their ids."""
        found: set[int] = set()
        for column, keys in (("guid", guids), ("link_key", link_keys), ("title_key", title_keys)):
            if keys:
                rows = self._connection.execute(
                    f"SELECT items.id FROM json_each(?) AS wanted JOIN items ON items.id IN (SELECT id FROM items "
                    f"WHERE {column} = wanted.value AND {column} <> '' ORDER BY id DESC LIMIT {SAME_KEY})",
                    (to_json(list(keys)),),
                )
                found.update(row[0] for row in rows)
        if not found:
            return []
        ids = to_json(sorted(found))
        past: dict[int, set[bytes]] = {}
        for item_id, digest in self._connection.execute(
            "SELECT item_id, content_hash FROM json_each(?) JOIN revisions ON item_id = value", (ids,)
        ):
            past.setdefault(item_id, set()).add(digest)
        rows = self._connection.execute(
            "SELECT items.id, feeds.name, feeds.url, guid, link_key, title_key, content_hash, first_seen_at, "
            "published_at, digest FROM json_each(?) JOIN items ON items.id = value JOIN feeds ON feeds.id = feed_id",
            (ids,),
        )
        return [
            KnownRow(
                id=row[0],
                outlet=row[1],
                feed_url=row[2],
                guid=row[3],
                link_key=row[4],
                title_key=row[5],
                content_hash=row[6],
                first_seen=to_time(row[7]),
                published=to_time_or_none(row[8]),
                past_hashes=frozenset(past.get(row[0], ())),
                digest=row[9],
            )
            for row in rows
        ]

    def add(self, items: Sequence[NewItem], poll_id: int | None, now: datetime) -> None:
        """Store new items, seen first at `now`."""
        if items:
            seen = to_text(now)
            self._connection.executemany(_INSERT, [_insert_row(one, poll_id, seen) for one in items])

    def revise(self, revisions: Sequence[Revision], now: datetime) -> None:
        """Put later versions in the place of stored items; the former texts become revisions."""
        at = to_text(now)
        for one in revisions:
            self._connection.execute(
                "INSERT INTO revisions (item_id, revision, title, summary, content_hash, replaced_at, reason) "
                "SELECT id, revision, title, summary, content_hash, ?, ? FROM items WHERE id = ?",
                (at, safe(one.reason), one.id),
            )
            self._connection.execute(
                "UPDATE items SET title = ?, summary = ?, guid = ?, link = coalesce(?, link), link_key = ?, "
                "title_key = ?, content_hash = ?, image = ?, categories = ?, flags = ?, last_seen_at = ?, "
                "revision = revision + 1, digest = ?, features = coalesce(?, features), pruned = 0 WHERE id = ?",
                (
                    safe(one.item.title),
                    safe(one.item.summary),
                    safe(one.guid),
                    safe_or_none(one.item.link),
                    safe(one.link_key),
                    safe(one.title_key),
                    one.content_hash,
                    safe_or_none(one.item.image),
                    to_json(list(one.item.categories)),
                    to_json(list(one.item.flags)),
                    at,
                    one.item.digest,
                    one.features,
                    one.id,
                ),
            )

    def seen(self, items: Iterable[tuple[ItemId, bytes]], now: datetime) -> None:
        """Note that these items still stand in their feed; each with the digest of its raw form (b"": unknown)."""
        at = to_text(now)
        self._connection.executemany(
            "UPDATE items SET last_seen_at = ?, digest = ? WHERE id = ?",
            [(at, digest, item_id) for item_id, digest in items],
        )

    def rekey(self, items: Iterable[tuple[ItemId, str, str]]) -> None:
        """Put the guid and canonical link under which items are shown now in the place of the stored ones, if any."""
        self._connection.executemany(
            "UPDATE items SET guid = coalesce(nullif(?, ''), guid), link_key = coalesce(nullif(?, ''), link_key) "
            "WHERE id = ?",
            [(safe(guid), safe(link_key), item_id) for item_id, guid, link_key in items],
        )

    def sighted(self, item_id: ItemId, feed_id: FeedId, now: datetime) -> bool:
        """Note that another feed carries the item too. True: it was not known of that feed."""
        cursor = self._connection.execute(
            "INSERT INTO sightings (item_id, feed_id, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (item_id, feed_id, to_text(now)),
        )
        return cursor.rowcount > 0

    def place(self, item_id: ItemId, assignment: Assignment) -> None:
        """Write down an item's story."""
        self._connection.execute(
            "UPDATE items SET story_id = ?, role = ?, story_score = ?, story_reason = ? WHERE id = ?",
            (assignment.story_id, assignment.role, assignment.score, safe(assignment.reason), item_id),
        )

    def assignment(self, item_id: ItemId) -> Assignment | None:
        """The story an item was put in, or None."""
        row = self._connection.execute(
            "SELECT story_id, role, story_score, story_reason, parent_id FROM items "
            "JOIN stories ON stories.id = story_id WHERE items.id = ?",
            (item_id,),
        ).fetchone()
        if row is None:
            return None
        return Assignment(story_id=StoryId(row[0]), role=row[1], score=row[2] or 0.0, reason=row[3], parent_id=row[4])

    def get(self, item_id: ItemId) -> Item | None:
        """One item in its latest revision."""
        return self.get_all((item_id,)).get(item_id)

    def get_all(self, item_ids: Collection[ItemId]) -> Mapping[ItemId, Item]:
        """Items by id; those that are not there are left out."""
        rows = self._connection.execute(
            f"SELECT {ITEM_COLUMNS} FROM json_each(?) JOIN items ON items.id = value JOIN feeds ON feeds.id = feed_id",
            (to_json(list(item_ids)),),
        )
        return {ItemId(row[0]): item_from(row) for row in rows}

    def set_status(self, feed_id: FeedId, before: ItemStatus, after: ItemStatus, reason: str) -> list[ItemId]:
        """Give every item of a feed that is `before` the status `after`; gives their ids, the oldest first."""
        rows = self._connection.execute(
            "UPDATE items SET status = ?, reason = reason || '; ' || ? WHERE feed_id = ? AND status = ? RETURNING id",
            (after, safe(reason), feed_id, before),
        )
        return sorted(ItemId(row[0]) for row in rows.fetchall())


def _insert_row(one: NewItem, poll_id: int | None, seen: str) -> tuple[object, ...]:
    item, story = one.item, one.assignment
    published = to_text_or_none(item.published)
    return (
        one.id,
        one.feed_id,
        poll_id,
        safe(one.guid),
        safe_or_none(item.link),
        safe(one.link_key),
        safe(one.title_key),
        one.content_hash,
        safe(item.title),
        safe(item.summary),
        published or seen,
        published,
        safe(item.published_raw),
        item.date_note,
        seen,
        seen,
        safe_or_none(item.image),
        safe(item.author),
        to_json(item.categories) if item.categories else "[]",
        to_json(item.flags) if item.flags else "[]",
        one.status,
        safe(one.reason),
        None if story is None else story.story_id,
        None if story is None else story.role,
        None if story is None else story.score,
        "" if story is None else safe(story.reason),
        one.features,
        item.digest,
    )


def item_from(row: Sequence[Any]) -> Item:
    """An `Item` from `ITEM_COLUMNS`."""
    return Item(
        id=ItemId(row[0]),
        feed_id=FeedId(row[1]),
        outlet=row[2],
        title=row[3],
        summary=row[4],
        guid=row[5] or None,
        link=row[6],
        published=to_time_or_none(row[7]),
        first_seen=to_time(row[8]),
        revision=row[9],
        date_note=row[10],
        image=row[11],
        categories=tuple(from_json(row[12])) if row[12] != "[]" else (),
    )
