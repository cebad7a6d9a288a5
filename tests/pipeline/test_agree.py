"""A configuration is put into the store whole, and says what that means for what waits."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor import settings
from monitor.errors import StorageError
from monitor.pipeline.agree import CONFIG_STATUS, agree, say_status
from monitor.store.database import Store
from monitor.store.tables import Tables
from tests.support.world import DESK, MINUTE, NOW, World, config, feed, item

MAIL = replace(DESK, name="mail")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(config(tmp_path, channels=(DESK, MAIL), text='language = "ar"\n'))


def test_feeds_history_and_status_are_one_transaction(world: World) -> None:
    new = replace(world.config, feeds=(feed("delta"),), text='language = "en"\n')
    agreed = world.store.write_sync(agree, world.config, new, ("language",), NOW)
    assert world.rows("SELECT name FROM feeds WHERE configured = 1") == [("delta",)]
    kept = world.store.read(lambda tx: tx.configs.get(agreed.config_id))
    assert kept is not None
    assert (kept.text, kept.summary) == (new.text, ("language",))
    assert json.loads(world.store.read(lambda tx: tx.meta.get(CONFIG_STATUS)))["ok"]


def test_a_refused_one_leaves_only_its_faults(world: World) -> None:
    world.store.write_sync(agree, None, world.config, ("started",), NOW)
    world.store.write_sync(lambda tx: say_status(tx, NOW, ok=False, faults=["config.toml:3:1: no"]))
    status = json.loads(world.store.read(lambda tx: tx.meta.get(CONFIG_STATUS)))
    assert (status["ok"], status["faults"]) == (False, ["config.toml:3:1: no"])
    assert world.value("SELECT count(*) FROM configs") == 1


def test_a_channel_that_leaves_with_deliveries_is_named_and_so_is_its_return(world: World) -> None:
    world.publish("alpha", item("قصف على رفح", key="1"), item("هدنة في غزة", key="2"))
    without = replace(world.config, channels=(DESK,))
    (line,) = world.store.write_sync(agree, world.config, without, (), NOW).changes
    assert line.startswith('channel "mail": 2 deliveries wait for it; kept for 7 days')
    assert world.value("SELECT count(*) FROM deliveries WHERE channel = 'mail' AND state = 'pending'") == 2

    (back,) = world.store.write_sync(agree, without, world.config, (), NOW).changes
    assert back == 'channel "mail": 2 deliveries wait for it, and can be sent again'
    assert world.value("SELECT count(*) FROM deliveries WHERE hint <> ''") == 0


def test_a_channel_that_left_while_the_monitor_was_stopped_is_named_at_the_start(world: World) -> None:
    world.publish("alpha", item("قصف على رفح", key="1"))
    started, line = world.store.write_sync(
        agree, None, replace(world.config, channels=(DESK,)), ("started",), NOW
    ).changes
    assert started == "started"
    assert line.startswith('channel "mail": 1 delivery waits for it; kept')


@pytest.mark.parametrize(
    ("old", "new", "waits"),
    [
        ({}, {"alpha": MINUTE}, 1),
        ({"alpha": 3 * MINUTE}, {"alpha": MINUTE}, 1),
        ({"alpha": MINUTE}, {"alpha": 3 * MINUTE}, 5),
        ({}, {"max": 2 * MINUTE}, 2),
    ],
    ids=["an interval of its own", "a shorter one", "a longer one", "a lower maximum"],
)
def test_a_shorter_interval_counts_at_once(
    tmp_path: Path, old: dict[str, timedelta], new: dict[str, timedelta], waits: int
) -> None:
    def made(every: dict[str, timedelta]) -> settings.Config:
        polling = settings.Polling(max=every.get("max", timedelta(hours=1)))
        return config(tmp_path, feeds=(feed("alpha", every=every.get("alpha")),), polling=polling)

    with World(made(old)) as world:
        world.store.write_sync(lambda tx: tx.feeds.polled(world.polled("alpha")))
        world.store.write_sync(agree, made(old), made(new), (), NOW)
        assert world.state("alpha").next_poll_at == NOW + waits * MINUTE


def test_nothing_of_it_stays_when_the_database_refuses(world: World) -> None:
    new = replace(world.config, feeds=(feed("delta"),), text="another")

    def refuse(tx: Tables) -> None:
        agree(tx, world.config, new, (), NOW)
        raise StorageError("the disk is full")

    with pytest.raises(StorageError):
        world.store.write_sync(refuse)
    assert isinstance(world.store, Store)
    assert world.value("SELECT count(*) FROM feeds WHERE configured = 1") == 3
    assert world.value("SELECT count(*) FROM configs") == 0
