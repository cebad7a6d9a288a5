"""Reads the dates of feeds, and says what was done to those that cannot be true. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

FUTURE = timedelta(minutes=10)
OLDEST = datetime(1995, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DateReading:
    """`moment`: aware, UTC, or None where nothing was understood. `note`: what was assumed or changed, or ""."""

    moment: datetime | None
    note: str = ""


def read_date(raw: str, *, zone: str | None, now: datetime) -> DateReading:
    """Read one date of a feed."""
    try:
        moment = parsedate_to_datetime(raw)
    except ValueError:
        try:
            moment = datetime.fromisoformat(raw)
        except ValueError:
            return DateReading(None, "not understood" if raw else "")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    moment = moment.astimezone(UTC)
    if moment > now + FUTURE:
        return DateReading(now, "clamped: in the future")
    if moment < OLDEST:
        return DateReading(None, "absurd")
    return DateReading(moment)
