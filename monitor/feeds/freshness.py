"""What a server says about when to come back: Retry-After, Cache-Control, Age, Expires. Pure; no clock, no I/O.

Sources: RFC 9110 section 10.2.3 (Retry-After), RFC 9111 sections 4.2 and 5. Hints are read leniently and believed only
as far as the caller clamps them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

RETRY_AFTER_CAP = timedelta(hours=24)
_MOST_SECONDS = 10 * 365 * 86_400
_MAX_AGE = re.compile(r'(?:^|[,;\s])max-age\s*=\s*"?([0-9]{1,18})', re.IGNORECASE | re.ASCII)
_NO_CACHE = re.compile(r"(?:^|[,;\s])(?:no-cache|no-store)(?:$|[,;\s=])", re.IGNORECASE)


def http_date(text: str) -> datetime | None:
    """An HTTP-date in any of its three forms, aware, in UTC; None where it is none (such as Expires: 0)."""
    if not text or len(text) > 64:
        return None
    try:
        moment = parsedate_to_datetime(text.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def retry_after(text: str | None, now: datetime) -> timedelta | None:
    """The wait a Retry-After header asks for, at most 24 hours; None where there is none or it makes no sense."""
    if not text:
        return None
    value = text.strip()
    if re.fullmatch(r"[0-9]{1,18}(\.[0-9]{1,9})?", value, re.ASCII):
        wait = timedelta(seconds=min(float(value), RETRY_AFTER_CAP.total_seconds()))
    else:
        moment = http_date(value)
        if moment is None:
            return None
        wait = moment - now
    return min(max(wait, timedelta(0)), RETRY_AFTER_CAP)


def fresh_until(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Until when the answer is fresh, counted from `now`; None where it does not say, or is stale already.

    `headers` have lower-case names. max-age outranks Expires; Age is taken off; no-cache and no-store mean "no hint".
    """
    cache_control = headers.get("cache-control", "")
    if cache_control and _NO_CACHE.search(cache_control):
        return None
    found = _MAX_AGE.search(cache_control) if cache_control else None
    if found:
        lifetime = timedelta(seconds=min(int(found[1]), _MOST_SECONDS))
        left = lifetime - timedelta(seconds=_seconds(headers.get("age", "")))
    else:
        expires = http_date(headers.get("expires", ""))
        if expires is None:
            return None
        # Against the server's own Date, so that a server whose clock is wrong still means what it says.
        left = expires - (http_date(headers.get("date", "")) or now)
    if left <= timedelta(0):
        return None
    return now + min(left, timedelta(seconds=_MOST_SECONDS))


def _seconds(text: str) -> int:
    value = text.strip()
    return min(int(value), _MOST_SECONDS) if re.fullmatch(r"[0-9]{1,18}", value, re.ASCII) else 0


def after_skipped_hours(moment: datetime, skip_hours: frozenset[int]) -> datetime:
    """The first moment from `moment` on whose hour (GMT, as RSS counts them) the feed does not ask to skip."""
    if not skip_hours or len(skip_hours) >= 24:
        return moment
    while moment.hour in skip_hours:
        moment = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return moment


def asked_interval(hints: Mapping[str, object]) -> timedelta | None:
    """The interval a feed's own document asks for (RSS ttl, sy:updatePeriod over updateFrequency), the longer one."""
    ttl, update = hints.get("ttl_minutes"), hints.get("update_seconds")
    seconds = [
        float(value) * unit
        for value, unit in ((ttl, 60), (update, 1))
        if isinstance(value, int | float) and 0 < value < _MOST_SECONDS
    ]
    return timedelta(seconds=min(max(seconds), _MOST_SECONDS)) if seconds else None


def skipped_hours(hints: Mapping[str, object]) -> frozenset[int]:
    """The hours of GMT in which the feed asks not to be read, 0 to 23 (24 is written for 0 by some)."""
    hours = hints.get("skip_hours")
    if not isinstance(hours, list | tuple | set | frozenset):
        return frozenset()
    return frozenset(hour % 24 for hour in hours if isinstance(hour, int) and 0 <= hour <= 24)
