"""Housekeeping and the release of held feeds; the parts of the line that hold them together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor import settings
from monitor.errors import ConfigError
from monitor.pipeline.line import Line
from monitor.pipeline.maintain import maintain
from monitor.pipeline.outcome import NOTHING_NEW
from monitor.pipeline.polled import notify
from monitor.pipeline.release import release
from tests.support.world import DESK, MINUTE, NOW, World, config, item


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(config(tmp_path, channels=(replace(DESK, notices=True),))) as world:
        yield world


def held(world: World) -> None:
    """Two items of alpha wait for a person."""
    world.publish("alpha", item("قصف عنيف على رفح فجر اليوم", key="1"), item("أسعار الذهب", key="2"))
    world.store.write_sync(lambda tx: tx.connection.execute("DELETE FROM alerts"))
    world.store.write_sync(lambda tx: tx.connection.execute("UPDATE items SET status = 'held', story_id = NULL"))
    world.store.write_sync(lambda tx: tx.feeds.set_state("alpha", "held", "test", NOW))


def test_released_as_backlog_tells_nothing(world: World) -> None:
    held(world)
    released = world.store.write_sync(release, "alpha", world.line, world.now)

    assert released is not None
    assert (released.items, released.alerts) == (2, ())
    assert world.rows("SELECT DISTINCT status FROM items") == [("backlog",)]
    assert world.state("alpha").state == "active"


def test_released_as_news_tells_what_matches(world: World) -> None:
    held(world)
    released = world.store.write_sync(release, "alpha", world.line, world.now, tell=True)

    assert released is not None
    assert len(released.alerts) == 1
    assert world.rows("SELECT rule FROM alerts") == [("rafah",)]
    assert world.value("SELECT count(*) FROM items WHERE story_id IS NULL") == 0


def test_released_as_news_leaves_old_items_alone(world: World) -> None:
    held(world)
    world.later(days=3)
    released = world.store.write_sync(release, "alpha", world.line, world.now, tell=True)
    assert released is not None
    assert released.alerts == ()


def test_feed_that_is_not_held_cannot_be_released(world: World) -> None:
    assert world.store.write_sync(release, "alpha", world.line, world.now) is None
    assert world.store.write_sync(release, "nobody", world.line, world.now) is None


async def test_maintenance_forgets_in_the_right_order(world: World) -> None:
    world.publish("alpha", item("قصف عنيف على رفح فجر اليوم", key="1"), item("أسعار الذهب", key="2"))
    world.store.write_sync(lambda tx: tx.connection.execute("UPDATE deliveries SET state = 'sent'"))
    keep = settings.Items(keep=timedelta(days=10))

    world.later(days=11)
    world.store.write_sync(lambda tx: tx.feeds.polled(world.polled("alpha")))
    done = await maintain(world.store, keep, world.now)
    assert (done.texts, done.identities, done.alerts) == (2, 0, 0)

    world.later(days=20)
    done = await maintain(world.store, keep, world.now)
    assert (done.alerts, done.identities, done.stories, done.polls) == (1, 0, 0, 1)

    polled = world.polled("alpha")
    world.store.write_sync(lambda tx: tx.feeds.polled(polled))
    done = await maintain(world.store, keep, world.now)
    assert (done.identities, done.stories) == (2, 2)
    assert world.value("SELECT count(*) FROM items") == 0


async def test_maintenance_of_a_young_store_touches_nothing(world: World) -> None:
    world.publish("alpha", item("قصف عنيف على رفح", key="1"))
    before = world.rows("SELECT * FROM items")
    await maintain(world.store, settings.Items(), world.now + 5 * MINUTE)
    assert world.rows("SELECT * FROM items") == before


def test_owner_is_told_of_a_feed_once_a_day(world: World) -> None:
    for hours in (0, 1, 24):
        now = NOW + timedelta(hours=hours)
        world.store.write_sync(notify, world.line, "feed_held", "alpha", "alpha: held", now)
    world.store.write_sync(notify, world.line, "feed_held", "alpha", "", NOW)
    assert world.rows("SELECT key FROM notices") == [("alpha 2026-11-25",), ("alpha 2026-11-26",)]


def test_line_of_a_faulty_rule_is_not_built(world: World) -> None:
    broken = replace(world.config, rules=(settings.Rule(name="broken", query="رفح AND ("),))
    with pytest.raises(ConfigError, match="broken"):
        Line.of(broken)


def test_stories_in_memory_live_through_a_reload(world: World) -> None:
    title = "اتفاق على هدنة إنسانية في غزة لثلاثة أيام"
    world.publish("alpha", item(title, key="a"))
    world.configure(replace(world.config, items=settings.Items(first_poll="all")))
    assert world.publish("beta", item(title, key="b")).alerts == 0
    world.configure(replace(world.config, stories=settings.Stories(window=timedelta(hours=1))))
    assert world.publish("gamma", item(title, key="c")).alerts == 0


def test_empty_document_changes_nothing(world: World) -> None:
    assert replace(world.publish("alpha", unchanged=3), items=0) == NOTHING_NEW
    assert world.value("SELECT count(*) FROM polls") == 0
