from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.calendar_names import MONTHS
from monitor.feeds.dates import FUTURE, OLDEST, read_date
from tests.support.feed_bodies import NOW


def at(raw: str, zone: str | None = None) -> str | None:
    moment = read_date(raw, zone=zone, now=NOW).moment
    return None if moment is None else moment.strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        # The standard forms.
        ("Mon, 23 Nov 2026 10:00:00 +0300", "2026-11-23 07:00"),
        ("Mon,23 Nov 2026 10:00:00 +0300", "2026-11-23 07:00"),
        ("23 Nov 2026 10:00 GMT", "2026-11-23 10:00"),
        ("Mon, 23 November 2026 10:00:00 +03:00", "2026-11-23 07:00"),
        ("Monday, 23-Nov-26 10:00:00 GMT", "2026-11-23 10:00"),
        ("Mon Nov 23 10:00:00 2026", "2026-11-23 10:00"),
        ("2026-11-23T10:00:00Z", "2026-11-23 10:00"),
        ("2026-11-23T10:00:00.123456+03:00", "2026-11-23 07:00"),
        ("2026-11-23T10:00:00 +0300", "2026-11-23 07:00"),
        ("2026-11-23T10:00", "2026-11-23 10:00"),
        ("2026-11-23", "2026-11-23 00:00"),
        ("2026-11-23 10:00:00 UTC", "2026-11-23 10:00"),
        ("2026-11-23T24:00:00Z", "2026-11-24 00:00"),
        ("2026/11/23 10:00:00", "2026-11-23 10:00"),
        ("20261123T100000Z", "2026-11-23 10:00"),
        ("20261123", "2026-11-23 00:00"),
        ("1795420800", "2026-11-23 08:00"),
        ("1795420800000", "2026-11-23 08:00"),
        # Zones as the Arab world means them.
        ("Mon, 23 Nov 2026 10:00:00 AST", "2026-11-23 07:00"),
        ("Mon, 23 Nov 2026 10:00:00 EET", "2026-11-23 08:00"),
        ("Mon, 23 Nov 2026 10:00:00 EEST", "2026-11-23 07:00"),
        ("Mon, 23 Nov 2026 10:00:00 Asia/Gaza", "2026-11-23 08:00"),
        ("2026-11-23 10:00 Asia/Riyadh", "2026-11-23 07:00"),
        ("2026-11-23 10:00 GMT+3", "2026-11-23 07:00"),
        ("23 نوفمبر 2026 الساعة 10:00 بتوقيت القدس المحتلة", "2026-11-23 08:00"),
        ("23 نوفمبر 2026 10:00 بتوقيت غرينتش", "2026-11-23 10:00"),
        ("23 نوفمبر 2026 10:00 بتوقيت مكة المكرمة", "2026-11-23 07:00"),
        # Figures.
        ("23/11/2026 10:00", "2026-11-23 10:00"),
        ("23-11-2026", "2026-11-23 00:00"),
        ("23.11.2026 10:00", "2026-11-23 10:00"),
        ("11/23/2026 10:00 AM", "2026-11-23 10:00"),
        ("11/23/2026 10:00 PM", "2026-11-23 22:00"),
        ("11/23/2026 12:05 AM", "2026-11-23 00:05"),
        ("03/11/2026 10:00", "2026-11-03 10:00"),
        ("٢٣/١١/٢٠٢٦ ١٠:٠٠ م", "2026-11-23 22:00"),
        ("۲۳/۱۱/۲۰۲۶", "2026-11-23 00:00"),
        ("٢٠٢٦-١١-٢٣T١٠:٠٠:٠٠Z", "2026-11-23 10:00"),
        ("نشر في: 23-11-2026 الساعة 10:00 ص", "2026-11-23 10:00"),
        # Names of months and days, of both traditions and the Maghreb.
        ("Monday, November 23, 2026 10:00", "2026-11-23 10:00"),
        ("الإثنين، 23 نوفمبر 2026 10:00 م", "2026-11-23 22:00"),
        ("الاثنين 23 تشرين الثاني 2026 - 10:00 ص", "2026-11-23 10:00"),
        ("23 نوفمبر/تشرين الثاني 2026 10:30", "2026-11-23 10:30"),
        ("تشرين الثاني (نوفمبر) 23, 2026", "2026-11-23 00:00"),
        ("٢٣ نوفمبر ٢٠٢٦ ١٠:٠٠ مساءً", "2026-11-23 22:00"),
        ("أبريل 5, 2026 3:15 م", "2026-04-05 15:15"),
        ("20 آب 2026", "2026-08-20 00:00"),
        ("20 أوت 2026", "2026-08-20 00:00"),
        ("5 جوان 2026", "2026-06-05 00:00"),
        ("12 غشت 2026", "2026-08-12 00:00"),
        ("1 كانون الثاني 2026", "2026-01-01 00:00"),
        ("1 كانون الأول 2025", "2025-12-01 00:00"),
        ("lun, 23 nov. 2026 10:00:00 +0100", "2026-11-23 09:00"),
        # The time before the date: its hyphens are no offset.
        ("10:00 2026-11-23", "2026-11-23 10:00"),
        ("10:00:00 23-11-2026", "2026-11-23 10:00"),
        ("10:00 23-11-2026 +0300", "2026-11-23 07:00"),
        # Hours as people say them.
        ("23 نوفمبر 2026 11:30 ليلاً", "2026-11-23 23:30"),
        ("23 نوفمبر 2026 12:30 ليلاً", "2026-11-23 00:30"),
        ("23 نوفمبر 2026 01:30 ليلاً", "2026-11-23 01:30"),
        ("23 نوفمبر 2026 01:30 بعد منتصف الليل", "2026-11-23 01:30"),
        ("23 نوفمبر 2026 11:30 ظهراً", "2026-11-23 11:30"),
        ("23 نوفمبر 2026 12:30 ظهراً", "2026-11-23 12:30"),
        ("23 نوفمبر 2026 01:30 ظهراً", "2026-11-23 13:30"),
        ("23 نوفمبر 2026 01:30 بعد الظهر", "2026-11-23 13:30"),
        ("23 نوفمبر 2026 15:30 م", "2026-11-23 15:30"),
        # Hijri.
        ("الاثنين 13 جمادى الآخرة 1448 هـ الموافق 23 نوفمبر 2026م", "2026-11-23 00:00"),
        # Relative to the poll.
        ("منذ 5 دقائق", "2026-11-25 11:55"),
        ("قبل ساعتين", "2026-11-25 10:00"),
        # Nothing.
        ("Feb 31, 2026", None),
        ("2025-13-01", None),
        ("31 نوفمبر 2026", None),
        ("10 يناير/شباط 2026", None),
        ("أمس الأول", None),
        ("abc", None),
        ("12:30", None),
        ("2026-11-23T10:00:00+99:00", None),
        ("", None),
    ],
)
def test_dates_are_read(raw: str, expected: str | None) -> None:
    assert at(raw) == expected


