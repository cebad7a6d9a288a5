"""What each channel remembers over a restart: its pace, its parking, its failures. It decides nothing of them."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.store.rows import safe, to_text_or_none, to_time_or_none


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelMemory:
    """One channel's row. `tokens` None: its bucket was never used. The other fields stand in the schema's order."""

    name: str
    tokens: float | None = None
    tokens_at: datetime | None = None
    parked_until: datetime | None = None
    parked_reason: str = ""
    failing_since: datetime | None = None
    failures: int = 0
    last_sent_at: datetime | None = None
    last_digest_at: datetime | None = None
    last_error: str = ""
    broken: bool = False
    gap_from: datetime | None = None
    gap_until: datetime | None = None
    gather_until: datetime | None = None
    address: str = ""


_COLUMNS = (
    "name, tokens, tokens_at, parked_until, parked_reason, failing_since, failures, last_sent_at, last_digest_at, "
    "last_error, broken, gap_from, gap_until, gather_until, address"
)


class Channels:
    """The channels table."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, name: str) -> ChannelMemory:
        """What is remembered of a channel; a blank memory where there is none."""
        row = self._connection.execute(f"SELECT {_COLUMNS} FROM channels WHERE name = ?", (name,)).fetchone()
        return ChannelMemory(name=name) if row is None else _memory(row)

    def all(self) -> dict[str, ChannelMemory]:
        """Every remembered channel, by name."""
        rows = self._connection.execute(f"SELECT {_COLUMNS} FROM channels ORDER BY name")
        return {row[0]: _memory(row) for row in rows}

    def save(self, memory: ChannelMemory) -> None:
        """Put `memory` in the place of what was remembered."""
        self._connection.execute(
            f"INSERT OR REPLACE INTO channels ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                memory.name,
                memory.tokens,
                to_text_or_none(memory.tokens_at),
                to_text_or_none(memory.parked_until),
                safe(memory.parked_reason),
                to_text_or_none(memory.failing_since),
                memory.failures,
                to_text_or_none(memory.last_sent_at),
                to_text_or_none(memory.last_digest_at),
                safe(memory.last_error),
                memory.broken,
                to_text_or_none(memory.gap_from),
                to_text_or_none(memory.gap_until),
                to_text_or_none(memory.gather_until),
                memory.address,
            ),
        )


def _memory(row: tuple[Any, ...]) -> ChannelMemory:
    return ChannelMemory(
        name=row[0],
        tokens=row[1],
        tokens_at=to_time_or_none(row[2]),
        parked_until=to_time_or_none(row[3]),
        parked_reason=row[4],
        failing_since=to_time_or_none(row[5]),
        failures=row[6],
        last_sent_at=to_time_or_none(row[7]),
        last_digest_at=to_time_or_none(row[8]),
        last_error=row[9],
        broken=bool(row[10]),
        gap_from=to_time_or_none(row[11]),
        gap_until=to_time_or_none(row[12]),
        gather_until=to_time_or_none(row[13]),
        address=row[14],
    )
