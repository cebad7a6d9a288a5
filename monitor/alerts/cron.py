"""Five-field cron expressions in a time zone: read them, and find the next run. Pure; built for digests.

Fields: minute hour day-of-month month day-of-week (0 and 7 are Sunday; names jan…dec, sun…sat). Each is `*`, a number,
a range, a list, and may have a step. As in cron(8), a day matches either day field when both are restricted. A run in
an hour that the clock skips happens right after the jump; one in an hour that occurs twice happens once.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from monitor.alerts.quiet import instant
from monitor.errors import Fault

_BOUNDS = (("minute", 0, 59), ("hour", 0, 23), ("day of month", 1, 31), ("month", 1, 12), ("day of week", 0, 7))
_MONTHS = dict(
    zip(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], range(1, 13), strict=True)
)
_DAYS = dict(zip(["sun", "mon", "tue", "wed", "thu", "fri", "sat"], range(7), strict=True))
_EXAMPLE = 'write five fields, like "0 8,20 * * *" (every day at 08:00 and 20:00)'


class Cron(NamedTuple):
    """An expression as sets of numbers. `days`, `weekdays`: None where the field was `*`."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int] | None
    months: frozenset[int]
    weekdays: frozenset[int] | None


def check_cron(expression: str) -> Fault | None:
    """The fault in an expression, or None."""
    try:
        cron = parse_cron(expression)
    except ValueError as error:
        return Fault(message=f"{expression!r} is not a cron expression: {error}", hint=_EXAMPLE)
    longest = max({2: 29, 4: 30, 6: 30, 9: 30, 11: 30}.get(month, 31) for month in cron.months)
    if cron.days and cron.weekdays is None and min(cron.days) > longest:
        return Fault(message=f"{expression!r} never comes: no such day in that month", hint=_EXAMPLE)
    return None


@lru_cache(maxsize=256)
def parse_cron(expression: str) -> Cron:
    """Read an expression.

    Raises:
        ValueError: it cannot be read; the text says which field.
    """
    fields = expression.split()
    if len(fields) != len(_BOUNDS):
        raise ValueError(f"it has {len(fields)} fields, not 5")
    minutes, hours, days, months, weekdays = (
        _field(text.lower(), *bounds) for text, bounds in zip(fields, _BOUNDS, strict=True)
    )
    return Cron(
        minutes=minutes,
        hours=hours,
        days=None if fields[2].startswith("*") else days,
        months=months,
        weekdays=None if fields[4].startswith("*") else frozenset(day % 7 for day in weekdays),
    )


def _field(text: str, name: str, low: int, high: int) -> frozenset[int]:
    names = _MONTHS if name == "month" else _DAYS if name == "day of week" else {}
    found: set[int] = set()
    for part in text.split(","):
        span, slash, step_text = part.partition("/")
        step = _number(step_text, {}, name, 1, high) if slash else 1
        if span == "*":
            first, last = low, min(high, 6) if name == "day of week" else high
        else:
            left, dash, right = span.partition("-")
            first = _number(left, names, name, low, high)
            last = _number(right, names, name, low, high) if dash else high if slash else first
            if last < first:
                raise ValueError(f"the {name} range {span!r} runs backwards")
        found.update(range(first, last + 1, step))
    return frozenset(found)


def _number(text: str, names: dict[str, int], name: str, low: int, high: int) -> int:
    value = names.get(text, int(text) if text.isascii() and text.isdigit() else None)
    if value is None or not low <= value <= high:
        raise ValueError(f"the {name} {text!r} is not a number from {low} to {high}")
    return value


def next_run(expression: str, timezone: str, now: datetime) -> datetime:
    """The first run after `now`, in UTC.

    Raises:
        ValueError: the expression cannot be read, or never comes.
    """
    cron = parse_cron(expression)
    zone = ZoneInfo(timezone)
    day = now.astimezone(zone).date() - timedelta(days=1)
    clock_times = [time(hour, minute) for hour in sorted(cron.hours) for minute in sorted(cron.minutes)]
    for _ in range(366 * 8 + 2):  # the rarest date, 29 February, may be eight years away
        if _day_matches(cron, day.month, day.day, (day.weekday() + 1) % 7):
            runs = [at for clock in clock_times if (at := instant(day, clock, zone)) > now]
            if runs:
                return min(runs)
        day += timedelta(days=1)
    raise ValueError(f"{expression!r} never comes")


def _day_matches(cron: Cron, month: int, day: int, weekday: int) -> bool:
    if month not in cron.months:
        return False
    if cron.days is not None and cron.weekdays is not None:
        return day in cron.days or weekday in cron.weekdays
    return (cron.days is None or day in cron.days) and (cron.weekdays is None or weekday in cron.weekdays)
