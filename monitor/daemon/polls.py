"""Keeps a bounded number of polls in hand: what is due comes from the database, what hangs does not hold the others up.

A poll that takes longer than a moment no longer counts against `concurrency`, only against a wider limit: a hundred
hanging feeds then cost a hundred idle connections, not every slot.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from monitor.daemon.nudge import Nudged
from monitor.daemon.queue import DueQueue
from monitor.logs import get_logger

PATIENCE_SECONDS = 2.0
WIDER = 5  # at most this many times `concurrency` in hand, slow ones included
REFRESH_SECONDS = 0.5
REST_SECONDS = 60.0

DueNow = Callable[[], Awaitable[Sequence[str]]]
PollFeed = Callable[[str], Awaitable[object]]


class Polls:
    """Starts polls of due feeds until told to stop.

    Args:
        due: names of the feeds that are due, longest due first.
        poll: polls one feed and commits what came of it; must not raise for anything the feed does.
        host: the host of a feed, by name.
        concurrency, per_host: as configured.
    """

    def __init__(
        self, due: DueNow, poll: PollFeed, host: Callable[[str], str], *, concurrency: int, per_host: int
    ) -> None:
        self._due = due
        self._poll = poll
        self._concurrency = concurrency
        self._queue = DueQueue(per_host * 2, host)  # the fetcher spaces them; two rounds in hand keep it busy
        self._started: dict[str, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._resting: dict[str, float] = {}
        self._refreshed_at = 0.0
        self._log = get_logger()
        self._pump = Nudged("poll", self._fill)

    @property
    def running(self) -> frozenset[str]:
        """The feeds that are being polled now."""
        return frozenset(self._started)

    def start(self) -> None:
        """Begin to listen; the first `look` starts polls."""
        self._pump.start()

    async def look(self) -> None:
        """Look for due feeds soon. Called by the clock; cheap when nothing is due."""
        self._pump.nudge()

    def resize(self, *, concurrency: int, per_host: int) -> None:
        """Take over changed limits; polls in hand go on."""
        self._concurrency = concurrency
        self._queue.resize(per_host * 2)

    async def stop(self, grace: float) -> int:
        """Start nothing more; give polls in hand `grace` seconds, then cancel them. Returns how many were cut."""
        await self._pump.stop(grace)
        if not self._tasks:
            return 0
        _, late = await asyncio.wait(self._tasks, timeout=grace)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return len(late)

    async def _fill(self) -> None:
        now = time.monotonic()
        stale = now - self._refreshed_at >= REFRESH_SECONDS
        if stale:
            self._refreshed_at = now
            self._resting = {name: until for name, until in self._resting.items() if until > now}
            self._queue.refill(await self._due(), self._started.keys() | self._resting.keys())
        for name in self._queue.take(self._free_slots()):
            self._started[name] = time.monotonic()
            task = asyncio.create_task(self._one(name), name=f"poll-{name}")
            self._tasks.add(task)
            task.add_done_callback(partial(self._ended, name))

    def _free_slots(self) -> int:
        recent = time.monotonic() - PATIENCE_SECONDS
        quick = sum(started >= recent for started in self._started.values())
        return min(self._concurrency - quick, self._concurrency * WIDER - len(self._started))

    def _ended(self, name: str, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # A fault of ours that left the feed due as before: without a rest it would come again at once, for ever.
            self._resting[name] = time.monotonic() + REST_SECONDS
            self._log.error("poll_failed", feed=name, exc_info=error)

    async def _one(self, name: str) -> None:
        try:
            await self._poll(name)
        finally:
            self._started.pop(name, None)
            self._queue.done(name)
            if self._queue:
                self._pump.nudge()
