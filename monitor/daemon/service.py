"""The daemon: ticks, polls, deliveries, reloads and signals around one App, and an end within ten seconds.

It decides nothing about news. What it does survives any single failure: each tick, poll and delivery fails by itself.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from monitor.app import App
from monitor.daemon.nudge import Nudged
from monitor.daemon.outage import OutageWatch
from monitor.daemon.polls import Polls
from monitor.daemon.queue import host_of
from monitor.daemon.reload import Reloader
from monitor.daemon.supervisor import Supervisor
from monitor.daemon.ticker import Ticker
from monitor.logs import get_logger
from monitor.settings import Config

POLL_TICK_SECONDS = 0.5
DELIVER_TICK_SECONDS = 1.0
MAINTAIN_SECONDS = 3600.0
ALIVE_SECONDS = 15.0
POLLS_GRACE_SECONDS = 5.0
SENDS_GRACE_SECONDS = 3.0
LAST_RESORT_SECONDS = 9.5
HEARTBEAT = "heartbeat"


class Daemon:
    """One run of the daemon over an App that is built and locked already.

    Args:
        read: reads config.toml again for a reload; None: never reload.
        notify_address: where a supervisor listens (sd_notify), or None.
    """

    def __init__(
        self, app: App, *, read: Callable[[Path], Config] | None = None, notify_address: str | None = None
    ) -> None:
        self._app = app
        self._log = get_logger()
        self._supervisor = Supervisor(notify_address)
        self._ticker = Ticker(app.clock, stepped=app.clock_stepped)
        self._polls = Polls(
            app.due,
            self._poll,
            self._host,
            concurrency=app.config.polling.concurrency,
            per_host=app.config.polling.per_host,
        )
        self._sends = Nudged("deliver", app.deliverer.tick)
        self._reloader = None
        if read is not None:
            self._reloader = Reloader(app.config.path, read=read, apply=self._apply, refused=app.config_refused)
        self._outage = OutageWatch()
        self._down_since = app.clock()
        self._digests: dict[str, str] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then end in order: no new polls, what is in hand is finished or given up."""
        self._app.line.prepare()  # now, not with the first new item
        await self._app.start()
        await self._app.deliverer.note_pause()
        self._app.on_enqueued = self._sends.nudge
        self._set_ticks()
        self._sends.start()
        self._polls.start()
        self._ticker.start()
        if self._reloader is not None:
            self._reloader.start()
        await self._polls.look()
        self._sends.nudge()
        config = self._app.config
        self._log.info(
            "daemon_started", feeds=len(config.feeds), rules=len(config.rules), channels=len(config.channels)
        )
        self._supervisor.say("READY=1", f"STATUS=watching {len(config.feeds)} feeds")
        try:
            await stop.wait()
        finally:
            await self._end()

    async def _end(self) -> None:
        self._supervisor.say("STOPPING=1")
        await self._ticker.stop()
        if self._reloader is not None:
            await self._reloader.stop()
        cut = await self._polls.stop(POLLS_GRACE_SECONDS)
        await self._sends.stop(1)
        sent = await self._app.deliverer.stop(timedelta(seconds=SENDS_GRACE_SECONDS))
        self._log.info("daemon_stopped", polls_given_up=cut, sends_finished=sent)

    def reload_soon(self) -> None:
        """SIGHUP: read config.toml again, changed or not."""
        if self._reloader is not None:
            self._reloader.ask()

    def _host(self, name: str) -> str:
        feed = self._app.feed(name)
        return host_of(feed.url) if feed is not None else ""

    async def _poll(self, name: str) -> None:
        report = await self._app.poll(name)
        if report is None or report.outcome in ("error", "overtaken"):
            return
        change = self._outage.observe(name, report.failure, len(self._app.config.feeds))
        self._app.network_down = self._outage.down
        if change == "down":
            self._down_since = self._app.clock()
            reason = self._outage.main_reason()
            self._log.error(
                "network_down",
                feeds=len(self._outage.failing),
                reason=reason.value,
                effect="no feed answers; is this machine online? It keeps trying and says when one answers again",
            )
        elif change == "up":
            self._log.info("network_up", feed=name, effect="feeds answer again; those that failed are asked now")
            await self._app.deliverer.note_gap(self._down_since)
            await self._app.poll_soon(self._outage.recovered)

    async def _apply(self, config: Config) -> tuple[str, ...]:
        changes = await self._app.apply(config)
        polling = self._app.config.polling
        self._polls.resize(concurrency=polling.concurrency, per_host=polling.per_host)
        self._set_digests()
        await self._polls.look()
        self._sends.nudge()
        self._supervisor.say(f"STATUS=watching {len(self._app.config.feeds)} feeds")
        return changes

    def _set_ticks(self) -> None:
        self._ticker.every("poll", POLL_TICK_SECONDS, self._polls.look, deadline=30)
        self._ticker.every("deliver", DELIVER_TICK_SECONDS, self._nudge_sends, deadline=5)
        self._ticker.every("maintain", MAINTAIN_SECONDS, self._app.maintain, deadline=600)
        self._ticker.every("alive", ALIVE_SECONDS, self._say_alive, deadline=5)
        if self._reloader is not None:
            self._ticker.every("config", 1, self._reloader.look, deadline=30)
        self._set_digests()

    def _set_digests(self) -> None:
        """One cron tick for each digest and for the heartbeat; those that left the configuration are taken away."""
        config = self._app.config
        wanted = {f"digest:{channel.name}": channel.digest for channel in config.channels if channel.digest}
        if config.heartbeat is not None:
            hour, minute = config.heartbeat.removeprefix("daily ").split(":")
            wanted[HEARTBEAT] = f"{int(minute)} {int(hour)} * * *"
        for name in self._digests.keys() - wanted.keys():
            self._ticker.remove(name)
        for name, expression in wanted.items():
            if self._digests.get(name) == f"{expression} {config.timezone}":
                continue
            work = self._app.tell_life if name == HEARTBEAT else self._nudge_sends
            self._ticker.cron(name, expression, config.timezone, work, deadline=60)
        self._digests = {name: f"{expression} {config.timezone}" for name, expression in wanted.items()}

    async def _nudge_sends(self) -> None:
        self._sends.nudge()

    async def _say_alive(self) -> None:
        self._supervisor.say("WATCHDOG=1")


async def serve(
    app: App,
    stop: asyncio.Event,
    *,
    read: Callable[[Path], Config] | None = None,
    notify_address: str | None = None,
) -> None:
    """Run the daemon until `stop` is set or SIGTERM or SIGINT comes, and close nothing: the App is its builder's."""
    daemon = Daemon(app, read=read, notify_address=notify_address)
    loop = asyncio.get_running_loop()
    signals: dict[int, Callable[[], None]] = {signal.SIGTERM: stop.set, signal.SIGINT: stop.set}
    if read is not None:
        signals[signal.SIGHUP] = daemon.reload_soon
    for number, handler in signals.items():
        loop.add_signal_handler(number, handler)
    try:
        await daemon.run(stop)
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


def end_for_certain(after: float = LAST_RESORT_SECONDS) -> threading.Timer:
    """A thread that ends the process when a library's thread (a hanging SMTP server) would keep it alive.

    Safe at any moment: the database survives a kill, and what was being sent is known as such.
    """
    timer = threading.Timer(after, os._exit, args=(0,))
    timer.daemon = True
    timer.start()
    return timer
