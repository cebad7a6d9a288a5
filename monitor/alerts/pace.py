"""A token bucket as a value: what may be sent now, and when the next may be. Pure; the store keeps its state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.alerts.kinds import Pace


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """The state of a channel's pace. `tokens` None: full, never used. `last_sent_at` serves the spacing."""

    tokens: float | None = None
    at: datetime | None = None
    last_sent_at: datetime | None = None


def refilled(bucket: Bucket, pace: Pace, now: datetime) -> Bucket:
    """The bucket as it stands at `now`. A clock that went back neither fills nor empties it."""
    if pace.rate is None:
        return replace(bucket, tokens=None, at=now)
    full = float(pace.rate.count)
    if bucket.tokens is None or bucket.at is None:
        return replace(bucket, tokens=full, at=now)
    gained = max(0.0, (now - bucket.at) / pace.rate.per) * full
    return replace(bucket, tokens=min(full, bucket.tokens + gained), at=now)


def ready_at(bucket: Bucket, pace: Pace, now: datetime) -> datetime:
    """When one message may be sent: `now`, or later."""
    ready = now
    if pace.rate is not None:
        tokens = refilled(bucket, pace, now).tokens or 0.0
        if tokens < 1.0:
            # A little more than the arithmetic says, so that the token is whole when the time has come.
            ready = now + (1.0 - tokens) * pace.rate.per / pace.rate.count + timedelta(milliseconds=1)
    # A last send in the future means that the clock was set back: it says nothing then.
    if bucket.last_sent_at is not None and bucket.last_sent_at <= now:
        ready = max(ready, bucket.last_sent_at + pace.spacing)
    return ready


def spent(bucket: Bucket, pace: Pace, now: datetime) -> Bucket:
    """The bucket after one message at `now`."""
    bucket = refilled(bucket, pace, now)
    tokens = None if bucket.tokens is None else max(0.0, bucket.tokens - 1.0)
    return Bucket(tokens=tokens, at=now, last_sent_at=now)
