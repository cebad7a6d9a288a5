"""Nudges: never two runs at once, none lost."""

from __future__ import annotations

import asyncio

from monitor.daemon.nudge import Nudged


async def test_a_nudge_during_a_run_means_one_more_run() -> None:
    gate = asyncio.Event()
    runs = 0
    second = asyncio.Event()

    async def work() -> None:
        nonlocal runs
        runs += 1
        if runs == 2:
            second.set()
        await gate.wait()

    nudged = Nudged("deliver", work)
    nudged.start()
    nudged.nudge()
    await asyncio.sleep(0.01)
    for _ in range(5):
        nudged.nudge()
    assert runs == 1
    gate.set()
    await asyncio.wait_for(second.wait(), 5)
    await asyncio.sleep(0.01)
    assert runs == 2
    assert await nudged.stop(1)


async def test_stop_gives_up_what_does_not_end() -> None:
    started = asyncio.Event()

    async def work() -> None:
        started.set()
        await asyncio.Event().wait()

    nudged = Nudged("deliver", work)
    nudged.start()
    nudged.nudge()
    await started.wait()
    assert not await nudged.stop(0.05)


async def test_a_failing_run_is_followed_by_the_next() -> None:
    runs = 0
    done = asyncio.Event()

    async def work() -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise ValueError("no")
        done.set()

    nudged = Nudged("deliver", work)
    nudged.start()
    nudged.nudge()
    await asyncio.sleep(0.01)
    nudged.nudge()
    await asyncio.wait_for(done.wait(), 5)
    await nudged.stop(1)
    assert runs == 2
