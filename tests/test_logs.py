"""Log records: one line, readable by programs, without secrets."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

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


def test_logfmt_is_one_line_too() -> None:
    out = io.StringIO()
    logs.configure(stream=out, form="logfmt")
    logs.get_logger().info("feed_polled", text="two\nlines", feed="a b", nothing=None)
    (line,) = out.getvalue().splitlines()
    assert "event=feed_polled" in line
    assert 'feed="a b"' in line


def test_chatty_libraries_never_reach_debug() -> None:
    out = io.StringIO()
    logs.configure("debug", stream=out)
    logging.getLogger("apprise").debug("https://secret")
    logging.getLogger("urllib3.connectionpool").debug("https://secret")
    logs.get_logger().debug("kept")
    assert "secret" not in out.getvalue()
    assert "kept" in out.getvalue()
