"""Small writes of many coroutines, written in one go: monitor.store.database's `write_together`, and `look`."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from monitor.errors import StorageError
from monitor.store.database import Store
from monitor.store.tables import Tables
from tests.support.world import NOW


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "state", lambda: NOW) as store:
        yield store


class Notes:
    """Writes keys, and remembers which came together."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []

    def write(self, tx: Tables, keys: Sequence[str]) -> None:
        self.groups.append(list(keys))
        for key in keys:
            tx.meta.set(key, "x")
            if key == "bad":
                raise sqlite3.OperationalError("disk is full")


def known(tx: Tables, key: str) -> bool:
    return tx.meta.get(key) == "x"


async def test_writes_of_one_moment_are_one(store: Store) -> None:
    notes = Notes()
    write = notes.write
    await asyncio.gather(*(store.write_together(write, f"key {number}") for number in range(50)))
    assert [len(group) for group in notes.groups] == [50]
    assert all(store.look(known, f"key {number}") for number in range(50))
    await store.write_together(write, "later")
    assert notes.groups[1:] == [["later"]]
    assert store.look(known, "later")


async def test_all_of_them_hear_of_a_failure_and_the_next_are_written(store: Store) -> None:
    write = Notes().write
    told = await asyncio.gather(
        *(store.write_together(write, key) for key in ("good", "bad", "other")), return_exceptions=True
    )
    assert [type(one) for one in told] == [StorageError] * 3
    assert not store.look(known, "good")
    await store.write_together(write, "good")
    assert store.look(known, "good")


async def test_one_that_stops_waiting_takes_nothing_from_the_others(store: Store) -> None:
    write = Notes().write
    impatient = asyncio.create_task(store.write_together(write, "a"))
    patient = asyncio.create_task(store.write_together(write, "b"))
    await asyncio.sleep(0)
    impatient.cancel()
    await patient
    assert store.look(known, "a")
    assert store.look(known, "b")


async def test_an_end_that_nobody_waits_for_is_quiet(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    waiting = asyncio.create_task(store.write_together(Notes().write, "a"))
    await asyncio.sleep(0)
    waiting.cancel()
    store.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others, return_exceptions=True)
    del waiting, others
    gc.collect()
    assert caplog.text == ""


def test_a_look_says_what_the_database_refuses(store: Store) -> None:
    with pytest.raises(StorageError, match="no such table"):
        store.look(lambda tx: tx.connection.execute("SELECT 1 FROM nowhere").fetchone())
