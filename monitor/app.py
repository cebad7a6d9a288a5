"""The wiring: builds every part once from a Config, and hands the real clock to all of them.

The daemon, `monitor once`, the demo and the tests all work through an App. It joins parts; it decides nothing.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.clock import Clock, utc_now
from monitor.config.redact import secrets_of
from monitor.errors import Fault
from monitor.feeds.turn import Backlog
from monitor.logs import CalmLogger, Redactor, get_logger
from monitor.pipeline.agree import agree, say_status
from monitor.pipeline.digest import bury_forsaken
from monitor.pipeline.faults import KnownFaults
from monitor.settings import Config, Feed
from monitor.store.clockstep import pull_back, shift_waits

if TYPE_CHECKING:
    from monitor.delivery.sender import Sender
    from monitor.feeds.fetch import Fetcher
    from monitor.feeds.parse import Parser
    from monitor.model import FeedState
    from monitor.pipeline.line import Line
    from monitor.pipeline.poll import PollReport
    from monitor.store.database import Store
    from monitor.store.tables import Tables

LONGEST_SANE_WAIT = timedelta(days=1)


class App:
    """The running parts of one configuration. Make it with `build`; `start` it in a loop, `close` it at the end.

    Attributes:
        config: the configuration in force; `apply` replaces it whole.
        on_enqueued: called after a poll has committed new deliveries.
        network_down: set by who watches for it; failing feeds are then no news.
        redactor: hides this configuration's secrets; `apply` teaches it new ones.
    """

    def __init__(self, config: Config, *, store: Store, sender: Sender, clock: Clock, redactor: Redactor) -> None:
        from monitor.pipeline.deliver import Deliverer
        from monitor.pipeline.line import Line

        self.clock = clock
        self.store = store
        self.sender = sender
        self.redactor = redactor
        self.network_down = False
        self.on_enqueued: Callable[[], None] = _nobody_waits
        self._log = get_logger()
        self._fetcher: Fetcher | None = None
        self._parser: Parser | None = None
        self._backlog = Backlog()
        self.deliverer = Deliverer(store, sender, lambda: self.config, clock)
        self._faults = KnownFaults()
        self._retired: set[asyncio.Task[None]] = set()
        self.line: Line = Line(config)

    @property
    def config(self) -> Config:
        """The configuration in force."""
        return self.line.config

    def feed(self, name: str) -> Feed | None:
        """A configured feed by its name."""
        return self.line.feeds.get(name)

    async def start(self) -> None:
        """Make the store agree with the configuration, and pick up what an earlier run left in hand."""
        agreed = await self.store.write(agree, None, self.config, ("started",), self.clock())
        await self.store.write(self._mend_times)
        await self.deliverer.start()
        self.line = self.line.numbered(agreed.config_id)
        self._fetcher = self._make_fetcher(self.config)
        await self._fetcher.__aenter__()

    async def close(self) -> None:
        """End in order: connections, workers, and the database last. Safe to call twice."""
        for task in self._retired:
            task.cancel()
        await asyncio.gather(*self._retired, return_exceptions=True)
        if self._fetcher is not None:
            await self._fetcher.__aexit__(None, None, None)
            self._fetcher = None
        if self._parser is not None:
            self._parser.close()
            self._parser = None
        self.sender.close()
        self.store.close()

    # --- the line -----------------------------------------------------------------------------------------------------

    async def due(self) -> list[str]:
        """Names of the feeds to poll now, the longest due first."""
        return await self.store.aread(lambda tx: tx.feeds.due(self.clock()))

    async def states(self, names: Collection[str]) -> dict[str, FeedState]:
        """What is remembered of these feeds, for who polls many of them in a row."""
        return await self.store.aread(lambda tx: tx.feeds.states(names))

    async def poll(self, name: str, state: FeedState | None = None) -> PollReport | None:
        """Poll one feed and commit what came of it; None: it has left the configuration. `state`: from `states`."""
        from monitor.pipeline.poll import PollDeps, poll

        feed = self.line.feeds.get(name)
        if feed is None or self._fetcher is None:
            return None
        deps = PollDeps(
            store=self.store,
            fetcher=self._fetcher,
            parser=self._open_parser,
            line=lambda: self.line,
            clock=self.clock,
            jitter=random.random,
            log=CalmLogger() if self.network_down else self._log,
            faults=self._faults,
            backlog=self._backlog,
        )
        report = await poll(feed, deps, state)
        if report.found.alerts:
            self.on_enqueued()
        return report

    async def poll_soon(self, names: Collection[str]) -> None:
        """Make these feeds due now."""
        await self.store.write(lambda tx: tx.feeds.poll_soon(names, self.clock()))

    def _open_parser(self) -> Parser:
        if self._parser is None:
            from monitor.feeds.parse import Parser

            self._parser = Parser(backlog=self._backlog)
        return self._parser

    async def maintain(self) -> None:
        """Forget what is too old to be kept. For a tick every hour or so."""
        from monitor.pipeline.maintain import maintain

        done = await maintain(self.store, self.config.items, self.clock())
        self._log.debug("maintained", dropped=str(done))
        buried = await self.store.write(bury_forsaken, self.config, self.clock())
        if buried:
            self._log.warning("deliveries_forsaken", count=buried, hint='see "monitor outbox list --state dead"')
        await self._look_for_silence()

    async def _look_for_silence(self) -> None:
        from monitor.pipeline.health import tell_quiet

        if self.network_down:
            return
        quiet = await self.store.write(tell_quiet, self.config, self.clock())
        if quiet:
            self._log.info("unusually_quiet", who=", ".join(quiet))
            self.on_enqueued()

    async def tell_life(self) -> None:
        """Queue the daily proof of life. For a tick at the time of `heartbeat`."""
        from monitor.pipeline.health import tell_life

        await self.store.write(tell_life, self.config, self.clock())
        self.on_enqueued()

    # --- the configuration --------------------------------------------------------------------------------------------

    async def apply(self, config: Config) -> tuple[str, ...]:
        """Put a configuration in force, whole or not at all; returns what changed, one line each.

        Raises:
            ConfigError: a rule cannot be read; nothing has changed then.
            StorageError: it could not be written down; nothing has changed then.
        """
        from monitor.config.diff import changes as changes_between

        old = self.config
        changes = tuple(str(change) for change in changes_between(old, config))
        if config.state != old.state:
            changes += ("state: the new folder is used from the next start on",)
            config = replace(config, state=old.state)
        line = self.line.of(config, grouping=self.line.grouping)
        self.redactor.learn(secrets_of(config))
        agreed = await self.store.write(agree, old, config, changes, self.clock())
        # From here on nothing can fail: the parts are swapped between two turns of the loop.
        self.line = line.numbered(agreed.config_id)
        if config.polling != old.polling and self._fetcher is not None:
            self._retire(self._fetcher, old.polling.timeout)
            self._fetcher = self._make_fetcher(config)
        self.deliverer.look_again()
        return agreed.changes

    async def config_refused(self, faults: tuple[Fault, ...]) -> None:
        """Remember why config.toml could not be taken over, for `reload` and `doctor`, and tell who wants to hear."""
        from monitor.config.arabic import spoken

        hide = self.redactor.hide  # a token may stand in the wrong key
        said = tuple(
            replace(fault, where=hide(fault.where), message=hide(fault.message), hint=hide(fault.hint))
            for fault in spoken(faults, self.config.language)  # an empty or missing file names no language
        )
        if await self.store.write(self._remember_refused, said):
            self.on_enqueued()

    def _remember_refused(self, tx: Tables, said: tuple[Fault, ...]) -> int:
        from monitor.pipeline.health import tell_refused

        say_status(tx, self.clock(), ok=False, faults=tuple(map(str, said)))
        return tell_refused(tx, self.config, said, self.clock())

    def _mend_times(self, tx: Tables) -> None:
        now = self.clock()
        pull_back(tx, now + max(self.config.polling.max, LONGEST_SANE_WAIT), now)

    async def clock_stepped(self, step: timedelta) -> None:
        """The wall clock was set. Back: what waits must not wait longer for it. Ahead: what became due is due."""
        if step < timedelta():
            await self.store.write(shift_waits, step)

    def _make_fetcher(self, config: Config) -> Fetcher:
        from monitor.feeds.fetch import Fetcher

        return Fetcher(config.polling, self.clock)

    def _retire(self, fetcher: Fetcher, timeout: timedelta) -> None:
        """Close a replaced fetcher when the polls that use it must have ended."""

        async def close_later() -> None:
            try:
                await asyncio.sleep(2 * timeout.total_seconds())
            finally:
                await fetcher.__aexit__(None, None, None)

        task = asyncio.create_task(close_later(), name="retired-fetcher")
        self._retired.add(task)
        task.add_done_callback(self._retired.discard)


def _nobody_waits() -> None:
    """Nobody is told of new deliveries (`monitor once` sends at its end)."""


def build(
    config: Config,
    *,
    clock: Clock = utc_now,
    redactor: Redactor | None = None,
    sender: Sender | None = None,
    check_pages: bool = False,
) -> App:
    """Open the state folder of `config` and build the parts around it. The caller holds the folder's lock.

    Args:
        sender: stands in for the real one (a test, an own Bot API server).
        check_pages: look over every page of the database first.

    Raises:
        StorageError: the database cannot be used.
    """
    from monitor.delivery.sender import Sender
    from monitor.store.database import Store

    redactor = redactor or Redactor()
    redactor.learn(secrets_of(config))
    store = Store.open(config.state, clock, check_pages=check_pages)
    return App(config, store=store, sender=sender or Sender(clock), clock=clock, redactor=redactor)
