"""Items, alerts, deliveries and stories on the command line: monitor.cli.items, monitor.cli.alerts, monitor.cli.outbox,
monitor.cli.stories, with monitor.cli.rows, monitor.cli.former and monitor.cli.options behind them."""

from __future__ import annotations

import pytest

from monitor.config.load import load
from monitor.store.database import Store
from tests.support.cli import CONFIG, Desk
from tests.support.world import NOW


def test_items_are_listed_newest_first_with_their_rules(desk: Desk) -> None:
    rows = desk.rows("items", "list")
    assert [row["rules"] for row in rows] == [["truce"], ["rafah"], [], ["truce"]]
    assert rows[0]["feed"] == "beta"
    assert rows[0]["role"] == "repeats"


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (("--feed", "beta"), [4]),
        (("--rule", "rafah"), [3]),
        (("--contains", "الخضار"), [2]),
        (("--status", "backlog"), []),
        (("-n", "1"), [4]),
    ],
)
def test_items_are_filtered(desk: Desk, words: tuple[str, ...], ids: list[int]) -> None:
    assert [row["id"] for row in desk.rows("items", "list", *words)] == ids


def test_item_is_found_by_number_address_and_guid(desk: Desk) -> None:
    for wanted in ("3", "https://news.example/rafah", "guid-rafah"):
        done = desk("items", "show", wanted)
        assert done.exit_code == 0
        assert "قصف عنيف على رفح فجر اليوم" in done.stdout


def test_item_that_is_not_there_is_an_error_with_a_way_on(desk: Desk) -> None:
    done = desk("items", "show", "999")
    assert done.exit_code == 1
    assert "999" in done.stderr
    assert "monitor items" in done.stderr


def test_alert_shows_its_hits_and_deliveries(desk: Desk) -> None:
    done = desk("alerts", "show", "1")
    assert done.exit_code == 0
    assert "هدنة: «هدنة» in the title (exact)" in done.stdout
    assert "2 items of 2 outlets" in done.stdout
    assert "pending" in done.stdout


def test_alert_shows_its_rule_as_it_was_while_it_is_edited_and_removed(desk: Desk) -> None:
    shown = desk("alerts", "show", "1").stdout
    assert "still the same (configuration 1 of " in shown
    assert 'any = ["هدنة", "وقف إطلاق النار"]' in shown
    assert 'severity = "urgent"' in shown

    desk.config.write_text(CONFIG.replace('"هدنة", "وقف إطلاق النار"', '"تهدئة"'), "utf-8")
    shown = desk("alerts", "show", "1").stdout
    assert "changed since" in shown
    assert 'any = ["هدنة", "وقف إطلاق النار"]' in shown
    assert "تهدئة" not in shown

    desk.config.write_text(CONFIG.replace('name = "truce"', 'name = "ceasefire"'), "utf-8")
    assert "removed since" in desk("alerts", "show", "1").stdout
    (row,) = desk.rows("alerts", "show", "1")
    assert row["rule_then"]["now"] == "removed"
    assert row["rule_then"]["table"]["any"] == ["هدنة", "وقف إطلاق النار"]


def test_alert_from_before_the_history_shows_no_rule(desk: Desk) -> None:
    with Store.open(load(desk.config).config.state, lambda: NOW) as store:
        store.write_sync(lambda tx: tx.connection.execute("UPDATE alerts SET config_id = NULL"))
    assert "as it was" not in desk("alerts", "show", "1").stdout
    assert desk.rows("alerts", "show", "1")[0]["rule_then"] is None


def test_alerts_are_listed_by_rule(desk: Desk) -> None:
    assert [row["rule"] for row in desk.rows("alerts", "list")] == ["rafah", "truce"]
    assert [row["rule"] for row in desk.rows("alerts", "list", "--rule", "truce")] == ["truce"]


@pytest.mark.parametrize("target", ["rafah", "alpha", "story:1"])
def test_silence_is_shown_until_it_is_ended(desk: Desk, target: str) -> None:
    assert desk("alerts", "silence", target, "--for", "2h", "--because", "known").exit_code == 0
    (row,) = desk.rows("alerts", "silences")
    assert row["target"] == target.removeprefix("story:")
    assert desk("alerts", "unsilence", target).exit_code == 0
    assert desk.rows("alerts", "silences") == []


def test_silence_of_something_unknown_is_refused_with_a_suggestion(desk: Desk) -> None:
    done = desk("alerts", "silence", "rafa", "--for", "2h")
    assert done.exit_code == 1
    assert "rafah" in done.stderr


def test_silence_needs_a_length_with_a_unit(desk: Desk) -> None:
    done = desk("alerts", "silence", "rafah", "--for", "2")
    assert done.exit_code == 2
    assert 'write it with its unit, e.g. "2m"' in done.stderr


def test_delivery_is_dropped_and_asked_for_again(desk: Desk) -> None:
    assert [row["state"] for row in desk.rows("outbox", "list")] == ["pending", "pending"]
    assert desk("outbox", "drop", "1").exit_code == 0
    assert [row["id"] for row in desk.rows("outbox", "list", "--state", "dropped")] == [1]
    assert desk("outbox", "retry", "1").exit_code == 0
    assert [row["state"] for row in desk.rows("outbox", "list")] == ["pending", "pending"]
    shown = desk("outbox", "show", "1")
    assert shown.exit_code == 0
    assert "pending" in shown.stdout
    assert "\nsent" not in shown.stdout, "no line for what is not there"


def test_delivery_that_is_not_there_cannot_be_retried(desk: Desk) -> None:
    done = desk("outbox", "retry", "99")
    assert done.exit_code == 1
    assert "monitor outbox list" in done.stderr


def test_story_names_its_outlets_and_the_role_of_each_item(desk: Desk) -> None:
    done = desk("stories", "show", "1")
    assert done.exit_code == 0
    assert "opens" in done.stdout
    assert "repeats" in done.stdout
    assert [row["id"] for row in desk.rows("stories", "list", "--outlets", "2")] == [1]


def test_story_is_split_and_merged_by_hand(desk: Desk) -> None:
    assert desk("stories", "split", "1", "4").exit_code == 0
    assert {row["id"]: row["items"] for row in desk.rows("stories", "list")}[1] == 1
    assert desk("stories", "merge", "2", "3").exit_code == 0
    assert {row["id"]: row["items"] for row in desk.rows("stories", "list")}[2] == 2


def test_item_of_another_story_cannot_be_split_off(desk: Desk) -> None:
    done = desk("stories", "split", "1", "3")
    assert done.exit_code == 1
    assert "stories show 1" in done.stderr


@pytest.mark.parametrize("command", ["items", "alerts", "outbox", "stories"])
def test_nothing_stored_yet_says_how_to_begin(empty_desk: Desk, command: str) -> None:
    done = empty_desk(command, "list")
    assert done.exit_code == 1
    assert "monitor run" in done.stderr


@pytest.mark.parametrize("command", ["items", "alerts", "outbox", "stories", "feeds"])
def test_group_alone_lists(desk: Desk, command: str) -> None:
    assert desk(command).stdout == desk(command, "list").stdout
