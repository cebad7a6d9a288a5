"""Forgets what is no longer needed, in small steps: texts first, identities only when no feed could show them again."""

from __future__ import annotations

from datetime import datetime

from monitor.store.rows import to_text
from monitor.store.tables import Tables

STEP = 1_000  # rows a transaction; a poll must not wait long behind it


def prune_texts(tx: Tables, before: datetime, limit: int = STEP) -> int:
    """Drop the summaries and former versions of items first seen before `before`; gives how many items.

    Their titles stay: alerts and stories are listed by them.
    """
    rows = tx.connection.execute(
        "UPDATE items SET summary = '', image = NULL, features = NULL, categories = '[]', flags = '[]', "
        "published_raw = '', pruned = 1 WHERE id IN (SELECT id FROM items WHERE first_seen_at < ? AND pruned = 0 "
        "AND NOT EXISTS (SELECT 1 FROM alerts JOIN deliveries ON alert_id = alerts.id WHERE alerts.item_id = items.id "
        "AND deliveries.state IN ('pending', 'held', 'sending', 'waiting', 'unknown')) "
        "ORDER BY first_seen_at LIMIT ?) RETURNING id",
        (to_text(before), limit),
    ).fetchall()
    # The former versions' hashes stay, so that an earlier text served again is no news; their words go.
    tx.connection.executemany("UPDATE revisions SET title = '', summary = '' WHERE item_id = ?", rows)
    return len(rows)


def touch_shown(tx: Tables, before: datetime, now: datetime) -> int:
    """Note that old items still stand in their feeds, though their raw form spared them the parser."""
    cursor = tx.connection.execute(
        "UPDATE items SET last_seen_at = ?1 WHERE first_seen_at < ?2 AND last_seen_at < ?1 AND digest <> x'' "
        "AND EXISTS (SELECT 1 FROM feed_bodies WHERE feed_bodies.feed_id = items.feed_id "
        "AND instr(feed_bodies.digests, items.digest) > 0)",
        (to_text(now), to_text(before)),
    )
    return cursor.rowcount


def prune_identities(tx: Tables, before: datetime, limit: int = STEP) -> int:
    """Delete items whose texts are gone and that no feed has shown since `before`; gives how many.

    A feed that could not be read lately could still hold what it held when it was read last, so its time counts from
    then. Items that were alerted stay as long as their alerts.
    """
    cursor = tx.connection.execute(
        "DELETE FROM items WHERE id IN (SELECT items.id FROM items JOIN feeds ON feeds.id = items.feed_id "
        "WHERE items.first_seen_at < ?1 AND pruned = 1 AND last_seen_at < ?1 "
        "AND (configured = 0 OR (failing_since IS NULL AND last_success_at > ?1)) "
        "AND NOT EXISTS (SELECT 1 FROM alerts WHERE item_id = items.id) "
        "ORDER BY items.first_seen_at LIMIT ?2)",
        (to_text(before), limit),
    )
    return cursor.rowcount


def prune_alerts(tx: Tables, before: datetime, limit: int = STEP) -> int:
    """Delete alerts created before `before` with their deliveries, unless one is still open; gives how many."""
    cursor = tx.connection.execute(
        "DELETE FROM alerts WHERE id IN (SELECT id FROM alerts WHERE created_at < ? AND NOT EXISTS "
        "(SELECT 1 FROM deliveries WHERE alert_id = alerts.id AND "
        "state IN ('pending', 'held', 'sending', 'waiting', 'unknown')) ORDER BY created_at LIMIT ?)",
        (to_text(before), limit),
    )
    return cursor.rowcount


def prune_stories(tx: Tables, before: datetime, limit: int = STEP) -> int:
    """Delete stories that ended before `before` and hold nothing any more; gives how many."""
    cursor = tx.connection.execute(
        "DELETE FROM stories WHERE id IN (SELECT id FROM stories WHERE last_at < ? "
        "AND NOT EXISTS (SELECT 1 FROM items WHERE story_id = stories.id) "
        "AND NOT EXISTS (SELECT 1 FROM alerts WHERE story_id = stories.id) ORDER BY last_at LIMIT ?)",
        (to_text(before), limit),
    )
    return cursor.rowcount


def prune_notices(tx: Tables, before: datetime) -> int:
    """Delete notices that came to an end before `before`; gives how many."""
    cursor = tx.connection.execute(
        "DELETE FROM notices WHERE created_at < ? AND state IN ('sent', 'dead', 'dropped')", (to_text(before),)
    )
    return cursor.rowcount
