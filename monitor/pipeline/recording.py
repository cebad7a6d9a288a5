"""Reads the lines of a recording: JSON objects with the fields of an item, some of them missing. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.outcomes import ParsedItem

UNNAMED = "replay"

# Other names under which recordings keep the same thing; the first that stands there counts.
_FEED = ("feed", "outlet")
_SUMMARY = ("summary", "text")
_TIME = ("published", "date")
_LATEST = datetime(9000, 1, 1, tzinfo=UTC)  # beyond it, sums of times overflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One line. `note`: what could not be read of it, in words, or ""."""

    id: Any
    feed: str
    item: ParsedItem
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A line that is no item, and why."""

    id: Any
    reason: str


def read_line(text: str) -> Recorded | Unreadable:
    """What a line says. Numbers are taken as text; a time may be a day, ISO 8601, or seconds since 1970."""
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Unreadable(id=None, reason=f"not JSON: {error}")
    if not isinstance(fields, Mapping):
        return Unreadable(id=None, reason="not a JSON object")
    raw = _first(fields, _TIME)
    published = _time(raw)
    item = ParsedItem(
        title=_first(fields, ("title",)),
        summary=_first(fields, _SUMMARY),
        guid=_first(fields, ("guid",)) or None,
        link=_first(fields, ("link",)) or None,
        published=published,
        published_raw=raw,
    )
    note = f"time not understood: {raw[:60]}" if raw and published is None else ""
    return Recorded(id=fields.get("id"), feed=_first(fields, _FEED) or UNNAMED, item=item, note=note)


def _first(fields: Mapping[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        value = fields.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
    return ""


def _time(text: str) -> datetime | None:
    """A recorded time in UTC; one without a zone is taken as UTC."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = datetime.fromtimestamp(float(text), UTC)
        except (ValueError, OverflowError, OSError):
            return _mail_time(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        return None
    return moment if datetime.min.replace(tzinfo=UTC) + timedelta(days=366) < moment < _LATEST else None


def _mail_time(text: str) -> datetime | None:
    """The form of RSS: `Wed, 25 Nov 2026 18:00:00 +0200`."""
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
