"""Notices: queued once, due in order, written down, taken up after a start."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.store.database import Store
from monitor.store.notices import Notice
from monitor.store.tables import Tables
from tests.support.alerts import NOW
from tests.support.outbox import Clock


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path, Clock()) as opened:
        yield opened


def add(tx: Tables, key: str) -> bool:
    return tx.notices.add(kind="feed_silent", key=key, channel="ops", subject="توقف", body="", now=NOW)


def due(store: Store, minutes: int = 0) -> list[Notice]:
    return store.read(lambda tx: tx.notices.due(NOW + timedelta(minutes=minutes)))


def test_one_thing_is_told_once(store: Store) -> None:
    assert [store.write_sync(add, key) for key in ("a", "a", "b")] == [True, False, True]
    assert [notice.key for notice in due(store)] == ["a", "b"]


def test_what_waits_is_due_at_its_time_and_its_tries_are_counted(store: Store) -> None:
    store.write_sync(add, "a")
    number = due(store)[0].id
    later = NOW + timedelta(minutes=5)
    store.write_sync(lambda tx: tx.notices.record(number, "sending", now=NOW))
    store.write_sync(lambda tx: tx.notices.record(number, "waiting", now=NOW, reason="down", next_at=later))
    assert due(store, 4) == []
    (found,) = due(store, 5)
    assert (found.attempts, found.reason) == (1, "down")


def test_what_was_being_sent_at_a_crash_is_due_again(store: Store) -> None:
    store.write_sync(add, "a")
    number = due(store)[0].id
    store.write_sync(lambda tx: tx.notices.record(number, "sending", now=NOW))
    assert due(store, 60) == []
    assert store.write_sync(lambda tx: tx.notices.recover(NOW)) == 1
    assert len(due(store)) == 1
