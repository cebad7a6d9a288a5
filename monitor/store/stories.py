"""Stories: what the grouping is rebuilt from, what a poll writes, and the corrections of a person."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.model import Assignment, ItemId, Role, Story, StoryId
from monitor.store.rows import from_json, safe, to_json, to_text, to_time
from monitor.stories.features import CURRENT
from monitor.stories.item import StoryItem

STORY_COLUMNS = "stories.id, stories.headline, stories.first_at, stories.last_at, stories.outlets, stories.items"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An item that a poll put in a story."""

    assignment: Assignment
    outlet: str
    title: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryEntry:
    """An item of a story, as people see it."""

    item_id: ItemId
    outlet: str
    title: str
    link: str | None
    at: datetime
    role: Role
    score: float
    reason: str


class Stories:
    """The stories table."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def next_id(self) -> int:
        """The first id that is free."""
        return int(self._connection.execute("SELECT coalesce(max(id), 0) + 1 FROM stories").fetchone()[0])

    def for_grouping(self, since: datetime) -> Iterator[StoryItem]:
        """What the grouping needs of every item in a story that came since `since`, in the order of arrival.

        `title` and `summary` are "" where the features are of this version: nobody needs them then.
        """
        apart: dict[int, set[StoryId]] = {}
        for item_id, story_id in self._connection.execute("SELECT item_id, story_id FROM story_apart"):
            apart.setdefault(item_id, set()).add(StoryId(story_id))
        rows = self._connection.execute(
            # The texts only where their features have to be made anew: they are two thirds of a row.
            "SELECT items.id, feeds.name, at, link_key, story_id, role, parent_id, features, "
            "iif(substr(features, 1, ?1) = ?2, '', title), iif(substr(features, 1, ?1) = ?2, '', summary) "
            "FROM items JOIN feeds ON feeds.id = feed_id JOIN stories ON stories.id = story_id "
            "WHERE first_seen_at >= ?3 ORDER BY first_seen_at, items.id",  # as in the index: nothing to sort
            (len(CURRENT), CURRENT, to_text(since)),
        )
        nowhere: frozenset[StoryId] = frozenset()
        for row in rows:
            yield StoryItem(
                id=row[0],
                outlet=row[1],
                at=to_time(row[2]),
                link=row[3] or None,
                story_id=row[4],
                role=row[5],
                parent_id=row[6],
                features=row[7],
                title=row[8],
                summary=row[9],
                apart=frozenset(apart[row[0]]) if row[0] in apart else nowhere,
            )

    def place(self, placed: Sequence[Placed]) -> None:
        """Open the stories that these items open and count the others on theirs, in the order given."""
        opening: dict[StoryId, _Draft] = {}
        for one in placed:
            story_id = one.assignment.story_id
            draft = opening.get(story_id)
            if draft is None:
                row = self._connection.execute(
                    "SELECT headline, first_at, last_at, outlets, items, parent_id FROM stories WHERE id = ?",
                    (story_id,),
                ).fetchone()
                draft = opening[story_id] = _Draft(one) if row is None else _Draft.of(row)
            draft.count(one)
        self._connection.executemany(
            "INSERT INTO stories (id, headline, first_at, last_at, outlets, items, parent_id) "
            "VALUES (?, ?, ?, ?, ?, ?, (SELECT id FROM stories WHERE id = ?)) ON CONFLICT (id) DO UPDATE SET "
            "headline = excluded.headline, first_at = excluded.first_at, last_at = excluded.last_at, "
            "outlets = excluded.outlets, items = excluded.items",
            [draft.row(story_id) for story_id, draft in opening.items()],
        )

    def get(self, story_id: StoryId) -> Story | None:
        """One story; a merged one is followed to where it went."""
        return self.get_all((story_id,)).get(story_id)

    def get_all(self, story_ids: Collection[StoryId]) -> Mapping[StoryId, Story]:
        """Stories by the id that was asked for."""
        rows = self._connection.execute(
            f"SELECT value, {STORY_COLUMNS} FROM json_each(?) JOIN stories AS named ON named.id = value "
            "JOIN stories ON stories.id = coalesce(named.merged_into, named.id)",
            (to_json(list(story_ids)),),
        )
        return {StoryId(row[0]): story_from(row[1:]) for row in rows}

    def newest(self, *, since: datetime | None = None, limit: int = 50, outlets: int = 1) -> list[Story]:
        """Stories by their latest item, the newest first, told by at least so many outlets."""
        rows = self._connection.execute(
            f"SELECT {STORY_COLUMNS} FROM stories WHERE last_at >= ? AND merged_into IS NULL "
            "AND json_array_length(outlets) >= ? ORDER BY last_at DESC LIMIT ?",
            ("" if since is None else to_text(since), outlets, limit),
        )
        return [story_from(row) for row in rows]

    def entries(self, story_id: StoryId) -> list[StoryEntry]:
        """The items of a story in the order they came."""
        rows = self._connection.execute(
            "SELECT items.id, feeds.name, title, link, at, role, story_score, story_reason FROM items "
            "JOIN feeds ON feeds.id = feed_id WHERE story_id = ? ORDER BY items.id",
            (story_id,),
        )
        return [
            StoryEntry(
                item_id=ItemId(row[0]),
                outlet=row[1],
                title=row[2],
                link=row[3],
                at=to_time(row[4]),
                role=row[5],
                score=row[6] or 0.0,
                reason=row[7],
            )
            for row in rows
        ]

    def parent_of(self, story_id: StoryId) -> StoryId | None:
        """The story this one reacts to, or None."""
        row = self._connection.execute("SELECT parent_id FROM stories WHERE id = ?", (story_id,)).fetchone()
        return None if row is None or row[0] is None else StoryId(row[0])


class _Draft:
    """A story being counted before it is written."""

    def __init__(self, first: Placed) -> None:
        self.headline = first.title
        self.first_at = self.last_at = to_text(first.at)
        self.outlets: list[str] = []
        self.items = 0
        self.parent_id = first.assignment.parent_id

    @classmethod
    def of(cls, row: Sequence[Any]) -> _Draft:
        draft = cls.__new__(cls)
        draft.headline, draft.first_at, draft.last_at, outlets, draft.items, draft.parent_id = row
        draft.outlets = from_json(outlets)
        return draft

    def count(self, placed: Placed) -> None:
        at = to_text(placed.at)
        self.first_at, self.last_at = min(self.first_at, at), max(self.last_at, at)
        self.items += 1
        if placed.outlet not in self.outlets:
            self.outlets.append(placed.outlet)
        if not self.headline:
            self.headline = placed.title

    def row(self, story_id: StoryId) -> tuple[object, ...]:
        outlets = to_json(self.outlets)
        return (story_id, safe(self.headline), self.first_at, self.last_at, outlets, self.items, self.parent_id)


def story_from(row: Sequence[Any]) -> Story:
    """A `Story` from `STORY_COLUMNS`."""
    return Story(
        id=StoryId(row[0]),
        headline=row[1],
        first_at=to_time(row[2]),
        last_at=to_time(row[3]),
        outlets=tuple(from_json(row[4])),
        items=row[5],
    )
