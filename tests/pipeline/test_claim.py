"""The claim through the real Sender and a strict Bot API: what the chat's reader sees, and that its limits hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.delivery.sender import Sender
from monitor.model import DeliveryId
from monitor.pipeline.claim import LOOK_AHEAD, Claimed, claim
from monitor.pipeline.deliver import Deliverer
from monitor.store.database import Store
from tests.support.alerts import NOW, a_config, telegram
from tests.support.bot_api import BotApi, Fault, bot_api
from tests.support.outbox import Clock, add_alert, add_alerts, states


@pytest.fixture
def api() -> Iterator[BotApi]:
    with bot_api() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with Store.open(tmp_path, clock) as opened:
        yield opened


async def run(store: Store, clock: Clock, api: BotApi, steps: int, seconds: float = 1) -> None:
    sender = Sender(lambda: datetime(2026, 11, 25, tzinfo=UTC), telegram_api=api.url)
    config = a_config(telegram())
    worker = Deliverer(store, sender, lambda: config, clock, jitter=lambda: 0.5)
    for _ in range(steps):
        await worker.tick()
        assert await worker.drain(timedelta(seconds=20))
        clock.move(seconds=seconds)
    sender.close()


async def test_a_burst_stays_within_what_telegram_allows(store: Store, clock: Clock, api: BotApi) -> None:
    api.per_minute = 20
    add_alerts(store, 15)
    await run(store, clock, api, 17)
    add_alerts(store, 100, now=clock())
    await run(store, clock, api, 5)
    assert api.requests == len(api.seen) == 16, "no request was refused"
    assert states(store) == {"sent": 115}
    assert "100 تنبيه" in api.texts()[-1].replace("\u2068", "").replace("\u2069", "")


async def test_a_flood_wait_is_obeyed_to_the_second(store: Store, clock: Clock, api: BotApi) -> None:
    add_alerts(store, 1)
    api.fail(Fault(429, "Too Many Requests: retry after 30", {"retry_after": 30}))
    await run(store, clock, api, 30)
    assert (api.requests, len(api.seen)) == (1, 0)
    await run(store, clock, api, 2)
    assert (api.requests, len(api.seen)) == (2, 1)


async def test_a_group_that_moved_says_its_new_id(store: Store, clock: Clock, api: BotApi) -> None:
    add_alerts(store, 1)
    moved = {"migrate_to_chat_id": -1005550001}
    api.fail(Fault(400, "Bad Request: group chat was upgraded to a supergroup chat", moved))
    await run(store, clock, api, 1)
    row = store.read(lambda tx: tx.outbox.get(DeliveryId(1)))
    assert row is not None
    assert row.delivery.state == "dead"
    assert "-1005550001" in row.hint


async def test_an_answer_cut_off_is_repeated_once_and_marked(store: Store, clock: Clock, api: BotApi) -> None:
    add_alerts(store, 1)
    api.fail(Fault(how="accept_then_close"))
    await run(store, clock, api, 3, seconds=40)
    assert len(api.seen) == 2
    assert ["قد تكون مكررة" in text for text in api.texts()] == [False, True]
    assert states(store) == {"sent": 1}


def test_a_group_lists_no_more_than_it_loads(store: Store) -> None:
    add_alerts(store, LOOK_AHEAD + 100)
    to = telegram()
    claimed = store.write_sync(claim, to, a_config(to), "b", NOW)
    assert isinstance(claimed, Claimed)
    assert len(claimed.deliveries) == LOOK_AHEAD
    assert claimed.occasion.total == LOOK_AHEAD + 100


def test_a_broken_channel_hands_over_without_trying(store: Store) -> None:
    from dataclasses import replace

    to = telegram(fallback="mail")
    store.write_sync(lambda tx: add_alert(tx, 1))
    until = NOW + timedelta(minutes=30)
    store.write_sync(
        lambda tx: tx.channels.save(replace(tx.channels.get("desk"), broken=True, parked_until=until, last_error="401"))
    )
    assert store.write_sync(claim, to, a_config(to), "b", NOW) is None
    assert states(store) == {"dead": 1, "pending": 1}
