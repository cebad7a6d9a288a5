"""How often rules hold over the stored items: for `monitor check`, `rules list` and learned silence. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.store.rows import to_text, to_time_or_none
from monitor.store.tables import Tables

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleHits:
    """How many items a rule held for in the last 24 hours and the last 7 days, and when it last did."""

    day: int
    week: int
    last: datetime | None


def rule_hits(tx: Tables, now: datetime) -> Mapping[str, RuleHits]:
    """The hits of every rule that ever held, by its name. Backlog counts: it is what the rule would say of the feed."""
    rows = tx.connection.execute(
        "SELECT rule, sum(at >= ?), sum(at >= ?), max(at) FROM matches GROUP BY rule",
        (to_text(now - DAY), to_text(now - 7 * DAY)),
    )
    return {row[0]: RuleHits(day=row[1], week=row[2], last=to_time_or_none(row[3])) for row in rows}


def items_since(tx: Tables, since: datetime) -> tuple[int, Mapping[str, int], datetime | None]:
    """Items first seen since `since`, how many of them each rule held for, and when the first item of all was seen."""
    at = to_text(since)
    (items,) = tx.connection.execute("SELECT count(*) FROM items WHERE first_seen_at >= ?", (at,)).fetchone()
    held = dict(
        tx.connection.execute(
            "SELECT rule, count(*) FROM matches JOIN items ON items.id = matches.item_id "
            "WHERE items.first_seen_at >= ? GROUP BY rule",
            (at,),
        ).fetchall()
    )
    (first,) = tx.connection.execute("SELECT min(first_seen_at) FROM items").fetchone()
    return items, held, to_time_or_none(first)


def dead_feeds(tx: Tables) -> Mapping[str, str]:
    """Configured feeds that bring nothing, each with the reason: those that are stopped, those that never answered."""
    rows = tx.connection.execute(
        "SELECT name, state_reason, last_error FROM feeds WHERE configured = 1 "
        "AND (state = 'stopped' OR (last_success_at IS NULL AND failing_since IS NOT NULL))"
    )
    return {name: reason or error for name, reason, error in rows}


def rule_times(tx: Tables, rule: str, since: datetime, limit: int = 400) -> list[datetime]:
    """When the rule held since `since`, one time per story (twenty outlets on one event are one time), oldest first."""
    rows = tx.connection.execute(
        "SELECT min(matches.at) AS first FROM matches JOIN items ON items.id = matches.item_id "
        "WHERE matches.rule = ? AND matches.at >= ? GROUP BY coalesce(items.story_id, -items.id) "
        "ORDER BY first DESC LIMIT ?",
        (rule, to_text(since), limit),
    ).fetchall()
    return [time for row in reversed(rows) if (time := to_time_or_none(row[0])) is not None]


def feed_times(tx: Tables, feed: str, since: datetime, limit: int = 400) -> list[datetime]:
    """When new items of the feed were first seen since `since`, the backlog left out, oldest first."""
    rows = tx.connection.execute(
        "SELECT DISTINCT items.first_seen_at FROM items JOIN feeds ON feeds.id = items.feed_id "
        "WHERE feeds.name = ? AND items.first_seen_at >= ? AND items.status <> 'backlog' "
        "ORDER BY items.first_seen_at DESC LIMIT ?",
        (feed, to_text(since), limit),
    ).fetchall()
    return [time for row in reversed(rows) if (time := to_time_or_none(row[0])) is not None]


def texts_since(tx: Tables, since: datetime) -> list[tuple[str, str]]:
    """Title and summary of every item first seen since `since`, the oldest first."""
    rows = tx.connection.execute(
        "SELECT title, summary FROM items WHERE first_seen_at >= ? ORDER BY id", (to_text(since),)
    )
    return [(row[0] or "", row[1] or "") for row in rows]
