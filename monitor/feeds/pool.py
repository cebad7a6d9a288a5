"""Worker processes for parsing: started when first needed, capped in memory, killed at their deadline.

A document that kills its worker costs its own poll and the start of another worker, nothing else.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from monitor.outcomes import Failure, ParseFailed

if TYPE_CHECKING:
    from pebble import ProcessPool

P = ParamSpec("P")
R = TypeVar("R")

WORKERS = 2
TASKS_PER_WORKER = 2_000
_OPENINGS = 3
MEMORY = 768 * 1024 * 1024
"""Bytes of address space a worker may use; a 5 MB body of the worst kind needs a third of it."""


class Pool:
    """A lazy pool of killable processes.

    Args:
        deadline: seconds of wall time a document may take before its worker is killed.
        workers: how many processes; they are all started at the first call.
        idle: seconds without work after which the processes are let go, for they hold some 40 MB.
    """

    def __init__(self, *, deadline: float = 6.0, workers: int = WORKERS, idle: float = 120.0) -> None:
        self._deadline = deadline
        self._workers = workers
        self._idle = idle
        self._running = 0
        self._rest: asyncio.TimerHandle | None = None
        self._pool: ProcessPool | None = None

    @property
    def started(self) -> bool:
        """Whether there are worker processes at the moment."""
        return self._pool is not None

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R | ParseFailed:
        """Call a module's function in a worker; ParseFailed with PARSER_KILLED where the worker did not survive it."""
        self._running += 1
        if self._rest is not None:
            self._rest.cancel()
        try:
            return await self._run(functools.partial(function, *args, **kwargs))
        finally:
            self._running -= 1
            self._rest = asyncio.get_running_loop().call_later(self._idle, self._let_go)

    async def _run(self, task: Callable[[], R]) -> R | ParseFailed:
        from pebble import ProcessExpired

        reason = "the parser's processes were killed from outside, again and again"
        for _ in range(_OPENINGS):
            pool = self._open()
            try:
                return await asyncio.wrap_future(pool.schedule(task, timeout=self._deadline))
            except TimeoutError:
                reason = f"parsing took more than {self._deadline:g} s and was stopped"
            except ProcessExpired as expired:
                reason = f"the parser's process died (exit code {expired.exitcode})"
            except MemoryError:
                reason = f"parsing needed more than {MEMORY // 1024**2} MB and was stopped"
            except RuntimeError:
                # A pool whose idle worker was killed (by the kernel, for memory) is broken for good: take another.
                if pool.active:  # the task's own error
                    raise
                self._abandon(pool)
                continue
            break
        return ParseFailed(kind=Failure.PARSER_KILLED, reason=reason, suggestion="look at the feed in a browser")

    def _let_go(self) -> None:
        """Stop idle workers; joining them blocks, so a thread does it."""
        if self._running == 0 and self._pool is not None:
            pool, self._pool = self._pool, None
            asyncio.get_running_loop().run_in_executor(None, _stop, pool)

    def _abandon(self, pool: ProcessPool) -> None:
        """Forget a broken pool; another call may have done so already."""
        if pool is self._pool:
            self._pool = None
            asyncio.get_running_loop().run_in_executor(None, _stop, pool)

    def _open(self) -> ProcessPool:
        if self._pool is None:
            import multiprocessing

            from pebble import ProcessPool

            # Not fork: the daemon has threads and an open database, which a forked child must not inherit.
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload(["monitor.feeds.read", "feedparser"])
            self._pool = ProcessPool(
                max_workers=self._workers,
                max_tasks=TASKS_PER_WORKER,
                initializer=_prepare_worker,
                initargs=[MEMORY],
                context=context,
            )
        return self._pool

    def close(self) -> None:
        """Stop the workers, whatever they are doing; the next `run` would start new ones."""
        if self._rest is not None:
            self._rest.cancel()
        if self._pool is not None:
            _stop(self._pool)
            self._pool = None


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


def _prepare_worker(memory: int) -> None:
    """Runs first in every worker: the memory cap, and Ctrl-C left to the parent."""
    import resource
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
