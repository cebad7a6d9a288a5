"""What came in the past, event by event, with the texts of that time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor import settings
from monitor.model import ItemId
from monitor.store.past import NEW, REVISED, SEEN, Event, count_arrivals, details, events, stored_texts
from tests.support.world import MINUTE, NOW, World, config, feed, item

SECTION = settings.Feed(name="alpha-world", url="https://alpha.example/world")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(config(tmp_path, feeds=(feed("alpha"), SECTION, feed("beta")))) as world:
        world.publish("alpha", item("قصف عنيف على رفح فجر اليوم", key="1"), item("أسعار الذهب ترتفع", key="2"))
        world.later(minutes=1)
        world.publish("alpha", item("قصف عنيف على رفح فجر اليوم يوقع جرحى", key="1"))
        world.later(minutes=1)
        world.publish("alpha-world", item("قصف عنيف على رفح فجر اليوم يوقع جرحى", key="1"))
        world.later(minutes=1)
        yield world


def past(world: World, since: timedelta = timedelta(0), until: timedelta = timedelta(days=1)) -> list[Event]:
    return world.store.read(lambda tx: list(events(tx, NOW + since, NOW + until)))


def test_item_its_edit_and_its_copy_come_in_order_with_their_texts(world: World) -> None:
    short = [(one.kind, one.outlet, one.title[-4:], one.was_title[-5:], one.revision) for one in past(world)]
    assert short == [
        (NEW, "alpha", "رتفع", "", 1),
        (NEW, "alpha", "ليوم", "", 1),
        (REVISED, "alpha", "جرحى", "اليوم", 2),
        (SEEN, "alpha-world", "جرحى", "", 2),
    ]


def test_period_ends_before_its_end(world: World) -> None:
    assert [one.kind for one in past(world, until=MINUTE)] == [NEW, NEW]
    assert world.store.read(lambda tx: count_arrivals(tx, NOW, NOW + MINUTE)) == 2
    assert world.store.read(lambda tx: count_arrivals(tx, NOW + MINUTE)) == 0


def test_stories_that_go_on_bring_what_came_before_the_period(world: World) -> None:
    world.publish("beta", item("قصف عنيف على رفح فجر اليوم يوقع جرحى", guid="b", at=world.now))
    found = past(world, since=3 * MINUTE)
    assert [(one.kind, one.outlet) for one in found] == [
        (NEW, "alpha"), (REVISED, "alpha"), (SEEN, "alpha-world"), (NEW, "beta"),
    ]  # fmt: skip
    assert len({one.story_id for one in found}) == 1


def test_copy_on_a_feeds_first_poll_is_told_from_a_later_one(tmp_path: Path) -> None:
    with World(config(tmp_path, feeds=(feed("alpha"), SECTION)), known=False) as world:
        world.read_before("alpha")
        world.publish("alpha", item("قصف عنيف على رفح فجر اليوم", key="1"))
        world.later(minutes=1)
        world.publish("alpha-world", item("قصف عنيف على رفح فجر اليوم", key="1"))
        assert [(one.kind, one.first_poll) for one in past(world)] == [(NEW, 0), (SEEN, 1)]


def test_texts_as_they_stand_now(world: World) -> None:
    texts = world.store.read(lambda tx: list(stored_texts(tx, NOW)))
    assert [(one.outlet, one.title) for one in texts] == [
        ("alpha", "أسعار الذهب ترتفع"),
        ("alpha", "قصف عنيف على رفح فجر اليوم يوقع جرحى"),
    ]


def test_details_are_those_of_the_items_asked_for(world: World) -> None:
    (number,) = (one.item_id for one in past(world) if one.kind == REVISED)
    found = world.store.read(lambda tx: details(tx, [number, ItemId(999)]))
    assert list(found) == [number]
    assert (found[number].status, found[number].item.revision) == ("fresh", 2)
    assert found[number].assignment is not None
