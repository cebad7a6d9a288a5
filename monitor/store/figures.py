"""Counts over a span of time: for the summary of the demo, the proof of life and `monitor doctor`. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.store.rows import to_text
from monitor.store.tables import Tables


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentItem:
    """An item that matched `rule` and was not told by itself. `status`: fresh | backlog | old | held."""

    title: str
    outlet: str
    rule: str
    status: str
    reason: str
    story: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What happened since a time. `stories`: opened; `told`: stories that had an alert. `deliveries`: by state;
    `messages`: how many carried the sent ones.

    `feeds`: configured ones, of which `failing` did not answer at their last poll. `polls` since the database was made.
    """

    feeds: int
    failing: tuple[str, ...]
    polls: int
    items: int
    matched: int
    stories: int
    told: int
    alerts: int
    deliveries: Mapping[str, int]
    messages: int


def figures(tx: Tables, since: datetime) -> Figures:
    """Count what happened since `since`."""
    at = to_text(since)
    one = tx.connection.execute
    feeds, polls = one("SELECT count(*), coalesce(sum(polls), 0) FROM feeds WHERE configured = 1").fetchone()
    failing = one("SELECT name FROM feeds WHERE configured = 1 AND failing_since IS NOT NULL ORDER BY name").fetchall()
    return Figures(
        feeds=feeds,
        polls=polls,
        failing=tuple(row[0] for row in failing),
        items=one("SELECT count(*) FROM items WHERE first_seen_at >= ?", (at,)).fetchone()[0],
        matched=one("SELECT count(DISTINCT item_id) FROM matches WHERE at >= ?", (at,)).fetchone()[0],
        stories=one(
            "SELECT count(DISTINCT story_id) FROM items WHERE first_seen_at >= ? AND role = 'opens'", (at,)
        ).fetchone()[0],
        told=one("SELECT count(DISTINCT story_id) FROM alerts WHERE created_at >= ?", (at,)).fetchone()[0],
        alerts=one("SELECT count(*) FROM alerts WHERE created_at >= ?", (at,)).fetchone()[0],
        deliveries=dict(
            one("SELECT state, count(*) FROM deliveries WHERE created_at >= ? GROUP BY state", (at,)).fetchall()
        ),
        messages=one(
            "SELECT count(DISTINCT batch) FROM deliveries WHERE created_at >= ? AND state = 'sent'", (at,)
        ).fetchone()[0],
    )


def silent_items(tx: Tables, since: datetime, limit: int = 50) -> list[SilentItem]:
    """Items that matched a rule and had no alert of their own, in the order they came, with the reason."""
    rows = tx.connection.execute(
        "SELECT items.title, feeds.name, matches.rule, items.status, "
        "CASE WHEN items.status = 'fresh' THEN items.story_reason ELSE items.reason END, "
        "coalesce(stories.headline, '') "
        "FROM matches JOIN items ON items.id = matches.item_id JOIN feeds ON feeds.id = items.feed_id "
        "LEFT JOIN stories ON stories.id = items.story_id "
        "WHERE matches.at >= ? AND NOT EXISTS "
        "(SELECT 1 FROM alerts WHERE alerts.item_id = items.id AND alerts.rule = matches.rule) "
        "ORDER BY items.id, matches.id LIMIT ?",
        (to_text(since), limit),
    )
    return [
        SilentItem(title=row[0], outlet=row[1], rule=row[2], status=row[3], reason=row[4], story=row[5]) for row in rows
    ]


def unmatched_titles(tx: Tables, since: datetime, limit: int = 50) -> list[tuple[str, str]]:
    """Fresh items that no rule matched, as (outlet, title), in the order they came."""
    rows = tx.connection.execute(
        "SELECT feeds.name, items.title FROM items JOIN feeds ON feeds.id = items.feed_id "
        "WHERE items.first_seen_at >= ? AND items.status = 'fresh' "
        "AND NOT EXISTS (SELECT 1 FROM matches WHERE matches.item_id = items.id) ORDER BY items.id LIMIT ?",
        (to_text(since), limit),
    )
    return [(row[0], row[1]) for row in rows]
