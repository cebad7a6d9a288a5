"""Brings a database to the shape this program knows, forward only. It must not be imported's cost on a usual start:
sqlite-utils is loaded only when a step is pending.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from monitor.errors import StorageError
from monitor.store.connection import storage_error
from monitor.store.schema import STEPS, Step

_SET = "monitor"


def migrate(connection: sqlite3.Connection, path: Path, steps: Sequence[Step] = STEPS) -> int:
    """Apply the steps that `connection`'s database has not seen; all of them or none.

    An older database is copied first to a file beside it, named for its version.

    Returns:
        How many steps were applied.

    Raises:
        StorageError: the database is newer than this program, or a step failed (nothing was changed then).
    """
    try:
        found = _version(connection)
        if found == len(steps):
            return 0
        _refuse_newer(found, len(steps), path)
        if found:
            _keep_copy(connection, path.with_name(f"{path.stem}-before-v{len(steps)}{path.suffix}"))
        connection.execute("BEGIN IMMEDIATE")
        try:
            found = _version(connection)  # another process may have been faster
            _refuse_newer(found, len(steps), path)
            if found < len(steps):
                _apply(connection, steps)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    except sqlite3.Error as error:
        raise storage_error(error, path) from error
    return len(steps) - found


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _refuse_newer(found: int, known: int, path: Path) -> None:
    if found > known:
        raise StorageError(
            f"the database {path} was written by a newer monitor (its form is {found}, this one knows {known})",
            hint="update the monitor, or use a backup made before the update",
        )


def _apply(connection: sqlite3.Connection, steps: Sequence[Step]) -> None:
    from sqlite_utils import Database, Migrations

    migrations = Migrations(_SET)
    for step in steps:

        def run(database: Any, step: Step = step) -> None:
            for statement in step.statements:
                database.execute(statement)

        migrations(name=step.name)(run)
    migrations.apply(Database(connection))
    connection.execute(f"PRAGMA user_version = {len(steps)}")


def _keep_copy(connection: sqlite3.Connection, target: Path) -> None:
    from monitor.store.backup import copy_to

    if not target.exists():  # a second try keeps the first, untouched copy
        copy_to(connection, target)
