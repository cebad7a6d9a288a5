"""Channel URLs that would undo our own repeats, name no recipient, or several, are refused without being repeated."""

from __future__ import annotations

import pytest

from monitor.alerts.address import check_token, check_url
from monitor.alerts.compose.trial import compose_trial
from tests.support.alerts import NOW, TOKEN, a_config, channel, telegram
from tests.support.bot_api import read_html


@pytest.mark.parametrize(
    ("url", "says"),
    [
        (f"tgram://{TOKEN}/-1?retry=3", "retry="),
        ("ntfy://topic?Wait=5", "wait="),
        ("mailto://a:b@c.org?optional=yes", "optional="),
        ("json://x/?overflow=split", "overflow="),
        ("mailto://a:b@c.org?cc=d@e.org", "cc="),
        (f"tgram://{TOKEN}/", "no chat"),
        (f"tgram://{TOKEN}", "no chat"),
        (f"tgram://{TOKEN}/-1/-2", "more than one chat"),
        (f"tgram://{TOKEN}/!!bad", "neither an id nor"),
        ("json://a b/", "space"),
        ("just words", "no address"),
        ("json://[::1/x", "cannot be read"),
    ],
)
def test_refused(url: str, says: str) -> None:
    fault = check_url(url)
    assert fault is not None
    assert says in fault.message
    assert fault.hint
    assert TOKEN not in str(fault)


@pytest.mark.parametrize(
    "url",
    [
        "terminal://",
        f"tgram://{TOKEN}/-1001234567890",
        f"tgram://bot{TOKEN}/@channel_name?silent=yes",
        f"tgram://{TOKEN}/-100123:77",
        "mailtos://user:p%40ss@example.org?to=a@example.org",
        "json://127.0.0.1:8080/path?+X-Key=1",
    ],
)
def test_taken(url: str) -> None:
    assert check_url(url) is None


def test_a_token_that_cannot_be_one_is_told_before_a_send() -> None:
    assert check_token(f"tgram://{TOKEN}/-1") is None
    fault = check_token("tgram://12345/-1")
    assert fault is not None
    assert "@BotFather" in fault.hint


def test_the_trial_message_has_a_form_for_every_kind() -> None:
    for to in (telegram(), channel(), channel("m", "mailto://x?to=a@b.org"), channel("j", "json://x")):
        message = compose_trial(to, a_config(to), NOW)
        assert "تجريبي" in (
            read_html(message.body)[0] if message.format == "html" and to.name == "desk" else message.body
        )
