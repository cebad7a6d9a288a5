"""What a channel sends next: one alert, a group, a repeat, or nothing yet. Pure: the queue's heads and `now` in.

Rules, in this order: what is parked or out of pace waits; a repeat goes alone and first; a message that was refused in
a group goes alone; what was held comes as one summary; after an outage all that waits is one message; when more waits
than the pace allows, the urgent go first by themselves and the rest is one message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.alerts.compose.note import OccasionKind
from monitor.alerts.kinds import Pace
from monitor.alerts.pace import Bucket, ready_at, refilled
from monitor.model import DeliveryId, DeliveryState, ItemId, Severity

SOLO = "solo"  # in `batch`: refused inside a group, to be tried by itself
OUTAGE_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A due row of the outbox, as little of it as the decision needs."""

    id: DeliveryId
    item_id: ItemId
    kind: str
    state: DeliveryState
    severity: Severity
    created_at: datetime
    held_by: str = ""
    batch: str = ""
    possible_repeat: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelView:
    """What is remembered of the channel: its pace, its parking, its failures."""

    bucket: Bucket
    parked_until: datetime | None = None
    failing_since: datetime | None = None
    gap_from: datetime | None = None
    gap_until: datetime | None = None
    gather_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Nothing can go before `until`."""

    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SendThese:
    """Send exactly these rows as one message."""

    ids: tuple[DeliveryId, ...]
    occasion: OccasionKind = "alert"
    repeat: bool = False
    batch: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendAll:
    """Send everything of one sort that is due as one message, also what was not loaded.

    `held_by`: the due rows held by this; None: those that are not held.
    """

    occasion: OccasionKind
    held_by: str | None = None
    since: datetime | None = None
    until: datetime | None = None


Plan = Wait | SendThese | SendAll


def plan(queue: Sequence[Queued], channel: ChannelView, pace: Pace, now: datetime) -> Plan | None:
    """The next act of a channel, or None when nothing is due.

    Args:
        queue: due rows, the most severe first, then the oldest; it may be the first part of a longer queue.
    """
    if not queue:
        return None
    if channel.parked_until is not None and channel.parked_until > now:
        return Wait(until=channel.parked_until)
    ready = ready_at(channel.bucket, pace, now)
    if ready > now:
        return Wait(until=ready)
    repeats = [row for row in queue if row.possible_repeat]
    if repeats:
        return _repeat(repeats)
    for row in queue:
        if row.batch == SOLO:
            return SendThese(ids=(row.id,))
    return _fresh(queue, channel, pace, now)


def _repeat(repeats: Sequence[Queued]) -> SendThese:
    """The rows that went out together go out together again, so that the repeat is the same message."""
    first = repeats[0]
    same = [row for row in repeats if row.batch == first.batch] if first.batch else [first]
    several = len({(row.item_id, row.kind) for row in same}) > 1
    return SendThese(
        ids=tuple(row.id for row in same),
        repeat=True,
        batch=first.batch,
        occasion="backlog" if several else "alert",
    )


def _fresh(queue: Sequence[Queued], channel: ChannelView, pace: Pace, now: datetime) -> Plan:
    if channel.gather_until is not None and channel.gather_until > now:
        return Wait(until=channel.gather_until)
    waiting = [row for row in queue if row.state is not DeliveryState.HELD]
    held = [row for row in queue if row.state is DeliveryState.HELD]
    if held and (not waiting or max(r.severity for r in held) >= waiting[0].severity):
        return _summary(held, now)
    since = channel.gap_from or channel.failing_since
    if since is not None and (channel.gap_from is not None or now - since >= OUTAGE_AFTER):
        return SendAll(occasion="outage", since=since, until=channel.gap_until or now)
    return _paced(waiting, channel, pace, now)


def _summary(held: Sequence[Queued], now: datetime) -> Plan:
    by = held[0].held_by
    same = [row for row in held if row.held_by == by]
    occasions: dict[str, OccasionKind] = {"digest": "digest", "quiet": "quiet", "silence": "silence"}
    if len({row.item_id for row in same}) == 1 and by != "digest":
        return SendThese(ids=tuple(row.id for row in same))
    return SendAll(
        occasion=occasions.get(by, "backlog"), held_by=by, since=min(row.created_at for row in same), until=now
    )


def _paced(waiting: Sequence[Queued], channel: ChannelView, pace: Pace, now: datetime) -> Plan:
    messages = {(row.item_id, row.kind) for row in waiting}
    first = waiting[0]
    if len(messages) > 1 and pace.rate is not None:
        tokens = int(refilled(channel.bucket, pace, now).tokens or 0)
        if len(messages) > tokens:
            urgent = {(r.item_id, r.kind) for r in waiting if r.severity is Severity.URGENT}
            # One token stays for the group that carries the rest.
            if not urgent or len(urgent) > tokens - 1:
                return SendAll(occasion="backlog", since=min(r.created_at for r in waiting), until=now)
    together = (row.id for row in waiting if (row.item_id, row.kind) == (first.item_id, first.kind))
    return SendThese(ids=tuple(together))
