"""Mends times that were written down under another wall clock. It decides nothing about which clock is right."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.store.rows import to_text, to_time
from monitor.store.tables import Tables

# Times of day (a quiet window's end, a digest) are not in here: they mean the wall clock, whatever it did.
_WAITS = (
    ("feeds", "id", "next_poll_at", "configured = 1"),
    ("deliveries", "id", "next_attempt_at", "state IN ('pending', 'waiting', 'unknown')"),
    ("notices", "id", "next_attempt_at", "state IN ('pending', 'waiting', 'unknown')"),
    ("channels", "name", "parked_until", "parked_until IS NOT NULL"),
    ("channels", "name", "tokens_at", "tokens_at IS NOT NULL"),
)


def shift_waits(tx: Tables, step: timedelta) -> None:
    """After the clock was set back by `step` (negative): whatever waits goes on waiting as long as it would have."""
    for table, key, column, which in _WAITS:
        rows = tx.connection.execute(
            f"SELECT {key}, {column} FROM {table} WHERE {column} IS NOT NULL AND {which}"
        ).fetchall()
        tx.connection.executemany(
            f"UPDATE {table} SET {column} = ? WHERE {key} = ?",
            [(to_text(to_time(text) + step), identity) for identity, text in rows],
        )


def pull_back(tx: Tables, latest: datetime, now: datetime) -> int:
    """At a start: feeds that wait beyond `latest` were given their time by a wrong clock; they are due at `now`."""
    return tx.connection.execute(
        "UPDATE feeds SET next_poll_at = ? WHERE configured = 1 AND next_poll_at > ?", (to_text(now), to_text(latest))
    ).rowcount
