"""What polls found: one row a poll that brought something or failed. Unchanged polls are only counted, in `feeds`."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model import FeedId
from monitor.store.rows import from_json, safe, to_json, to_text, to_time


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRecord:
    """One poll. `outcome`: "new" | "changed" | "held" or the kind of failure; `reason` and `notes` in words."""

    feed_id: FeedId
    at: datetime
    elapsed: timedelta
    outcome: str
    http_status: int | None = None
    items: int = 0
    new: int = 0
    revised: int = 0
    matched: int = 0
    alerts: int = 0
    reason: str = ""
    notes: tuple[str, ...] = ()
    id: int = 0


_COLUMNS = "id, feed_id, at, ms, outcome, http_status, items, new, revised, matched, alerts, reason, notes"


class Polls:
    """The polls table."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def open(self, feed_id: FeedId, now: datetime) -> int:
        """Begin a row, so that items can name the poll that brought them; `close` fills it."""
        cursor = self._connection.execute(
            "INSERT INTO polls (feed_id, at, outcome) VALUES (?, ?, 'changed')", (feed_id, to_text(now))
        )
        return int(cursor.lastrowid or 0)

    def close(self, poll_id: int, record: PollRecord) -> None:
        """Fill the row that `open` began."""
        self._connection.execute(
            "UPDATE polls SET ms = ?, outcome = ?, http_status = ?, items = ?, new = ?, revised = ?, matched = ?, "
            "alerts = ?, reason = ?, notes = ? WHERE id = ?",
            (*_facts(record), poll_id),
        )

    def add(self, record: PollRecord) -> int:
        """Write a whole row; gives its id."""
        cursor = self._connection.execute(
            "INSERT INTO polls (ms, outcome, http_status, items, new, revised, matched, alerts, reason, notes, "
            "feed_id, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*_facts(record), record.feed_id, to_text(record.at)),
        )
        return int(cursor.lastrowid or 0)

    def get(self, poll_id: int) -> PollRecord | None:
        """One row by id."""
        row = self._connection.execute(f"SELECT {_COLUMNS} FROM polls WHERE id = ?", (poll_id,)).fetchone()
        return None if row is None else _record(row)

    def newest(self, feed_id: FeedId, limit: int = 10) -> list[PollRecord]:
        """A feed's newest rows first."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM polls WHERE feed_id = ? ORDER BY at DESC, id DESC LIMIT ?", (feed_id, limit)
        )
        return [_record(row) for row in rows]

    def prune(self, before: datetime, limit: int = 5_000) -> int:
        """Delete at most `limit` rows older than `before`; gives how many."""
        cursor = self._connection.execute(
            "DELETE FROM polls WHERE id IN (SELECT id FROM polls WHERE at < ? ORDER BY at LIMIT ?)",
            (to_text(before), limit),
        )
        return cursor.rowcount


def _facts(record: PollRecord) -> tuple[object, ...]:
    return (
        round(record.elapsed.total_seconds() * 1000),
        record.outcome,
        record.http_status,
        record.items,
        record.new,
        record.revised,
        record.matched,
        record.alerts,
        safe(record.reason),
        to_json(list(record.notes)),
    )


def _record(row: tuple[int, int, str, int, str, int | None, int, int, int, int, int, str, str]) -> PollRecord:
    return PollRecord(
        id=row[0],
        feed_id=FeedId(row[1]),
        at=to_time(row[2]),
        elapsed=timedelta(milliseconds=row[3]),
        outcome=row[4],
        http_status=row[5],
        items=row[6],
        new=row[7],
        revised=row[8],
        matched=row[9],
        alerts=row[10],
        reason=row[11],
        notes=tuple(from_json(row[12])),
    )
