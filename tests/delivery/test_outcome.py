"""What statuses, exceptions and log lines mean."""

from __future__ import annotations

import logging
import socket
from datetime import timedelta

import pytest
import requests
import urllib3.exceptions as urllib3

from monitor.delivery.outcome import LONGEST_WAIT, Record, of_exception, of_log, of_status, waiting
from monitor.outcomes import Permanent, RateLimited, Temporary, UnknownOutcome


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Permanent),
        (401, Permanent),
        (403, Permanent),
        (404, Permanent),
        (408, Temporary),
        (410, Permanent),
        (413, Permanent),
        (425, Temporary),
        (429, RateLimited),
        (500, Temporary),
        (502, Temporary),
        (504, UnknownOutcome),
        (301, Permanent),
        (418, Permanent),
    ],
)
def test_statuses(status: int, kind: type) -> None:
    assert isinstance(of_status(status, "why"), kind)


def test_only_what_is_about_the_message_is_the_messages_fault() -> None:
    scopes = {s: of_status(s, "") for s in (400, 401, 413, 404)}
    assert {s for s, o in scopes.items() if isinstance(o, Permanent) and o.scope == "message"} == {400, 413}


def test_waits_are_taken_within_reason() -> None:
    assert waiting(0, "").wait == timedelta(seconds=1)
    assert waiting(10_072, "").wait == timedelta(seconds=10_072)
    assert waiting(10**9, "").wait == LONGEST_WAIT
    busy = of_status(503, "", retry_after=30)
    assert isinstance(busy, RateLimited)
    assert busy.wait == timedelta(seconds=30)


def wrapped(inner: BaseException) -> BaseException:
    """As requests raises it: urllib3's error inside, its reason inside that."""
    return requests.ConnectionError(urllib3.MaxRetryError(None, "/", inner))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (wrapped(urllib3.NewConnectionError(None, "refused")), Temporary),  # type: ignore[arg-type]
        (wrapped(socket.gaierror(8, "no name")), Temporary),
        (requests.ConnectTimeout("slow"), Temporary),
        (requests.ReadTimeout("silent"), UnknownOutcome),
        (requests.ConnectionError(ConnectionResetError(104, "reset")), UnknownOutcome),
        (requests.exceptions.ChunkedEncodingError("cut"), UnknownOutcome),
        (TimeoutError(), UnknownOutcome),
        (ConnectionRefusedError(), Temporary),
    ],
)
def test_before_a_connection_nothing_was_sent_after_it_nobody_knows(error: BaseException, kind: type) -> None:
    assert isinstance(of_exception(error), kind)


def test_a_certificate_is_named() -> None:
    import ssl

    outcome = of_exception(requests.exceptions.SSLError(ssl.SSLCertVerificationError(1, "expired")))
    assert isinstance(outcome, Temporary)
    assert "certificate" in outcome.reason


def said(text: str, error: BaseException | None = None) -> Record:
    return Record(level=logging.WARNING, text=text, error=error)


def test_log_lines() -> None:
    limited = of_log([said("Failed to send: Too Many Requests: retry after 17, error=429.")])
    assert isinstance(limited, RateLimited)
    assert limited.wait == timedelta(seconds=17)
    assert isinstance(of_log([said("Failed to send: Unauthorized, error=401.")]), Permanent)
    assert isinstance(of_log([said("A Connection error occurred sending")]), UnknownOutcome)
    assert isinstance(of_log([said("A Connection error", requests.ConnectTimeout())]), Temporary)
    assert of_log([]) == Temporary(reason="the service did not take the message and gave no reason")
