"""Holding and letting go by the clock: quiet hours when a delivery is due, digests and windows after a reload.

Both are transactions over the outbox; when a hold begins and ends is decided in `alerts`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.alerts.kinds import recipient_of
from monitor.model import Severity
from monitor.settings import Channel, Config
from monitor.store.channels import ChannelMemory

if TYPE_CHECKING:
    from monitor.store.tables import Tables

FORSAKEN = "its channel is not in the configuration; it is sent if a channel of this name comes back"
FORSAKEN_FOR = timedelta(days=7)  # so long what waits for a channel that left is kept; then it is dead, and listed


def hold_for_quiet(tx: Tables, channel: Channel, config: Config, now: datetime) -> int:
    """Hold what is due in quiet hours: retries, a digest that falls into them, what the pace let wait. Gives how many.

    A window is asked again when its end has come, so that a window that was moved meanwhile holds as it stands now.
    """
    if not channel.quiet:
        return 0
    from monitor.alerts.quiet import quiet_until

    ends: dict[datetime, list[Severity]] = {}
    for severity in Severity:
        until = quiet_until(channel.quiet, config.timezone, severity, now)
        if until is not None:
            ends.setdefault(until, []).append(severity)
    return sum(tx.outbox.hold_due(channel.name, held, "quiet", until, now) for until, held in ends.items())


def reschedule(tx: Tables, config: Config, now: datetime) -> None:
    """After a reload or a start: what is held is held as the configuration says now.

    A digest that was taken away lets its alerts go; one with new hours waits for those. What waits for a channel that
    left the configuration is kept (a renamed or commented-out channel must not cost an alert), and says so.
    """
    channels = {channel.name: channel for channel in config.channels}
    for one in config.channels:
        _notice_new_address(tx, one)
    for name in tx.outbox.open_channels():
        channel = channels.get(name)
        tx.outbox.advise(name, FORSAKEN if channel is None else "", FORSAKEN, now)
        if channel is None:
            continue
        digest_at = now if channel.digest is None else _next_digest(channel.digest, config, now)
        tx.outbox.release(name, "digest", digest_at, now, later=channel.digest is not None)
        tx.outbox.release(name, "quiet", now, now)


def _next_digest(times: str, config: Config, now: datetime) -> datetime:
    from monitor.alerts.cron import next_run

    return next_run(times, config.timezone, now)


def bury_forsaken(tx: Tables, config: Config, now: datetime) -> int:
    """Give up, visibly, what has waited for a channel that is not configured for too long. Gives how many."""
    configured = {channel.name for channel in config.channels}
    hint = "put the channel back and ask again with: monitor outbox retry"
    return sum(
        tx.outbox.bury(name, "its channel was not in the configuration for days", hint, now, now - FORSAKEN_FOR)
        for name in tx.outbox.open_channels()
        if name not in configured
    )


def _notice_new_address(tx: Tables, channel: Channel) -> None:
    """A channel whose URL was changed is a new one: what its old address refused or asked for counts no more."""
    address = recipient_of(channel)
    memory = tx.channels.get(channel.name)
    if memory.address == address:
        return
    kept = memory if not memory.address else ChannelMemory(name=channel.name, last_digest_at=memory.last_digest_at)
    tx.channels.save(replace(kept, address=address))


def note_outage(tx: Tables, config: Config, *, since: datetime, until: datetime, gather_until: datetime) -> None:
    """The program was not running (or nothing could be fetched) from `since` to `until`: each channel says so once.

    What comes in until `gather_until` is collected, so that the backlog is one message.
    """
    for channel in config.channels:
        memory = tx.channels.get(channel.name)
        begun = min(since, memory.gap_from) if memory.gap_from else since
        tx.channels.save(replace(memory, gap_from=begun, gap_until=until, gather_until=gather_until))
