"""Every decision can be explained, stage by stage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.model import ItemId
from monitor.pipeline.explain import Explanation, explain, explain_id, find
from tests.support.world import NOW, RAFAH, World, config, item

TRUCE_TITLE = "اتفاق على هدنة إنسانية في غزة لثلاثة أيام"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(config(tmp_path)) as world:
        yield world


def explained(world: World, key: str) -> Explanation:
    (listed,) = world.store.read(find, f"guid-{key}")
    return world.store.read(explain, listed, world.line, world.now)


def stage(explanation: Explanation, name: str) -> str:
    (found,) = [one for one in explanation.stages if one.name == name]
    return f"{found.outcome}: " + " | ".join(found.reasons)


def test_told_item_shows_the_whole_line(world: World) -> None:
    world.publish("alpha", item("قصف عنيف على رفح فجر اليوم", key="1"))

    found = explained(world, "1")

    assert [one.name for one in found.stages] == ["fetched", "identified", "matched", "grouped", "routed", "delivered"]
    assert "from alpha" in stage(found, "fetched")
    assert "1 of them new" in stage(found, "fetched")
    assert stage(found, "identified").startswith("fresh: ")
    assert "rafah: holds: رفح: «رفح» in the title (exact)" in stage(found, "matched")
    assert "truce: does not hold" in stage(found, "matched")
    assert stage(found, "grouped").startswith("opens story 1")
    assert "1 alert: rafah: new alert 1" in stage(found, "routed")
    assert "rafah → desk: pending" in stage(found, "delivered")


def test_counts_and_times_are_a_persons(world: World) -> None:
    world.publish("alpha", item("قصف عنيف على رفح فجر اليوم", key="1"))
    found = explained(world, "1")
    assert stage(found, "grouped").endswith("; 1 item of 1 outlet")
    there = NOW.astimezone(ZoneInfo(world.config.timezone))
    assert f"first seen {there:%Y-%m-%d %H:%M:%S %Z}" in stage(found, "fetched")


def test_rule_that_is_gone_is_named(world: World) -> None:
    world.publish("alpha", item("قصف عنيف على رفح فجر اليوم", key="1"))
    world.configure(replace(world.config, rules=tuple(one for one in world.config.rules if one.name != "rafah")))
    said = stage(explained(world, "1"), "matched")
    assert "rafah: held when the item came; it is not in the configuration any more" in said


def test_repeat_names_who_told_the_story(world: World) -> None:
    world.publish("alpha", item(TRUCE_TITLE, key="a"))
    world.publish("beta", item(TRUCE_TITLE, key="b"))

    found = explained(world, "b")

    assert "told by alpha (alert 1)" in stage(found, "routed")
    assert stage(found, "grouped").startswith("repeats story 1")


def test_backlog_says_why_it_is_silent(tmp_path: Path) -> None:
    with World(config(tmp_path), known=False) as world:
        world.publish("alpha", item("قصف على رفح", key="1"))
        assert "backlog of a feed read for the first time" in stage(explained(world, "1"), "routed")


def test_rule_that_does_not_cover_the_outlet_says_so(tmp_path: Path) -> None:
    with World(config(tmp_path, rules=(replace(RAFAH, feeds=("beta",)),))) as world:
        world.publish("alpha", item("قصف على رفح", key="1"))
        (finding,) = explained(world, "1").rules
        assert finding.match is None
        assert finding.why == "كلماتها في الخبر، لكن القاعدة لا تشمل alpha (تشمل beta)"


def test_nearest_miss_is_named_in_the_language_of_the_configuration(world: World) -> None:
    world.publish("alpha", item("افتتاح مستشفى في رفحاء", key="1"))
    assert "rafah: does not hold: رفحاء: ليست من صيغ رفح" in stage(explained(world, "1"), "matched")
    world.configure(replace(world.config, language="en"))
    assert "rafah: does not hold: رفحاء: not a written form of رفح" in stage(explained(world, "1"), "matched")


def test_rules_that_miss_alike_share_a_line(world: World) -> None:
    world.publish("alpha", item("أسعار الخضار في الأسواق", key="1"))
    assert stage(explained(world, "1"), "matched") == (
        "no rule holds: rafah, truce: do not hold: لا شيء من كلماتها في الخبر ولا ما يشبهها"
    )


def test_rule_newer_than_the_item_says_so(world: World) -> None:
    world.configure(replace(world.config, rules=()))
    world.publish("alpha", item("قصف على رفح", key="1"))
    world.configure(world.config)

    found = explained(world, "1")
    assert "the rule is newer" in stage(found, "matched")
    assert "did not hold when the item came" in stage(found, "routed")


def test_held_delivery_names_what_holds_it(world: World) -> None:
    world.store.write_sync(lambda tx: tx.silences.add("rule", "rafah", NOW + timedelta(hours=1), NOW))
    world.publish("alpha", item("قصف على رفح", key="1"))
    assert stage(explained(world, "1"), "delivered").endswith(
        "desk: held; held by silence until 2026-11-25 15:00:00 EET"
    )


def test_edited_item_shows_its_former_text(world: World) -> None:
    world.publish("alpha", item("قصف عنيف جنوب القطاع", key="1"))
    world.later(minutes=1)
    world.publish("alpha", item("قصف عنيف جنوب القطاع في رفح", key="1"))
    assert "before: قصف عنيف جنوب القطاع" in stage(explained(world, "1"), "identified")


def test_item_is_found_by_address_and_by_number(world: World) -> None:
    world.publish("alpha", item("قصف على رفح", key="1"))
    (by_link,) = world.store.read(find, "https://www.news.example/1?utm_source=telegram#top")
    (by_number,) = world.store.read(find, f" {by_link.item.id} ")
    assert by_number == by_link
    assert world.store.read(find, "https://news.example/none") == []


def test_item_that_is_not_there_explains_nothing(world: World) -> None:
    assert world.store.read(explain_id, ItemId(7), world.line, NOW) is None
