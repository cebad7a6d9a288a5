"""Reads the dates of feeds as the outlets of the Arab world write them, and says what was assumed or changed. Pure.

The two standard forms are read at once; everything else is taken apart: time of day, zone, then a date in figures or
with the name of a month. What cannot be true is clamped with a reason; the caller keeps the text that stood there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from monitor.feeds.calendar_names import HALVES, HIJRI_MONTHS, MONTHS, OFFSETS, PLACES

FUTURE = timedelta(minutes=10)
"""How far ahead of our clock a date may be; beyond that it is clamped to now."""

OLDEST = datetime(1995, 1, 1, tzinfo=UTC)
"""Before this there were no feeds: such a date is an empty field of a database (1970, year 1), and dropped."""

MAX_LENGTH = 120


@dataclass(frozen=True, slots=True)
class DateReading:
    """`moment`: aware, UTC, or None where nothing was understood. `note`: what was assumed or changed, or ""."""

    moment: datetime | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Clock:
    """A time of day and what stood for its zone; `zone` None: nothing did."""

    time: timedelta
    zone: tzinfo | None


_RFC822 = re.compile(
    r"(?:[A-Za-z]{2,9}\.?,? {0,3})?(\d{1,2})[ -]([A-Za-z]{3,9})\.?,?[ -](\d{4}),? (\d{1,2}):(\d{2})(?::(\d{2}))?"
    r"(?: ?([+-]\d{4}|[A-Za-z]{1,4}))?"
)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)? ?([Zz]|[+-]\d{2}:?\d{2})?")
_EPOCH = re.compile(r"(\d{9,10})(?:\.\d{1,9})?|(\d{12,13})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[t ]?(\d{2})(\d{2})(\d{2})?)?(?= ?(?:z|[+-]|$))")
_TIME = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?(?!\d)|(?<!\w)الساعة (\d{1,2})(?!\d)")
_OFFSET = re.compile(r"(?:gmt|utc|جرينتش|غرينتش)? ?([+-])(\d{1,2})(?::?(\d{2}))?(?!\d)")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})(?!\d)")
_ZONE_NAME = re.compile(r"(?<![a-z])([a-z]{2,14}/[a-z_]{2,20}(?:/[a-z_]{2,20})?)")
_WORD = re.compile(r"[a-z]+|[\u0621-\u064a]+")
_PLACE = re.compile("بتوقيت (?:مدينة )?(.+)")
_NUMBER = re.compile(r"(?<!\d)(\d{1,4})(?!\d)")
_RELATIVE = re.compile(
    r"(?:منذ|قبل) (?:(\d{1,3}) )?(ثاني|ثوان|دقيق|دقائق|ساع|يوم|ايام|اسبوع|اسابيع)([\u0621-\u064a]*)(?: مضت)?"
)


def _month_pattern(names: dict[str, int]) -> re.Pattern[str]:
    alternatives = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<![^\W\d_])(?:{alternatives})(?![^\W\d_])")


_MONTH = _month_pattern(MONTHS)
_HIJRI_MONTH = _month_pattern(HIJRI_MONTHS)
_MARKS = re.compile("[\u0640\u064b-\u0655\u0670\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_FOLDING: dict[int, int | str] = dict(
    str.maketrans("أإآٱىﻩ،؛\u00a0\u202f\u2212٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "ااااىه,;  -01234567890123456789")
)
_FOLDING[ord("ى")] = "ي"


def read_date(raw: str, *, zone: str | None, now: datetime) -> DateReading:
    """Read one date of a feed.

    Args:
        raw: as the feed gave it.
        zone: IANA name of the zone of times that name none, or None: UTC.
        now: the time of the poll, aware; the future is clamped to it, and it fills in a missing year.
    """
    text = raw.strip()
    if not text:
        return DateReading(None)
    if len(text) > MAX_LENGTH:
        return DateReading(None, "not understood")
    try:
        naive, offset, note = _standard(text) or _apart(_folded(text), now)
        if offset is None:
            offset = ZoneInfo(zone) if zone else UTC
        moment = naive.replace(tzinfo=offset).astimezone(UTC)
    except (ValueError, OverflowError, LookupError):
        return DateReading(None, "not understood")
    return _clamped(moment, note, now)


_Parts = tuple[datetime, tzinfo | None, str]
"""A local time, its zone where the text told it, and a note."""


def _clamped(moment: datetime, note: str, now: datetime) -> DateReading:
    if moment > now + FUTURE:
        return DateReading(now.astimezone(UTC), "clamped: in the future")
    if moment < OLDEST:
        return DateReading(None, "dropped: before 1995")
    return DateReading(moment, note)


def _standard(text: str) -> _Parts | None:
    """RFC 822 and ISO 8601 as nearly all feeds write them, or None."""
    found = _ISO.fullmatch(text)
    if found:
        year, month, day, hour, minute, second, offset = found.groups()
        clock = _of_day(int(hour), int(minute), int(second or 0))
        return _at(date(int(year), int(month), int(day)), clock), _offset(offset), ""
    found = _RFC822.fullmatch(text)
    if found is None:
        return None
    day, name, year, hour, minute, second, offset = found.groups()
    number = MONTHS.get(name.lower())
    known = None if offset is None else _offset(offset)
    if number is None or (offset is not None and known is None):
        return None
    return _at(date(int(year), number, int(day)), _of_day(int(hour), int(minute), int(second or 0))), known, ""


def _apart(text: str, now: datetime) -> _Parts:
    """Any other date: takes time, zone and date out of the text one after the other. Raises ValueError."""
    epoch = _EPOCH.fullmatch(text)
    if epoch:
        seconds = int(epoch[1]) if epoch[1] else int(epoch[2]) / 1000
        return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None), UTC, ""
    relative = _RELATIVE.search(text)
    if relative:
        return _ago(relative, now)
    compact = _COMPACT.match(text)
    if compact and len(text) > 4:
        year, month, day, hour, minute, second = compact.groups()
        clock = _of_day(int(hour or 0), int(minute or 0), int(second or 0))
        return _at(date(int(year), int(month), int(day)), clock), _zone(text[compact.end() :].strip()), ""
    rest, clock_found = _take_clock(text)
    day_found, note = _take_date(rest, now)
    return _at(day_found, clock_found.time), clock_found.zone, note


def _take_clock(text: str) -> tuple[str, _Clock]:
    """The text without its time of day and zone, and those."""
    found = _TIME.search(text)
    zone = _zone(text)
    named = _ZONE_NAME.search(text)
    if named:
        text = text.replace(named.group(), " ")
    if found is None:
        return text, _Clock(timedelta(), zone)
    after = text[found.end() :].lstrip(" ,")
    hour = _of_24(int(found[1] or found[4]), _half_of_day(after, text[: found.start()]))
    offset = _OFFSET.match(after)
    if offset:
        after = after[offset.end() :]
    clock = _of_day(hour, int(found[2] or 0), int(found[3] or 0))
    return f"{text[: found.start()]} {after}", _Clock(clock, zone)


def _half_of_day(after: str, before: str) -> str:
    """The half of the day (of `HALVES`), by the word right behind the time, or a full word before it; or ""."""
    for half, words in HALVES.items():
        for word in words:
            if after.startswith(word) and not after[len(word) : len(word) + 1].isalpha():
                return half
            if len(word) > 2 and word in before:
                return half
    return ""


def _of_24(hour: int, half: str) -> int:
    """The hour of 24 for one said with a half of the day; an hour of 24 already stays."""
    if half in ("morning", "night") and hour == 12:
        return 0
    first = {"afternoon": 1, "noon": 1, "night": 6}.get(half, 12)
    last = 9 if half == "noon" else 11
    return hour + 12 if first <= hour <= last else hour


def _take_date(text: str, now: datetime) -> tuple[date, str]:
    """The day a text names, and a note on what was assumed. Raises ValueError."""
    months = [(found.start(), MONTHS[found.group()]) for found in _MONTH.finditer(text)]
    if months:
        return _with_month(text, months, now)
    hijri = _HIJRI_MONTH.search(text)
    if hijri:
        numbers = [int(number) for number in _NUMBER.findall(text)]
        day = next(number for number in [*numbers, 0] if number <= 30)
        year = next((number for number in numbers if 1300 < number < 1600), 0)
        return _from_hijri(year, HIJRI_MONTHS[hijri.group()], day)
    for found in _NUMERIC.finditer(text):
        first, second, third = int(found[1]), int(found[3]), int(found[4])
        if len(found[1]) == 4:
            return _year_first(first, second, third)
        if len(found[4]) in (2, 4):
            return _day_first(first, second, third, now)
    raise ValueError(text)


def _with_month(text: str, months: list[tuple[int, int]], now: datetime) -> tuple[date, str]:
    """A date with a month's name; the name may stand there in both traditions ("نوفمبر/تشرين الثاني")."""
    if len({number for _, number in months}) > 1:
        raise ValueError(text)
    at, month = months[0]
    numbers = [(found.start(), found.group()) for found in _NUMBER.finditer(text)]
    # A Hijri date that stands beside this one is not ours.
    numbers = [(place, number) for place, number in numbers if not (len(number) == 4 and 1300 < int(number) < 1600)]
    years = [int(number) for _, number in numbers if len(number) == 4]
    short = sorted((abs(place - at), place, int(number)) for place, number in numbers if len(number) <= 2)
    short = sorted(short[:2], key=lambda one: one[1])
    if not short:
        raise ValueError(text)
    if years:
        nearest = min(short)
        return date(years[0], month, nearest[2]), ""
    if len(short) == 2:
        return date(_full_year(short[1][2]), month, short[0][2]), ""
    day = date(now.year, month, short[0][2])
    return (day if day <= (now + timedelta(days=1)).date() else day.replace(year=now.year - 1)), "year assumed"


