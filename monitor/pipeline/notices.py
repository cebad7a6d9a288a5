"""Sends what the monitor says of itself: the transactions around one notice, under the same pace as alerts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, assert_never

from monitor.alerts.kinds import pace_of
from monitor.alerts.pace import ready_at, spent
from monitor.alerts.quiet import quiet_until
from monitor.alerts.retry import back_off
from monitor.model import Severity
from monitor.outcomes import Permanent, RateLimited, SendOutcome, Sent, Temporary, UnknownOutcome
from monitor.pipeline.claim import view_of
from monitor.settings import Channel, Config

if TYPE_CHECKING:
    from monitor.store.notices import Notice
    from monitor.store.tables import Tables

ATTEMPTS = 12  # about two hours; a notice that old says nothing any more


def claim_notice(tx: Tables, channel: Channel, config: Config, now: datetime) -> Notice | None:
    """Take the oldest notice that `channel` can be sent now, marked as being sent; None: none can."""
    notice = next((one for one in tx.notices.due(now) if one.channel == channel.name), None)
    if notice is None:
        return None
    memory = tx.channels.get(channel.name)
    pace, bucket = pace_of(channel), view_of(memory, now).bucket
    quiet = quiet_until(channel.quiet, config.timezone, Severity.NORMAL, now)
    parked = memory.parked_until is not None and memory.parked_until > now
    if parked or quiet is not None or ready_at(bucket, pace, now) > now:
        return None
    bucket = spent(bucket, pace, now)
    tx.channels.save(replace(memory, tokens=bucket.tokens, tokens_at=bucket.at, last_sent_at=bucket.last_sent_at))
    tx.notices.record(notice.id, "sending", now=now)
    return notice


def record_notice(
    tx: Tables, notice: Notice, channel: Channel, outcome: SendOutcome, *, jitter: float, now: datetime
) -> str:
    """Write down what came of it; gives the state. A notice is not worth a repeat that might be a double."""
    memory = tx.channels.get(channel.name)
    wait = back_off(notice.attempts + 1, jitter)
    match outcome:
        case Sent():
            tx.notices.record(notice.id, "sent", now=now, reason=outcome.detail)
            return "sent"
        case UnknownOutcome():
            tx.notices.record(notice.id, "unknown", now=now, reason=outcome.reason)
            return "unknown"
        case Permanent():
            tx.notices.record(notice.id, "dead", now=now, reason=f"{outcome.reason}; {outcome.hint}".rstrip("; "))
            return "dead"
        case RateLimited():
            wait = outcome.wait
            tx.channels.save(replace(memory, parked_until=now + wait, parked_reason=outcome.reason))
        case Temporary():
            if notice.attempts + 1 >= ATTEMPTS:
                tx.notices.record(notice.id, "dead", now=now, reason=outcome.reason)
                return "dead"
        case _:
            assert_never(outcome)
    next_at = now + max(wait, timedelta(seconds=1))
    tx.notices.record(notice.id, "waiting", now=now, reason=outcome.reason, next_at=next_at)
    return "waiting"
