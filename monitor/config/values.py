"""The small notations of config.toml: durations, sizes, rates, times of day, weekdays. Pure; text in, value out.

Every parser raises `NotationError`, whose `hint` says what to write instead. Bare numbers are refused: 5 of what?
"""

from __future__ import annotations

import re
from datetime import time, timedelta

from monitor.settings import Rate

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_BYTES = {"b": 1, "kb": 1000, "mb": 1000**2, "gb": 1000**3, "kib": 1024, "mib": 1024**2, "gib": 1024**3}
_DURATION = re.compile(r"(?:(\d{1,9}) ?w)? ?(?:(\d{1,9}) ?d)? ?(?:(\d{1,9}) ?h)? ?(?:(\d{1,9}) ?m)? ?(?:(\d{1,9}) ?s)?")
_SIZE = re.compile(r"(\d{1,12}(?:\.\d{1,3})?) ?([a-z]+)", re.IGNORECASE)
_RATE = re.compile(r"(\d{1,6}) ?/ ?(\d{0,4}) ?([smhd])")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_LONGEST = timedelta(days=3660)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ARABIC_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


class NotationError(ValueError):
    """A value that cannot be read. `hint`: what to write instead."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def duration(value: object) -> timedelta:
    """Read "90s", "5m", "1h30m", "3d", "2w"; at least a second, at most ten years."""
    text = _text(value, "a duration", 'a number with s, m, h or d, e.g. "5m"', unit="m")
    match = _DURATION.fullmatch(text.lower())
    if match is None or not any(match.groups()):
        raise NotationError(
            f'"{text}" is not a duration', 'write a number with s, m, h, d or w, e.g. "90s", "5m", "2h"'
        )
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    total = weeks * 604_800 + days * 86_400 + hours * 3600 + minutes * 60 + seconds
    if total < 1:
        raise NotationError(f'"{text}" is no time at all', 'write "1s" or more')
    if total > _LONGEST.total_seconds():
        raise NotationError(f'"{text}" is more than ten years', 'write something shorter, e.g. "90d"')
    return timedelta(seconds=total)


def format_duration(value: timedelta) -> str:
    """The shortest text that `duration` reads back, e.g. "1h30m"; parts of a second are dropped."""
    left = int(value.total_seconds())
    parts = []
    for unit in ("d", "h", "m", "s"):
        count, left = divmod(left, _SECONDS[unit])
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def size(value: object) -> int:
    """Read "500KB", "5MB", "1.5 MiB" as bytes (KB is 1000, KiB is 1024)."""
    text = _text(value, "a size", 'a number with KB, MB or GB, e.g. "5MB"', unit="MB")
    match = _SIZE.fullmatch(text)
    factor = _BYTES.get(match.group(2).lower()) if match else None
    if match is None or factor is None:
        raise NotationError(f'"{text}" is not a size', 'write a number with KB, MB or GB, e.g. "500KB", "5MB"')
    whole = round(float(match.group(1)) * factor)
    if whole < 1:
        raise NotationError(f'"{text}" is nothing', 'write e.g. "5MB"')
    return whole


def format_size(value: int) -> str:
    """A size as `size` reads it back exactly, e.g. "5MB"."""
    for unit in ("GB", "MB", "KB"):
        factor = _BYTES[unit.lower()]
        if value % factor == 0 and value:
            return f"{value // factor}{unit}"
    return f"{value}B"


def rate(value: object) -> Rate:
    """Read "20/m", "1/s", "100/h", "1/3s": so many messages in that time."""
    text = _text(value, "a rate", 'messages per time, e.g. "20/m"', unit="/m")
    match = _RATE.fullmatch(text)
    if match is None:
        raise NotationError(f'"{text}" is not a rate', 'write messages per s, m, h or d, e.g. "20/m" or "1/s"')
    count, every, unit = int(match.group(1)), int(match.group(2) or 1), match.group(3)
    if count < 1 or every < 1:
        raise NotationError(f'"{text}" would never send', 'write at least one message, e.g. "1/m"')
    return Rate(count=count, per=timedelta(seconds=every * _SECONDS[unit]))


def format_rate(value: Rate) -> str:
    """A rate as `rate` reads it back, e.g. "20/m"."""
    seconds = int(value.per.total_seconds())
    for unit in ("d", "h", "m", "s"):
        every, rest = divmod(seconds, _SECONDS[unit])
        if every and not rest:
            return f"{value.count}/{'' if every == 1 else every}{unit}"
    raise AssertionError("a rate's time is whole seconds")


def clock_time(value: object) -> time:
    """Read "23:00" as a time of day."""
    if isinstance(value, time):  # TOML's own local time: from = 23:00:00
        return value.replace(microsecond=0)
    text = _text(value, "a time of day", 'hours and minutes in quotes, e.g. "23:00"')
    match = _CLOCK.fullmatch(text)
    if match is None:
        hint = 'write "00:00" for midnight' if text.startswith("24") else 'write hours and minutes, e.g. "07:30"'
        raise NotationError(f'"{text}" is not a time of day', hint)
    return time(int(match.group(1)), int(match.group(2)))


def weekday(value: object) -> tuple[int, ...]:
    """Read "fri" or a span "sun-thu" as days, 0 = Monday; a span may run over the week's end."""
    text = _text(value, "a day", 'e.g. "fri" or "sun-thu"').lower()
    first, dash, last = text.partition("-")
    days = [_DAYS.index(part.strip()[:3]) for part in (first, last) if _is_day(part.strip())]
    if len(days) != (2 if dash else 1):
        raise NotationError(f'"{text}" is not a day of the week', "write mon, tue, wed, thu, fri, sat or sun")
    if not dash:
        return (days[0],)
    return tuple((days[0] + step) % 7 for step in range((days[1] - days[0]) % 7 + 1))


def heartbeat(value: object) -> str:
    """Read "daily 09:00"; returns it with two-digit hours."""
    text = _text(value, "a heartbeat", '"daily 09:00"')
    word, _, at = text.partition(" ")
    if word.lower() != "daily":
        raise NotationError(f'"{text}" is not a time for the heartbeat', 'write "daily 09:00"')
    return f"daily {clock_time(at.strip()):%H:%M}"


def _is_day(word: str) -> bool:
    full = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return word in _DAYS or word in full


def _text(value: object, what: str, example: str, *, unit: str = "") -> str:
    if isinstance(value, bool) or not isinstance(value, str):
        if isinstance(value, int | float) and not isinstance(value, bool) and unit:
            raise NotationError(
                f"the bare number {value} is not {what}", f'write it with its unit, e.g. "{value}{unit}"'
            )
        raise NotationError(f"this is not {what}", f"write {example}")
    text = value.strip().translate(_ARABIC_DIGITS)
    if unit and text.isdigit():
        raise NotationError(f'the bare number "{text}" is not {what}', f'write it with its unit, e.g. "{text}{unit}"')
    return text
