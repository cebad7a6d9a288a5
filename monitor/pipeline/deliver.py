"""Delivers: for each channel, claim → compose → send → record, one message at a time, channels beside each other.

The shell only: what is sent next, what it says and what an outcome means is decided in `alerts`, `claim` and `record`.
"""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from monitor.errors import StorageError
from monitor.logs import get_logger
from monitor.model import Message
from monitor.outcomes import SendOutcome, Temporary
from monitor.pipeline import digest
from monitor.settings import Channel, Config

if TYPE_CHECKING:
    from monitor.pipeline.claim import Claimed
    from monitor.pipeline.record import Recorded
    from monitor.store.database import Store
    from monitor.store.tables import Tables

SEND_DEADLINE = timedelta(seconds=60)
RECORD_AGAIN = timedelta(seconds=5)  # between tries to write down what was sent, while the disk refuses
LOOK_AGAIN = 30.0  # seconds after which a resting channel is asked again
DOWN_AFTER = timedelta(minutes=15)  # not running for longer than this is an outage to be told
GATHER = timedelta(seconds=90)
ALIVE_EVERY = timedelta(minutes=1)
_ALIVE = "alive_at"


class SendsMessages(Protocol):
    """The port to the services; `delivery.sender.Sender` in the program."""

    async def send(self, channel: Channel, message: Message, deadline: timedelta) -> SendOutcome:
        """One message to one channel; returns within `deadline`."""


