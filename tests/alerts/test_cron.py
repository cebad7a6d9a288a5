"""Cron expressions: read, refused, and the next run, also when the clock jumps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts.cron import check_cron, next_run


def runs(expression: str, zone: str, start: datetime, count: int) -> list[str]:
    found = []
    for _ in range(count):
        start = next_run(expression, zone, start)
        found.append(start.astimezone(ZoneInfo(zone)).strftime("%a %d %H:%M"))
    return found


def test_morning_and_evening() -> None:
    start = datetime(2026, 11, 25, 12, tzinfo=UTC)
    assert runs("0 8,20 * * *", "Asia/Gaza", start, 3) == ["Wed 25 20:00", "Thu 26 08:00", "Thu 26 20:00"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("30 9 * * sun-thu", ["Thu 26 09:30", "Sun 29 09:30"]),
        ("*/20 14 * * *", ["Wed 25 14:20", "Wed 25 14:40"]),
        ("0 0 1 * *", ["Tue 01 00:00", "Fri 01 00:00"]),
        ("0 6 13 * 5", ["Fri 27 06:00", "Fri 04 06:00"]),
        ("0 6 * jan 7", ["Sun 03 06:00", "Sun 10 06:00"]),
        ("5 4 29 2 *", ["Tue 29 04:05", "Sun 29 04:05"]),
    ],
)
def test_fields(expression: str, expected: list[str]) -> None:
    assert runs(expression, "Asia/Gaza", datetime(2026, 11, 25, 12, 5, tzinfo=UTC), 2) == expected


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("0 8 * *", "4 fields"),
        ("60 8 * * *", "minute '60'"),
        ("0 8 * * funday", "day of week 'funday'"),
        ("0 20-8 * * *", "runs backwards"),
        ("0 8 31 feb *", "never comes"),
        ("0 */0 * * *", "'0'"),
        ("@daily", "1 fields"),
        ("٠ ٨ * * *", "minute '٠'"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_field_and_an_example(expression: str, says: str) -> None:
    fault = check_cron(expression)
    assert fault is not None
    assert says in fault.message
    assert "0 8,20 * * *" in fault.hint


def test_a_run_in_the_lost_hour_happens_right_after_it() -> None:
    # Beirut, 29 March 2026: 00:00 becomes 01:00.
    assert runs("30 0 * * *", "Asia/Beirut", datetime(2026, 3, 28, 12, tzinfo=UTC), 2) == [
        "Sun 29 01:00",
        "Mon 30 00:30",
    ]


def test_a_run_in_the_doubled_hour_happens_once() -> None:
    # Cairo, 29 October 2026: 24:00 becomes 23:00.
    found = runs("30 23 * * *", "Africa/Cairo", datetime(2026, 10, 29, 12, tzinfo=UTC), 2)
    assert found == ["Thu 29 23:30", "Fri 30 23:30"]


@settings(max_examples=100, deadline=None)
@given(
    minute=st.integers(0, 59),
    hour=st.integers(0, 23),
    zone=st.sampled_from(["Africa/Cairo", "Asia/Gaza", "Asia/Beirut", "Africa/Casablanca"]),
    now=st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 — hypothesis wants naive bounds
)
def test_a_daily_run_comes_every_day(minute: int, hour: int, zone: str, now: datetime) -> None:
    start = now.replace(tzinfo=UTC)
    first = next_run(f"{minute} {hour} * * *", zone, start)
    second = next_run(f"{minute} {hour} * * *", zone, first)
    assert start < first <= start + timedelta(hours=25)
    assert timedelta(hours=22) < second - first < timedelta(hours=26)
