"""What the monitor says of itself through channels: a feed that stopped, the proof of life. No rule and no story."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from monitor.store.rows import safe, to_text, to_text_or_none, to_time, to_time_or_none

NoticeState = Literal["pending", "sending", "waiting", "unknown", "sent", "dead", "dropped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notice for one channel. `key`: what it is about; a (kind, key, channel) is told once."""

    id: int
    kind: str
    key: str
    channel: str
    subject: str
    body: str
    state: NoticeState
    attempts: int
    created_at: datetime
    next_attempt_at: datetime | None
    sent_at: datetime | None
    reason: str


_COLUMNS = "id, kind, key, channel, subject, body, state, attempts, created_at, next_attempt_at, sent_at, reason"


class Notices:
    """The notices table."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, *, kind: str, key: str, channel: str, subject: str, body: str, now: datetime) -> bool:
        """Queue a notice. False: this (kind, key, channel) was queued before."""
        cursor = self._connection.execute(
            "INSERT INTO notices (kind, key, channel, subject, body, created_at, next_attempt_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (kind, safe(key), channel, safe(subject), safe(body), to_text(now), to_text(now)),
        )
        return cursor.rowcount > 0

    def due(self, now: datetime, limit: int = 200) -> list[Notice]:
        """Notices to send at `now`, the oldest first."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM notices WHERE state IN ('pending', 'waiting') AND next_attempt_at <= ? "
            "ORDER BY created_at, id LIMIT ?",
            (to_text(now), limit),
        )
        return [_notice(row) for row in rows]

    def record(
        self, notice_id: int, state: NoticeState, *, now: datetime, reason: str = "", next_at: datetime | None = None
    ) -> None:
        """Write down what became of a notice; every state but `sending` counts as an attempt that ended."""
        self._connection.execute(
            "UPDATE notices SET state = :state, reason = :reason, next_attempt_at = :next, "
            "attempts = attempts + (:state <> 'sending'), "
            "sent_at = CASE WHEN :state = 'sent' THEN :now ELSE sent_at END WHERE id = :id",
            {
                "id": notice_id,
                "state": state,
                "reason": safe(reason),
                "next": to_text_or_none(next_at),
                "now": to_text(now),
            },
        )

    def recover(self, now: datetime) -> int:
        """After a start: what was being sent is sent again; gives how many."""
        return self._connection.execute(
            "UPDATE notices SET state = 'waiting', next_attempt_at = ? WHERE state = 'sending'", (to_text(now),)
        ).rowcount

    def newest(self, limit: int = 200) -> list[Notice]:
        """The newest first."""
        rows = self._connection.execute(f"SELECT {_COLUMNS} FROM notices ORDER BY id DESC LIMIT ?", (limit,))
        return [_notice(row) for row in rows]


def _notice(row: tuple[Any, ...]) -> Notice:
    return Notice(
        id=row[0],
        kind=row[1],
        key=row[2],
        channel=row[3],
        subject=row[4],
        body=row[5],
        state=row[6],
        attempts=row[7],
        created_at=to_time(row[8]),
        next_attempt_at=to_time_or_none(row[9]),
        sent_at=to_time_or_none(row[10]),
        reason=row[11],
    )