def _year_first(year: int, month: int, day: int) -> tuple[date, str]:
    if 1300 < year < 1600:
        return _from_hijri(year, month, day)
    return date(year, month, day), ""


def _day_first(first: int, second: int, third: int, now: datetime) -> tuple[date, str]:
    """dd/mm/yyyy, as the Arab world writes; mm/dd/yyyy only where the other cannot be."""
    if 1300 < third < 1600:
        return _from_hijri(third, second, first)
    year = _full_year(third)
    if second > 12:
        return date(year, first, second), "month first"
    day = date(year, second, first)
    if day > (now + timedelta(days=1)).date() and first <= 12:
        other = date(year, first, second)
        if other <= (now + timedelta(days=1)).date():
            return other, "month first, else it would be in the future"
    return day, ""


def _full_year(year: int) -> int:
    if year >= 100:
        return year
    return year + (2000 if year < 80 else 1900)


def _from_hijri(year: int, month: int, day: int) -> tuple[date, str]:
    """A day of the tabular Islamic calendar, which moon sightings miss by a day at most. Raises ValueError."""
    if not (1300 < year < 1600 and 1 <= month <= 12 and 1 <= day <= 30):
        raise ValueError(f"no Hijri date: {year}-{month}-{day}")
    julian = (11 * year + 3) // 30 + 354 * year + 30 * month - (month - 1) // 2 + day + 1948440 - 385
    # The Thursday epoch, a day before the civil one: it is the closer to Umm al-Qura.
    return date.fromordinal(julian - 1721426), "converted from the Hijri calendar, may be a day off"


