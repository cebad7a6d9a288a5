from __future__ import annotations

import asyncio
import os
import signal
import time

import pytest

from monitor.feeds.pool import Pool
from monitor.outcomes import Failure, ParseFailed


async def test_a_function_runs_in_another_process() -> None:
    pool = Pool(workers=1)
    seen = [pool.started]
    try:
        assert await pool.run(os.getpid) != os.getpid()
        seen.append(pool.started)
    finally:
        pool.close()
    assert [*seen, pool.started] == [False, True, False]


async def test_a_worker_that_runs_too_long_is_killed() -> None:
    pool = Pool(deadline=0.3, workers=1)
    try:
        outcome = await pool.run(time.sleep, 60)
        assert isinstance(outcome, ParseFailed)
        assert outcome.kind is Failure.PARSER_KILLED
        assert "0.3 s" in outcome.reason
        assert isinstance(await pool.run(os.getpid), int)
    finally:
        pool.close()


async def test_a_worker_that_dies_is_replaced() -> None:
    pool = Pool(workers=1)
    try:
        outcome = await pool.run(os._exit, 7)
        assert isinstance(outcome, ParseFailed)
        assert "died" in outcome.reason
        assert isinstance(await pool.run(os.getpid), int)
    finally:
        pool.close()


async def test_idle_workers_killed_from_outside_are_replaced() -> None:
    """As the kernel does when memory runs short: it must not be the end of parsing."""
    pool = Pool(workers=2)
    try:
        for _ in range(2):
            found = await pool.run(os.getpid)
            assert isinstance(found, int)
            os.kill(found, signal.SIGKILL)
            outcomes = await asyncio.gather(*(pool.run(os.getpid) for _ in range(4)))
            assert all(isinstance(outcome, int) for outcome in outcomes), outcomes
    finally:
        pool.close()


async def test_a_worker_cannot_take_all_memory() -> None:
    pool = Pool(workers=1)
    try:
        outcome = await pool.run(bytearray, 2_000_000_000)
        assert isinstance(outcome, ParseFailed)
        assert "MB" in outcome.reason
        assert isinstance(await pool.run(os.getpid), int)
    finally:
        pool.close()


async def test_idle_workers_are_let_go_and_come_back() -> None:
    pool = Pool(workers=1, idle=0.01)
    try:
        await pool.run(os.getpid)
        async with asyncio.timeout(10):
            while pool.started:
                await asyncio.sleep(0.005)
        assert isinstance(await pool.run(os.getpid), int)
    finally:
        pool.close()


@pytest.mark.parametrize("times", [1, 2])
def test_closing_an_unused_pool_is_nothing(times: int) -> None:
    pool = Pool()
    for _ in range(times):
        pool.close()
    assert not pool.started
