"""Times written down under another clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.settings import Feed
from monitor.store.clockstep import pull_back, shift_waits
from monitor.store.database import Store
from monitor.store.tables import Tables

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path, lambda: NOW) as store:
        store.write_sync(lambda tx: tx.feeds.sync([Feed(name="a", url="https://a.example/f")], NOW + HOUR))
        yield store


def test_after_an_hour_back_a_feed_waits_as_long_as_before(store: Store) -> None:
    store.write_sync(shift_waits, -HOUR)
    assert store.read(lambda tx: tx.feeds.next_due_at()) == NOW


def test_a_feed_dated_by_a_wrong_clock_is_due_at_a_start(store: Store) -> None:
    assert store.write_sync(pull_back, NOW + 2 * HOUR, NOW) == 0
    assert store.write_sync(pull_back, NOW + HOUR / 2, NOW) == 1
    assert store.read(lambda tx: tx.feeds.due(NOW)) == ["a"]


def test_a_channel_that_waits_is_shifted_too(store: Store) -> None:
    def park(tx: Tables) -> None:
        tx.connection.execute(
            "INSERT INTO channels (name, parked_until) VALUES ('desk', '2026-11-25T13:00:00.000000Z')"
        )

    store.write_sync(park)
    store.write_sync(shift_waits, -HOUR)
    memory = store.read(lambda tx: tx.channels.get("desk"))
    assert memory.parked_until == NOW
