"""Writes on their way to the writer and answers on their way back. It must not know SQL."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True, eq=False)
class Job:
    """One write. `loop`: the event loop whose coroutine waits for `future`; None: a thread waits."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    future: asyncio.Future[Any] | Future[Any]
    loop: asyncio.AbstractEventLoop | None = None
    result: Any = None
    error: BaseException | None = None

    @classmethod
    def for_thread(cls, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Job:
        """A write that a thread waits for."""
        return cls(function, arguments, Future())

    @classmethod
    def for_coroutine(cls, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Job:
        """A write that a coroutine of the running loop waits for."""
        loop = asyncio.get_running_loop()
        return cls(function, arguments, loop.create_future(), loop)

    def wanted(self) -> bool:
        """Whether anybody still waits; asked once, before the write is run."""
        if isinstance(self.future, Future):
            return self.future.set_running_or_notify_cancel()
        return not self.future.cancelled()


def answer(jobs: Iterable[Job]) -> None:
    """Tell everyone who waits, with one call into each event loop: a call wakes it, and a batch has many waiters."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Job]] = {}
    for job in jobs:
        if job.loop is None:
            _settle((job,))
        else:
            by_loop.setdefault(job.loop, []).append(job)
    for loop, waiting in by_loop.items():
        with contextlib.suppress(RuntimeError):  # the loop has ended, and who waited with it
            loop.call_soon_threadsafe(_settle, waiting)


def _settle(jobs: Iterable[Job]) -> None:
    for job in jobs:
        if job.future.done():
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
