"""One thread that runs blocking sends for the event loop, one after the other. It knows nothing of what it runs."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable

from monitor.delivery.capture import redacted
from monitor.outcomes import SendOutcome

Work = Callable[[], SendOutcome]
_Job = tuple[Work, asyncio.AbstractEventLoop, "asyncio.Future[SendOutcome]"]


class Worker:
    """A daemon thread, so that a send that hangs cannot keep the process from ending. `end` it when it is done with."""

    def __init__(self, name: str) -> None:
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=f"send-{name}", daemon=True)
        self._thread.start()

    def submit(self, work: Work) -> asyncio.Future[SendOutcome]:
        """Run `work` on the thread; the future belongs to the running loop and may be given up at any time."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[SendOutcome] = loop.create_future()
        self._jobs.put((work, loop, done))
        return done

    def end(self) -> None:
        """Let the thread end after what it does now."""
        self._jobs.put(None)

    def alive(self) -> bool:
        """Whether the thread still runs (or hangs)."""
        return self._thread.is_alive()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            work, loop, done = job
            outcome: SendOutcome | None = None
            error: Exception | None = None
            try:
                outcome = work()
            except BaseException as raised:  # noqa: BLE001 — it travels to the caller, whatever it is
                error = RuntimeError(f"{type(raised).__name__}: {redacted(str(raised))}")
            try:
                loop.call_soon_threadsafe(_resolve, done, outcome, error)
            except RuntimeError:
                return  # the loop is closed: nobody waits any more
            del job, work, loop, done  # an idle thread must not keep the last message alive


def _resolve(done: asyncio.Future[SendOutcome], outcome: SendOutcome | None, error: Exception | None) -> None:
    if done.done():
        return  # given up; the late outcome changes nothing
    if error is not None:
        done.set_exception(error)
    elif outcome is not None:
        done.set_result(outcome)