def _ago(found: re.Match[str], now: datetime) -> _Parts:
    """ "منذ 5 دقائق": so long before the poll."""
    units = {"ثان": 1, "ثوا": 1, "دقي": 60, "دقا": 60, "ساع": 3_600, "يوم": 86_400, "ايا": 86_400, "اسب": 604_800}
    unit = units.get(found[2][:3], 604_800)
    dual = found[3].endswith(("تين", "ين")) and found[1] is None
    seconds = unit * (2 if dual else int(found[1] or 1))
    moment = (now.astimezone(UTC) - timedelta(seconds=seconds)).replace(tzinfo=None, microsecond=0)
    return moment, UTC, "relative to the time of the poll"


def _zone(text: str) -> tzinfo | None:
    """The zone a text names anywhere: an offset, a name, "بتوقيت ...", or None."""
    place = _PLACE.search(text)
    if place:
        words = place[1].strip(" .)").split()
        for count in (2, 1):
            name = " ".join(words[:count]).rstrip(",")
            if name in PLACES:
                return ZoneInfo(PLACES[name])
            if name in OFFSETS:
                return timezone(timedelta(hours=OFFSETS[name]))
    time = _TIME.search(text)
    signed = _signed(text, time.end() if time else max(0, len(text) - 6)) if time or len(text) <= 6 else None
    if signed:
        return _offset(f"{signed[1]}{int(signed[2]):02d}{signed[3] or '00'}")
    named = _ZONE_NAME.search(text)
    if named:
        return ZoneInfo("/".join(_zone_spelling(part) for part in named[1].split("/")))
    for word in _WORD.findall(text):
        if word in OFFSETS and not (word in MONTHS or word in PLACES):
            return timezone(timedelta(hours=OFFSETS[word]))
    return None


def _signed(text: str, start: int) -> re.Match[str] | None:
    """The offset from Greenwich at `start` or behind it; the hyphens of a date that stands there are none."""
    for found in _OFFSET.finditer(text, start):
        if found.start() == start or not text[found.start(1) - 1].isdigit():
            return found
    return None


def _zone_spelling(part: str) -> str:
    return "_".join(word.capitalize() for word in part.split("_"))


def _offset(text: str | None) -> tzinfo | None:
    """`+0300`, `+03:00`, `Z` or a name as a zone; None for None and for names not known."""
    if text is None:
        return None
    if text[0] in "+-":
        figures = text[1:].replace(":", "")
        hours, minutes = int(figures[:2]), int(figures[2:4] or 0)
        if hours > 14 or minutes > 59:
            raise ValueError(text)
        span = timedelta(hours=hours, minutes=minutes)
        return timezone(-span if text[0] == "-" else span)
    hours_east = OFFSETS.get(text.lower())
    return None if hours_east is None else timezone(timedelta(hours=hours_east))


def _of_day(hour: int, minute: int, second: int) -> timedelta:
    """A time of day; 24:00 is the next day's start, a leap second the second before it. Raises ValueError."""
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        raise ValueError(f"{hour}:{minute}:{second}")
    return timedelta(hours=hour, minutes=minute, seconds=min(second, 59))


def _at(day: date, clock: timedelta) -> datetime:
    return datetime(day.year, day.month, day.day) + clock  # noqa: DTZ001 - its zone is put on by read_date


def _folded(text: str) -> str:
    """One spelling: Western digits, no marks, one alef, lower case, single spaces."""
    return " ".join(_MARKS.sub("", text).translate(_FOLDING).lower().split())
