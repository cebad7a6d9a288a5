"""The clock of the daemon: APScheduler wakes named ticks; what is due is decided by data, never here.

The only module that touches APScheduler. Traps it answers: late runs are never dropped (`misfire_grace_time=None`,
`coalesce`), a tick never overlaps itself, every tick has its own deadline and a broad `except` of its own, and a step
of the wall clock (a suspended laptop, a corrected date) makes every tick start afresh instead of stalling or storming.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from monitor.logs import get_logger

Work = Callable[[], Awaitable[object]]

STEP = timedelta(seconds=2)  # wall and monotonic clocks drift apart by milliseconds; more than this is a step
WATCH_SECONDS = 0.5


class Ticker:
    """Runs coroutines every so often, or at cron times. Start and stop it inside a running event loop.

    Args:
        clock: the wall clock, aware and UTC.
        monotonic: seconds that never step; intervals between looks at the wall clock are judged by it.
        stepped: told of each step of the wall clock, so that times written down can be mended.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
        *,
        stepped: Callable[[timedelta], Awaitable[None]] | None = None,
    ) -> None:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        self._clock = clock
        self._monotonic = monotonic
        self._stepped = stepped
        self._log = get_logger()
        self._jobs: dict[str, Callable[[], Any]] = {}  # name -> a fresh trigger
        self._running: set[asyncio.Task[None]] = set()
        self._busy: set[str] = set()
        self._watch: asyncio.Task[None] | None = None
        self._scheduler: Any = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def every(self, name: str, seconds: float, work: Work, *, deadline: float) -> None:
        """Run `work` every `seconds`; one run is given up after `deadline` seconds."""
        from apscheduler.triggers.interval import IntervalTrigger

        self._add(name, lambda: IntervalTrigger(seconds=seconds, timezone=UTC), work, deadline)

    def cron(self, name: str, expression: str, timezone: str, work: Work, *, deadline: float) -> None:
        """Run `work` at the times of a five-field cron `expression`, read in `timezone`."""
        from apscheduler.triggers.cron import CronTrigger

        self._add(name, lambda: CronTrigger.from_crontab(_named_days(expression), ZoneInfo(timezone)), work, deadline)

    def remove(self, name: str) -> None:
        """Take a tick away; a run in hand goes on."""
        if self._jobs.pop(name, None):
            self._scheduler.remove_job(name)

    def names(self) -> frozenset[str]:
        """The ticks that are set."""
        return frozenset(self._jobs)

    def start(self) -> None:
        """Begin to tick, and to watch the wall clock."""
        self._scheduler.start()
        self._watch = asyncio.create_task(self._watch_clock(), name="clock-watch")

    async def stop(self) -> None:
        """No new ticks. Runs in hand are cancelled: what must finish does not run inside a tick."""
        if self._watch is not None:
            self._watch.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, *([self._watch] if self._watch else []), return_exceptions=True)

    def _add(self, name: str, trigger: Callable[[], Any], work: Work, deadline: float) -> None:
        async def run() -> None:
            # Our own task: APScheduler would cancel it in the middle on shutdown, and count it as its own.
            if name in self._busy:
                return
            self._busy.add(name)
            task = asyncio.create_task(self._guard(name, work, deadline), name=f"tick-{name}")
            self._running.add(task)
            task.add_done_callback(self._running.discard)

        self._jobs[name] = trigger
        self._scheduler.add_job(run, trigger(), id=name, replace_existing=True)

    async def _guard(self, name: str, work: Work, deadline: float) -> None:
        try:
            async with asyncio.timeout(deadline):
                await work()
        except TimeoutError:
            self._log.error("tick_given_up", tick=name, seconds=deadline)
        except Exception:  # noqa: BLE001 - one failing tick must not end the daemon; it is logged and comes again
            self._log.exception("tick_failed", tick=name)
        finally:
            self._busy.discard(name)

    async def _watch_clock(self) -> None:
        wall, steady = self._clock(), self._monotonic()
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            now, beat = self._clock(), self._monotonic()
            step = (now - wall) - timedelta(seconds=beat - steady)
            wall, steady = now, beat
            if abs(step) >= STEP:
                self.clock_stepped(step)
                if self._stepped is not None:
                    await self._guard("clock", partial(self._stepped, step), deadline=30)

    def clock_stepped(self, step: timedelta) -> None:
        """Count every tick's next run from the wall clock as it stands now."""
        self._log.warning("clock_stepped", seconds=round(step.total_seconds(), 1))
        if step > timedelta():
            # What the step jumped over is overdue now and runs late, once; only the scheduler's own timer must wake.
            self._scheduler.wakeup()
            return
        for name, trigger in self._jobs.items():
            self._scheduler.reschedule_job(name, trigger=trigger())


def _named_days(expression: str) -> str:
    """Cron counts days from Sunday = 0; APScheduler from Monday = 0. Names mean the same to both."""
    fields = expression.split()
    if len(fields) != 5 or fields[4] == "*":
        return expression
    names = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
    parts = []
    for part in fields[4].split(","):
        span, _, step = part.partition("/")
        first, dash, last = span.partition("-")
        if not first.isdigit() or (dash and not last.isdigit()):
            parts.append(part)
            continue
        chosen = range(int(first), int(last or first) + 1, int(step or 1))
        parts.extend(names[day] for day in chosen)
    return " ".join([*fields[:4], ",".join(parts)])
