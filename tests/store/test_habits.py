"""What the stored items say of rules and feeds (monitor.store.habits), and small things kept (monitor.store.meta)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.store.habits import feed_times, items_since, rule_hits, rule_times, texts_since
from tests.support.world import NOW, World, config, item


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(config(tmp_path)) as world:
        world.publish("alpha", item("قصف عنيف على رفح", key="1"), item("أسعار الذهب اليوم", key="2"))
        world.later(days=2)
        world.publish("beta", item("إعادة فتح معبر رفح أمام المسافرين", at=world.now, key="3"))
        yield world


def test_hits_of_a_day_and_a_week(world: World) -> None:
    hits = world.store.read(rule_hits, world.now)
    assert (hits["rafah"].day, hits["rafah"].week, hits["rafah"].last) == (1, 2, world.now)
    assert "truce" not in hits


def test_items_of_a_span_and_what_held_for_them(world: World) -> None:
    items, held, first = world.store.read(items_since, NOW - timedelta(days=1))
    assert (items, held, first) == (3, {"rafah": 2}, NOW)


def test_times_are_one_per_story_and_in_order(world: World) -> None:
    assert world.store.read(rule_times, "rafah", NOW - timedelta(days=30)) == [NOW, world.now]
    assert world.store.read(rule_times, "rafah", NOW, 1) == [world.now]
    assert world.store.read(feed_times, "beta", NOW - timedelta(days=30)) == [world.now]


def test_texts_come_oldest_first(world: World) -> None:
    assert world.store.read(texts_since, NOW + timedelta(days=1)) == [("إعادة فتح معبر رفح أمام المسافرين", "")]


def test_small_things_are_kept_and_counted(world: World) -> None:
    world.store.write_sync(lambda tx: tx.meta.set("seen", "yes"))
    assert world.store.read(lambda tx: tx.meta.get("seen")) == "yes"
    assert world.store.read(lambda tx: tx.meta.get("unseen", "no")) == "no"
    assert [world.store.write_sync(lambda tx: tx.meta.count_up("n")) for _ in range(2)] == [1, 2]
