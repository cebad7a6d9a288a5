"""The transaction before a send: what a channel sends next, marked as being sent, its token spent.

Nothing leaves the program before this is on disk; a crash after it is found as "being sent" and repeated, marked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.alerts.batch import ChannelView, SendAll, SendThese, Wait, plan
from monitor.alerts.compose.note import ALERT, Occasion
from monitor.alerts.kinds import Pace, pace_of
from monitor.alerts.pace import Bucket, refilled, spent
from monitor.model import Delivery, DeliveryState
from monitor.pipeline.digest import hold_for_quiet
from monitor.settings import Channel, Config

if TYPE_CHECKING:
    from monitor.store.channels import ChannelMemory
    from monitor.store.tables import Tables

GAP_COUNTS = timedelta(minutes=10)
LOOK_AHEAD = 400  # a group's message lists at most this many and counts the rest
SINGLES = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """Deliveries that are being sent now, under `batch`, as one message."""

    batch: str
    deliveries: tuple[Delivery, ...]
    occasion: Occasion
    repeat: bool


def claim(tx: Tables, channel: Channel, config: Config, batch: str, now: datetime) -> Claimed | Wait | None:
    """Take what `channel` sends next; None: nothing is due; Wait: not before a time.

    Args:
        batch: a fresh name, should one be needed.
    """
    memory = tx.channels.get(channel.name)
    if memory.broken and channel.fallback and memory.parked_until is not None and memory.parked_until > now:
        _divert(tx, channel, channel.fallback, memory, now)
        return None
    tx.outbox.hold_silenced(channel.name, now)
    hold_for_quiet(tx, channel, config, now)
    pace, view = pace_of(channel), view_of(memory, now)
    act = plan(tx.outbox.queue(channel.name, now, _look_ahead(view.bucket, pace, now)), view, pace, now)
    if act is None or isinstance(act, Wait):
        return act
    if isinstance(act, SendThese):
        batch = act.batch or batch
        tx.outbox.claim(act.ids, batch, now)
    else:
        tx.outbox.claim_all(channel.name, act.held_by, batch, now)
    bucket = spent(view.bucket, pace, now)
    tx.channels.save(replace(memory, tokens=bucket.tokens, tokens_at=bucket.at, last_sent_at=bucket.last_sent_at))
    return Claimed(
        batch=batch,
        deliveries=tuple(tx.outbox.batch(batch, LOOK_AHEAD)),
        occasion=_occasion(tx, act, batch),
        repeat=isinstance(act, SendThese) and act.repeat,
    )


def _look_ahead(bucket: Bucket, pace: Pace, now: datetime) -> int:
    """How much of the queue the plan must see: more than may be sent at once, so that it knows when to group."""
    tokens = refilled(bucket, pace, now).tokens
    return SINGLES if tokens is None or tokens > LOOK_AHEAD else int(tokens) + SINGLES


def view_of(memory: ChannelMemory, now: datetime) -> ChannelView:
    """What the plan needs of a channel's memory. An outage after which nothing came is not told later."""
    stale = memory.gather_until is None or now - memory.gather_until > GAP_COUNTS
    return ChannelView(
        bucket=Bucket(tokens=memory.tokens, at=memory.tokens_at, last_sent_at=memory.last_sent_at),
        parked_until=memory.parked_until,
        failing_since=memory.failing_since,
        gap_from=None if stale else memory.gap_from,
        gap_until=memory.gap_until,
        gather_until=memory.gather_until,
    )


def _occasion(tx: Tables, act: SendThese | SendAll, batch: str) -> Occasion:
    if isinstance(act, SendThese) and act.occasion == "alert":
        return ALERT
    total, labels = tx.outbox.batch_counts(batch)
    since, until = (act.since, act.until) if isinstance(act, SendAll) else (None, None)
    return Occasion(kind=act.occasion, since=since, until=until, total=total, by_rule=labels)


def _divert(tx: Tables, channel: Channel, fallback: str, memory: ChannelMemory, now: datetime) -> None:
    """The channel was refused for good: what is due goes to its fallback without trying."""
    ids = [row.id for row in tx.outbox.queue(channel.name, now, 1_000_000)]
    if not ids:
        return
    name = f"divert-{now.timestamp():.6f}-{channel.name}"
    tx.outbox.claim(ids, name, now)
    buried = tx.outbox.finish(
        name,
        DeliveryState.DEAD,
        now=now,
        outcome="permanent",
        started=now,
        ms=0,
        reason=f"the channel is out of order: {memory.last_error}",
        hint=f"went to {fallback}",
        counts=False,
    )
    tx.outbox.to_fallback(buried, fallback, now)
