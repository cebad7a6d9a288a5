"""Who asked not to be told of a rule, a feed or a story, and until when."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from monitor.alerts.routing import Silence, SilenceKind
from monitor.store.rows import safe, to_text, to_time


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSilence:
    """A silence as stored."""

    id: int
    silence: Silence
    created_at: datetime
    reason: str


class Silences:
    """The silences table. One row a target; asking again moves its end."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, kind: SilenceKind, target: str, until: datetime, now: datetime, reason: str = "") -> None:
        """Ask for silence until `until`."""
        self._connection.execute(
            "INSERT INTO silences (kind, target, until, created_at, reason) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (kind, target) DO UPDATE SET until = excluded.until, reason = excluded.reason",
            (kind, safe(target), to_text(until), to_text(now), safe(reason)),
        )

    def remove(self, kind: SilenceKind, target: str) -> bool:
        """End a silence now. False: there was none."""
        cursor = self._connection.execute("DELETE FROM silences WHERE kind = ? AND target = ?", (kind, target))
        return cursor.rowcount > 0

    def active(self, now: datetime) -> tuple[Silence, ...]:
        """The silences in force at `now`."""
        return tuple(kept.silence for kept in self.listed(now))

    def listed(self, now: datetime) -> list[KeptSilence]:
        """The silences in force at `now`, the first to end first."""
        rows = self._connection.execute(
            "SELECT id, kind, target, until, created_at, reason FROM silences WHERE until > ? ORDER BY until",
            (to_text(now),),
        )
        return [
            KeptSilence(
                id=row[0],
                silence=Silence(kind=row[1], target=row[2], until=to_time(row[3])),
                created_at=to_time(row[4]),
                reason=row[5],
            )
            for row in rows
        ]

    def prune(self, now: datetime) -> int:
        """Delete those that have ended; gives how many."""
        return self._connection.execute("DELETE FROM silences WHERE until <= ?", (to_text(now),)).rowcount
