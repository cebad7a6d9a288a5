"""Corrections of the grouping by a person: they stand, whatever it would say, and a running daemon heeds them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.errors import StorageError
from monitor.model import ItemId, StoryId
from monitor.store.meta import STORIES_EDITED
from monitor.store.rows import to_json
from monitor.store.tables import Tables


def split(tx: Tables, story_id: StoryId, item_ids: Sequence[ItemId]) -> StoryId:
    """Take items out of a story into a new one of their own; they never return to it.

    Raises:
        StorageError: the story does not hold them all, or nothing would remain.
    """
    held = {row[0] for row in tx.connection.execute("SELECT id FROM items WHERE story_id = ?", (story_id,))}
    strangers = [str(item_id) for item_id in item_ids if item_id not in held]
    if strangers or not item_ids:
        named = ", ".join(strangers) or "none"
        raise StorageError(
            f"story {story_id} does not hold these items: {named}", hint=f"see `stories show {story_id}`"
        )
    if len(set(item_ids)) == len(held):
        raise StorageError(f"story {story_id} would be left empty", hint="name some of its items, not all")
    new_id = StoryId(tx.stories.next_id())
    tx.connection.execute(
        "INSERT INTO stories (id, headline, first_at, last_at, pinned) "
        "SELECT ?, headline, first_at, last_at, 1 FROM stories WHERE id = ?",
        (new_id, story_id),
    )
    ids = to_json(list(item_ids))
    tx.connection.execute(
        "UPDATE items SET story_id = ?, story_reason = 'put here by hand', "
        "role = CASE WHEN id = (SELECT min(value) FROM json_each(?)) THEN 'opens' ELSE role END "
        "WHERE id IN (SELECT value FROM json_each(?))",
        (new_id, ids, ids),
    )
    tx.connection.execute(
        "INSERT OR IGNORE INTO story_apart (item_id, story_id) SELECT value, ? FROM json_each(?)",
        (story_id, ids),
    )
    # What was told of these items was told of their new story: no second alert for it.
    tx.connection.execute(
        "UPDATE alerts SET story_id = ? WHERE item_id IN (SELECT value FROM json_each(?))", (new_id, ids)
    )
    for one in (story_id, new_id):
        _recount(tx, one)
    tx.meta.count_up(STORIES_EDITED)
    return new_id


def merge(tx: Tables, into: StoryId, others: Sequence[StoryId]) -> None:
    """Make several stories one; the others' ids lead to it from now on.

    Raises:
        StorageError: a story is not there, was merged before, or is named twice.
    """
    wanted = [into, *others]
    rows = tx.connection.execute(
        "SELECT id FROM stories WHERE merged_into IS NULL AND id IN (SELECT value FROM json_each(?))",
        (to_json([int(one) for one in wanted]),),
    ).fetchall()
    missing = [str(one) for one in wanted if one not in {row[0] for row in rows}]
    if missing or len(set(wanted)) < len(wanted) or not others:
        raise StorageError(
            f"cannot merge stories: {', '.join(missing) + ' not found' if missing else 'name at least two, each once'}",
            hint="see `stories list`",
        )
    ids = to_json([int(one) for one in others])
    tx.connection.execute(
        "DELETE FROM story_apart WHERE story_id = ? AND item_id IN "
        "(SELECT id FROM items WHERE story_id IN (SELECT value FROM json_each(?)))",
        (into, ids),
    )
    tx.connection.execute(
        "UPDATE items SET story_id = ?, role = CASE role WHEN 'opens' THEN 'updates' ELSE role END, "
        "story_reason = 'put here by hand' WHERE story_id IN (SELECT value FROM json_each(?))",
        (into, ids),
    )
    # An alert that both had stays where it is; the story it names leads here.
    tx.connection.execute(
        "UPDATE OR IGNORE alerts SET story_id = ? WHERE story_id IN (SELECT value FROM json_each(?))", (into, ids)
    )
    tx.connection.execute(
        "UPDATE stories SET merged_into = ?1, items = 0, outlets = '[]' WHERE id IN (SELECT value FROM json_each(?2)) "
        "OR merged_into IN (SELECT value FROM json_each(?2))",
        (into, ids),
    )
    tx.connection.execute(
        "UPDATE stories SET parent_id = ?1 WHERE parent_id IN (SELECT value FROM json_each(?2)) AND id <> ?1",
        (into, ids),
    )
    tx.connection.execute("UPDATE stories SET pinned = 1 WHERE id = ?", (into,))
    _recount(tx, into)
    tx.meta.count_up(STORIES_EDITED)


def edits(tx: Tables) -> int:
    """How many corrections there have been; the grouping is loaded anew when this grows."""
    return int(tx.meta.get(STORIES_EDITED, "0"))


def _recount(tx: Tables, story_id: StoryId) -> None:
    entries = tx.stories.entries(story_id)
    outlets = list(dict.fromkeys(entry.outlet for entry in entries))
    moments: list[datetime] = [entry.at for entry in entries]
    tx.connection.execute(
        "UPDATE stories SET items = ?, outlets = ?, headline = ?, first_at = (SELECT min(at) FROM items WHERE "
        "story_id = stories.id), last_at = (SELECT max(at) FROM items WHERE story_id = stories.id) WHERE id = ?",
        (len(moments), to_json(outlets), next((entry.title for entry in entries if entry.title), ""), story_id),
    )
