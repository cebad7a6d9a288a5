"""A file is read by `build` and, where that refuses, explained by `schema`: the two agree on what is valid.

With the checks of single fields that both call: monitor.config.readers.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from monitor.config import build, schema
from monitor.config.build import Readers, read_table
from monitor.config.values import NotationError
from monitor.model import Severity
from monitor.settings import Channel, Config, Feed, Items, Polling, QuietWindow, Rule, Secret, Stories

A_PATH = Path("/desk/config.toml")
NAMED = {"name": "n"}
TABLES: dict[str, tuple[Readers, type[BaseModel], dict[str, Any]]] = {
    "top": (build.CONFIG, schema.ConfigTable, {}),
    "polling": (build.POLLING, schema.PollingTable, {}),
    "items": (build.ITEMS, schema.ItemsTable, {}),
    "stories": (build.STORIES, schema.StoriesTable, {}),
    "feeds": (build.FEED, schema.FeedTable, {**NAMED, "url": "https://a.example/"}),
    "rules": (build.RULE, schema.RuleTable, NAMED),
    "channels": (build.CHANNEL, schema.ChannelTable, {**NAMED, "url": "terminal://"}),
    "quiet": (build.QUIET, schema.QuietTable, {"from": "23:00", "to": "07:00"}),
}
# Good, nearly good and wrong values of every kind; each is tried in every key.
VALUES: list[object] = [
    *("", " ", "a", " a", "#a", "a b", "a\nb", "x" * 101, "ar", "en", "urgent", "low", "nothing", "URGENT", "off"),
    *("90s", "5m", "1h30m", "0s", "5", "٥m", "9999w", "5MB", "0.1B", "20/m", "0/m", "1/3s", "daily 09:00", "daily 9"),
    *("23:00", "24:00", "fri", "sun-thu", "fry", "silent", "newest", "all", "notice", "alert", "utf-8", "utf-99"),
    *("Asia/Gaza", "Asia/Nowhere", "0 8,20 * * *", "0 0 30 2 *", "* *", "https://a.example/rss", "ftp://a.example/"),
    *("https://me:word@a.example/", "https://", "socks5://127.0.0.1:1080", "gopher://a", "terminal://", "${PROXY}"),
    *("tgram://t/1", "Agent/1.0", "وكيل", "{{ title }}", "http://a b/", "http://[a/", "http://a:b/"),
    *(
        True,
        False,
        0,
        1,
        2,
        50,
        51,
        100,
        101,
        2000,
        2001,
        -1,
        1.0,
        5.5,
        datetime.time(23, 0),
        datetime.date(2026, 1, 1),
    ),
    *([], ["a"], ["#a"], ["a", 1], [["a"]], ["fri", "sun-thu"], {}, {"a": "b"}, {"Host": "b"}, {"a": 1}, {"a": "ب"}),
    *({"from": "23:00", "to": "07:00"}, [{"from": "23:00", "to": "07:00", "days": ["fri"]}], [{"from": "23:00"}]),
    *([{"name": "n"}], [{"name": "n", "url": "https://a.example/"}], [{"name": "n", "url": "terminal://"}], [1]),
    *({"every": "5m"}, {"enabled": False}, {"keep": "1d"}, {"from": "23:00", "to": "07:00", "till": "x"}),
]


def names_in_file(model: type[BaseModel]) -> dict[str, str]:
    return {info.alias or name: name for name, info in model.model_fields.items()}


@pytest.mark.parametrize("table", TABLES)
def test_both_know_the_same_keys(table: str) -> None:
    known, model, _ = TABLES[table]
    assert set(known) == set(names_in_file(model))


@pytest.mark.parametrize(("table", "key"), [(table, key) for table, (known, _, _) in TABLES.items() for key in known])
def test_both_accept_the_same_values_and_read_them_alike(table: str, key: str) -> None:
    known, model, given = TABLES[table]
    for value in VALUES:
        data = {**given, key: value}
        try:
            told = getattr(model.model_validate(data), names_in_file(model)[key])
        except ValidationError:
            with pytest.raises(NotationError):
                read_table(data, known, *given)
            continue
        assert plain(read_table(data, known, *given)[key]) == plain(told), (key, value)


def plain(value: object) -> object:
    """Tables as their names only, and words for what one of the two keeps as an enum."""
    match value:
        case Severity():
            return value.word
        case None:
            return "nothing"
        case Feed() | Rule() | Channel() | schema.FeedTable() | schema.RuleTable() | schema.ChannelTable():
            return value.name
        case Polling() | Items() | Stories() | schema.PollingTable() | schema.ItemsTable() | schema.StoriesTable():
            return "table"
        case schema.QuietTable():
            return [(value.from_, value.to)]
        case tuple() if not any(isinstance(one, str | int) for one in value):
            told = [plain(one) for one in value]
            return [one[0] if isinstance(one, list) else one for one in told]
        case QuietWindow():
            return [(value.from_, value.to)]
        case _:
            return value


@pytest.mark.parametrize("table", ["feeds", "channels", "quiet", "rules"])
def test_a_missing_key_is_refused(table: str) -> None:
    known, _, given = TABLES[table]
    for key in given:
        rest = {name: value for name, value in given.items() if name != key}
        with pytest.raises(NotationError, match="missing"):
            read_table(rest, known, *given)


def test_secrets_are_wrapped_and_the_state_folder_is_beside_the_file() -> None:
    told = build.config(
        {
            "feeds": [{"name": "a", "url": "https://a.example/", "headers": {"Key": "k"}, "proxy": "http://p:1"}],
            "channels": [{"name": "b", "url": "json://host/token"}],
            "polling": {"min": "10m"},
        },
        A_PATH,
    )
    assert told.state == A_PATH.parent / "state"
    assert (told.feeds[0].headers["Key"], told.feeds[0].proxy) == (Secret("k"), Secret("http://p:1"))
    assert told.channels[0].url == Secret("json://host/token")
    assert told.polling.every == told.polling.min  # the default follows where only `min` was given
    assert Config(path=A_PATH, state=told.state) == build.config({}, A_PATH)
