"""Times, spans and counts as a person reads them in a table. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from monitor.model import Item


def local(moment: datetime | None, zone: str, now: datetime) -> str:
    """The time in a zone: "14:05" today, "24 Nov 14:05" this year, "2025-11-24 14:05" before; "" for None."""
    if moment is None:
        return ""
    there, today = moment.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    if there.date() == today.date():
        return f"{there:%H:%M}"
    return f"{there.day} {there:%b %H:%M}" if there.year == today.year else f"{there:%Y-%m-%d %H:%M}"


def span(length: timedelta | None) -> str:
    """A length of time in its largest unit: "45s", "5m", "3h", "2d"; "" for None."""
    if length is None:
        return ""
    seconds = max(0, round(length.total_seconds()))
    for unit, size, least in (("d", 86_400, 172_800), ("h", 3600, 7200), ("m", 60, 120)):
        if seconds >= least or (seconds >= size and seconds % size == 0):
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def ago(moment: datetime | None, now: datetime) -> str:
    """How long ago, or "never"; "in 5m" for what is to come."""
    if moment is None:
        return "never"
    return f"{span(now - moment)} ago" if moment <= now else f"in {span(moment - now)}"


def headline(item: Item) -> str:
    """An item's title, or the begin of its summary in brackets where it has none."""
    return item.title or (f"[{item.summary[:80]}]" if item.summary else "[no text]")


def counted(count: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 feed", "1,204 feeds"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def iso(moment: datetime | None) -> str | None:
    """A time for programs: ISO 8601 in UTC, or None."""
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
