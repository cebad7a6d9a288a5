from __future__ import annotations

import asyncio

import pytest

from monitor.feeds.parse import Parser
from monitor.feeds.turn import MOST_WAITING, Backlog, Turn
from monitor.outcomes import ParsedFeed
from tests.support.feed_bodies import FEED, NOW, item, rss


async def rounds(count: int = 20) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_one_document_at_a_time_is_read() -> None:
    lock, log = asyncio.Lock(), list[str]()

    async def read(name: str) -> None:
        async with Turn(lock, None):
            log.append(f"{name} begins")
            await rounds()
            log.append(f"{name} ends")

    await asyncio.gather(read("a"), read("b"))
    assert log == ["a begins", "a ends", "b begins", "b ends"]


async def test_a_turn_given_up_lets_the_next_begin_and_is_given_up_once() -> None:
    lock = asyncio.Lock()
    async with Turn(lock, None) as first:
        first.give_up()
        async with Turn(lock, None):
            first.give_up()
            assert lock.locked()
    assert not lock.locked()


async def test_reading_waits_while_many_items_wait_and_goes_on_when_they_are_stored() -> None:
    lock, backlog = asyncio.Lock(), Backlog()
    backlog.add(MOST_WAITING)

    async def read() -> str:
        async with Turn(lock, backlog):
            return "read"

    reading = asyncio.create_task(read())
    await rounds()
    assert not reading.done()
    backlog.remove(1)
    assert await asyncio.wait_for(reading, 5) == "read"


async def test_who_is_cancelled_while_waiting_holds_up_nobody() -> None:
    lock, backlog = asyncio.Lock(), Backlog()
    backlog.add(MOST_WAITING)

    async def read() -> None:
        async with Turn(lock, backlog):
            pass

    reading = asyncio.create_task(read())
    await rounds()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert not lock.locked()
    backlog.remove(MOST_WAITING)
    await asyncio.wait_for(read(), 5)


async def test_a_parser_reads_no_further_than_its_items_are_stored() -> None:
    backlog = Backlog()
    parser = Parser(backlog=backlog)
    bodies = [rss([item(30 * feed + number) for number in range(30)]).encode() for feed in range(30)]

    async def read(body: bytes) -> ParsedFeed:
        found = await parser.parse(body, feed=FEED, url=FEED.url, now=NOW)
        assert isinstance(found, ParsedFeed)
        return found

    reading = [asyncio.create_task(read(body)) for body in bodies]
    stored = 0
    while stored < len(bodies):
        await rounds(200)
        waiting = [task for task in reading if task.done()]
        assert 1 <= len(waiting) - stored <= MOST_WAITING // 30
        stored += 1
        backlog.remove(30)
    assert all(len(task.result().items) == 30 for task in reading)
    parser.close()
