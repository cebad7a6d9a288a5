"""Opening, writing in batches, reading, closing, and what SQLite refuses.

With the parts behind it: monitor.store.writer, monitor.store.jobs, monitor.store.backup.
"""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import StorageError
from monitor.store.database import Store
from monitor.store.files import DATABASE_NAME
from monitor.store.tables import Tables
from tests.support.world import NOW


def clock() -> datetime:
    return NOW


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "state", clock) as store:
        yield store


def put(tx: Tables, key: str, value: str = "x") -> str:
    tx.meta.set(key, value)
    return key


def keys(store: Store) -> list[str]:
    return store.read(lambda tx: [row[0] for row in tx.connection.execute("SELECT key FROM meta ORDER BY key")])


def test_written_value_is_read(store: Store) -> None:
    assert store.write_sync(put, "a") == "a"
    assert keys(store) == ["a"]


def test_files_are_for_their_owner_alone(store: Store) -> None:
    store.write_sync(put, "a")
    folder = store.path.parent
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert set(modes.values()) == {0o600}
    assert f"{DATABASE_NAME}-wal" in modes
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_file_that_was_open_to_others_is_narrowed(tmp_path: Path) -> None:
    Store.open(tmp_path, clock).close()
    path = tmp_path / DATABASE_NAME
    path.chmod(0o644)
    Store.open(tmp_path, clock).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_connections_are_set_up_as_promised(store: Store) -> None:
    def pragmas(tx: Tables) -> list[Any]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return [tx.connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]

    assert store.write_sync(pragmas) == ["wal", 1, 1, 10_000]


def test_failing_write_hurts_only_itself(store: Store) -> None:
    gate, outcomes = threading.Event(), []

    def wait(tx: Tables) -> None:
        gate.wait(10)

    def fail(tx: Tables) -> None:
        put(tx, "half")
        raise ZeroDivisionError

    def run(function: Any, *args: Any) -> None:
        try:
            outcomes.append(store.write_sync(function, *args))
        except ZeroDivisionError:
            outcomes.append("failed")

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(run, wait)
        others = [pool.submit(run, put, "before"), pool.submit(run, fail), pool.submit(run, put, "after")]
        gate.set()
        for future in (first, *others):
            future.result(10)

    assert sorted(str(one) for one in outcomes) == ["None", "after", "before", "failed"]
    assert keys(store) == ["after", "before"]


class Counting(sqlite3.Connection):
    """Counts commits."""

    commits = 0

    def execute(self, *args: Any) -> sqlite3.Cursor:
        """Count COMMIT among the statements."""
        type(self).commits += args[0] == "COMMIT"
        return super().execute(*args)


async def test_waiting_writes_are_joined_into_one_commit(tmp_path: Path) -> None:
    Counting.commits = 0
    with Store.open(tmp_path, clock, factory=Counting) as store:
        gate = threading.Event()
        first = asyncio.ensure_future(store.write(lambda tx: gate.wait(10)))
        rest = [asyncio.ensure_future(store.write(put, f"{number:03}")) for number in range(100)]
        for _ in range(3):
            await asyncio.sleep(0)  # let them queue up behind the first
        gate.set()
        await asyncio.gather(first, *rest)
        assert len(keys(store)) == 100
        assert Counting.commits <= 5


async def test_many_writers_at_once_lose_nothing(store: Store) -> None:
    def add_one(tx: Tables) -> int:
        return tx.meta.count_up("n")

    numbers = await asyncio.gather(*(store.write(add_one) for _ in range(600)))
    assert sorted(numbers) == list(range(1, 601))


def test_caller_hears_only_after_the_commit(store: Store) -> None:
    store.write_sync(put, "a")
    other = sqlite3.connect(store.path)
    assert other.execute("SELECT count(*) FROM meta").fetchone() == (1,)
    other.close()


async def test_cancelled_write_that_waits_is_not_run(store: Store) -> None:
    gate = threading.Event()
    first = asyncio.ensure_future(store.write(lambda tx: gate.wait(10)))
    await asyncio.sleep(0)
    second = asyncio.ensure_future(store.write(put, "cancelled"))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    gate.set()
    await first
    await store.write(put, "next")
    assert keys(store) == ["next"]


def test_write_within_a_write_is_refused_not_a_deadlock(store: Store) -> None:
    with pytest.raises(StorageError, match="wait for another"):
        store.write_sync(lambda tx: store.write_sync(put, "a"))


def test_read_sees_one_moment(store: Store) -> None:
    store.write_sync(put, "a")

    def twice(tx: Tables) -> tuple[int, int]:
        first = tx.connection.execute("SELECT count(*) FROM meta").fetchone()[0]
        store.write_sync(put, "b")
        return first, tx.connection.execute("SELECT count(*) FROM meta").fetchone()[0]

    assert store.read(twice) == (1, 1)
    assert keys(store) == ["a", "b"]


def test_read_cannot_write(store: Store) -> None:
    with pytest.raises(StorageError, match="readonly"):
        store.read(put, "a")


async def test_reads_run_beside_the_loop(store: Store) -> None:
    await store.write(put, "a")
    assert await asyncio.gather(*(store.aread(lambda tx: tx.meta.get("a")) for _ in range(20))) == ["x"] * 20


