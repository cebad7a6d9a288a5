"""The configurations that were applied, redacted by the caller: an alert names the rules as they were then."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from monitor.model import AlertId
from monitor.store.rows import from_json, safe, to_json, to_text, to_time


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedConfig:
    """One applied configuration. `text`: without secrets; `summary`: what had changed, one line each."""

    id: int
    at: datetime
    text: str
    summary: tuple[str, ...]


class Configs:
    """The history of config.toml."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def applied(self, text: str, summary: Sequence[str], now: datetime) -> int:
        """Remember `text` (redacted) as applied at `now`, unless the newest one is the same; gives its id."""
        text = safe(text)
        digest = sha256(text.encode()).hexdigest()
        newest = self._connection.execute("SELECT id, hash FROM configs ORDER BY id DESC LIMIT 1").fetchone()
        if newest is not None and newest[1] == digest:
            return int(newest[0])
        cursor = self._connection.execute(
            "INSERT INTO configs (at, hash, text, summary) VALUES (?, ?, ?, ?)",
            (to_text(now), digest, text, to_json(list(summary))),
        )
        return int(cursor.lastrowid or 0)

    def get(self, config_id: int) -> AppliedConfig | None:
        """One of them by id."""
        row = self._connection.execute(
            "SELECT id, at, text, summary FROM configs WHERE id = ?", (config_id,)
        ).fetchone()
        return None if row is None else _config(row)

    def of_alert(self, alert_id: AlertId) -> AppliedConfig | None:
        """The one in force when an alert was decided; None: it was decided before there was a history."""
        row = self._connection.execute(
            "SELECT id, at, text, summary FROM configs WHERE id = (SELECT config_id FROM alerts WHERE id = ?)",
            (alert_id,),
        ).fetchone()
        return None if row is None else _config(row)

    def prune(self, before: datetime) -> int:
        """Delete those applied before `before` that no alert names; the newest stays. Gives how many."""
        cursor = self._connection.execute(
            "DELETE FROM configs WHERE at < ? AND id <> (SELECT max(id) FROM configs) "
            "AND id NOT IN (SELECT config_id FROM alerts WHERE config_id IS NOT NULL)",
            (to_text(before),),
        )
        return cursor.rowcount

    def newest(self, limit: int = 20) -> list[AppliedConfig]:
        """The newest first."""
        rows = self._connection.execute("SELECT id, at, text, summary FROM configs ORDER BY id DESC LIMIT ?", (limit,))
        return [_config(row) for row in rows]


def _config(row: tuple[int, str, str, str]) -> AppliedConfig:
    return AppliedConfig(id=row[0], at=to_time(row[1]), text=row[2], summary=tuple(from_json(row[3])))
