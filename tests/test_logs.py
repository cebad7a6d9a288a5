"""Log records: one line, readable by programs, without secrets."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import structlog

from monitor import logs

TOKEN = "123456789:" + "AbCdEfGhIjKlMnOpQrStUvWxYz012345678"


@pytest.fixture(autouse=True)
def _restore_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_a_record_is_one_json_line_with_its_fields() -> None:
    out = io.StringIO()
    logs.configure(stream=out)
    logs.get_logger(feed="راديو الجسر").info("feed_polled", new=3, note="a\nb\x1b[31m\u202e")
    (line,) = out.getvalue().splitlines()
    record = json.loads(line)
    assert (record["event"], record["feed"], record["new"], record["level"]) == (
        "feed_polled",
        "راديو الجسر",
        3,
        "info",
    )
    assert "\u202e" not in line


def test_secrets_are_hidden_wherever_they_turn_up() -> None:
    out = io.StringIO()
    redactor = logs.configure(stream=out, secrets=["pa/ss w0rd"])
    log = logs.get_logger()
    log.warning("a", text="pa/ss w0rd and pa%2Fss%20w0rd", url="mailto://me:hunter22@example.org", token=TOKEN)
    try:
        raise ValueError("pa/ss w0rd")
    except ValueError:
        log.exception("tick_failed")
    logging.getLogger("urllib3").warning("POST /bot%s/sendMessage", TOKEN)
    redactor.learn(["brand-new"])
    log.error("b", text="brand-new")
    text = out.getvalue()
    for secret in ("pa/ss", "pa%2Fss", "hunter22", TOKEN, "brand-new"):
        assert secret not in text
    assert len(text.splitlines()) == 4


def shown(monkeypatch: pytest.MonkeyPatch, columns: int = 80) -> io.StringIO:
    """Where records for a person go, on a terminal of so many columns."""
    monkeypatch.setenv("COLUMNS", str(columns))
    out = io.StringIO()
    logs.configure(stream=out, form="terminal", secrets=["brand-new"])
    return out


def test_a_person_reads_time_event_and_fields_without_the_empty_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    out = shown(monkeypatch)
    logs.get_logger().info(
        "feed_polled", text="two\nlines", feed="صوت الناس", nothing=None, hint="", late=False, new=3, alerts=0
    )
    (line,) = out.getvalue().splitlines()
    assert re.fullmatch(r'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d feed_polled text=two\\u000alines feed="صوت الناس" new=3', line)


def test_a_person_reads_times_as_the_clock_on_the_wall_shows_them(monkeypatch: pytest.MonkeyPatch) -> None:
    out = shown(monkeypatch)
    moment = datetime(2026, 11, 26, 0, 13, 52, 434065, tzinfo=UTC)
    logs.get_logger().warning("delivery_waiting", next_attempt_at=moment)
    said = " ".join(out.getvalue().split())
    assert said.endswith(f'next_attempt_at="{moment.astimezone():%Y-%m-%d %H:%M:%S}"')


def test_trouble_is_named_and_lists_stand_below_each_other_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    out = shown(monkeypatch, columns=50)
    fault = 'config.toml:33:1: rules[2] "rafah": no such key "severty"; did you mean "severity"?\x1b[31m brand-new'
    logs.get_logger().error("config_refused", faults=[fault, "another"], effect="the former one goes on")
    lines = out.getvalue().splitlines()
    assert lines[0].endswith(" ERROR config_refused")
    assert lines[1] == '  effect="the former one goes on"'
    assert lines[2].startswith('  config.toml:33:1: rules[2] "rafah":')
    assert lines[3].startswith("    ")
    assert lines[-1] == "  another"
    assert max(map(len, lines)) <= 50
    assert not {"\x1b", "brand-new"} & set(out.getvalue().split())


def test_a_traceback_is_read_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    out = shown(monkeypatch)
    try:
        raise ValueError("brand-new \x1b[31m")
    except ValueError:
        logs.get_logger().exception("tick_failed", tick="poll")
    lines = out.getvalue().splitlines()
    assert lines[0].endswith("ERROR tick_failed tick=poll")
    assert lines[1] == "  Traceback (most recent call last):"
    assert lines[-1] == "  ValueError: *** \\u001b[31m"


def test_a_list_is_a_list_for_programs() -> None:
    out = io.StringIO()
    logs.configure(stream=out)
    logs.get_logger().info("config_applied", changes=["one", "two"])
    assert json.loads(out.getvalue())["changes"] == ["one", "two"]


def test_chatty_libraries_never_reach_debug() -> None:
    out = io.StringIO()
    logs.configure("debug", stream=out)
    logging.getLogger("apprise").debug("https://secret")
    logging.getLogger("urllib3.connectionpool").debug("https://secret")
    logs.get_logger().debug("kept")
    assert "secret" not in out.getvalue()
    assert "kept" in out.getvalue()
