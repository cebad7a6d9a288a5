"""Stories in the store, and the corrections of a person, which stay."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.errors import StorageError
from monitor.model import ItemId, StoryId
from monitor.store.story_edits import edits, merge, split
from monitor.stories.item import StoryItem
from tests.support.world import NOW, World, config, item

TRUCE_TITLE = "اتفاق على هدنة إنسانية في غزة لثلاثة أيام"
OTHER_TITLE = "البرلمان اللبناني يقر قانون الموازنة العامة بعد جلسة طويلة"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(config(tmp_path)) as world:
        yield world


def stories(world: World) -> dict[str, int | None]:
    return dict(world.rows("SELECT feeds.name || '-' || guid, story_id FROM items JOIN feeds ON feeds.id = feed_id"))


def test_story_shows_headline_times_and_outlets_in_order(world: World) -> None:
    world.publish("beta", item(TRUCE_TITLE, key="b"))
    world.later(minutes=10)
    world.publish("alpha", item(TRUCE_TITLE, key="a", at=world.now))

    (story,) = world.store.read(lambda tx: tx.stories.newest())

    assert story.headline == TRUCE_TITLE
    assert story.outlets == ("beta", "alpha")
    assert (story.first_at, story.last_at) == (NOW, world.now)
    entries = world.store.read(lambda tx: tx.stories.entries(story.id))
    assert [(one.outlet, one.role) for one in entries] == [("beta", "opens"), ("alpha", "repeats")]


def test_stories_of_several_outlets_can_be_asked_for(world: World) -> None:
    world.publish("alpha", item(TRUCE_TITLE, key="a"), item(OTHER_TITLE, key="o"))
    world.publish("beta", item(TRUCE_TITLE, key="b"))

    found = world.store.read(lambda tx: tx.stories.newest(outlets=2))
    assert [story.headline for story in found] == [TRUCE_TITLE]


def test_split_items_get_their_own_story_and_stay_out(world: World) -> None:
    world.publish("alpha", item(TRUCE_TITLE, key="a"))
    world.publish("beta", item(TRUCE_TITLE, key="b"))
    before = stories(world)
    story = StoryId(before["alpha-guid-a"] or 0)
    second = ItemId(world.value("SELECT id FROM items WHERE guid = 'guid-b'"))

    new = world.store.write_sync(split, story, [second])

    assert stories(world) == {"alpha-guid-a": story, "beta-guid-b": new}
    assert world.rows("SELECT items, outlets FROM stories ORDER BY id") == [(1, '["alpha"]'), (1, '["beta"]')]
    (member,) = [one for one in world.store.read(lambda tx: list(tx.stories.for_grouping(NOW))) if one.id == second]
    assert member.apart == {story}
    assert world.store.read(edits) == 1


def test_running_daemon_heeds_a_correction(world: World) -> None:
    world.publish("alpha", item(TRUCE_TITLE, key="a"), item(OTHER_TITLE, key="o"))
    ids = stories(world)
    first, other = StoryId(ids["alpha-guid-a"] or 0), StoryId(ids["alpha-guid-o"] or 0)
    world.store.write_sync(merge, first, [other])

    world.publish("beta", item(OTHER_TITLE, key="b"))

    assert stories(world)["beta-guid-b"] == first


def test_merged_story_leads_to_its_goal(world: World) -> None:
    world.publish("alpha", item(TRUCE_TITLE, key="a"), item(OTHER_TITLE, key="o"))
    ids = stories(world)
    first, other = StoryId(ids["alpha-guid-a"] or 0), StoryId(ids["alpha-guid-o"] or 0)

    world.store.write_sync(merge, first, [other])

    followed = world.store.read(lambda tx: tx.stories.get(other))
    assert followed is not None
    assert (followed.id, followed.items) == (first, 2)
    assert [story.id for story in world.store.read(lambda tx: tx.stories.newest())] == [first]


def test_merged_stories_were_both_told(world: World) -> None:
    world.publish("alpha", item("قصف عنيف يستهدف مدينة رفح فجرا", key="a"), item(OTHER_TITLE, key="o"))
    ids = stories(world)
    told, other = StoryId(ids["alpha-guid-a"] or 0), StoryId(ids["alpha-guid-o"] or 0)
    world.store.write_sync(merge, other, [told])

    assert world.store.read(lambda tx: set(tx.alerts.told(other).story)) == {"rafah"}
    assert [alert.story.id for alert in world.store.read(lambda tx: tx.alerts.of_story(other))] == [other]


def test_two_stories_told_by_one_rule_can_be_merged(world: World) -> None:
    world.publish(
        "alpha", item("قصف عنيف يستهدف مدينة رفح فجرا", key="a"), item("مؤتمر للمانحين يبحث إعمار رفح", key="o")
    )
    ids = stories(world)
    first, other = StoryId(ids["alpha-guid-a"] or 0), StoryId(ids["alpha-guid-o"] or 0)
    assert first != other

    world.store.write_sync(merge, first, [other])

    assert len(world.store.read(lambda tx: tx.alerts.of_story(first))) == 2
    assert {one.story.id for one in world.store.read(lambda tx: tx.alerts.newest())} == {first}


def test_wrong_corrections_are_refused_in_words(world: World) -> None:
    world.publish("alpha", item(TRUCE_TITLE, key="a"))
    story = StoryId(stories(world)["alpha-guid-a"] or 0)
    only = ItemId(world.value("SELECT id FROM items"))

    for function, arguments, words in [
        (split, (story, [only]), "empty"),
        (split, (story, [ItemId(99)]), "99"),
        (split, (story, []), "none"),
        (merge, (story, [StoryId(77)]), "77 not found"),
        (merge, (story, [story]), "each once"),
        (merge, (story, []), "at least two"),
    ]:
        with pytest.raises(StorageError, match=words):
            world.store.write_sync(function, *arguments)  # type: ignore[arg-type]
    assert world.store.read(edits) == 0


def test_grouping_is_rebuilt_from_the_window_only(world: World) -> None:
    world.publish("alpha", item(TRUCE_TITLE, key="a"))
    world.later(days=1)
    world.publish("alpha", item(OTHER_TITLE, key="o", at=world.now))

    since = world.now - timedelta(hours=1)
    members = world.store.read(lambda tx: list(tx.stories.for_grouping(since)))

    assert [(one.outlet, one.at, one.role) for one in members] == [("alpha", world.now, "opens")]
    assert members[0].features


def test_texts_are_read_back_only_where_their_features_are_of_another_version(world: World) -> None:
    world.publish("alpha", item(TRUCE_TITLE, key="a"))

    def members() -> list[StoryItem]:
        return world.store.read(lambda tx: list(tx.stories.for_grouping(world.now - timedelta(hours=1))))

    assert [one.title for one in members()] == [""]
    with sqlite3.connect(world.store.path) as connection:
        connection.execute("UPDATE items SET features = ?", (b"1\nan older form",))
    assert [one.title for one in members()] == [TRUCE_TITLE]
