"""A poll stops at any moment, by an error or by a kill: nothing of it is half done, and the next one makes it good."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import StorageError
from monitor.pipeline import ingest as ingest_module
from monitor.pipeline import newcomers, returners
from monitor.pipeline.grouping import Grouping
from monitor.pipeline.telling import Telling
from monitor.store.database import Store
from tests.support.world import NOW, World, config, feed, item

TABLES = ("items", "revisions", "matches", "stories", "alerts", "deliveries", "polls", "sightings")


class StatementFault(sqlite3.OperationalError):
    """Raised in the place of a statement."""


class Faulty(sqlite3.Connection):
    """Breaks the n-th statement after `arm`, before it runs, or after it has run."""

    left: int | None = None
    after = False
    count = 0

    def execute(self, *args: Any) -> sqlite3.Cursor:
        """Run one statement, unless it is the one to break."""
        return self._maybe(super().execute, args)

    def executemany(self, *args: Any) -> sqlite3.Cursor:
        """Run one statement many times, unless it is the one to break."""
        return self._maybe(super().executemany, args)

    def _maybe(self, run: Any, args: tuple[Any, ...]) -> sqlite3.Cursor:
        kind = type(self)
        if kind.left is None or args[0].startswith("ROLLBACK"):
            return run(*args)  # type: ignore[no-any-return]
        kind.count += 1
        kind.left -= 1
        if kind.left == 0 and kind.after:
            run(*args)
        if kind.left == 0:
            kind.left = None
            raise StatementFault(args[0])
        return run(*args)  # type: ignore[no-any-return]


@contextmanager
def armed(number: int, *, after: bool) -> Iterator[None]:
    """Break the statement with this number (from 1)."""
    Faulty.left, Faulty.after, Faulty.count = number, after, 0
    try:
        yield
    finally:
        Faulty.left = None


def everything(world: World) -> dict[str, list[tuple[Any, ...]]]:
    """All that a poll writes."""
    found = {table: world.rows(f"SELECT * FROM {table}") for table in TABLES}
    found["feeds"] = world.rows("SELECT name, etag, last_poll_at, first_polled_at FROM feeds")
    return found


def documents(world: World) -> Any:
    """A poll that opens a story, joins one, revises an item and tells two rules."""
    return world.publish(
        "beta",
        item("اتفاق على هدنة إنسانية في غزة لثلاثة أيام", guid="b1", link="https://beta.example/1"),
        item("غارات عنيفة تستهدف مدينة رفح فجر الأربعاء", key="edited"),
        item("شاحنات الوقود تصل إلى معبر رفح", key="b3"),
        etag='"second"',
    )


def prepared(folder: Path) -> World:
    """One story told, one item that will be edited."""
    world = World(config(folder, feeds=(feed("alpha"), feed("beta"))), factory=Faulty)
    world.publish("alpha", item("اتفاق على هدنة إنسانية في غزة لثلاثة أيام", key="a"))
    world.publish("beta", item("غارات عنيفة تستهدف المدينة فجر الأربعاء", key="edited"), etag='"first"')
    world.later(minutes=5)
    return world


def statements(folder: Path) -> int:
    """How many statements that poll takes."""
    with prepared(folder) as world, armed(10_000, after=False):
        documents(world)
        return Faulty.count


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_error_at_any_statement_leaves_nothing_half_done(tmp_path: Path, after: bool) -> None:
    total = statements(tmp_path / "count")
    assert total > 25
    with prepared(tmp_path / "clean") as clean:
        documents(clean)
        wanted = everything(clean)

    with prepared(tmp_path / "world") as world:
        before = everything(world)
        for number in range(1, total + 1):
            with armed(number, after=after), pytest.raises((StatementFault, StorageError)):
                documents(world)
            if after and number == total:
                break  # the COMMIT itself ran: everything is there, only the caller was told otherwise
            assert everything(world) == before, f"statement {number} of {total}"
        documents(world)
        assert everything(world) == wanted


STAGES = [
    (ingest_module, "identify"),
    (ingest_module, "window_suspicious"),
    (ingest_module, "take_new"),
    (ingest_module, "take_revised"),
    (ingest_module, "take_seen"),
    (newcomers, "extract"),
    (returners, "material_change"),
    (Grouping, "begin"),
    (Telling, "tell"),
]


@pytest.mark.parametrize(("owner", "stage"), STAGES, ids=[stage for _, stage in STAGES])
def test_error_in_any_stage_leaves_nothing_half_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, stage: str
) -> None:
    with prepared(tmp_path / "clean") as clean:
        documents(clean)
        wanted = everything(clean)
    with prepared(tmp_path / "world") as world:
        before = everything(world)
        real = getattr(owner, stage)

        def run_then_break(*args: Any, **kwargs: Any) -> Any:
            real(*args, **kwargs)
            raise StatementFault(stage)

        with monkeypatch.context() as patched:
            patched.setattr(owner, stage, run_then_break)
            with pytest.raises((StatementFault, StorageError)):
                documents(world)
        assert everything(world) == before

        documents(world)
        assert everything(world) == wanted


CHILD = """
import sys
from pathlib import Path
from datetime import timedelta
from tests.support.world import World, config, item, NOW

world = World(config(Path(sys.argv[1])), known=False)
for name in ("alpha", "beta", "gamma"):
    world.read_before(name)
start = world.value("SELECT count(*) FROM items")
print("ready", flush=True)
for number in range(start // 3, 4000):
    world.now = NOW + timedelta(seconds=number)
    titles = [f"تقرير رقم {number}-{part} عن معبر رفح" for part in range(3)]
    world.publish(
        "alpha",
        *(item(title, key=f"{number}-{part}", at=world.now) for part, title in enumerate(titles)),
        etag=str(number),
    )
"""


def test_kill_at_any_moment_leaves_whole_polls_only(tmp_path: Path) -> None:
    for attempt in range(6):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(tmp_path)],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONPATH": "."},
        )
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        _wait_for_items(tmp_path, at_least=60 * (attempt + 1))
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        with Store.open(tmp_path / "state", lambda: NOW, check_pages=True) as store:
            _assert_whole(store)


def _wait_for_items(folder: Path, *, at_least: int) -> None:
    with Store.open(folder / "state", lambda: NOW) as store:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            count = store.read(lambda tx: tx.connection.execute("SELECT count(*) FROM items").fetchone()[0])
            if count >= at_least:
                return
        raise AssertionError("the child writes nothing")


def _assert_whole(store: Store) -> None:
    def value(query: str) -> Any:
        return store.read(lambda tx: tx.connection.execute(query).fetchone()[0])

    items = value("SELECT count(*) FROM items")
    assert items % 3 == 0
    assert value("SELECT count(*) FROM matches") == items
    assert value("SELECT count(*) FROM polls") == items // 3
    assert int(value("SELECT etag FROM feeds WHERE name = 'alpha'")) == items // 3 - 1
    assert value("SELECT count(*) FROM alerts") == value("SELECT count(*) FROM deliveries")
    assert value("SELECT count(*) FROM stories") == value("SELECT count(DISTINCT story_id) FROM alerts")
    assert value("SELECT sum(items) FROM stories") == items
