"""Items as people list them. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.model import Assignment, Item, ItemId, StoryId
from monitor.store.items import ITEM_COLUMNS, ItemStatus, item_from
from monitor.store.rows import to_json, to_text, to_time
from monitor.store.tables import Tables

_LISTED = f"{ITEM_COLUMNS}, items.status, items.reason, story_id, role, story_score, story_reason, parent_id"
_FROM = "FROM items JOIN feeds ON feeds.id = items.feed_id LEFT JOIN stories ON stories.id = items.story_id"
_EXTRA = 13  # where the columns after ITEM_COLUMNS begin


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedItem:
    """An item with what was decided about it. `assignment` None: it belongs to no story."""

    item: Item
    status: ItemStatus
    reason: str
    assignment: Assignment | None
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionEntry:
    """What an item said before; `number` counts from 1, `replaced_at` is when the next text came."""

    number: int
    title: str
    summary: str
    replaced_at: datetime
    reason: str


def newest_items(
    tx: Tables,
    *,
    feed: str | None = None,
    rule: str | None = None,
    status: ItemStatus | None = None,
    contains: str = "",
    since: datetime | None = None,
    limit: int = 50,
) -> list[ListedItem]:
    """Items by when they were first seen, the newest first.

    Args:
        rule: only those for which this rule holds.
        contains: only those whose title has these folded words (`arabic.clean.title_key`) in a row.
    """
    where, values = ["items.first_seen_at >= :since"], {"since": "" if since is None else to_text(since)}
    if feed is not None:
        where.append("items.feed_id = (SELECT id FROM feeds WHERE name = :feed)")
        values["feed"] = feed
    if rule is not None:
        where.append("EXISTS (SELECT 1 FROM matches WHERE item_id = items.id AND matches.rule = :rule)")
        values["rule"] = rule
    if status is not None:
        where.append("items.status = :status")
        values["status"] = status
    if contains:
        where.append("instr(items.title_key, :contains) > 0")
        values["contains"] = contains
    rows = tx.connection.execute(
        f"SELECT {_LISTED} {_FROM} WHERE {' AND '.join(where)} ORDER BY items.first_seen_at DESC, items.id DESC "
        f"LIMIT {int(limit)}",
        values,
    ).fetchall()
    return _with_rules(tx, [_listed(row) for row in rows])


def find_items(tx: Tables, wanted: str, link_key: str = "", limit: int = 20) -> list[ListedItem]:
    """Items by id, link, guid, or `link_key` (the canonical form of what was asked for); the newest first."""
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 18 else -1
    rows = tx.connection.execute(
        f"SELECT {_LISTED} {_FROM} WHERE items.id IN (SELECT :number UNION SELECT id FROM items WHERE guid = :wanted "
        "AND guid <> '' UNION SELECT id FROM items WHERE link_key = :link AND link_key <> '') "
        "ORDER BY items.id DESC LIMIT :limit",
        {"number": number, "wanted": wanted, "link": link_key, "limit": limit},
    ).fetchall()
    found = [_listed(row) for row in rows]
    by_number = [one for one in found if one.item.id == number]
    return _with_rules(tx, by_number or found)


def revisions(tx: Tables, item_id: ItemId) -> list[RevisionEntry]:
    """The former texts of an item, the first one first."""
    rows = tx.connection.execute(
        "SELECT revision, title, summary, replaced_at, reason FROM revisions WHERE item_id = ? ORDER BY revision",
        (item_id,),
    )
    return [
        RevisionEntry(number=row[0], title=row[1], summary=row[2], replaced_at=to_time(row[3]), reason=row[4])
        for row in rows
    ]


def items_by_id(tx: Tables, item_ids: Collection[ItemId]) -> list[ListedItem]:
    """These items, in no particular order and without their rules."""
    rows = tx.connection.execute(
        f"SELECT {_LISTED} FROM json_each(:ids) JOIN items ON items.id = value {_FROM.removeprefix('FROM items ')}",
        {"ids": to_json(list(item_ids))},
    )
    return list(map(_listed, rows))


def _listed(row: Sequence[Any]) -> ListedItem:
    status, reason, story_id, role, score, why, parent_id = row[_EXTRA:]
    assignment = None
    if story_id is not None:
        assignment = Assignment(
            story_id=StoryId(story_id), role=role, score=score or 0.0, reason=why, parent_id=parent_id
        )
    return ListedItem(item=item_from(row), status=status, reason=reason, assignment=assignment)


def _with_rules(tx: Tables, items: Sequence[ListedItem]) -> list[ListedItem]:
    rules: dict[int, list[str]] = {}
    for item_id, rule in tx.connection.execute(
        "SELECT item_id, rule FROM json_each(?) JOIN matches ON item_id = value ORDER BY matches.id",
        (to_json([one.item.id for one in items]),),
    ):
        rules.setdefault(item_id, []).append(rule)
    return [
        ListedItem(
            item=one.item,
            status=one.status,
            reason=one.reason,
            assignment=one.assignment,
            rules=tuple(rules.get(one.item.id, ())),
        )
        for one in items
    ]
