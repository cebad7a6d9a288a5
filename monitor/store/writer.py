"""The single writer: one thread, one connection, waiting writes joined into one commit.

Each write runs in a savepoint, so that a failing one hurts only itself; a caller hears "done" only after the COMMIT. It
must not know what is written.
"""

from __future__ import annotations

import contextlib
import queue
import sqlite3
import threading
import time
from pathlib import Path

from monitor.errors import StorageError
from monitor.store.connection import connect, is_broken, storage_error
from monitor.store.jobs import Job, answer
from monitor.store.tables import Tables

BATCH_LENGTH = 256
BATCH_SECONDS = 0.1  # of work before a commit; waiting callers should not wait longer for it


class Writer:
    """Runs functions of `(tx, *arguments)` on its own thread.

    Args:
        path: the database; it must exist and be migrated.
        factory: the connection class (tests break statements with it).
    """

    def __init__(self, path: Path, factory: type[sqlite3.Connection] = sqlite3.Connection) -> None:
        self._path = path
        self._factory = factory
        self._connection: sqlite3.Connection | None = None
        self._tables: Tables | None = None
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()  # bounded by those who wait, in database.py
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Queue a write. Its future is answered after the COMMIT, with the function's own error or a StorageError."""
        if self._closed:
            raise StorageError("the database is closed")
        if threading.current_thread() is self._thread:
            raise StorageError("a write may not wait for another write")
        self._jobs.put(job)

    def close(self) -> None:
        """Finish what is queued, then close the connection. Safe to call twice."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
        self._thread.join()

    # --- on the writer's thread ---------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while (job := self._jobs.get()) is not None:
                if not self._batch(job):
                    break
        finally:
            self._closed = True  # should this thread ever die, callers must hear of it, not wait for ever
            self._refuse_waiting()
            self._drop_connection()

    def _refuse_waiting(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                job = self._jobs.get_nowait()
                if job is not None and job.wanted():
                    job.error = StorageError("the database is closed")
                    answer((job,))

    def _batch(self, first: Job) -> bool:
        """Run `first` and what waits behind it in one transaction. False: the end was asked for."""
        go_on = True
        taken: list[Job] = []
        job: Job | None = first
        try:
            tables = self._begin()
            until = time.monotonic() + BATCH_SECONDS
            while job is not None:
                if job.wanted():
                    taken.append(job)
                    self._one(tables, job)
                if not tables.connection.in_transaction:
                    raise StorageError(f"the database {self._path} gave the transaction up; nothing of it was kept")
                if len(taken) >= BATCH_LENGTH or time.monotonic() >= until:
                    break
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
                go_on = job is not None
            tables.connection.execute("COMMIT")
        except BaseException as error:  # noqa: BLE001 — it belongs to those who wait; this thread serves the next
            self._give_up(taken or [first], error)
            return go_on
        tables.committed()
        answer(taken)
        return go_on

    def _begin(self) -> Tables:
        if self._connection is None or self._tables is None:
            self._connection = connect(self._path, factory=self._factory)
            self._tables = Tables(self._connection)
        self._connection.execute("BEGIN IMMEDIATE")
        return self._tables

    def _one(self, tables: Tables, job: Job) -> None:
        """Run one write in its savepoint; a failing one is undone and carries its error."""
        connection = tables.connection
        mark = tables.mark()
        try:
            connection.execute("SAVEPOINT job")
            job.result = job.function(tables, *job.arguments)
            connection.execute("RELEASE job")
        except BaseException as error:  # noqa: BLE001 — it travels to the caller, whatever it is
            self._undo_job(connection)
            tables.undo(mark)
            job.result, job.error = None, self._spoken(error)

    @staticmethod
    def _undo_job(connection: sqlite3.Connection) -> None:
        """Back to the savepoint; where that cannot be done, the whole transaction goes, rather than half a write."""
        if not connection.in_transaction:
            return
        try:
            connection.execute("ROLLBACK TO job")
            connection.execute("RELEASE job")
        except sqlite3.Error:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")

    def _give_up(self, taken: list[Job], error: BaseException) -> None:
        """The whole batch failed: undo it, tell everyone, and start over with a new connection if need be."""
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
        if self._tables is not None:
            self._tables.undo(0)
        for job in taken:
            job.error = job.error or self._spoken(error)
        answer(taken)
        if isinstance(error, sqlite3.Error) and is_broken(error):
            self._drop_connection()

    def _spoken(self, error: BaseException) -> BaseException:
        if isinstance(error, sqlite3.Error):
            spoken = storage_error(error, self._path)
            spoken.__cause__ = error
            return spoken
        return error

    def _drop_connection(self) -> None:
        connection, self._connection, self._tables = self._connection, None, None
        if connection is not None:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("PRAGMA optimize")
            connection.close()
