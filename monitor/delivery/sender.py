"""The door to the services: one message to one channel, an outcome back, never later than its deadline.

Each channel has a thread of its own and one send at a time, so that a black hole delays nobody else.
It decides nothing: when to send and what then belongs to the outbox.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TextIO

from monitor.alerts.kinds import kind_of
from monitor.delivery.capture import LogCapture
from monitor.model import Message
from monitor.outcomes import SendOutcome, Temporary, UnknownOutcome
from monitor.settings import Channel

if TYPE_CHECKING:
    from monitor.delivery.worker import Worker

DEADLINE = timedelta(seconds=60)
MAX_STUCK = 3  # sends of one channel that outlived their deadline, before we stop adding to them


class Sender:
    """Sends messages; close it at the end.

    Args:
        clock: the time for mail's Date header.
        telegram_api: where the Bot API stands instead of Telegram's own address (an own server, a test).
        output: where `terminal://` prints; None: standard output as it is then.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        telegram_api: str | None = None,
        output: TextIO | None = None,
    ) -> None:
        self._clock = clock
        self._telegram_api = telegram_api
        self._output = output
        self._capture = LogCapture()
        self._capture.install()
        self._locks: dict[str, asyncio.Lock] = {}
        self._workers: dict[str, Worker] = {}
        self._stuck: dict[str, list[Worker]] = {}

    async def send(self, channel: Channel, message: Message, deadline: timedelta = DEADLINE) -> SendOutcome:
        """Send one message. Returns within `deadline` plus a moment; a send still running then is an unknown outcome.

        Sends of one channel wait for each other; those of different channels do not.
        """
        async with self._locks.setdefault(channel.name, asyncio.Lock()):
            stuck = [worker for worker in self._stuck.pop(channel.name, []) if worker.alive()]
            if stuck:
                self._stuck[channel.name] = stuck
            if len(stuck) >= MAX_STUCK:
                return Temporary(reason=f"{len(stuck)} earlier sends still hang")
            return await self._on_thread(channel, message, deadline)

    async def _on_thread(self, channel: Channel, message: Message, deadline: timedelta) -> SendOutcome:
        from monitor.delivery.worker import Worker

        worker = self._workers.get(channel.name) or self._workers.setdefault(channel.name, Worker(channel.name))
        done = worker.submit(lambda: self._send(channel, message, deadline))
        try:
            return await asyncio.wait_for(asyncio.shield(done), deadline.total_seconds())
        except TimeoutError:
            # Its thread is left behind; the next send gets a new one.
            del self._workers[channel.name]
            self._stuck.setdefault(channel.name, []).append(worker)
            worker.end()
            done.cancel()
            return UnknownOutcome(reason=f"no answer within {deadline.total_seconds():.0f} s")

    def _send(self, channel: Channel, message: Message, deadline: timedelta) -> SendOutcome:
        url = channel.url.reveal()
        if kind_of(url) == "terminal":
            from monitor.delivery.terminal import print_message

            return print_message(self._output or sys.stdout, message)
        from monitor.delivery.carrier import carry

        seconds = deadline.total_seconds()
        return carry(url, message, self._capture, self._clock(), deadline=seconds, telegram_api=self._telegram_api)

    def close(self) -> None:
        """Give the loggers back and end the threads; one that hangs ends with its send, or with the program."""
        for worker in self._workers.values():
            worker.end()
        self._workers.clear()
        self._capture.remove()
