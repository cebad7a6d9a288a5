"""One POST: bounded, ended, no redirect followed."""

from __future__ import annotations

import time

import pytest
import requests

from monitor.delivery.address import completed
from monitor.delivery.http import Answer, post, retry_after
from monitor.errors import DeliveryError
from tests.support.alerts import GROUP, TOKEN
from tests.support.bot_api import BotApi, Fault
from tests.support.webhook import Webhook


def ask(url: str, seconds: float = 5) -> Answer:
    return post(url, data=b"{}", headers={"X-Key": "1"}, timeout=(2, 5), verify=True, until=time.monotonic() + seconds)


def test_a_redirect_is_an_answer_and_not_a_way(hook: Webhook) -> None:
    hook.answers = [(307, {"Location": "http://127.0.0.1:1/"})]
    assert ask(hook.url.replace("json://", "http://")).status == 307


def test_an_answer_that_drips_is_given_up(api: BotApi) -> None:
    api.fail(Fault(how="drip"))
    began = time.monotonic()
    with pytest.raises(requests.RequestException):
        ask(f"{api.url}/bot{TOKEN}/sendMessage", seconds=0.3)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(("header", "seconds"), [("17", 17.0), ("", None), ("Wed, 21 Oct 2026 07:28:00 GMT", None)])
def test_retry_after(header: str, seconds: float | None) -> None:
    assert retry_after(Answer(429, b"", {"retry-after": header})) == seconds


def test_addresses_are_completed_with_timeouts_and_without_guessing_the_chat() -> None:
    url = completed(f"tgram://{TOKEN}/{GROUP}?silent=yes")
    assert url == f"tgram://{TOKEN}/{GROUP}?silent=yes&rto=25&cto=10&detect=no"
    assert completed("json://x/?rto=3&") == "json://x/?rto=3&cto=10"
    assert completed(f"tgram://{TOKEN}/1?").count("?") == 1
    with pytest.raises(DeliveryError, match="retry="):
        completed("json://x/?retry=2")
    with pytest.raises(DeliveryError, match="not complete"):
        completed("tgram://123/1")
