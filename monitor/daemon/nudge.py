"""Runs one piece of work whenever it is nudged, one run at a time; a nudge during a run means one more run after it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from monitor.logs import get_logger


class Nudged:
    """Turns "a poll has committed" and "a second has passed" into runs of `work` that never overlap.

    Args:
        name: for the log.
        work: one run; returns when it has done what is due now.
    """

    def __init__(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        self._name = name
        self._work = work
        self._wanted = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._log = get_logger()

    def nudge(self) -> None:
        """There may be something to do."""
        self._wanted.set()

    def start(self) -> None:
        """Begin to listen for nudges."""
        self._loop = asyncio.create_task(self._listen(), name=f"nudged-{self._name}")

    async def stop(self, grace: float) -> bool:
        """Start no new run; wait `grace` seconds for the one in hand, then cancel it. Returns whether it had ended."""
        try:
            async with asyncio.timeout(grace):
                await self._idle.wait()
            ended = True
        except TimeoutError:
            ended = False
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        return ended

    async def _listen(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            self._idle.clear()
            try:
                await self._work()
            except Exception:  # noqa: BLE001 - one failing run must not end the daemon; the next nudge tries again
                self._log.exception("tick_failed", tick=self._name)
            finally:
                self._idle.set()