class Deliverer:
    """Empties the outbox. `tick` often, `start` once before, `stop` at the end.

    Args:
        config: gives the configuration in force; asked before each send.
        jitter: gives numbers in [0, 1) that spread repeats.
        deadline: of one send.
        record_again: between tries to write an outcome down.
    """

    def __init__(
        self,
        store: Store,
        sender: SendsMessages,
        config: Callable[[], Config],
        clock: Callable[[], datetime],
        *,
        jitter: Callable[[], float] = random.random,
        deadline: timedelta = SEND_DEADLINE,
        record_again: timedelta = RECORD_AGAIN,
    ) -> None:
        self._store = store
        self._sender = sender
        self._config = config
        self._clock = clock
        self._jitter = jitter
        self._deadline = deadline
        self._record_again = record_again
        self._log = get_logger()
        self._runs: dict[str, asyncio.Task[None]] = {}
        self._stopping = False
        self._unwell = False
        self._alive_at: datetime | None = None
        self._not_before: dict[str, tuple[datetime, float]] = {}
        self._noticed: set[str] = set()

    async def start(self) -> int:
        """Take up what an earlier run left: sends that were cut off, holds. Gives how many were cut off."""
        cut_off = await self._store.write(_take_up, self._config(), self._clock())
        if cut_off:
            self._log.warning("deliveries_recovered", count=cut_off)
        return cut_off

    async def note_pause(self) -> bool:
        """For a program that is meant to run all the time, before its first `tick`: whether it did not, and say so.

        What comes in during the next minute and a half is then collected into one message that names the pause.
        """
        return await self._store.write(_note_pause, self._config(), self._clock())

    async def note_gap(self, since: datetime) -> bool:
        """Nothing could be fetched from `since` until now; False where that was too short to be told."""
        return await self._store.write(_note_gap, self._config(), since, self._clock())

    def look_again(self) -> None:
        """The configuration changed: channels that were said to rest are asked again."""
        self._not_before.clear()

    async def tick(self) -> int:
        """Start a run for each channel that has something due and none under way; gives how many. Does not wait."""
        if self._stopping:
            return 0
        now = self._clock()
        try:
            if self._alive_at is None or not timedelta(0) <= now - self._alive_at < ALIVE_EVERY:
                await self._store.write(_say_alive, now)
                self._alive_at = now
            due, noticed = await self._store.aread(_due, now)
        except StorageError as error:
            self._say_unwell(error)
            return 0
        channels = {channel.name: channel for channel in self._config().channels}
        self._noticed |= noticed
        started = 0
        for name in dict.fromkeys((*due, *noticed)):
            if name in channels and name not in self._runs and not self._rests(name, now):
                self._runs[name] = asyncio.create_task(self._run(name), name=f"deliver-{name}")
                started += 1
        return started

    def _rests(self, name: str, now: datetime) -> bool:
        """Whether a channel said that nothing can go yet. Asked again now and then, should the clock be set back."""
        until, looked = self._not_before.get(name, (now, 0.0))
        return now < until and time.monotonic() - looked < LOOK_AGAIN

    async def empty(self, within: timedelta) -> bool:
        """Send what is due, and what the pace lets go within `within`. False: something was still being sent then."""
        end = time.monotonic() + within.total_seconds()
        while (left := end - time.monotonic()) > 0:
            if await self.tick() or self._runs:
                if not await self.drain(timedelta(seconds=left)):
                    return False
                continue
            now = self._clock()
            waits = [until - now for until, _ in self._not_before.values() if until > now]
            if not waits or min(waits).total_seconds() > left:
                return True
            await asyncio.sleep(min(waits).total_seconds())
        return not self._runs

    async def drain(self, timeout: timedelta | None = None) -> bool:
        """Wait until no run is under way. False: some were not over within `timeout`."""
        if self._runs:
            _, pending = await asyncio.wait(
                self._runs.values(), timeout=None if timeout is None else timeout.total_seconds()
            )
            return not pending
        return True

    async def stop(self, grace: timedelta) -> bool:
        """Start nothing new; give what is being sent `grace` to end. False: something was given up.

        What is given up stays marked as being sent, and is repeated by the next start.
        """
        self._stopping = True
        over = await self.drain(grace)
        for run in list(self._runs.values()):
            run.cancel()
        await asyncio.gather(*self._runs.values(), return_exceptions=True)
        return over

    async def _run(self, name: str) -> None:
        try:
            while not self._stopping and await self._one(name):
                pass
        except StorageError as error:
            self._say_unwell(error)
        except Exception:  # noqa: BLE001 — one channel's trouble must not stop the others
            self._log.exception("delivery_failed", channel=name)
        finally:
            self._runs.pop(name, None)

    async def _one(self, name: str) -> bool:
        """One message of a channel; False when nothing can go now."""
        config = self._config()
        channel = next((c for c in config.channels if c.name == name), None)
        if channel is None:
            return False
        if await self._notice(channel, config):
            return True
        from monitor.alerts.batch import Wait
        from monitor.pipeline.claim import claim

        claimed = await self._store.write(claim, channel, config, uuid.uuid4().hex, self._clock())
        self._not_before.pop(name, None)
        if isinstance(claimed, Wait):
            self._not_before[name] = (claimed.until, time.monotonic())
        if claimed is None or isinstance(claimed, Wait):
            return False
        self._unwell = False
        started, began = self._clock(), time.monotonic()
        outcome = await self._send(channel, config, claimed, started)
        await self._record(channel, config, claimed, outcome, started, timedelta(seconds=time.monotonic() - began))
        return True

    async def _notice(self, channel: Channel, config: Config) -> bool:
        """One notice of a channel; False when there is none, or none can go now."""
        if channel.name not in self._noticed:
            return False
        from monitor.alerts.compose import compose_notice
        from monitor.pipeline.notices import claim_notice, record_notice

        notice = await self._store.write(claim_notice, channel, config, self._clock())
        if notice is None:
            self._noticed.discard(channel.name)
            return False
        now = self._clock()
        message = compose_notice(notice.subject, notice.body, channel, config, now, key=f"{notice.kind}-{notice.id}")
        outcome = await self._sender.send(channel, message, self._deadline)
        state = await self._store.write(
            record_notice, notice, channel, outcome, jitter=self._jitter(), now=self._clock()
        )
        self._log.info("notice_recorded", channel=channel.name, kind=notice.kind, state=state)
        return True

    async def _send(self, channel: Channel, config: Config, claimed: Claimed, now: datetime) -> SendOutcome:
        """Compose and send. A fault of ours is an outcome too: the row must not stay "being sent"."""
        from monitor.alerts.compose import compose

        try:
            message = compose(
                claimed.deliveries, channel, config, now, repeat=claimed.repeat, occasion=claimed.occasion
            )
            return await self._sender.send(channel, message, self._deadline)
        except Exception as error:  # noqa: BLE001 — per delivery: it is told and tried again, the rest goes on
            self._log.exception("delivery_failed", channel=channel.name, batch=claimed.batch)
            return Temporary(reason=f"a fault in the monitor itself: {type(error).__name__}")

    async def _record(
        self,
        channel: Channel,
        config: Config,
        claimed: Claimed,
        outcome: SendOutcome,
        started: datetime,
        took: timedelta,
    ) -> None:
        """Write the outcome down. While the disk refuses, nothing else of this channel is sent."""
        while (recorded := await self._recorded(channel, config, claimed, outcome, started, took)) is None:
            if self._stopping:
                return  # the row stays "being sent"; the next start repeats it, marked
            await asyncio.sleep(self._record_again.total_seconds())
        self._unwell = False
        self._say(channel, claimed, recorded, took)

    async def _recorded(
        self,
        channel: Channel,
        config: Config,
        claimed: Claimed,
        outcome: SendOutcome,
        started: datetime,
        took: timedelta,
    ) -> Recorded | None:
        from monitor.pipeline.record import record

        try:
            return await self._store.write(
                record,
                claimed,
                channel,
                config,
                outcome,
                started=started,
                took=took,
                jitter=self._jitter(),
                now=self._clock(),
            )
        except StorageError as error:
            self._say_unwell(error)
            return None

    def _say(self, channel: Channel, claimed: Claimed, recorded: Recorded, took: timedelta) -> None:
        verdict = recorded.verdict
        log = self._log.info if verdict.outcome == "sent" else self._log.warning
        log(
            f"delivery_{verdict.state.value}",
            channel=channel.name,
            outcome=verdict.outcome,
            deliveries=recorded.deliveries,
            occasion=claimed.occasion.kind,
            repeat=claimed.repeat,
            reason=verdict.reason,
            hint=verdict.hint,
            next_attempt_at=verdict.next_at,
            diverted=recorded.diverted,
            ms=round(took.total_seconds() * 1000),
        )

    def _say_unwell(self, error: StorageError) -> None:
        """Once, not each second: the database refuses, so nothing is sent."""
        if not self._unwell:
            self._unwell = True
            self._log.error("outbox_unavailable", reason=str(error), effect="nothing is sent until it can be recorded")


def _due(tx: Tables, now: datetime) -> tuple[list[str], set[str]]:
    """Channels with deliveries to decide on, and those with notices."""
    return tx.outbox.due_channels(now), {notice.channel for notice in tx.notices.due(now)}


def _say_alive(tx: Tables, now: datetime) -> None:
    """Each minute: the proof of life that tells a later start how long nothing ran; and silences that were lifted."""
    tx.meta.set(_ALIVE, now.isoformat())
    tx.outbox.lift_silences(now)


def _take_up(tx: Tables, config: Config, now: datetime) -> int:
    cut_off = tx.outbox.recover(now)
    tx.notices.recover(now)
    digest.reschedule(tx, config, now)
    return cut_off


def _note_pause(tx: Tables, config: Config, now: datetime) -> bool:
    last = tx.meta.get(_ALIVE)
    return bool(last) and _note_gap(tx, config, datetime.fromisoformat(last), now)


def _note_gap(tx: Tables, config: Config, since: datetime, now: datetime) -> bool:
    if now - since <= DOWN_AFTER:
        return False
    digest.note_outage(tx, config, since=since, until=now, gather_until=now + GATHER)
    return True
