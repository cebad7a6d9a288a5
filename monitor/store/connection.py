"""Opens SQLite connections as this program needs them and says in plain words what SQLite refuses.

Every connection is made here. It must not know tables.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from monitor.errors import StorageError

BUSY_SECONDS = 10.0
CACHE_KIB = 2_000  # as SQLite itself; more saved nothing that could be measured, and each connection has its own

# Primary result codes (https://sqlite.org/rescode.html) → what a person should do. The low byte of an extended code.
_HINTS = {
    sqlite3.SQLITE_FULL: "free some space on that disk; nothing of this write was kept, and it will be tried again",
    sqlite3.SQLITE_READONLY: "give this user the right to write the state folder and the files in it",
    sqlite3.SQLITE_CANTOPEN: "check that the state folder exists and that this user may write to it",
    sqlite3.SQLITE_PERM: "check that this user may read and write the state folder",
    sqlite3.SQLITE_NOTADB: "move that file away to begin anew, or put a backup in its place",
    sqlite3.SQLITE_CORRUPT: "stop the monitor, keep the file, and put the newest backup in its place",
    sqlite3.SQLITE_IOERR: "check the disk and its cables, then the system's log",
    sqlite3.SQLITE_BUSY: "another program holds the database; close it (a database browser, a copy in progress)",
    sqlite3.SQLITE_LOCKED: "another program holds the database; close it (a database browser, a copy in progress)",
}


def result_code(error: sqlite3.Error) -> int:
    """SQLite's primary result code, or 0 where the driver itself raised."""
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF


def storage_error(error: sqlite3.Error, path: Path) -> StorageError:
    """`error` as a person should read it."""
    return StorageError(f"the database {path} refused: {error}", hint=_HINTS.get(result_code(error), ""))


def is_broken(error: sqlite3.Error) -> bool:
    """Whether the connection should be opened anew before it is used again."""
    return result_code(error) in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOTADB)


def create_private(path: Path) -> None:
    """Make the file for its owner alone before SQLite does; -wal and -shm inherit its mode. An open one is narrowed."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except PermissionError:
        return  # a read-only state: SQLite will open what it can and say what it cannot
    except OSError as error:
        raise StorageError(f"cannot open {path}: {error.strerror}", hint="check the `state` folder") from error
    try:
        if os.fstat(descriptor).st_mode & 0o077:
            os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)


def connect(
    path: Path,
    *,
    read_only: bool = False,
    factory: type[sqlite3.Connection] = sqlite3.Connection,
) -> sqlite3.Connection:
    """A connection in autocommit mode: transactions are begun and ended by our own words.

    Args:
        path: the database; it must exist.
        read_only: for queries; it cannot write, whatever SQL it is given.
        factory: the class to make; tests count and break statements with it.

    Raises:
        StorageError: the file cannot be opened or is no database.
    """
    try:
        connection = sqlite3.connect(
            path,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,  # one user at a time; which thread is ours to decide
            factory=factory,
            cached_statements=256,
        )
    except sqlite3.Error as error:
        raise storage_error(error, path) from error
    try:
        _configure(connection, read_only=read_only)
    except sqlite3.Error as error:
        connection.close()
        raise storage_error(error, path) from error
    return connection


def _configure(connection: sqlite3.Connection, *, read_only: bool) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA trusted_schema = OFF")
    if read_only:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA schema_version").fetchone()  # reads the header: not a database is found out here
        return
    # A database in a read-only place keeps its mode; the first write says why it cannot be done.
    connection.execute("PRAGMA journal_mode = WAL").fetchone()
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA journal_size_limit = 67108864")


def check(connection: sqlite3.Connection, path: Path) -> None:
    """A quick look over every page.

    Raises:
        StorageError: the database is damaged; the first finding is named.
    """
    try:
        (finding,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise storage_error(error, path) from error
    if finding != "ok":
        hint = _HINTS[sqlite3.SQLITE_CORRUPT]
        raise StorageError(f"the database {path} is damaged: {finding.splitlines()[-1]}", hint=hint)
