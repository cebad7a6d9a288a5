"""Quiet hours over midnight, on weekdays, in other zones, and on the nights the clock jumps."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts.quiet import instant, quiet_until, window_at
from monitor.model import Severity
from monitor.settings import QuietWindow

NIGHT = QuietWindow(from_=time(23), to=time(7))
ZONES = ["Africa/Cairo", "Asia/Gaza", "Asia/Beirut", "Africa/Casablanca"]


def local(zone: str, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone)).astimezone(UTC)  # type: ignore[misc, arg-type]


def jumps(zone: str, first: int = 2024, last: int = 2027) -> list[tuple[datetime, timedelta]]:
    """The instants at which a zone's offset changes, with the change."""
    found = []
    moment, info = datetime(first, 1, 1, tzinfo=UTC), ZoneInfo(zone)
    while moment.year <= last:
        after = moment + timedelta(minutes=30)
        before, now = moment.astimezone(info).utcoffset(), after.astimezone(info).utcoffset()
        assert before is not None
        assert now is not None
        if before != now:
            found.append((after, now - before))
        moment = after
    return found


def test_over_midnight_holds_until_the_morning() -> None:
    until = quiet_until([NIGHT], "Asia/Gaza", Severity.NORMAL, local("Asia/Gaza", 2026, 11, 25, 23, 30))
    assert until == local("Asia/Gaza", 2026, 11, 26, 7)
    assert quiet_until([NIGHT], "Asia/Gaza", Severity.NORMAL, local("Asia/Gaza", 2026, 11, 26, 6, 59)) == until


@pytest.mark.parametrize(("hour", "minute", "quiet"), [(22, 59, False), (23, 0, True), (6, 59, True), (7, 0, False)])
def test_begins_at_its_first_minute_and_ends_before_its_last(hour: int, minute: int, quiet: bool) -> None:
    now = local("Asia/Gaza", 2026, 11, 25, hour, minute)
    assert (window_at(NIGHT, "Asia/Gaza", now) is not None) is quiet


def test_severities_that_are_let_through_are_not_held() -> None:
    now = local("Asia/Gaza", 2026, 11, 25, 23, 30)
    assert quiet_until([NIGHT], "Asia/Gaza", Severity.URGENT, now) is None
    for_all = QuietWindow(from_=time(23), to=time(7), let_through=None)
    assert quiet_until([for_all], "Asia/Gaza", Severity.URGENT, now) is not None


def test_days_are_those_on_which_the_window_begins() -> None:
    friday_night = QuietWindow(from_=time(22), to=time(10), days=(4,))
    assert window_at(friday_night, "Asia/Gaza", local("Asia/Gaza", 2026, 11, 28, 9)) is not None  # Saturday morning
    assert window_at(friday_night, "Asia/Gaza", local("Asia/Gaza", 2026, 11, 27, 9)) is None  # Friday morning


def test_windows_that_touch_hold_as_one() -> None:
    windows = [NIGHT, QuietWindow(from_=time(7), to=time(9)), QuietWindow(from_=time(8), to=time(9, 30))]
    now = local("Asia/Gaza", 2026, 11, 25, 23, 30)
    assert quiet_until(windows, "Asia/Gaza", Severity.NORMAL, now) == local("Asia/Gaza", 2026, 11, 26, 9, 30)


def test_a_window_of_another_zone_follows_that_zones_clock() -> None:
    window = QuietWindow(from_=time(23), to=time(7), timezone="Europe/London")
    now = local("Europe/London", 2026, 11, 25, 23, 30)
    assert quiet_until([window], "Asia/Gaza", Severity.NORMAL, now) == local("Europe/London", 2026, 11, 26, 7)


def test_same_hour_twice_is_a_whole_day() -> None:
    always = QuietWindow(from_=time(8), to=time(8))
    assert window_at(always, "Asia/Gaza", local("Asia/Gaza", 2026, 11, 25, 7)) is not None


@pytest.mark.parametrize("zone", ZONES)
def test_the_nights_of_the_jumps_are_quiet_from_evening_to_morning(zone: str) -> None:
    found = jumps(zone)
    assert found, "this zone has no jumps any more; choose another"
    for moment, _ in found:
        info = ZoneInfo(zone)
        evening = instant((moment.astimezone(info) - timedelta(hours=6)).date(), time(23), info)
        day = evening.astimezone(info).date() + timedelta(days=1)
        morning = instant(day, time(7), info)
        for minutes in range(0, int((morning - evening) / timedelta(minutes=1)), 20):
            now = evening + timedelta(minutes=minutes)
            assert quiet_until([NIGHT], zone, Severity.NORMAL, now) == morning, (zone, now)
        assert quiet_until([NIGHT], zone, Severity.NORMAL, morning) is None


@pytest.mark.parametrize("zone", ZONES)
def test_a_window_inside_the_jump_neither_vanishes_nor_lasts_a_day(zone: str) -> None:
    for moment, change in jumps(zone):
        wall = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        if change > timedelta(0):  # the hour before `wall` does not exist
            inside = (wall - timedelta(minutes=30)).time()
            assert instant((wall - timedelta(minutes=30)).date(), inside, ZoneInfo(zone)) == moment
        else:  # the hour from `wall` on occurs twice; quiet lasts over both
            again = wall + timedelta(minutes=30)
            window = QuietWindow(from_=wall.time(), to=again.time())
            held = window_at(window, zone, moment - timedelta(minutes=15))
            assert held is not None
            assert held[1] == moment + timedelta(minutes=30)


def test_cairo_loses_its_midnight_and_the_window_begins_right_after() -> None:
    # On 24 April 2026 Cairo's clock goes from 00:00 to 01:00.
    assert instant(date(2026, 4, 24), time(0, 15), ZoneInfo("Africa/Cairo")) == datetime(2026, 4, 23, 22, tzinfo=UTC)


@settings(max_examples=200, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    begin=st.times(),
    end=st.times(),
    now=st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 — hypothesis wants naive bounds
)
def test_the_end_is_later_than_now_and_quiet_no_more(zone: str, begin: time, end: time, now: datetime) -> None:
    window = QuietWindow(from_=begin.replace(microsecond=0), to=end.replace(microsecond=0), let_through=None)
    moment = now.replace(tzinfo=UTC)
    until = quiet_until([window], zone, Severity.LOW, moment)
    if until is not None:
        assert moment < until <= moment + timedelta(days=15)
        held = window_at(window, zone, until)
        assert held is None or window.from_ == window.to or until - moment >= timedelta(days=14)
