"""What the monitor says of itself goes out under the same pace, parking and quiet as alerts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path

import pytest

from monitor.outcomes import Permanent, RateLimited, SendOutcome, Sent, Temporary, UnknownOutcome
from monitor.pipeline.deliver import Deliverer
from monitor.settings import QuietWindow
from monitor.store.database import Store
from tests.support.alerts import a_config, channel, telegram
from tests.support.outbox import Clock, FakeSender


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with Store.open(tmp_path, clock) as opened:
        yield opened


def add(store: Store, clock: Clock, key: str = "a", name: str = "desk") -> None:
    store.write_sync(
        lambda tx: tx.notices.add(
            kind="feed_silent", key=key, channel=name, subject="توقف مصدر", body="منذ 3 ساعات", now=clock()
        )
    )


def kept(store: Store) -> list[str]:
    return [notice.state for notice in store.read(lambda tx: tx.notices.newest())]


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Sent(), "sent"),
        (Temporary(reason="x"), "waiting"),
        (RateLimited(wait=timedelta(seconds=9), reason="x"), "waiting"),
        (Permanent(reason="x", hint="y"), "dead"),
        (UnknownOutcome(reason="x"), "unknown"),
    ],
)
async def test_every_outcome_is_written_down(store: Store, clock: Clock, outcome: SendOutcome, state: str) -> None:
    add(store, clock)
    worker = Deliverer(store, FakeSender(outcome), lambda: a_config(), clock)
    await worker.tick()
    await worker.drain()
    assert kept(store) == [state]


async def test_notices_keep_the_pace_of_their_channel(store: Store, clock: Clock) -> None:
    config = a_config(telegram())
    for number in range(3):
        add(store, clock, str(number))
    sender = FakeSender()
    worker = Deliverer(store, sender, lambda: config, clock)
    await worker.tick()
    await worker.drain()
    assert len(sender.sent) == 1
    for _ in range(2):
        clock.move(seconds=1)
        await worker.tick()
        await worker.drain()
    assert kept(store) == ["sent"] * 3


async def test_quiet_hours_hold_notices(store: Store, clock: Clock) -> None:
    config = a_config(channel(quiet=(QuietWindow(from_=time(13), to=time(15)),)))  # 14:05 in Gaza
    add(store, clock)
    sender = FakeSender()
    worker = Deliverer(store, sender, lambda: config, clock)
    await worker.tick()
    await worker.drain()
    assert sender.sent == []
    clock.move(hours=1)
    await worker.tick()
    await worker.drain()
    assert kept(store) == ["sent"]