def test_hooks_follow_the_transaction(store: Store) -> None:
    heard: list[str] = []

    def good(tx: Tables) -> None:
        tx.on_commit(lambda: heard.append("committed"))
        tx.on_rollback(lambda: heard.append("wrong"))

    def bad(tx: Tables) -> None:
        tx.on_rollback(lambda: heard.append("undone"))
        raise ZeroDivisionError

    store.write_sync(good)
    with pytest.raises(ZeroDivisionError):
        store.write_sync(bad)
    store.write_sync(put, "a")
    assert heard == ["committed", "undone"]


def test_closed_store_says_so(tmp_path: Path) -> None:
    store = Store.open(tmp_path, clock)
    store.write_sync(put, "a")
    store.close()
    store.close()
    for use in (store.write_sync, store.read):
        with pytest.raises(StorageError, match="closed"):
            use(put, "b")


def test_queued_writes_are_finished_before_the_end(tmp_path: Path) -> None:
    store = Store.open(tmp_path, clock)
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(store.write_sync, put, f"{number}") for number in range(50)]
        done = [future.result(10) for future in waiting]
        store.close()
    with Store.open(tmp_path, clock) as again:
        assert keys(again) == sorted(done)


# --- what SQLite refuses ----------------------------------------------------------------------------------------------


def test_full_disk_is_said_nothing_is_kept_and_it_recovers(store: Store) -> None:
    def limit(tx: Tables, pages: int) -> None:
        tx.connection.execute(f"PRAGMA max_page_count = {pages}")

    store.write_sync(put, "before")
    pages = store.write_sync(lambda tx: tx.connection.execute("PRAGMA page_count").fetchone()[0])
    store.write_sync(limit, pages)

    with pytest.raises(StorageError, match=r"full.*free some space"):
        store.write_sync(put, "big", "x" * 200_000)

    assert keys(store) == ["before"]
    store.write_sync(limit, 1_000_000)
    store.write_sync(put, "big", "x" * 200_000)
    assert keys(store) == ["before", "big"]


def test_read_only_database_can_be_read_and_says_why_it_cannot_be_written(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write_sync(put, "a")
    # Root may write whatever a file's mode says, so SQLite is told to refuse.
    store.write_sync(lambda tx: None)
    writer = store.write_sync(lambda tx: tx.connection)
    writer.execute("PRAGMA query_only = ON")

    with pytest.raises(StorageError, match=r"readonly.*right to write"):
        store.write_sync(put, "b")
    assert keys(store) == ["a"]

    writer.execute("PRAGMA query_only = OFF")
    store.write_sync(put, "b")
    assert keys(store) == ["a", "b"]


def test_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / DATABASE_NAME).write_bytes(b"this is a text, and long enough to be looked at as a header" * 100)

    with pytest.raises(StorageError, match=r"monitor\.db.*not a database.*backup"):
        Store.open(tmp_path, clock)


def test_damaged_database_is_found_at_the_start(tmp_path: Path) -> None:
    with Store.open(tmp_path, clock) as store:
        for number in range(300):
            store.write_sync(put, f"{number}", "x" * 500)
    path = tmp_path / DATABASE_NAME
    size = path.stat().st_size
    with path.open("r+b") as file:
        for offset in range(size // 2, size, 4096):
            file.seek(offset)
            file.write(b"\xff" * 200)

    with pytest.raises(StorageError, match=r"damaged|malformed"):
        Store.open(tmp_path, clock, check_pages=True)


def test_state_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(StorageError, match="state folder"):
        Store.open(tmp_path / "file" / "state", clock)


def test_database_held_by_another_program_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.store.connection.BUSY_SECONDS", 0.05)
    with Store.open(tmp_path, clock) as store:
        other = sqlite3.connect(store.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="another program"):
            store.write_sync(put, "a")
        other.execute("ROLLBACK")
        other.close()
        store.write_sync(put, "b")
        assert keys(store) == ["b"]


# --- backup -----------------------------------------------------------------------------------------------------------


def test_backup_of_a_live_database_opens_as_one(store: Store, tmp_path: Path) -> None:
    store.write_sync(put, "a")
    target = tmp_path / "copy" / DATABASE_NAME
    target.parent.mkdir()

    size = store.backup(target)

    assert size == target.stat().st_size
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with Store.open(target.parent, clock) as copy:
        assert keys(copy) == ["a"]
    assert [path.name for path in tmp_path.glob("copy/.*")] == []


def test_backup_replaces_an_older_one_whole(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    store.write_sync(put, "a")
    store.backup(target)
    store.write_sync(put, "b")
    store.backup(target)

    copy = sqlite3.connect(target)
    assert copy.execute("SELECT count(*) FROM meta").fetchone() == (2,)
    copy.close()


def test_backup_into_a_missing_folder_is_said(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="backup"):
        store.backup(tmp_path / "nowhere" / "copy.db")


# --- the cost of a start ----------------------------------------------------------------------------------------------


def test_usual_start_imports_nothing_heavy(tmp_path: Path) -> None:
    Store.open(tmp_path, clock).close()
    program = (
        "import sys; from pathlib import Path; from datetime import datetime, UTC\n"
        "from monitor.store.database import Store\n"
        f"store = Store.open(Path({str(tmp_path)!r}), lambda: datetime(2026, 11, 25, tzinfo=UTC))\n"
        "store.read(lambda tx: tx.feeds.due(store.clock())); store.close()\n"
        "print([name for name in ('sqlite_utils', 'feedparser', 'apprise', 'jinja2', 'lark') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
