"""Which rules held for which items, with the spans that hit, and how often a rule holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model import Hit, ItemId, Match
from monitor.store.rows import hits_from_json, hits_to_json, safe, to_text, to_time


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMatch:
    """A match to store; `revision` is the one of the item that matched."""

    item_id: ItemId
    rule: str
    hits: tuple[Hit, ...]
    revision: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCounts:
    """How often a rule held in the last day and week, and when last (None: never, or not kept)."""

    rule: str
    day: int
    week: int
    last_at: datetime | None


class Matches:
    """The matches table."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, matches: Sequence[NewMatch], now: datetime) -> None:
        """Store matches; a rule that held for the item before gets the new spans and keeps its first time."""
        if not matches:
            return
        at = to_text(now)
        self._connection.executemany(
            "INSERT INTO matches (item_id, rule, hits, at, revision) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (item_id, rule) DO UPDATE SET hits = excluded.hits, revision = excluded.revision",
            [(m.item_id, safe(m.rule), hits_to_json(m.hits), at, m.revision) for m in matches],
        )

    def of_items(self, item_ids: Iterable[ItemId]) -> Mapping[ItemId, tuple[Match, ...]]:
        """The matches of each item that has some, in the order they came."""
        found: dict[ItemId, tuple[Match, ...]] = {}
        for item_id in item_ids:
            rows = self._connection.execute(
                "SELECT rule, hits FROM matches WHERE item_id = ? ORDER BY id", (item_id,)
            ).fetchall()
            if rows:
                found[item_id] = tuple(
                    Match(rule=rule, item_id=item_id, hits=hits_from_json(hits)) for rule, hits in rows
                )
        return found

    def rules_of(self, item_id: ItemId) -> frozenset[str]:
        """The rules that held for the item in any revision."""
        rows = self._connection.execute("SELECT rule FROM matches WHERE item_id = ?", (item_id,))
        return frozenset(row[0] for row in rows)

    def counts(self, now: datetime, rules: Iterable[str] = ()) -> dict[str, RuleCounts]:
        """By rule: of `rules` (0 where nothing was found) and of every other rule that ever held.

        Ranges of one index; the cost is that of the last week's matches.
        """
        day, week = to_text(now - timedelta(days=1)), to_text(now - timedelta(days=7))
        # Skips from rule to rule in the index, which DISTINCT would walk whole.
        names = self._connection.execute(
            "WITH RECURSIVE names (rule) AS (SELECT min(rule) FROM matches UNION ALL "
            "SELECT (SELECT min(rule) FROM matches WHERE rule > names.rule) FROM names WHERE names.rule IS NOT NULL) "
            "SELECT rule FROM names WHERE rule IS NOT NULL"
        )
        counts = {}
        for name in dict.fromkeys([*rules, *(row[0] for row in names)]):
            row = self._connection.execute(
                "SELECT (SELECT count(*) FROM matches WHERE rule = :rule AND at >= :day), "
                "(SELECT count(*) FROM matches WHERE rule = :rule AND at >= :week), "
                "(SELECT max(at) FROM matches WHERE rule = :rule)",
                {"rule": name, "day": day, "week": week},
            ).fetchone()
            last = None if row[2] is None else to_time(row[2])
            counts[name] = RuleCounts(rule=name, day=row[0], week=row[1], last_at=last)
        return counts

    def daily(self, rule: str, since: datetime) -> dict[str, int]:
        """Matches of a rule by UTC day (`2026-11-25`) since `since`; days without any are absent."""
        rows = self._connection.execute(
            "SELECT substr(at, 1, 10), count(*) FROM matches WHERE rule = ? AND at >= ? GROUP BY 1",
            (rule, to_text(since)),
        )
        return dict(rows.fetchall())
