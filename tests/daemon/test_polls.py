"""Polls in hand: bounded, fair, and not held up by what hangs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from monitor.daemon import polls as polls_module
from monitor.daemon.polls import Polls


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


class World:
    """Feeds that are due until polled; those named `hang…` never answer."""

    def __init__(self, names: list[str]) -> None:
        self.due_names = dict.fromkeys(names)
        self.polled: dict[str, float] = {}
        self.most = 0
        self.in_hand = 0
        self.began = time.monotonic()

    async def due(self) -> list[str]:
        return list(self.due_names)

    async def poll(self, name: str) -> None:
        self.in_hand += 1
        self.most = max(self.most, self.in_hand)
        try:
            if name.startswith("hang"):
                await asyncio.Event().wait()
            await asyncio.sleep(0)
            self.due_names.pop(name)
            self.polled[name] = time.monotonic() - self.began
        finally:
            self.in_hand -= 1


async def test_every_due_feed_is_polled_within_the_limit() -> None:
    world = World([f"f{n}" for n in range(500)])
    polls = Polls(world.due, world.poll, lambda name: name, concurrency=20, per_host=2)
    polls.start()
    await polls.look()
    await until(lambda: len(world.polled) == 500)
    assert world.most <= 20
    assert await polls.stop(1) == 0


async def test_hanging_feeds_do_not_hold_up_ten_thousand_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polls_module, "PATIENCE_SECONDS", 0.2)
    names = [f"hang{n}" for n in range(100)] + [f"f{n}" for n in range(9_900)]
    world = World(names)
    polls = Polls(world.due, world.poll, lambda name: name, concurrency=100, per_host=2)
    polls.start()

    async def tick() -> None:
        while True:
            await polls.look()
            await asyncio.sleep(0.05)

    ticking = asyncio.create_task(tick())
    await until(lambda: len(world.polled) == 9_900, 30)
    world.due_names["late"] = None
    asked = time.monotonic()
    await until(lambda: "late" in world.polled)
    assert time.monotonic() - asked < 1
    ticking.cancel()
    assert await polls.stop(0.05) == 100


async def test_stop_waits_for_what_is_in_hand() -> None:
    release = asyncio.Event()
    ended: list[str] = []

    async def due() -> list[str]:
        return ["a"]

    async def poll(name: str) -> None:
        await release.wait()
        ended.append(name)

    polls = Polls(due, poll, lambda name: name, concurrency=5, per_host=2)
    polls.start()
    await polls.look()
    await until(lambda: bool(polls.running))
    stopping = asyncio.create_task(polls.stop(5))
    await asyncio.sleep(0)
    release.set()
    assert await stopping == 0
    assert ended == ["a"]


async def test_a_failing_look_is_tried_again() -> None:
    looks: list[int] = []
    polled: list[str] = []

    async def due() -> list[str]:
        looks.append(1)
        if len(looks) == 1:
            raise OSError("disk on fire")
        return ["a"] if not polled else []

    async def poll(name: str) -> None:
        polled.append(name)

    polls = Polls(due, poll, lambda name: name, concurrency=5, per_host=2)
    polls.start()

    async def ticks() -> None:
        while not polled:
            await polls.look()
            await asyncio.sleep(0.02)

    await asyncio.wait_for(ticks(), 10)
    await polls.stop(1)
    assert polled == ["a"]
