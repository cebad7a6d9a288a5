"""What servers say about when to come back, in every spelling, and never beyond reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.feeds.freshness import (
    RETRY_AFTER_CAP,
    after_skipped_hours,
    asked_interval,
    fresh_until,
    http_date,
    retry_after,
    skipped_hours,
)

EARLY, LATE = datetime(1990, 1, 1), datetime(2200, 1, 1)  # noqa: DTZ001 — what hypothesis takes
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("120", seconds(120)),
        (" 0 ", seconds(0)),
        ("1.5", seconds(1.5)),
        ("999999999999", RETRY_AFTER_CAP),
        ("Wed, 25 Nov 2026 12:10:00 GMT", seconds(600)),
        ("Wed, 25 Nov 2026 15:10:00 +0300", seconds(600)),
        ("Wednesday, 25-Nov-26 12:10:00 GMT", seconds(600)),
        ("Wed Nov 25 12:10:00 2026", seconds(600)),
        ("Tue, 24 Nov 2026 12:00:00 GMT", seconds(0)),
        ("Fri, 01 Jan 2100 00:00:00 GMT", RETRY_AFTER_CAP),
        ("-5", None),
        ("soon", None),
        ("١٢٠", None),
        ("1e9", None),
        ("", None),
        (None, None),
        ("9" * 400, None),
    ],
)
def test_retry_after_in_seconds_or_as_a_date(text: str | None, wait: timedelta | None) -> None:
    assert retry_after(text, NOW) == wait


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
@example("Wed, 99 Nov 2026 99:99:99 GMT")
@example("Mon, 01 Jan 0001 00:00:00 +2359")
@example("1" * 18)
def test_any_retry_after_is_none_or_within_a_day(text: str) -> None:
    wait = retry_after(text, NOW)
    assert wait is None or timedelta(0) <= wait <= RETRY_AFTER_CAP


@settings(max_examples=100, deadline=None)
@given(st.datetimes(min_value=EARLY, max_value=LATE, timezones=st.just(UTC)))
def test_a_written_http_date_reads_back(moment: datetime) -> None:
    assert http_date(format_datetime(moment, usegmt=True)) == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    ("headers", "left"),
    [
        ({}, None),
        ({"cache-control": "max-age=300"}, 300),
        ({"cache-control": 'public, MAX-AGE = "300"'}, 300),
        ({"cache-control": "public,s-maxage=900,max-age=300", "age": "100"}, 200),
        ({"cache-control": "s-maxage=900"}, None),
        ({"cache-control": "max-age=300", "age": "400"}, None),
        ({"cache-control": "max-age=300", "age": "junk"}, 300),
        ({"cache-control": "max-age=0", "expires": "Wed, 25 Nov 2026 13:00:00 GMT"}, None),
        ({"cache-control": "no-cache, max-age=300"}, None),
        ({"cache-control": "no-store", "expires": "Wed, 25 Nov 2026 13:00:00 GMT"}, None),
        ({"cache-control": "max-age=-5"}, None),
        ({"expires": "Wed, 25 Nov 2026 12:05:00 GMT"}, 300),
        ({"expires": "Wed, 25 Nov 2026 14:05:00 GMT", "date": "Wed, 25 Nov 2026 14:00:00 GMT"}, 300),
        ({"expires": "0"}, None),
        ({"expires": "-1"}, None),
    ],
)
def test_freshness(headers: dict[str, str], left: int | None) -> None:
    assert fresh_until(headers, NOW) == (None if left is None else NOW + seconds(left))


values = st.one_of(st.text(max_size=40), st.sampled_from(["max-age=", "max-age=99999999999999999999", "no-cache=x"]))


@settings(max_examples=200, deadline=None)
@given(values, values, values, values)
def test_any_headers_give_none_or_a_moment_to_come(control: str, age: str, expires: str, date: str) -> None:
    until = fresh_until({"cache-control": control, "age": age, "expires": expires, "date": date}, NOW)
    assert until is None or until > NOW


@pytest.mark.parametrize(
    ("hints", "interval"),
    [
        ({}, None),
        ({"ttl_minutes": 30}, seconds(1800)),
        ({"update_seconds": 3600}, seconds(3600)),
        ({"ttl_minutes": 30, "update_seconds": 600}, seconds(1800)),
        ({"ttl_minutes": -1}, None),
        ({"ttl_minutes": "60"}, None),
        ({"ttl_minutes": 10**30}, None),
        ({"update_seconds": float("nan")}, None),
    ],
)
def test_the_interval_a_document_asks_for(hints: dict[str, object], interval: timedelta | None) -> None:
    assert asked_interval(hints) == interval


def test_skipped_hours_lead_to_the_next_hour_that_is_not() -> None:
    hours = skipped_hours({"skip_hours": [12, 13, 24, 99, "x"]})
    assert hours == {12, 13, 0}
    assert after_skipped_hours(NOW + seconds(90), hours) == NOW.replace(hour=14)
    assert after_skipped_hours(NOW.replace(hour=23, minute=59), hours) == NOW.replace(hour=23, minute=59)
    assert after_skipped_hours(NOW, frozenset(range(24))) == NOW
    assert skipped_hours({"skip_hours": "1,2"}) == frozenset()
