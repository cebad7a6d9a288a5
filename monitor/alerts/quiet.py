"""Quiet hours on the wall clock of a place: is this moment quiet, and until when. Pure: zone data and `now` in.

A window is cut out of local days and turned into instants, so that a night on which the clock jumps is neither skipped
nor doubled: a local time that does not exist means the first instant after the jump; one that exists twice means its
first occurrence for the beginning and its last for the end, for quiet is what was asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from monitor.model import Severity
from monitor.settings import QuietWindow


@lru_cache(maxsize=1024)  # a backtest asks about the same few nights for every alert
def instant(day: date, at: time, zone: ZoneInfo, *, last: bool = False) -> datetime:
    """The UTC instant of a local wall-clock time; a time inside a gap becomes the gap's end.

    Args:
        last: of a time that occurs twice, take the second occurrence.
    """
    local = datetime.combine(day, at, tzinfo=zone).replace(fold=1 if last else 0)
    found = local.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return found
    # Inside a gap: the two folds give the offsets before and after it, and the gap ends between them.
    early, late = sorted((local.replace(fold=0).astimezone(UTC), local.replace(fold=1).astimezone(UTC)))
    after = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):  # the change of offset itself, by bisection
        middle = early + (late - early) / 2
        if middle.astimezone(zone).utcoffset() == after:
            early = middle
        else:
            late = middle
    return (late + timedelta(milliseconds=500)).replace(microsecond=0)


def window_at(window: QuietWindow, default_zone: str, now: datetime) -> tuple[datetime, datetime] | None:
    """The occurrence of `window` that holds `now`, as UTC [begin, end), or None."""
    zone = ZoneInfo(window.timezone or default_zone)
    today = now.astimezone(zone).date()
    over_midnight = window.to <= window.from_
    for day in (today - timedelta(days=1), today):
        if window.days and day.weekday() not in window.days:
            continue
        begin = instant(day, window.from_, zone)
        end = instant(day + timedelta(days=1) if over_midnight else day, window.to, zone, last=True)
        if begin <= now < end:
            return begin, end
    return None


def quiet_until(
    windows: Iterable[QuietWindow], default_zone: str, severity: Severity, now: datetime
) -> datetime | None:
    """When the quiet that holds an alert of `severity` at `now` ends; None where nothing holds it.

    Windows that touch or overlap hold as one, so that an alert is not let out into the next window.
    """
    holding = [w for w in windows if w.let_through is None or severity < w.let_through]
    until: datetime | None = None
    moment = now
    # A chain of windows longer than a fortnight would be "always quiet"; then it is looked at again.
    while moment - now < timedelta(days=14):
        ends = [found[1] for w in holding if (found := window_at(w, default_zone, moment))]
        if not ends:
            return until
        until = moment = max(ends)
    return until
