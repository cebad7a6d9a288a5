"""`monitor once`: one pass over all feeds, deliver what is due, end. For cron, and for a first look.

It needs no scheduler and starts none.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from monitor import logs
from monitor.app import App, build
from monitor.config.load import load
from monitor.config.redact import secrets_of
from monitor.store.lock import StateLock

if TYPE_CHECKING:
    from monitor.model import FeedState

DELIVERY_GRACE = timedelta(seconds=70)
SHOWN_FAILURES = 20
# Times `concurrency` polls in hand. The fetcher counts only the quick ones, so that hanging feeds hold up nobody.
WIDER = 5
READ_TOGETHER = 100  # feeds whose state is read in one query


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What one pass came to. `failed`: feed → reason in words. `waiting`: deliveries left for later."""

    feeds: int
    new: int
    alerts: int
    failed: dict[str, str]
    waiting: int


def once(config_path: Path, *, verbose: bool = False) -> int:
    """Run one pass and say what came of it; 1 when no feed at all answered.

    Raises:
        ConfigError: config.toml is faulty.
        AlreadyRunningError: a monitor works on the state folder; it does all this already.
        StorageError: the database cannot be used.
    """
    import sys

    loaded = load(config_path, trusting=True, with_text=True)
    redactor = logs.configure("debug" if verbose else "warning", secrets=secrets_of(loaded.config))
    with StateLock(loaded.config.state):
        done = asyncio.run(_once(build(loaded.config, redactor=redactor)))
    for line in report(done):
        print(line, file=sys.stderr)  # noqa: T201 - progress for a person; alerts may stand on stdout
    return 1 if done.feeds and len(done.failed) == done.feeds else 0


def report(done: Pass) -> list[str]:
    """The pass in words, failures first."""
    lines = [f"  {name}: {reason}" for name, reason in list(done.failed.items())[:SHOWN_FAILURES]]
    if len(done.failed) > SHOWN_FAILURES:
        lines.append(f"  … and {len(done.failed) - SHOWN_FAILURES} more")
    if lines:
        lines.insert(0, f"{len(done.failed)} of {done.feeds} feeds brought nothing:")
    later = f", {done.waiting} messages wait for later" if done.waiting else ""
    lines.append(f"{done.feeds} feeds asked, {done.new} new items, {done.alerts} alerts{later}")
    return lines


async def _once(app: App) -> Pass:
    try:
        await app.start()
        return await one_pass(app)
    finally:
        await app.close()


async def one_pass(app: App) -> Pass:
    """Ask every feed once, `concurrency` at a time and those that drag on beside them, and send what is due.

    A started App is expected; it stays open.
    """
    slots = asyncio.Semaphore(app.config.polling.concurrency * WIDER)
    new = alerts = 0
    failed: dict[str, str] = {}

    async def ask(name: str, state: FeedState | None) -> None:
        nonlocal new, alerts
        try:
            report = await app.poll(name, state)
        finally:
            slots.release()
        if report is None:
            return
        new += report.found.new
        alerts += report.found.alerts
        if report.failure is not None or report.outcome == "error":
            failed[name] = report.reason

    names = [feed.name for feed in app.config.feeds]
    async with asyncio.TaskGroup() as polls:
        for start in range(0, len(names), READ_TOGETHER):
            chunk = names[start : start + READ_TOGETHER]
            states = await app.states(chunk)
            for name in chunk:
                await slots.acquire()
                polls.create_task(ask(name, states.get(name)))
    if not await app.deliverer.empty(DELIVERY_GRACE):
        await app.deliverer.stop(timedelta(seconds=1))
    counts = await app.store.aread(lambda tx: tx.outbox.counts())
    waiting = sum(counts.get(state, 0) for state in ("pending", "held", "waiting", "unknown", "sending"))
    return Pass(feeds=len(names), new=new, alerts=alerts, failed=failed, waiting=waiting)
