"""The transaction after a send: what came of it, when to try again, who stands in.

The outcome is decided here and nowhere else; the send itself has happened and is not repeated by this.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, assert_never

from monitor.alerts.batch import SOLO
from monitor.alerts.compose.trouble import alerts_dead, channel_broken, channel_failing
from monitor.alerts.retry import BROKEN_PROBE, back_off, next_attempt
from monitor.model import DeliveryId, DeliveryState
from monitor.outcomes import Permanent, RateLimited, SendOutcome, Sent, Temporary, UnknownOutcome
from monitor.pipeline.claim import Claimed
from monitor.settings import Channel, Config, Language

if TYPE_CHECKING:
    from monitor.store.channels import ChannelMemory
    from monitor.store.tables import Tables

TELL_AFTER = timedelta(minutes=30)
REPEAT_AFTER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of the rows of one send. `park`: until when the channel rests, or None."""

    state: DeliveryState
    outcome: str
    reason: str = ""
    hint: str = ""
    next_at: datetime | None = None
    counts: bool = True
    keep_batch: str | None = None
    park: datetime | None = None
    broken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What was written down, for the log."""

    verdict: Verdict
    deliveries: int
    diverted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What there may be to tell of a send that went wrong."""

    verdict: Verdict
    batch: str
    deliveries: int
    now: datetime


def record(
    tx: Tables,
    claimed: Claimed,
    channel: Channel,
    config: Config,
    outcome: SendOutcome,
    *,
    started: datetime,
    took: timedelta,
    jitter: float,
    now: datetime,
) -> Recorded:
    """Write down what came of a send that `claim` began."""
    memory = tx.channels.get(channel.name)
    verdict = judge(claimed, channel, memory, outcome, jitter=jitter, now=now)
    rows = tx.outbox.finish(
        claimed.batch,
        verdict.state,
        now=now,
        outcome=verdict.outcome,
        started=started,
        ms=round(took / timedelta(milliseconds=1)),
        reason=verdict.reason,
        hint=verdict.hint,
        next_at=verdict.next_at,
        counts=verdict.counts,
        keep_batch=verdict.keep_batch,
    )
    diverted = _divert(tx, channel, verdict, rows, now)
    after = _remembered(memory, verdict, claimed, now)
    tx.channels.save(after)
    if verdict.outcome == "rate_limited":
        _park_companions(tx, after)
    trouble = Trouble(verdict=verdict, batch=claimed.batch, deliveries=len(rows), now=now)
    _tell(tx, channel, config, trouble, memory, after)
    return Recorded(verdict=verdict, deliveries=len(rows), diverted=diverted)


def judge(
    claimed: Claimed, channel: Channel, memory: ChannelMemory, outcome: SendOutcome, *, jitter: float, now: datetime
) -> Verdict:
    """What an outcome means for the rows and the channel. Pure."""
    attempts = max((d.attempts for d in claimed.deliveries), default=0) + 1
    match outcome:
        case Sent():
            return Verdict(state=DeliveryState.SENT, outcome="sent", reason=outcome.detail)
        case RateLimited():
            until = now + outcome.wait
            return Verdict(
                state=DeliveryState.WAITING,
                outcome="rate_limited",
                reason=outcome.reason,
                next_at=until,
                counts=False,
                keep_batch=None if claimed.repeat else "",
                park=until,
            )
        case Temporary():
            at = next_attempt(
                attempts=max(attempts, memory.failures + 1),
                failing_since=memory.failing_since or now,
                has_fallback=channel.fallback is not None,
                jitter=jitter,
                now=now,
            )
            dead = at is None
            return Verdict(
                state=DeliveryState.DEAD if dead else DeliveryState.WAITING,
                outcome="temporary",
                reason=outcome.reason,
                hint=f"given up after {attempts} attempts; ask again with: monitor outbox retry" if dead else "",
                next_at=at,
                keep_batch=None if claimed.repeat else "",
                park=at or now + back_off(memory.failures + 1, jitter),
            )
        case Permanent():
            return _refused(claimed, outcome, now)
        case UnknownOutcome():
            wait = max(REPEAT_AFTER, back_off(memory.failures + 1, jitter))
            if claimed.repeat:
                hint = "it may have arrived, twice perhaps; ask again with: monitor outbox retry"
                return Verdict(
                    state=DeliveryState.DEAD, outcome="unknown", reason=outcome.reason, hint=hint, park=now + wait
                )
            return Verdict(
                state=DeliveryState.UNKNOWN,
                outcome="unknown",
                reason=outcome.reason,
                next_at=now + wait,
                park=now + wait,
            )
        case _:
            assert_never(outcome)


