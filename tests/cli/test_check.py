"""`monitor check`: monitor.cli.check and, from the stored items, monitor.cli.habits."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from monitor.config.load import load
from tests.support.cli import CONFIG, Desk
from tests.support.world import World, item


def test_good_file_is_in_order(empty_desk: Desk) -> None:
    done = empty_desk("check")
    assert done.exit_code == 0
    assert "in order (2 feeds, 2 rules, 1 channel)" in done.stderr


def test_every_fault_is_told_at_once_with_its_place(empty_desk: Desk) -> None:
    text = CONFIG.replace('language = "ar"', 'langage = "ar"').replace('any = ["رفح"]', 'any = [""]')
    empty_desk.config.write_text(text, "utf-8")
    done = empty_desk("check")
    assert done.exit_code == 2
    lines = done.stdout.splitlines()
    assert len(lines) == 2
    assert ":1:1: " in lines[0]
    assert 'write "language"' in lines[0]
    assert 'rules[1] "rafah": any[1]: an empty term' in lines[1]


def test_other_file_can_be_named(empty_desk: Desk) -> None:
    other = empty_desk.folder / "other.toml"
    other.write_text("[polling]\nevery = 5\n", "utf-8")
    done = empty_desk("check", str(other))
    assert done.exit_code == 2
    assert "other.toml:2:9: " in done.stdout


def test_faults_for_programs_carry_their_place(empty_desk: Desk) -> None:
    empty_desk.config.write_text("[polling]\nevery = 5\n", "utf-8")
    row = json.loads(empty_desk("check", "--json").stdout.splitlines()[0])
    assert (row["line"], row["column"], row["severity"]) == (2, 9, "error")


def test_schema_is_a_json_schema(empty_desk: Desk) -> None:
    schema = json.loads(empty_desk("check", "--schema").stdout)
    assert {"feeds", "rules", "channels", "polling"} <= set(schema["properties"])


@pytest.mark.parametrize(("strict", "code"), [((), 0), (("--strict",), 2)])
def test_warnings_change_the_exit_code_only_when_asked(empty_desk: Desk, strict: tuple[str, ...], code: int) -> None:
    empty_desk.config.write_text(CONFIG.replace('any = ["رفح"]', 'any = ["رف"]'), "utf-8")
    done = empty_desk("check", *strict)
    assert done.exit_code == code
    assert "warning" in done.stdout


def fill(desk: Desk, title: str, days_ago: int) -> None:
    config = load(desk.config).config
    with World(config) as world:
        world.now -= timedelta(days=days_ago)
        for start in range(0, 210, 30):
            world.publish("alpha", *(item(f"{title} {start + n}", key=f"k{start + n}") for n in range(30)))


def test_rule_that_matches_nearly_everything_is_pointed_out(empty_desk: Desk) -> None:
    fill(empty_desk, "قصف على رفح رقم", 0)
    done = empty_desk("check")
    (line,) = done.stdout.splitlines()
    assert ':15:8: warning: rules[1] "rafah": طابقت 100% من 210 خبرا في 30 يوما' in line
    assert "truce" not in done.stdout


def test_rule_whose_feeds_are_all_dead_is_pointed_out(empty_desk: Desk) -> None:
    empty_desk.config.write_text(CONFIG.replace('any = ["رفح"]', 'any = ["رفح"]\nfeeds = ["#general"]'), "utf-8")
    with World(load(empty_desk.config).config) as world:
        world.store.write_sync(lambda tx: tx.feeds.set_state("alpha", "stopped", "410 Gone", world.now))
    (line,) = empty_desk("check").stdout.splitlines()
    assert 'rules[1] "rafah": لا مصدر يصل إلى هذه القاعدة (alpha: 410 Gone)' in line


def test_rule_that_matched_nothing_for_a_month_is_pointed_out(empty_desk: Desk) -> None:
    empty_desk.config.write_text(CONFIG.replace('language = "ar"', 'language = "en"'), "utf-8")
    fill(empty_desk, "أسعار الخضار في السوق", 40)
    done = empty_desk("check")
    assert 'rules[1] "rafah": matched nothing in 30 days' in done.stdout
    assert done.exit_code == 0


def test_a_young_rule_is_not_blamed_for_the_month_before_it(empty_desk: Desk) -> None:
    empty_desk.config.write_text(CONFIG.replace('language = "ar"', 'language = "en"'), "utf-8")
    fill(empty_desk, "أسعار الخضار في السوق", 40)
    with World(load(empty_desk.config, with_text=True).config, history=True):
        assert 'rules[1] "rafah": matched nothing' in empty_desk("check").stdout
        assert empty_desk("rules", "edit", "rafah", "--add-any", "معبر").exit_code == 0
        assert empty_desk("rules", "add", "prisoners", "--any", "أسرى").exit_code == 0
        said = empty_desk("check").stdout
    assert "rafah" not in said, "changed since"
    assert "prisoners" not in said, "not applied yet"
    assert 'rules[2] "truce": matched nothing' in said
