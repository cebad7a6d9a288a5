"""The clock: late runs happen, a failing or hanging tick hurts only itself, steps of the wall clock do not stall."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.triggers.cron import CronTrigger

from monitor.daemon.ticker import Ticker, _named_days


def wall() -> datetime:
    return datetime.now(UTC)


async def test_a_failing_and_a_hanging_tick_do_not_stop_the_others() -> None:
    ticker = Ticker(wall)
    beats: list[str] = []
    enough = asyncio.Event()

    async def fails() -> None:
        beats.append("fails")
        raise ValueError("no")

    async def hangs() -> None:
        beats.append("hangs")
        await asyncio.Event().wait()

    async def works() -> None:
        beats.append("works")
        if all(beats.count(name) >= 3 for name in ("fails", "hangs", "works")):
            enough.set()

    ticker.every("fails", 0.05, fails, deadline=1)
    ticker.every("hangs", 0.05, hangs, deadline=0.1)
    ticker.every("works", 0.05, works, deadline=1)
    ticker.start()
    await asyncio.wait_for(enough.wait(), 10)
    await ticker.stop()
    assert min(map(beats.count, ("fails", "hangs", "works"))) >= 3


async def test_a_blocked_loop_delays_a_tick_and_drops_none() -> None:
    ticker = Ticker(wall)
    ran = asyncio.Event()

    async def work() -> None:
        ran.set()

    ticker.every("work", 0.2, work, deadline=1)
    ticker.start()
    import time

    time.sleep(1.5)  # longer than APScheduler's default grace of a second
    await asyncio.wait_for(ran.wait(), 0.5)
    await ticker.stop()
    assert ran.is_set()


async def test_an_hour_back_does_not_stall(monkeypatch: pytest.MonkeyPatch) -> None:
    shift = timedelta()

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) + shift

    # APScheduler reads the wall clock itself; step it as the operating system would.
    monkeypatch.setattr("apscheduler.schedulers.base.datetime", Shifted)
    monkeypatch.setattr("apscheduler.triggers.interval.datetime", Shifted)
    monkeypatch.setattr("apscheduler.job.datetime", Shifted, raising=False)
    ticker = Ticker(lambda: datetime.now(UTC) + shift)
    beats = 0
    beat = asyncio.Event()

    async def work() -> None:
        nonlocal beats
        beats += 1
        beat.set()

    ticker.every("work", 0.1, work, deadline=1)
    ticker.start()
    await asyncio.wait_for(beat.wait(), 5)
    for hours in (-1, 2, -3):
        shift += timedelta(hours=hours)
        await asyncio.sleep(0.2)
        beat.clear()
        before = beats
        await asyncio.wait_for(beat.wait(), 5)
        assert beats - before < 5, "a storm"
    await ticker.stop()


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        pytest.param("0 8 * * *", "0 8 * * *", id="every day"),
        pytest.param("0 8 * * 0", "0 8 * * sun", id="sunday as 0"),
        pytest.param("0 8 * * 7", "0 8 * * sun", id="sunday as 7"),
        pytest.param("0 8 * * 1-5", "0 8 * * mon,tue,wed,thu,fri", id="working days of Europe"),
        pytest.param("0 8 * * 5,6", "0 8 * * fri,sat", id="list"),
        pytest.param("0 8 * * sun-thu", "0 8 * * sun-thu", id="names"),
    ],
)
def test_days_are_read_as_cron_reads_them(cron: str, expected: str) -> None:
    assert _named_days(cron) == expected


def test_cron_fires_on_sunday_for_zero() -> None:
    trigger = CronTrigger.from_crontab(_named_days("0 8 * * 0"), UTC)
    fired = trigger.get_next_fire_time(None, datetime(2026, 11, 25, tzinfo=UTC))
    assert fired.strftime("%A") == "Sunday"