@pytest.mark.parametrize("raw", ["13 جمادى الآخرة 1448 هـ", "1448-06-13", "13/6/1448"])
def test_hijri_dates_are_converted_within_a_day_and_say_so(raw: str) -> None:
    reading = read_date(raw, zone=None, now=NOW)
    assert reading.moment is not None
    assert abs(reading.moment - datetime(2026, 11, 23, tzinfo=UTC)) <= timedelta(days=1)
    assert "Hijri" in reading.note


def test_naive_times_are_in_the_feeds_zone() -> None:
    assert at("2026-11-23 10:00:00", "Asia/Gaza") == "2026-11-23 08:00"
    assert at("2026-07-23 10:00:00", "Africa/Cairo") == "2026-07-23 07:00"
    assert at("2026-11-23 10:00:00 +0400", "Asia/Gaza") == "2026-11-23 06:00"


def test_a_missing_year_is_the_one_that_puts_the_day_in_the_past() -> None:
    assert at("23 نوفمبر") == "2026-11-23 00:00"
    assert at("24 ديسمبر") == "2025-12-24 00:00"


def test_day_first_gives_way_where_it_would_be_the_future() -> None:
    reading = read_date("11/12/2026 10:00", zone=None, now=NOW)
    assert reading.moment == datetime(2026, 11, 12, 10, tzinfo=UTC)
    assert "month first" in reading.note


@pytest.mark.parametrize("raw", ["2031-01-01T00:00:00Z", "Thu, 26 Nov 2026 09:00:00 GMT", "9999-12-31T23:59:59Z"])
def test_the_future_is_clamped_to_now_with_a_reason(raw: str) -> None:
    reading = read_date(raw, zone=None, now=NOW)
    assert reading.moment == NOW
    assert "future" in reading.note


