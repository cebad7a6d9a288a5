"""The thread of a channel: one job after the other, errors handed over without secrets, no leftovers."""

from __future__ import annotations

import asyncio
import threading

import pytest

from monitor.delivery.worker import Worker
from monitor.outcomes import SendOutcome, Sent
from tests.support.alerts import TOKEN


async def test_jobs_run_in_order_on_one_thread() -> None:
    worker, seen = Worker("desk"), []

    def job(number: int) -> SendOutcome:
        seen.append((number, threading.current_thread().name))
        return Sent(detail=str(number))

    done = [worker.submit(lambda n=n: job(n)) for n in range(5)]  # type: ignore[misc]
    assert [await one for one in done] == [Sent(detail=str(n)) for n in range(5)]
    assert seen == [(n, "send-desk") for n in range(5)]
    worker.end()


async def test_an_error_travels_without_the_secrets_in_its_text() -> None:
    worker = Worker("desk")

    def fail() -> SendOutcome:
        raise ValueError(f"bad url tgram://{TOKEN}/1")

    with pytest.raises(RuntimeError, match="ValueError") as caught:
        await worker.submit(fail)
    assert TOKEN not in str(caught.value)
    worker.end()


async def test_a_future_that_was_given_up_disturbs_nothing() -> None:
    worker, go = Worker("desk"), threading.Event()
    given_up = worker.submit(lambda: Sent(detail=str(go.wait(10))))
    given_up.cancel()
    go.set()
    assert await worker.submit(lambda: Sent(detail="next")) == Sent(detail="next")
    worker.end()


async def test_it_ends_when_told_to() -> None:
    worker = Worker("desk")
    await worker.submit(Sent)
    worker.end()
    async with asyncio.timeout(10):
        while worker.alive():
            await asyncio.sleep(0.001)
    assert not worker.alive()
