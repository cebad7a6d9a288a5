"""What stands around a load: monitor.config.diff, monitor.config.redact, monitor.config.jsonschema,
monitor.config.nearest, monitor.config.warnings."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.config.diff import changes
from monitor.config.jsonschema import json_schema
from monitor.config.load import load
from monitor.config.nearest import did_you_mean
from monitor.config.redact import secrets_of
from monitor.config.warnings import same_place
from monitor.settings import Config, Secret
from tests.support.cli import CONFIG

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, "utf-8")
    return load(path).config


def test_nothing_changed_is_nothing_to_say(config: Config) -> None:
    assert changes(config, config) == ()


def test_what_was_added_removed_and_changed_is_listed_in_order(config: Config) -> None:
    rule = replace(config.rules[0], any=("رفح", "معبر رفح"))
    new = replace(
        config,
        language="en",
        feeds=(config.feeds[0], replace(config.feeds[1], name="gamma")),
        rules=(rule, config.rules[1]),
    )
    said = [str(change) for change in changes(config, new)]
    assert said[0].startswith("language: ")
    assert any(line.startswith('feed "gamma" added') for line in said)
    assert any(line.startswith('feed "beta" removed') for line in said)
    assert any(line.startswith('rule "rafah" changed') and "معبر رفح" in line for line in said)


def test_changed_secret_is_named_and_not_shown(config: Config) -> None:
    channel = replace(config.channels[0], url=Secret("tgram://123:hidden-token/456"))
    said = " ".join(map(str, changes(config, replace(config, channels=(channel,)))))
    assert 'channel "desk" changed' in said
    assert "hidden-token" not in said


SECRETS = """
[[feeds]]
name = "closed"
url = "https://closed.example/rss"
headers = { "X-Key" = "hidden-header-1" }
proxy = 'socks5://user:hidden-proxy@127.0.0.1:9050'

[[channels]]  # was: json://old-hidden.example/token
name = "inline"
url = "tgram://123456789:hidden-token-12345/456"
template = "{{ headline }} hidden-token-12345 123456789:hidden-token-12345"

[[channels]]
name = "by variable"
url = "json://${HOOK_HOST}/hook/${HOOK}"
template = "{{ headline }} https://example.org/hidden-hook-99-hidden-hook"  # pasted by mistake
"""


def test_history_keeps_no_secret_however_it_came_in_and_no_comment(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG + SECRETS, "utf-8")
    environment = {"HOOK_HOST": "hooks.example", "HOOK": "hidden-hook-99-hidden-hook"}
    kept = load(path, environment=environment, with_text=True).config.text
    assert "hidden" not in kept
    assert "was:" not in kept
    assert "json://***${HOOK_HOST}${HOOK}" in kept
    tables = tomllib.loads(kept)
    assert [rule["name"] for rule in tables["rules"]] == ["rafah", "truce"]
    assert tables["feeds"][-1]["headers"] == {"X-Key": "***"}


def test_text_for_the_history_is_the_one_that_was_checked(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, "utf-8")
    config = load(path, with_text=True).config
    path.write_text("another", "utf-8")
    assert tomllib.loads(config.text) == tomllib.loads(CONFIG)
    assert config == replace(config, text="")


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("terminal://", []),
        (
            "tgram://123456789:AAtoken_token99/4711",
            ["tgram://123456789:AAtoken_token99/4711", "123456789:AAtoken_token99", "AAtoken_token99"],
        ),
        ("mailtos://me:p%40ss@example.org", ["mailtos://me:p%40ss@example.org", "p%40ss", "p@ss"]),
        ("json://[broken", ["json://[broken"]),
    ],
)
def test_secrets_of_an_address(config: Config, url: str, parts: list[str]) -> None:
    found = list(secrets_of(replace(config, feeds=(), channels=(replace(config.channels[0], url=Secret(url)),))))
    assert [part for part in parts if part not in found] == []
    assert bool(found) == bool(parts)


def test_schema_knows_every_key_of_the_starter_file() -> None:
    schema = json_schema()
    assert json.loads((ROOT / "docs" / "config.schema.json").read_text("utf-8")) == json.loads(json.dumps(schema))
    assert set(schema["properties"]) >= {"language", "timezone", "state", "heartbeat", "polling", "items", "stories"}


def test_starter_file_watches_enough_outlets_and_is_in_order() -> None:
    loaded = load(ROOT / "config.toml")
    assert len(loaded.config.feeds) >= 25
    assert {rule.name for rule in loaded.config.rules} == {"ceasefire", "rafah", "aid"}
    assert [str(fault) for fault in loaded.warnings] == []


@pytest.mark.parametrize(("word", "guess"), [("rafa", "rafah"), ("الجزيره", "الجزيرة"), ("zzz", None), ("", None)])
def test_near_names_are_guessed_and_far_ones_not(word: str, guess: str | None) -> None:
    assert did_you_mean(word, ["rafah", "truce", "الجزيرة"]) == guess


def test_same_place_under_two_spellings() -> None:
    assert same_place("https://a.example/rss/") == same_place("https://A.example/rss")
    assert same_place("https://a.example/rss") != same_place("https://a.example/rss?lang=ar")


def warned(tmp_path: Path, text: str) -> str:
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    return "\n".join(map(str, load(path).warnings))


def test_feed_that_stands_twice_is_pointed_out(tmp_path: Path) -> None:
    text = CONFIG.replace("https://beta.example/rss", "https://alpha.example/rss/")
    assert "alpha" in warned(tmp_path, text)


def test_term_that_none_cancels_is_pointed_out(tmp_path: Path) -> None:
    said = warned(tmp_path, CONFIG.replace('any = ["رفح"]', 'any = ["رفح"]\nnone = ["رفح"]'))
    assert 'rules[1] "rafah"' in said


@pytest.mark.parametrize("terms", ['any = ["رفح"]', 'any = ["معبر"]\nall = ["رفح"]', 'any = ["معبر", "رفح"]'])
def test_term_that_is_wanted_and_refused_is_doubted_once(tmp_path: Path, terms: str) -> None:
    said = warned(tmp_path, CONFIG.replace('any = ["رفح"]', f'{terms}\nnone = ["رفح"]'))
    assert said.count('rules[1] "rafah"') == 1


def test_term_of_two_letters_is_pointed_out(tmp_path: Path) -> None:
    assert 'rules[1] "rafah"' in warned(tmp_path, CONFIG.replace('any = ["رفح"]', 'any = ["رف"]'))


def test_quiet_hours_that_cover_the_digest_are_pointed_out(tmp_path: Path) -> None:
    more = 'digest = "0 2 * * *"\nquiet = { from = "23:00", to = "07:00" }\n'
    assert 'channels[1] "desk"' in warned(tmp_path, CONFIG + more)


def test_secret_that_others_can_read_is_pointed_out(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG.replace("terminal://", "tgram://123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/456"), "utf-8")
    path.chmod(0o644)
    said = "\n".join(map(str, load(path).warnings))
    assert "chmod 600" in said
    assert "AAHdq" not in said
