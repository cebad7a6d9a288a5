"""`monitor rules`: monitor.cli.rules and monitor.cli.rule_edits over a real file and a real store."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config.load import load
from tests.support.cli import CONFIG, Desk
from tests.support.world import World, item


def test_rules_are_listed_with_how_often_they_hold(desk: Desk) -> None:
    rafah, truce = desk.rows("rules", "list")
    assert (rafah["name"], rafah["any"]) == ("rafah", ["رفح"])
    assert (truce["severity"], truce["last_hit"]) == ("urgent", "2026-11-25T12:05:00Z")


def test_rules_are_listed_before_anything_is_stored(empty_desk: Desk) -> None:
    done = empty_desk("rules")
    assert done.exit_code == 0
    assert "never" in done.stdout


def test_rule_shows_what_a_term_matches_and_what_not(desk: Desk) -> None:
    done = desk("rules", "show", "rafah")
    assert "لرفح  (prefix ل)" in done.stdout
    assert done.stdout.index("does not match") < done.stdout.index("رفحاء")


def test_unknown_rule_is_an_error_with_a_guess(desk: Desk) -> None:
    done = desk("rules", "show", "rafa")
    assert done.exit_code == 1
    assert 'did you mean "rafah"?' in done.stderr


def test_suggestions_say_what_each_form_would_newly_find(desk: Desk) -> None:
    forms = {row["form"]: row for row in desk.rows("rules", "suggest", "سوق", "--since", "3650d")}
    assert forms["أسواق"]["new_items"] == 1
    assert forms["أسواق"]["samples"] == ["أسعار الخضار تتراجع في أسواق نابلس"]


@pytest.mark.parametrize(
    ("terms", "ids"),
    [(("رفح",), [3]), (("رفح", "هدنة"), [4, 3, 1]), (("رفح AND (معبر OR قصف)",), [3]), (("*",), [4, 3, 2, 1])],
)
def test_terms_are_tried_on_stored_items(desk: Desk, terms: tuple[str, ...], ids: list[int]) -> None:
    assert [row["id"] for row in desk.rows("rules", "try", *terms, "--since", "3650d")] == ids


def test_trial_marks_the_hits_and_counts_by_outlet(desk: Desk) -> None:
    done = desk("rules", "try", "هدنة", "--since", "3650d")
    assert "«هدنة»" in done.stdout
    assert "alpha 1، beta 1" in done.stderr


def test_terms_that_cannot_be_read_are_refused(desk: Desk) -> None:
    done = desk("rules", "try", "رفح AND (")
    assert done.exit_code == 2
    assert "TERMS:1:10: " in done.stderr
    assert "Traceback" not in done.output


def test_trial_says_how_many_outlets_it_does_not_name(tmp_path: Path) -> None:
    feeds = "".join(f'[[feeds]]\nname = "o{number}"\nurl = "https://o{number}.example/rss"\n' for number in range(11))
    desk = Desk(tmp_path, CONFIG + feeds)
    with World(load(desk.config).config) as world:
        for number in range(11):
            world.publish(f"o{number}", item(f"قصف على رفح {number}", key=f"k{number}"))
    said = desk("rules", "try", "رفح", "--since", "3650d").stderr
    assert "by outlet: o" in said
    assert "… and 3 more" in said


def test_an_edit_that_would_be_faulty_says_that_nothing_was_written(desk: Desk) -> None:
    before = desk.config.read_text("utf-8")
    done = desk("rules", "add", "port", "--any", "ميناء", "--feed", "#nix")
    assert done.exit_code == 2
    assert "#nix" in done.stderr
    assert done.stderr.endswith("nothing was written\n")
    assert desk.config.read_text("utf-8") == before


def test_an_edit_through_a_link_names_the_former_file_that_is_there(desk: Desk) -> None:
    desk.config = desk.config.rename(desk.folder / "real.toml")
    link = desk.folder / "link.toml"
    link.symlink_to(desk.config)
    desk.config = link
    assert "the former file is real.toml.bak" in desk("rules", "edit", "rafah", "--label", "مدينة رفح").stderr
    assert (desk.folder / "real.toml.bak").is_file()


def test_doubtful_terms_are_tried_with_a_warning(desk: Desk) -> None:
    done = desk("rules", "try", "titel:رفح", "--since", "3650d")
    assert done.exit_code == 0
    assert "warning: TERMS: titel: " in done.stderr


def test_rule_is_added_changed_and_removed_with_comments_kept(desk: Desk) -> None:
    before = desk.config.read_text("utf-8")
    assert desk("rules", "add", "prisoners", "--any", "أسرى", "--severity", "urgent").exit_code == 0
    assert desk("rules", "edit", "prisoners", "--add-any", "معتقلون", "--label", "الأسرى").exit_code == 0
    text = desk.config.read_text("utf-8")
    assert "# the desk's feeds" in text
    assert "# the town" in text
    row = desk.rows("rules", "list")[-1]
    assert (row["any"], row["label"], row["severity"]) == (["أسرى", "معتقلون"], "الأسرى", "urgent")
    assert desk("rules", "remove", "prisoners").exit_code == 0
    assert desk.config.read_text("utf-8").strip() == before.strip()
    assert (desk.folder / "config.toml.bak").read_text("utf-8") == text


def test_faulty_rule_is_not_written(desk: Desk) -> None:
    before = desk.config.read_text("utf-8")
    for words in (("add", "bad", "--any", ""), ("add", "bad"), ("add", "rafah", "--any", "x"), ("edit", "rafah")):
        done = desk("rules", *words)
        assert done.exit_code in (1, 2)
        assert "Traceback" not in done.output
    assert desk.config.read_text("utf-8") == before


def test_an_edit_says_what_check_would_doubt_of_that_rule(desk: Desk) -> None:
    assert "warning" not in desk("rules", "add", "prisoners", "--any", "أسرى").stderr
    added = desk("rules", "add", "blood", "--any", "دم")
    assert added.exit_code == 0
    assert 'warning: rules[4] "blood": any[1]' in added.stderr
    assert '"blood" is watched for from now on' in added.stderr
    assert "blood" not in desk("rules", "edit", "rafah", "--label", "مدينة رفح").stderr
