"""One document at a time is read in this process, and none while many items wait to be stored.

A hundred bodies may arrive at once. Reading them all before the first is stored would hold all their items in memory,
and would keep timers and sockets waiting for a second.
"""

from __future__ import annotations

import asyncio
from types import TracebackType

MOST_WAITING = 300
"""Items read and not yet stored from which reading waits: ten feeds of thirty."""


class Backlog:
    """Counts the items that were read and are not stored yet. One event loop only."""

    def __init__(self) -> None:
        self._waiting = 0
        self._room = asyncio.Event()
        self._room.set()

    async def room(self) -> None:
        """Wait until there are fewer than MOST_WAITING."""
        await self._room.wait()

    def add(self, items: int) -> None:
        """Note items that were read; `remove` must follow, whatever becomes of them."""
        self._waiting += items
        if self._waiting >= MOST_WAITING:
            self._room.clear()

    def remove(self, items: int) -> None:
        """Note that items were stored, or given up."""
        self._waiting -= items
        if self._waiting < MOST_WAITING:
            self._room.set()


class Turn:
    """Holds a lock from the decoding of a document to its items; what goes on in a worker process gives it up early."""

    def __init__(self, lock: asyncio.Lock, backlog: Backlog | None) -> None:
        self._lock = lock
        self._backlog = backlog
        self._held = False

    async def __aenter__(self) -> Turn:
        await self._lock.acquire()
        self._held = True
        try:
            if self._backlog is not None:
                await self._backlog.room()
            await asyncio.sleep(0)  # a round of the event loop for everybody else between two documents
        except BaseException:
            self.give_up()
            raise
        return self

    def give_up(self) -> None:
        """Let the next document be read."""
        if self._held:
            self._held = False
            self._lock.release()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.give_up()
