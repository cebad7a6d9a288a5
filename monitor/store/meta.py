"""Single values the program remembers, by name. It must not hold what belongs in a table of its own."""

from __future__ import annotations

import sqlite3

from monitor.store.rows import safe

STORIES_EDITED = "stories_edited"  # counts corrections by hand, so that a running daemon reloads its grouping


class Meta:
    """A small map of text to text."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, key: str, default: str = "") -> str:
        """The value of `key`, or `default`."""
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return default if row is None else str(row[0])

    def set(self, key: str, value: str) -> None:
        """Remember `value` for `key`."""
        self._connection.execute(
            "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, safe(value)),
        )

    def count_up(self, key: str) -> int:
        """Add one to the number in `key` (0 where nothing stands) and give it."""
        number = int(self.get(key, "0")) + 1
        self.set(key, str(number))
        return number
