"""Edits of config.toml: monitor.config.edit over monitor.config.tables keeps every comment and writes whole or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config import edit
from monitor.config.load import load
from monitor.errors import ConfigError, MonitorError
from monitor.settings import Feed
from tests.support.cli import CONFIG


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, "utf-8")
    path.chmod(0o600)
    return path


def test_added_rule_stands_behind_the_last_one(file: Path) -> None:
    edit.edit(file, edit.add_rule({"name": "aid", "any": ["مساعدات"], "severity": "low"}))
    text = file.read_text("utf-8")
    assert text.index('name = "truce"') < text.index('name = "aid"') < text.index("[[channels]]")
    assert [rule.name for rule in load(file).config.rules] == ["rafah", "truce", "aid"]


def test_adding_and_removing_leaves_the_file_as_it_was(file: Path) -> None:
    edit.edit(file, edit.add_rule({"name": "aid", "any": ["مساعدات"]}))
    edit.edit(file, edit.remove_rule("aid"))
    assert file.read_text("utf-8").strip() == CONFIG.strip()


def test_removed_table_takes_its_own_comment_along_and_no_other(file: Path) -> None:
    edit.edit(file, edit.remove_rule("rafah"))
    text = file.read_text("utf-8")
    assert "# the desk's feeds" in text
    assert "# the town" not in text


def test_changed_rule_keeps_the_comments_of_its_lines(file: Path) -> None:
    edit.edit(file, edit.edit_rule("rafah", fields={"label": "مدينة رفح"}, add={"any": ["معبر رفح"]}))
    text = file.read_text("utf-8")
    assert "# the town" in text
    assert load(file).config.rules[0].any == ("رفح", "معبر رفح")
    assert load(file).config.rules[0].label == "مدينة رفح"


def test_feeds_are_added_and_removed_from_the_rules_that_name_them(file: Path) -> None:
    edit.edit(file, edit.add_feeds([Feed(name="gamma", url="https://gamma.example/rss", tags=("x",))]))
    edit.edit(file, _reading_two_feeds)
    edit.edit(file, edit.remove_feed("gamma"))
    assert [feed.name for feed in load(file).config.feeds] == ["alpha", "beta"]
    assert load(file).config.rules[1].feeds == ("alpha",)


def _reading_two_feeds(text: str) -> str:
    return text.replace('severity = "urgent"', 'severity = "urgent"\nfeeds = ["gamma", "alpha"]')


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (edit.add_rule({"name": "rafah", "any": ["x"]}), 'there is a rule "rafah" already'),
        (edit.remove_rule("rafa"), 'did you mean "rafah"?'),
        (edit.remove_feed("delta"), 'there is no feed "delta"'),
        (edit.edit_rule("rafah", fields={}, remove={"any": ["هدنة"]}), 'any of "rafah" has no "هدنة"'),
    ],
)
def test_change_that_does_not_apply_is_refused(file: Path, change: edit.Change, words: str) -> None:
    with pytest.raises(MonitorError) as caught:
        edit.edit(file, change)
    assert words in str(caught.value)
    assert file.read_text("utf-8") == CONFIG
    assert not (file.parent / "config.toml.bak").exists()


def test_change_that_would_make_a_faulty_file_is_not_written(file: Path) -> None:
    with pytest.raises(ConfigError):
        edit.edit(file, edit.add_rule({"name": "bad", "any": [""]}))
    assert file.read_text("utf-8") == CONFIG


def test_former_version_mode_and_symlink_are_kept(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / "config.toml"
    link.parent.mkdir()
    link.symlink_to(file)
    edit.edit(link, edit.add_rule({"name": "aid", "any": ["مساعدات"]}))
    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o600
    assert any(path.name.endswith(".bak") for path in (*file.parent.iterdir(), *link.parent.iterdir()))
    assert not list(file.parent.glob(".config*"))
