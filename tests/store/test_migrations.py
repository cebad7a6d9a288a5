"""Forward only, all or nothing, from whatever an older program left."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from monitor.errors import StorageError
from monitor.store import schema
from monitor.store.connection import connect, create_private
from monitor.store.database import Store
from monitor.store.files import DATABASE_NAME
from monitor.store.migrations import migrate
from monitor.store.schema import STEPS, Step
from tests.support.world import NOW

OLD = Path(__file__).parent / "data" / "monitor-v1.sql"


def clock() -> datetime:
    return NOW


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / DATABASE_NAME
    create_private(path)
    return path


@pytest.fixture
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(path)) as connection:
        yield connection


NEXT = Step(name="9999_note", statements=("ALTER TABLE feeds ADD COLUMN note TEXT NOT NULL DEFAULT ''",))
BROKEN = Step(name="9999_broken", statements=("CREATE TABLE half (x)", "CREATE TABLE half (x)"))


def test_new_database_gets_every_step(connection: sqlite3.Connection, path: Path) -> None:
    assert migrate(connection, path) == len(STEPS)
    assert connection.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
    assert migrate(connection, path) == 0


def test_older_database_gets_what_it_lacks_and_a_copy_is_kept(connection: sqlite3.Connection, path: Path) -> None:
    migrate(connection, path)
    connection.execute("INSERT INTO meta (key, value) VALUES ('kept', 'yes')")

    assert migrate(connection, path, (*STEPS, NEXT)) == 1

    assert connection.execute("SELECT value FROM meta").fetchone() == ("yes",)
    assert "note" in [row[1] for row in connection.execute("PRAGMA table_info(feeds)")]
    copy = path.with_name(f"monitor-before-v{len(STEPS) + 1}.db")
    with closing(sqlite3.connect(copy)) as kept:
        assert kept.execute("PRAGMA user_version").fetchone() == (len(STEPS),)
        assert kept.execute("SELECT value FROM meta").fetchone() == ("yes",)


def test_failing_step_changes_nothing(connection: sqlite3.Connection, path: Path) -> None:
    migrate(connection, path)

    with pytest.raises(StorageError, match="half"):
        migrate(connection, path, (*STEPS, NEXT, BROKEN))

    assert connection.execute("PRAGMA user_version").fetchone() == (len(STEPS),)
    assert "note" not in [row[1] for row in connection.execute("PRAGMA table_info(feeds)")]
    assert migrate(connection, path, (*STEPS, NEXT)) == 1


def test_newer_database_is_refused_and_left_alone(connection: sqlite3.Connection, path: Path) -> None:
    migrate(connection, path, (*STEPS, NEXT))

    with pytest.raises(StorageError, match=r"newer monitor.*update"):
        Store.open(path.parent, clock)


def test_database_as_version_1_left_it_opens_and_works(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / DATABASE_NAME)) as old:
        old.executescript(OLD.read_text("utf-8"))
    with Store.open(tmp_path, clock, check_pages=True) as store:
        (alert,) = store.read(lambda tx: tx.alerts.newest())
        assert alert.item.title == "قصف عنيف على رفح فجر اليوم"
        assert store.read(lambda tx: tx.outbox.counts()) == {"pending": 1}
        assert store.read(lambda tx: tx.connection.execute("PRAGMA foreign_key_check").fetchall()) == []
        assert store.read(lambda tx: tx.connection.execute("PRAGMA user_version").fetchone()[0]) == schema.VERSION
