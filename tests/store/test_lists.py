"""What people list: items, alerts, hit counts, silences, configurations, channels, notices; and what is forgotten.

The tables behind them: monitor.store.items, monitor.store.alerts, monitor.store.silences, monitor.store.configs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.model import AlertId, ItemId
from monitor.store.channels import ChannelMemory
from monitor.store.item_lists import find_items, newest_items, revisions
from monitor.store.matches import NewMatch
from monitor.store.pruning import prune_alerts, prune_identities, prune_notices, prune_stories, prune_texts, touch_shown
from tests.support.world import MINUTE, NOW, World, config, item


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(config(tmp_path)) as world:
        yield world


@pytest.fixture
def filled(world: World) -> World:
    world.publish("alpha", item("قصف عنيف على رفح", key="1", summary="تفاصيل"), item("أسعار الذهب اليوم", key="2"))
    world.later(minutes=1)
    world.publish("beta", item("هدنة مرتقبة خلال أيام", key="3"))
    return world


def titles(found: object) -> list[str]:
    return [one.item.title for one in found]  # type: ignore[attr-defined]


# --- items ------------------------------------------------------------------------------------------------------------


def test_items_are_listed_newest_first_with_their_rules(filled: World) -> None:
    found = filled.store.read(newest_items)
    assert titles(found)[0] == "هدنة مرتقبة خلال أيام"
    assert [one.rules for one in found if one.item.guid == "guid-1"] == [("rafah",)]


@pytest.mark.parametrize(
    ("asked", "keys"),
    [
        ({"feed": "beta"}, {"guid-3"}),
        ({"rule": "rafah"}, {"guid-1"}),
        ({"contains": "الذهب"}, {"guid-2"}),
        ({"status": "old"}, set()),
        ({"since": NOW + MINUTE}, {"guid-3"}),
        ({"limit": 1}, {"guid-3"}),
    ],
    ids=str,
)
def test_items_are_picked(filled: World, asked: dict[str, object], keys: set[str]) -> None:
    found = filled.store.read(newest_items, **asked)  # type: ignore[arg-type]
    assert {one.item.guid for one in found} == keys


def test_items_are_found_by_id_guid_and_link(filled: World) -> None:
    number = filled.value("SELECT id FROM items WHERE guid = 'guid-2'")
    link = filled.value("SELECT link_key FROM items WHERE guid = 'guid-2'")
    for wanted, key in ((str(number), ""), ("guid-2", ""), ("https://news.example/2?utm_source=x", link)):
        (found,) = filled.store.read(find_items, wanted, key)
        assert found.item.id == number
    assert filled.store.read(find_items, "nothing") == []


def test_former_texts_are_listed(world: World) -> None:
    world.publish("alpha", item("قصف عنيف على رفح", key="1"))
    world.later(minutes=1)
    world.publish("alpha", item("قصف عنيف على رفح يوقع جرحى", key="1"))

    (entry,) = world.store.read(revisions, ItemId(world.value("SELECT id FROM items")))
    assert (entry.number, entry.title) == (1, "قصف عنيف على رفح")


# --- rules and alerts -------------------------------------------------------------------------------------------------


def test_hits_are_counted_by_day_and_week(filled: World) -> None:
    first = ItemId(filled.value("SELECT id FROM items WHERE guid = 'guid-2'"))
    old = NOW - timedelta(days=3)
    filled.store.write_sync(lambda tx: tx.matches.add([NewMatch(item_id=first, rule="rafah", hits=())], old))

    counts = filled.store.read(lambda tx: tx.matches.counts(filled.now, ["rafah", "never"]))

    assert (counts["rafah"].day, counts["rafah"].week, counts["rafah"].last_at) == (1, 2, NOW)
    assert (counts["never"].day, counts["never"].week, counts["never"].last_at) == (0, 0, None)
    assert counts["truce"].day == 1
    assert filled.store.read(lambda tx: tx.matches.daily("rafah", NOW - timedelta(days=7))) == {
        "2026-11-22": 1,
        "2026-11-25": 1,
    }


def test_alerts_are_listed_by_rule_and_time(filled: World) -> None:
    assert [one.rule for one in filled.store.read(lambda tx: tx.alerts.newest())] == ["truce", "rafah"]
    (rafah,) = filled.store.read(lambda tx: tx.alerts.newest(rule="rafah"))
    assert filled.store.read(lambda tx: tx.alerts.get(rafah.id)) == rafah
    assert [one.rule for one in filled.store.read(lambda tx: tx.alerts.newest(since=NOW + MINUTE))] == ["truce"]
    assert filled.store.read(lambda tx: tx.alerts.count(NOW, NOW + MINUTE)) == 1


# --- small tables -----------------------------------------------------------------------------------------------------


def test_silences_end_by_themselves(world: World) -> None:
    world.store.write_sync(lambda tx: tx.silences.add("rule", "rafah", NOW + MINUTE, NOW, "اجتماع"))
    world.store.write_sync(lambda tx: tx.silences.add("rule", "rafah", NOW + 2 * MINUTE, NOW))
    (kept,) = world.store.read(lambda tx: tx.silences.listed(NOW))
    assert kept.silence.until == NOW + 2 * MINUTE
    assert world.store.read(lambda tx: tx.silences.active(NOW + 2 * MINUTE)) == ()
    assert world.store.write_sync(lambda tx: tx.silences.prune(NOW + 2 * MINUTE)) == 1
    assert not world.store.write_sync(lambda tx: tx.silences.remove("rule", "rafah"))


def test_configurations_are_kept_once_each_time_they_change(world: World) -> None:
    ids = [
        world.store.write_sync(lambda tx, text: tx.configs.applied(text, ["rule added"], NOW), text)
        for text in ("one", "one", "two", "one")
    ]
    assert ids == [1, 1, 2, 3]
    assert [one.text for one in world.store.read(lambda tx: tx.configs.newest())] == ["one", "two", "one"]
    second = world.store.read(lambda tx: tx.configs.get(2))
    assert second is not None
    assert second.summary == ("rule added",)


def test_configurations_that_no_alert_names_are_forgotten_but_for_the_newest(world: World) -> None:
    for text in ("one", "two", "three", "four"):
        world.store.write_sync(lambda tx, text: tx.configs.applied(text, (), NOW), text)
    world.line = world.line.numbered(2)
    world.publish("alpha", item("قصف على رفح", key="1"))
    assert world.store.write_sync(lambda tx: tx.configs.prune(NOW)) == 0
    assert world.store.write_sync(lambda tx: tx.configs.prune(NOW + MINUTE)) == 2
    assert [one.id for one in world.store.read(lambda tx: tx.configs.newest())] == [4, 2]
    then = world.store.read(lambda tx: tx.configs.of_alert(AlertId(1)))
    assert then is not None
    assert then.text == "two"


def test_channel_memory_comes_back_as_it_was(world: World) -> None:
    memory = ChannelMemory(name="desk", tokens=2.5, tokens_at=NOW, parked_until=NOW + MINUTE, broken=True, failures=3)
    assert world.store.read(lambda tx: tx.channels.get("desk")) == ChannelMemory(name="desk")
    world.store.write_sync(lambda tx: tx.channels.save(memory))
    assert world.store.read(lambda tx: tx.channels.all()) == {"desk": memory}


def test_notice_is_queued_once_and_sent_once(world: World) -> None:
    def add() -> bool:
        return world.store.write_sync(
            lambda tx: tx.notices.add(kind="feed", key="alpha", channel="desk", subject="توقف", body="", now=NOW)
        )

    assert (add(), add()) == (True, False)
    (notice,) = world.store.read(lambda tx: tx.notices.due(NOW))
    world.store.write_sync(lambda tx: tx.notices.record(notice.id, "sending", now=NOW))
    assert world.store.read(lambda tx: tx.notices.due(NOW)) == []
    assert world.store.write_sync(lambda tx: tx.notices.recover(NOW)) == 1
    world.store.write_sync(lambda tx: tx.notices.record(notice.id, "sent", now=NOW))
    (sent,) = world.store.read(lambda tx: tx.notices.newest())
    assert (sent.state, sent.attempts, sent.sent_at) == ("sent", 1, NOW)
    assert world.store.write_sync(prune_notices, NOW + MINUTE) == 1


# --- forgetting -------------------------------------------------------------------------------------------------------


def test_texts_go_and_identities_stay(filled: World) -> None:
    filled.store.write_sync(lambda tx: tx.connection.execute("UPDATE deliveries SET state = 'sent'"))
    assert filled.store.write_sync(prune_texts, filled.now + MINUTE) == 3
    assert filled.store.write_sync(prune_texts, filled.now + MINUTE) == 0
    assert filled.value("SELECT count(*) FROM items WHERE summary <> '' OR features IS NOT NULL") == 0
    filled.later(minutes=1)
    assert filled.publish("alpha", item("قصف عنيف على رفح", key="1", summary="تفاصيل")).new == 0


def test_texts_of_what_is_still_to_be_sent_stay(filled: World) -> None:
    assert filled.store.write_sync(prune_texts, filled.now + MINUTE) == 1


def test_identity_goes_only_when_no_feed_shows_the_item(world: World) -> None:
    shown, gone = b"shown!!!", b"gone!!!!"
    world.publish(
        "alpha", replace(item("خبر ثابت", key="1"), digest=shown), replace(item("خبر عابر", key="2"), digest=gone)
    )
    world.store.write_sync(prune_texts, NOW + MINUTE)
    world.later(days=200)
    state = replace(world.polled("alpha"), body_hash=b"h", digests=frozenset({shown}))
    world.store.write_sync(lambda tx: tx.feeds.polled(state))

    before = world.now - timedelta(days=180)
    assert world.store.write_sync(touch_shown, before, world.now) == 1
    assert world.store.write_sync(prune_identities, before) == 1
    assert world.rows("SELECT guid FROM items") == [("guid-1",)]


def test_identity_stays_while_its_feed_cannot_be_read(world: World) -> None:
    world.publish("alpha", item("خبر", key="1"))
    world.store.write_sync(prune_texts, NOW + MINUTE)
    world.later(days=200)
    failed = replace(world.polled("alpha"), success=False, error="no such host", error_kind="dns")
    world.store.write_sync(lambda tx: tx.feeds.polled(failed))

    assert world.store.write_sync(prune_identities, world.now - timedelta(days=180)) == 0


def test_alerts_go_with_their_deliveries_when_they_came_to_an_end(filled: World) -> None:
    later = filled.now + MINUTE
    filled.store.write_sync(lambda tx: tx.connection.execute("UPDATE deliveries SET state = 'sent' WHERE alert_id = 1"))
    assert filled.store.write_sync(prune_alerts, later) == 1
    assert filled.value("SELECT count(*) FROM deliveries") == 1
    assert filled.store.write_sync(prune_stories, later) == 0
