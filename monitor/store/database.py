"""The store: opens the database, hands writes to the one writer and reads to read connections.

Nothing outside this package sees SQL or a row. Whether another daemon runs is the lock's business, not this module's.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, TypeVar

from monitor.errors import StorageError
from monitor.store.connection import check, connect, create_private, storage_error
from monitor.store.files import DATABASE_NAME
from monitor.store.jobs import Job
from monitor.store.migrations import migrate
from monitor.store.tables import Tables
from monitor.store.writer import Writer

READERS = 4
TOGETHER_SECONDS = 0.02  # how long small writes of one kind wait for each other
WAITING = 128  # writes of coroutines in the queue; the others wait before it

P = ParamSpec("P")
T = TypeVar("T")
V = TypeVar("V")


class Store:
    """The database of one state folder. Make it with `Store.open`; close it, or use it in a `with`.

    `clock` gives the time for the rows the store writes on its own account; decisions take `now` as a parameter.
    """

    def __init__(
        self, path: Path, clock: Callable[[], datetime], factory: type[sqlite3.Connection] = sqlite3.Connection
    ) -> None:
        self.path = path
        self.clock = clock
        self._factory = factory
        self._guard = threading.Lock()
        self._writer: Writer | None = None
        self._executor: ThreadPoolExecutor | None = None
        self._idle: queue.LifoQueue[Tables] = queue.LifoQueue()
        self._gate: tuple[asyncio.AbstractEventLoop, asyncio.Semaphore] | None = None
        self._together: dict[object, tuple[list[Any], asyncio.Task[object]]] = {}
        self._closed = False

    @classmethod
    def open(
        cls,
        folder: Path,
        clock: Callable[[], datetime],
        *,
        check_pages: bool = False,
        factory: type[sqlite3.Connection] = sqlite3.Connection,
    ) -> Store:
        """Open, creating and migrating where needed. Costs one cheap query where nothing is pending.

        Args:
            folder: the state folder; made for its owner alone when it is not there.
            clock: the time now, aware, in UTC.
            check_pages: look over every page first (a daemon's start; about a second a gigabyte).
            factory: the connection class of the writer (tests break statements with it).

        Raises:
            StorageError: it cannot be opened, is damaged, is no database, or was written by a newer program.
        """
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"cannot make the state folder {folder}: {error.strerror}") from error
        path = folder / DATABASE_NAME
        create_private(path)
        connection = connect(path)
        try:
            migrate(connection, path)
            if check_pages:
                check(connection, path)
        finally:
            connection.close()
        return cls(path, clock, factory)

    # --- writing ------------------------------------------------------------------------------------------------------

    async def write(self, function: Callable[Concatenate[Tables, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function(tx, …)` in one transaction on the writer's thread; returns after the COMMIT.

        A call that is cancelled while it waits is not run; one that runs is finished.

        Raises:
            StorageError: the database refused; nothing of this write was kept. The function's own errors pass through.
        """
        async with self._waiting_room():
            job = Job.for_coroutine(_bound(function, kwargs), args)
            self._submit(job)
            return await job.future  # type: ignore[no-any-return, misc]

    async def write_together(self, function: Callable[[Tables, Sequence[V]], object], value: V) -> None:
        """Run `function(tx, [value, …])` once for all that ask within some milliseconds; returns after the COMMIT.

        For small writes of many coroutines, none of which can fail by itself: handing each one to the writer and back
        costs more than the write.

        Raises:
            StorageError: the database refused; nothing of what was written together was kept.
        """
        waiting = self._together.get(function)
        if waiting is None:
            values: list[V] = []
            waiting = self._together[function] = (values, asyncio.create_task(self._write_soon(function, values)))
        waiting[0].append(value)
        await asyncio.shield(waiting[1])  # one who stops waiting takes nothing from the others

    async def _write_soon(self, function: Callable[[Tables, Sequence[V]], object], values: list[V]) -> None:
        try:
            await asyncio.sleep(TOGETHER_SECONDS)
        finally:
            del self._together[function]  # who comes from now on waits for the next one
        await self.write(function, values)

    def write_sync(self, function: Callable[Concatenate[Tables, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As `write`, for callers without a loop; blocks until the COMMIT."""
        job = Job.for_thread(_bound(function, kwargs), args)
        self._submit(job)
        return job.future.result()  # type: ignore[no-any-return]

    def _submit(self, job: Job) -> None:
        with self._guard:
            if self._closed:
                raise StorageError("the database is closed")
            if self._writer is None:
                self._writer = Writer(self.path, self._factory)
            self._writer.submit(job)

    def _waiting_room(self) -> asyncio.Semaphore:
        """Keeps coroutines, not threads, waiting when much is queued: memory stays bounded and the loop free."""
        loop = asyncio.get_running_loop()
        if self._gate is None or self._gate[0] is not loop:
            self._gate = (loop, asyncio.Semaphore(WAITING))
        return self._gate[1]

    # --- reading ------------------------------------------------------------------------------------------------------

    def look(self, function: Callable[Concatenate[Tables, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As `read`, for a function that asks one question: a query is a snapshot by itself and needs no transaction.

        Raises:
            StorageError: the database refused.
        """
        with self._reader() as tables:
            try:
                return function(tables, *args, **kwargs)
            except sqlite3.Error as error:
                raise storage_error(error, self.path) from error

    def read(self, function: Callable[Concatenate[Tables, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function(tx, …)` on a read connection, on one snapshot of the database.

        Raises:
            StorageError: the database refused.
        """
        with self._reader() as tables:
            try:
                tables.connection.execute("BEGIN")
                try:
                    return function(tables, *args, **kwargs)
                finally:
                    if tables.connection.in_transaction:
                        tables.connection.execute("ROLLBACK")
            except sqlite3.Error as error:
                raise storage_error(error, self.path) from error

    async def aread(self, function: Callable[Concatenate[Tables, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As `read`, on a thread, so that the loop goes on."""
        with self._guard:
            if self._executor is None:
                self._executor = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")
            executor = self._executor
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(executor, lambda: self.read(function, *args, **kwargs))

    @contextlib.contextmanager
    def _reader(self) -> Iterator[Tables]:
        if self._closed:
            raise StorageError("the database is closed")
        try:
            tables = self._idle.get_nowait()
        except queue.Empty:
            tables = Tables(connect(self.path, read_only=True))
        try:
            yield tables
        finally:
            self._give_back(tables)

    def _give_back(self, tables: Tables) -> None:
        if self._closed:  # meanwhile
            tables.connection.close()
        else:
            self._idle.put(tables)

    def backup(self, target: Path) -> int:
        """Copy the live database to `target`, whole and compact; returns its size in bytes.

        Raises:
            StorageError: there is no room, or the place cannot be written.
        """
        from monitor.store.backup import copy_to

        connection = connect(self.path)  # its own: VACUUM INTO does not run inside a transaction or under query_only
        try:
            return copy_to(connection, target)
        finally:
            connection.close()

    # --- the end ------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Finish the queued writes and close every connection. Safe to call twice."""
        with self._guard:
            self._closed = True
            writer, self._writer = self._writer, None
            executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=True)
        if writer is not None:
            writer.close()
        with contextlib.suppress(queue.Empty):
            while True:
                self._idle.get_nowait().connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _bound(function: Callable[..., Any], keywords: dict[str, Any]) -> Callable[..., Any]:
    return partial(function, **keywords) if keywords else function
