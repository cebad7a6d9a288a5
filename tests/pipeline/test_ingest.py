"""A document down the line: what is stored, what is told, what is not.

Items that come back changed are decided by monitor.pipeline.returners.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor import settings
from monitor.model import Severity
from tests.support.world import DESK, MINUTE, NOW, RAFAH, TRUCE, World, config, feed, item


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(config(tmp_path)) as world:
        yield world


def test_item_match_alert_and_delivery_are_stored_together(world: World) -> None:
    found = world.publish("alpha", item("قصف عنيف على رفح فجر اليوم", key="1"), etag='"v1"')

    assert (found.new, found.matched, found.alerts) == (1, 1, 1)
    assert world.rows("SELECT title, status, role FROM items") == [("قصف عنيف على رفح فجر اليوم", "fresh", "opens")]
    assert world.rows("SELECT rule FROM matches") == [("rafah",)]
    assert world.rows("SELECT rule, kind FROM alerts") == [("rafah", "new")]
    assert world.rows("SELECT channel, state FROM deliveries") == [("desk", "pending")]
    assert world.state("alpha").validators.etag == '"v1"'
    assert world.rows("SELECT outcome, new, matched, alerts FROM polls") == [("new", 1, 1, 1)]


def test_same_item_again_is_seen_and_tells_nothing(world: World) -> None:
    world.publish("alpha", item("قصف على رفح", key="1"))
    world.later(minutes=5)

    found = world.publish("alpha", item("قصف على رفح", key="1"))

    assert (found.new, found.revised, found.alerts) == (0, 0, 0)
    assert world.value("SELECT count(*) FROM items") == 1
    assert world.value("SELECT count(*) FROM polls") == 1


def test_new_guids_then_new_links_then_an_edit_are_one_item(world: World) -> None:
    first = item("قصف على رفح يوقع جرحى من المدنيين", key="1")
    steps = [
        replace(first, guid="cms-1"),
        replace(first, guid="cms-1", link="https://new.example/story/1"),
        replace(first, guid="cms-1", link="https://new.example/story/1", title=f"{first.title} بينهم أطفال"),
    ]
    world.publish("alpha", first)
    for step in steps:
        world.later(minutes=5)
        assert world.publish("alpha", step).new == 0

    assert world.rows("SELECT guid, link_key, revision FROM items") == [("cms-1", "https://new.example/story/1", 2)]


def test_an_item_beside_a_known_one_with_the_same_headline_is_not_swallowed(world: World) -> None:
    first = item("تغطية مباشرة لتطورات الحرب في رفح", key="1", digest=b"11111111")
    second = item("تغطية مباشرة لتطورات الحرب في رفح", key="2", summary="غارات جديدة.", digest=b"22222222")
    world.publish("alpha", first)
    world.later(minutes=5)

    assert world.publish("alpha", second, digests=frozenset({first.digest, second.digest}), unchanged=1).new == 1


def test_the_news_of_a_feed_that_stood_still_alert_when_they_come_all_at_once(world: World) -> None:
    world.publish("alpha", *(item(f"خبر سابق من الصباح رقم {n}", key=f"a{n}") for n in range(10)))
    for _ in range(6):  # its cache serves the same document for hours
        world.later(hours=1)
        polled = world.polled("alpha")
        world.store.write_sync(lambda tx, one: tx.feeds.polled(one), polled)
    late = [
        item(f"قصف على رفح في الساعة {n} وأنباء عن إصابات", key=f"b{n}", at=NOW + n * 30 * MINUTE) for n in range(10)
    ]

    found = world.publish("alpha", *late)

    assert not found.held
    assert found.alerts > 0


def test_same_item_under_another_guid_tells_nothing(world: World) -> None:
    world.publish("alpha", item("قصف على رفح يوقع جرحى من المدنيين", key="1"))

    found = world.publish(
        "alpha", item("قصف على رفح يوقع جرحى من المدنيين", guid="other", link="https://news.example/1")
    )

    assert found.alerts == 0


def test_second_outlet_with_the_story_is_counted_not_told(world: World) -> None:
    title = "اتفاق على هدنة إنسانية في غزة لثلاثة أيام"
    world.publish("alpha", item(title, key="a"))

    found = world.publish("beta", item(title, guid="b", link="https://beta.example/b"))

    assert found.new == 1
    assert found.alerts == 0
    assert world.value("SELECT outlets FROM stories") == '["alpha","beta"]'
    assert world.rows("SELECT items FROM stories") == [(2,)]


def test_item_that_matches_another_rule_in_a_told_story_tells_that_rule(world: World) -> None:
    title = "اتفاق على هدنة إنسانية في غزة لثلاثة أيام"
    world.publish("alpha", item(title, key="a"))

    found = world.publish("beta", item(title, summary="تبدأ من رفح", guid="b", link="https://beta.example/b"))

    assert found.alerts == 1
    assert world.rows("SELECT rule FROM alerts ORDER BY id") == [("truce",), ("rafah",)]


def test_two_rules_of_one_item_are_two_alerts(world: World) -> None:
    found = world.publish("alpha", item("هدنة في رفح", key="1"))

    assert found.alerts == 2
    assert world.value("SELECT count(DISTINCT story_id) FROM alerts") == 1


def test_backlog_of_a_new_feed_is_stored_and_not_told(tmp_path: Path) -> None:
    with World(config(tmp_path), known=False) as world:
        found = world.publish("alpha", item("قصف على رفح", key="1"), item("هدنة مرتقبة", key="2"))

        assert (found.new, found.matched, found.alerts) == (2, 2, 0)
        assert world.rows("SELECT DISTINCT status FROM items") == [("backlog",)]
        assert world.state("alpha").first_polled_at == NOW


@pytest.mark.parametrize(("policy", "alerts"), [("silent", 0), ("newest", 1), ("all", 3)])
def test_first_poll_policy(tmp_path: Path, policy: str, alerts: int) -> None:
    conf = config(tmp_path, items=settings.Items(first_poll=policy))  # type: ignore[arg-type]
    titles = ["مفاوضات حول معبر رفح", "انقطاع الكهرباء عن رفح", "وصول شاحنات الوقود إلى رفح"]
    items = [item(title, key=str(n), at=NOW - n * MINUTE) for n, title in enumerate(titles)]
    with World(conf, known=False) as world:
        found = world.publish("alpha", *items)

        assert found.alerts == alerts
        if policy == "newest":
            assert world.value("SELECT title FROM items WHERE status = 'fresh'") == titles[0]


def test_backlog_does_not_count_as_told(tmp_path: Path) -> None:
    title = "اتفاق على هدنة إنسانية في غزة لثلاثة أيام"
    with World(config(tmp_path), known=False) as world:
        world.read_before("beta")
        world.publish("alpha", item(title, key="a"))

        assert world.publish("beta", item(title, guid="b", link="https://beta.example/b")).alerts == 1


def test_item_older_than_max_age_is_never_news(world: World) -> None:
    found = world.publish("alpha", item("قصف على رفح", key="1", at=NOW - timedelta(days=3)))

    assert found.alerts == 0
    assert world.rows("SELECT status FROM items") == [("old",)]
    assert "days old" in world.value("SELECT reason FROM items")


def test_max_age_off_tells_old_items(tmp_path: Path) -> None:
    conf = config(tmp_path, items=settings.Items(max_age=None))
    with World(conf) as world:
        assert world.publish("alpha", item("قصف على رفح", key="1", at=NOW - timedelta(days=30))).alerts == 1


def test_item_without_date_guid_or_link_is_news_once(world: World) -> None:
    assert world.publish("alpha", item("هدنة في رفح", at=None)).alerts == 2
    world.later(minutes=5)
    assert world.publish("alpha", item("هدنة في رفح", at=None)).new == 0


def test_window_that_suddenly_looks_new_is_held(world: World) -> None:
    old = [item(f"خبر رقم {n} عن معبر رفح", key=f"old{n}", at=NOW - n * MINUTE) for n in range(12)]
    world.publish("alpha", *old)
    alerts = world.value("SELECT count(*) FROM alerts")
    world.later(minutes=10)
    moved = [
        item(one.title, guid=f"new-{n}", link=f"https://moved.example/x/{n}", at=world.now) for n, one in enumerate(old)
    ]
    changed = [replace(one, published=world.now + timedelta(days=1)) for one in moved]

    found = world.publish("alpha", *changed)

    assert found.held
    assert found.alerts == 0
    assert world.state("alpha").state == "held"
    assert world.value("SELECT count(*) FROM items WHERE status = 'held'") == 12
    assert world.value("SELECT count(*) FROM alerts") == alerts
    assert world.value("SELECT outcome FROM polls ORDER BY id DESC LIMIT 1") == "held"


def test_news_of_a_held_feed_is_told(world: World) -> None:
    world.store.write_sync(lambda tx: tx.feeds.set_state("alpha", "held", "test", world.now))

    assert world.publish("alpha", item("قصف على رفح", key="1")).alerts == 1
    assert world.state("alpha").state == "held"


def test_edited_item_that_matches_only_now_is_told(world: World) -> None:
    world.publish("alpha", item("قصف عنيف جنوب القطاع يوقع جرحى", key="1"))
    world.later(minutes=10)

    found = world.publish("alpha", item("قصف عنيف جنوب القطاع يوقع جرحى في رفح", key="1"))

    assert (found.new, found.revised, found.alerts) == (0, 1, 1)
    assert world.rows("SELECT kind FROM alerts") == [("revised",)]
    assert world.rows("SELECT revision, title FROM revisions") == [(1, "قصف عنيف جنوب القطاع يوقع جرحى")]
    assert world.value("SELECT revision FROM items") == 2


def test_edited_backlog_item_that_matched_before_is_not_told(tmp_path: Path) -> None:
    with World(config(tmp_path), known=False) as world:
        world.publish("alpha", item("قصف عنيف على رفح يوقع جرحى", key="1"))
        world.later(minutes=10)

        assert world.publish("alpha", item("قصف عنيف على رفح يوقع جرحى مدنيين", key="1")).alerts == 0


def test_edited_item_older_than_max_age_is_not_told(world: World) -> None:
    world.publish("alpha", item("قصف عنيف جنوب القطاع", key="1"))
    world.later(days=4)

    found = world.publish("alpha", item("قصف عنيف جنوب القطاع في رفح", key="1", at=NOW))

    assert (found.revised, found.alerts) == (1, 0)


def test_rule_limited_to_a_section_feed_hears_of_an_item_met_there_second(tmp_path: Path) -> None:
    main = settings.Feed(name="main", url="https://site.example/rss")
    section = settings.Feed(name="section", url="https://site.example/rss/gaza", tags=("gaza",))
    rule = replace(RAFAH, feeds=("#gaza",))
    with World(config(tmp_path, feeds=(main, section), rules=(rule,))) as world:
        assert world.publish("main", item("قصف عنيف على رفح فجرا", key="1")).alerts == 0

        assert world.publish("section", item("قصف عنيف على رفح فجرا", key="1")).alerts == 1
        assert world.publish("section", item("قصف عنيف على رفح فجرا", key="1")).alerts == 0
        assert world.value("SELECT count(*) FROM items") == 1


def test_rule_added_later_does_not_tell_of_what_was_seen(world: World) -> None:
    world.configure(replace(world.config, rules=()))
    world.publish("alpha", item("قصف على رفح", key="1"))
    world.configure(world.config)
    world.later(minutes=5)

    assert world.publish("alpha", item("قصف على رفح", key="1")).alerts == 0


def test_silence_holds_the_delivery_and_keeps_the_alert(world: World) -> None:
    until = NOW + timedelta(hours=2)
    world.store.write_sync(lambda tx: tx.silences.add("rule", "rafah", until, NOW))

    assert world.publish("alpha", item("قصف على رفح", key="1")).alerts == 1
    assert world.rows("SELECT state, held_by FROM deliveries") == [("held", "silence")]


def test_corroboration_is_told_once(tmp_path: Path) -> None:
    conf = config(tmp_path, stories=settings.Stories(corroborated_at=2))
    title = "اتفاق على هدنة إنسانية في غزة لثلاثة أيام"
    with World(conf) as world:
        told = [world.publish(name, item(title, key=name)).alerts for name in ("alpha", "beta", "gamma")]

        assert told == [1, 1, 0]
        assert world.rows("SELECT kind FROM alerts ORDER BY id") == [("new",), ("corroborated",)]


def test_alert_no_channel_wants_is_stored_without_deliveries(tmp_path: Path) -> None:
    conf = config(tmp_path, channels=(replace(DESK, min_severity=Severity.URGENT),))
    with World(conf) as world:
        assert world.publish("alpha", item("قصف على رفح", key="1")).alerts == 1
        assert world.value("SELECT count(*) FROM deliveries") == 0


def test_stories_off_tells_every_item(tmp_path: Path) -> None:
    conf = config(tmp_path, stories=settings.Stories(enabled=False))
    with World(conf) as world:
        world.publish("alpha", item("اتفاق على هدنة إنسانية في غزة", key="a"))
        assert world.publish("beta", item("اتفاق على هدنة إنسانية في غزة", key="b")).alerts == 1


def test_stories_in_memory_are_rebuilt_after_a_restart(world: World) -> None:
    title = "اتفاق على هدنة إنسانية في غزة لثلاثة أيام"
    world.publish("alpha", item(title, key="a"))
    world.close()
    with World(world.config, known=False) as again:
        again.later(minutes=1)
        assert again.publish("beta", item(title, key="b")).alerts == 0


def test_story_of_items_undone_is_forgotten(world: World) -> None:
    title = "اتفاق على هدنة إنسانية في غزة لثلاثة أيام"
    with pytest.raises(AttributeError):
        world.publish("alpha", item(title, key="a"), replace(item("خبر", key="b"), image=object()))  # type: ignore[arg-type]

    assert world.value("SELECT count(*) FROM items") == 0
    assert world.publish("beta", item(title, key="c")).alerts == 1
    assert world.value("SELECT count(*) FROM stories") == 1


def test_texts_that_no_database_takes_are_made_safe(world: World) -> None:
    found = world.publish("alpha", item("قصف \ud800 على رفح\x00", summary="\udfff", guid="\ud83d", at=NOW))

    assert found.alerts == 1
    assert world.value("SELECT title FROM items") == "قصف \ufffd على رفح"


def test_feed_that_left_the_configuration_keeps_its_items(world: World) -> None:
    world.publish("alpha", item("قصف على رفح", key="1"))
    world.configure(replace(world.config, feeds=(feed("beta"),)))

    assert world.value("SELECT count(*) FROM items") == 1
    assert world.store.read(lambda tx: tx.feeds.due(NOW + timedelta(days=1))) == ["beta"]


def test_hits_are_kept_with_their_offsets(world: World) -> None:
    world.publish("alpha", item("قصف على رفح", key="1"))

    (alert,) = world.store.read(lambda tx: tx.alerts.newest())

    assert [(hit.text, hit.start, hit.end) for hit in alert.hits] == [("رفح", 8, 11)]
    assert alert.item.title[8:11] == "رفح"
    assert alert.story.outlets == ("alpha",)
    assert TRUCE.name not in alert.rule


QUAKE = "زلزال يضرب سواحل كريت: {} قتيلا"
QUAKE_TEXT = "قالت السلطات اليونانية إن الزلزال الذي ضرب سواحل جزيرة كريت فجرا خلف {} قتيلا وعشرات الجرحى."
QUAKES = settings.Rule(name="quakes", label="زلازل", any=("زلزال",))


@pytest.mark.parametrize(("updates", "kinds"), [("silent", ["new"]), ("alert", ["new", "revised"])])
def test_higher_toll_in_an_edited_item_is_an_update_with_the_difference(
    tmp_path: Path, updates: str, kinds: list[str]
) -> None:
    stories = settings.Stories(updates=updates)  # type: ignore[arg-type]
    with World(config(tmp_path, rules=(QUAKES,), stories=stories)) as world:
        world.publish("alpha", item(QUAKE.format(53), summary=QUAKE_TEXT.format(53), key="1"))
        world.later(hours=1)
        world.publish("alpha", item(QUAKE.format(111), summary=QUAKE_TEXT.format(111), key="1"))

        told = world.rows("SELECT kind, difference FROM alerts ORDER BY id")
        assert [kind for kind, _ in told] == kinds
        assert told[0][1] == ""
        if updates == "alert":
            assert "من 53 إلى 111" in told[1][1]


def test_rule_that_matches_only_a_later_item_of_a_told_story_alerts_once(tmp_path: Path) -> None:
    greece = settings.Rule(name="greece", any=("اليونان",))
    with World(config(tmp_path, rules=(QUAKES, greece))) as world:
        text = "ضرب زلزال قوته ست درجات سواحل جزيرة كريت فجر اليوم ولم ترد أنباء عن ضحايا"
        world.publish("alpha", item("زلزال قوي يضرب سواحل جزيرة كريت فجر اليوم", summary=text, key="1"))
        more = [
            world.publish(name, item("زلزال قوي يضرب سواحل جزيرة كريت فجر اليوم في اليونان", summary=text, key=name))
            for name in ("beta", "gamma")
        ]
        assert [one.alerts for one in more] == [1, 0]
        assert world.rows("SELECT rule FROM alerts ORDER BY id") == [("quakes",), ("greece",)]
