"""The database refuses: nothing is sent that could not be recorded, and work goes on when it is well again."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.pipeline.deliver import Deliverer
from monitor.store.database import Store
from tests.support.alerts import a_config
from tests.support.outbox import Clock, FakeSender, add_alerts, states


class Disk:
    """What the writer's connection refuses now: statements that contain `word`."""

    word = ""
    message = "database or disk is full"
    refused = 0


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def store(tmp_path: Path, disk: Disk) -> Iterator[Store]:
    class Refusing(sqlite3.Connection):
        def execute(self, sql: str, *rest: Any) -> sqlite3.Cursor:
            if disk.word and disk.word in sql:
                disk.refused += 1
                raise sqlite3.OperationalError(disk.message)
            return super().execute(sql, *rest)

    with Store.open(tmp_path, Clock(), factory=Refusing) as opened:
        yield opened


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("UPDATE deliveries SET state = 'sending'", "database or disk is full"),
        ("INSERT INTO attempts", "attempt to write a readonly database"),
        ("COMMIT", "disk I/O error"),
    ],
)
async def test_nothing_leaves_that_could_not_be_marked(store: Store, disk: Disk, word: str, message: str) -> None:
    add_alerts(store, 3)
    sender = FakeSender()
    worker = Deliverer(store, sender, lambda: a_config(), Clock())
    await worker.tick()
    await worker.drain()
    assert len(sender.sent) == 3
    add_alerts(store, 2)
    disk.word, disk.message = word, message
    await worker.tick()
    await worker.drain()
    assert disk.refused >= 1
    assert len(sender.sent) == 3
    assert states(store) == {"sent": 3, "pending": 2}
    disk.word = ""
    await worker.tick()
    await worker.drain()
    assert states(store) == {"sent": 5}


async def test_what_was_sent_but_not_recorded_stops_its_channel_and_is_recorded_later(store: Store, disk: Disk) -> None:
    add_alerts(store, 3)

    def fill_the_disk() -> None:
        disk.word = "UPDATE attempts SET outcome"

    sender = FakeSender(on_send=fill_the_disk)
    worker = Deliverer(store, sender, lambda: a_config(), Clock(), record_again=timedelta(milliseconds=20))
    await worker.tick()
    async with asyncio.timeout(10):
        while disk.refused < 3:
            await asyncio.sleep(0.005)
    assert len(sender.sent) == 1
    assert states(store) == {"sending": 1, "pending": 2}
    sender.on_send = None
    disk.word = ""
    await worker.drain()
    assert states(store) == {"sent": 3}
    assert len(sender.sent) == 3


async def test_a_stop_does_not_wait_for_a_full_disk(store: Store, disk: Disk) -> None:
    add_alerts(store, 1)

    def fill_the_disk() -> None:
        disk.word = "UPDATE attempts SET outcome"

    worker = Deliverer(
        store, FakeSender(on_send=fill_the_disk), lambda: a_config(), Clock(), record_again=timedelta(seconds=30)
    )
    await worker.tick()
    async with asyncio.timeout(10):
        while disk.refused < 1:
            await asyncio.sleep(0.005)
        await worker.stop(timedelta(milliseconds=10))
    disk.word = ""
    again = Deliverer(store, FakeSender(), lambda: a_config(), Clock())
    assert await again.start() == 1
    await again.tick()
    await again.drain()
    assert states(store) == {"sent": 1}


async def test_the_database_is_said_to_refuse_once(store: Store, disk: Disk, caplog: pytest.LogCaptureFixture) -> None:
    add_alerts(store, 1)
    disk.word = "UPDATE deliveries SET state = 'sending'"
    worker = Deliverer(store, FakeSender(), lambda: a_config(), Clock())
    for _ in range(5):
        await worker.tick()
        await worker.drain()
    assert caplog.text.count("outbox_unavailable") == 1