def test_a_clock_that_runs_ahead_a_little_is_believed() -> None:
    assert at("Wed, 25 Nov 2026 12:09:00 GMT") == "2026-11-25 12:09"


@pytest.mark.parametrize("raw", ["1970-01-01", "0001-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_the_absurd_is_dropped_with_a_reason(raw: str) -> None:
    reading = read_date(raw, zone=None, now=NOW)
    assert reading.moment is None
    assert "1995" in reading.note


OFFSETS = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1996, 1, 1), datetime(2026, 11, 24), timezones=OFFSETS)  # noqa: DTZ001


@settings(max_examples=150, deadline=None)
@given(MOMENTS)
def test_every_moment_survives_iso_and_rfc_822(moment: datetime) -> None:
    expected = moment.astimezone(UTC).replace(microsecond=0)
    rfc822 = moment.strftime("%d ") + _MONTH_NAMES[moment.month - 1] + moment.strftime(" %Y %H:%M:%S %z")
    for raw in (moment.replace(microsecond=0).isoformat(), moment.replace(microsecond=0).isoformat(" "), rfc822):
        assert read_date(raw, zone=None, now=NOW).moment == expected


@settings(max_examples=150, deadline=None)
@given(st.dates(date(2000, 1, 1), date(2026, 11, 24)), st.sampled_from(sorted(MONTHS)))
def test_every_name_of_a_month_is_read_with_its_day(day: date, name: str) -> None:
    moment = day.replace(month=MONTHS[name], day=min(day.day, 28))
    if moment.year == 2026 and moment.month >= 11:
        moment = moment.replace(year=2025)
    reading = read_date(f"{moment.day} {name} {moment.year}", zone=None, now=NOW)
    assert reading.moment is not None
    assert reading.moment.date() == moment


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=130),
        st.text(alphabet="0123456789:/-+.TZ ", max_size=40),
        st.text(alphabet="0123456789 نوفمبرتشيالث/صم:،", max_size=40),
    )
)
def test_any_text_gives_a_possible_moment_or_none(raw: str) -> None:
    moment = read_date(raw, zone="Asia/Gaza", now=NOW).moment
    assert moment is None or OLDEST <= moment <= NOW + FUTURE


PIECES = [
    "0001",
    "1448",
    "1600",
    "1970",
    "1995",
    "2026",
    "2027",
    "9999",
    "99",
    "25",
    "29",
    "31",
    "12",
    "25/11/2026",
    "9999-12-31",
    "0001-01-01",
    "1448-06-13",
    "2026-11-25",
    "T",
    "Z",
    "23:59:59",
    "00:00:00",
    "12:30",
    "24:00",
    "-1400",
    "+1400",
    "+14:00",
    "-99",
    "GMT+3",
    "Asia/Gaza",
    "Foo/Bar",
    "EET",
    "AST",
    "Nov",
    "Wed,",
    "نوفمبر",
    "تشرين",
    "شباط",
    "محرم",
    "رمضان",
    "م",
    "ص",
    "ليلا",
    "ظهرا",
    "الساعة",
    "منذ",
    "ساعتين",
    "اسابيع",
    "999",
    "٢٥",
    "٢٠٢٦",
    "1795420800",
    "99999999999999",
]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6), st.sampled_from(["Asia/Gaza", "Etc/GMT+12", None]))
def test_any_pieces_of_dates_give_a_possible_moment_or_none(pieces: list[str], zone: str | None) -> None:
    reading = read_date(" ".join(pieces).replace(" T ", "T"), zone=zone, now=NOW)
    assert reading.moment is None or OLDEST <= reading.moment <= NOW + FUTURE
    assert reading.moment is not None or reading.note


@settings(max_examples=150, deadline=None)
@given(st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31), timezones=OFFSETS))  # noqa: DTZ001
def test_every_moment_of_all_years_is_read_clamped_or_dropped_with_a_reason(moment: datetime) -> None:
    reading = read_date(moment.replace(microsecond=0).isoformat(), zone=None, now=NOW)
    if reading.moment is None:
        assert "1995" in reading.note or reading.note == "not understood"
    elif reading.note:
        assert reading.moment == NOW
    else:
        assert OLDEST <= reading.moment <= NOW + FUTURE


_MONTH_NAMES = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