def _refused(claimed: Claimed, outcome: Permanent, now: datetime) -> Verdict:
    if outcome.scope == "message":
        several = len({d.alert.item.id for d in claimed.deliveries}) > 1
        if several:  # one of them is the poison; each gets its own chance
            return Verdict(
                state=DeliveryState.WAITING, outcome="permanent", reason=outcome.reason, next_at=now, keep_batch=SOLO
            )
        return Verdict(state=DeliveryState.DEAD, outcome="permanent", reason=outcome.reason, hint=outcome.hint)
    return Verdict(
        state=DeliveryState.DEAD,
        outcome="permanent",
        reason=outcome.reason,
        hint=outcome.hint,
        park=now + BROKEN_PROBE,
        broken=True,
    )


def _divert(tx: Tables, channel: Channel, verdict: Verdict, rows: list[DeliveryId], now: datetime) -> int:
    if verdict.state is not DeliveryState.DEAD or channel.fallback is None:
        return 0
    return tx.outbox.to_fallback(rows, channel.fallback, now)


def _tell(
    tx: Tables, channel: Channel, config: Config, trouble: Trouble, before: ChannelMemory, after: ChannelMemory
) -> None:
    """Tell the channels that want to know that this one is out of order, fails, or lost alerts; once each."""
    verdict, now = trouble.verdict, trouble.now
    since = after.failing_since or now
    words: Callable[[Language], tuple[str, str]]
    if after.broken and not before.broken:
        kind, key = "channel_broken", f"{channel.name} {since.isoformat()}"
        words = partial(channel_broken, channel.name, verdict.reason, verdict.hint, channel.fallback)
    elif verdict.state is DeliveryState.DEAD and channel.fallback is None:
        kind, key = "alerts_dead", trouble.batch
        words = partial(alerts_dead, channel.name, trouble.deliveries, verdict.reason)
    elif now - since >= TELL_AFTER and not after.broken:
        kind, key = "channel_failing", f"{channel.name} {since.isoformat()}"
        words = partial(channel_failing, channel.name, verdict.reason, round((now - since) / timedelta(minutes=1)))
    else:
        return
    for told in config.channels:
        if told.notices and told.name != channel.name:
            subject, body = words(told.language or config.language)
            tx.notices.add(kind=kind, key=key, channel=told.name, subject=subject, body=body, now=now)


def _park_companions(tx: Tables, memory: ChannelMemory) -> None:
    """The service asked a recipient's channel to wait: the other channels to the same recipient wait as well."""
    for other in tx.channels.all().values():
        if other.address and other.address == memory.address and other.name != memory.name:
            until = max(filter(None, (other.parked_until, memory.parked_until)), default=None)
            tx.channels.save(replace(other, parked_until=until, parked_reason=memory.parked_reason))


def _remembered(memory: ChannelMemory, verdict: Verdict, claimed: Claimed, now: datetime) -> ChannelMemory:
    """The channel after the send. An outage is told once: by the message that came through."""
    if verdict.outcome == "sent":
        told = claimed.occasion.kind == "outage"
        return replace(
            memory,
            parked_until=None,
            parked_reason="",
            failing_since=None,
            failures=0,
            last_error="",
            broken=False,
            last_digest_at=now if claimed.occasion.kind == "digest" else memory.last_digest_at,
            gap_from=None if told else memory.gap_from,
            gap_until=None if told else memory.gap_until,
            gather_until=None if told else memory.gather_until,
        )
    if verdict.park is None:  # only the message was refused: the channel itself works
        return replace(memory, last_error=verdict.reason)
    waits = verdict.outcome == "rate_limited"
    return replace(
        memory,
        parked_until=verdict.park,
        parked_reason=verdict.reason,
        failing_since=memory.failing_since if waits else memory.failing_since or now,
        failures=memory.failures if waits else memory.failures + 1,
        last_error=verdict.reason,
        broken=verdict.broken,
    )
