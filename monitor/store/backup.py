"""Copies a live database into one file that can be put in its place. Never by copying files: a WAL would be torn."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from monitor.errors import StorageError
from monitor.store.connection import check, connect, storage_error


def copy_to(connection: sqlite3.Connection, target: Path) -> int:
    """Write a compact copy to `target`, readable by its owner alone.

    The copy is made beside the target, checked, and moved there, so that a file of that name is always whole.

    Returns:
        The size of the copy in bytes.

    Raises:
        StorageError: there is no room, the place cannot be written, or the copy turned out damaged.
    """
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        os.close(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600))
        connection.execute("VACUUM INTO ?", (str(partial),))  # allowed onto an empty file
        copy = connect(partial, read_only=True)
        try:
            check(copy, partial)
        finally:
            copy.close()
        partial.replace(target)
    except sqlite3.Error as error:
        raise storage_error(error, target) from error
    except OSError as error:
        raise StorageError(f"cannot write the backup {target}: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)
    return target.stat().st_size
