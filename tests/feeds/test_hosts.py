"""Turns at a host: how many at once, how far apart, and quiet where a host asked for it."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.hosts import HostBook, HostGate, Slots, host_key, is_loopback


@pytest.mark.parametrize(
    ("host", "port", "key"),
    [
        ("www.paper.example", 443, "paper.example"),
        ("Feeds.PAPER.example.", 80, "paper.example"),
        ("paper.com.eg", 443, "paper.com.eg"),
        ("rss.paper.com.eg", 443, "paper.com.eg"),
        ("news.gov.ps", 443, "news.gov.ps"),
        ("localhost", 8080, "localhost"),
        ("127.0.0.1", 8080, "127.0.0.1:8080"),
        ("::1", 80, "::1:80"),
    ],
)
def test_what_counts_as_one_host(host: str, port: int, key: str) -> None:
    assert host_key(host, port) == key


def test_only_this_machine_needs_no_pause() -> None:
    assert [is_loopback(host) for host in ("localhost", "127.0.0.2", "::1")] == [True] * 3
    assert [is_loopback(host) for host in ("10.0.0.1", "paper.example")] == [False] * 2


def test_a_place_is_free_or_not_and_starts_are_spaced() -> None:
    book = HostBook(per_host=2, spacing=1.0)
    assert book.wait("a", 0.0) == 0.0
    book.start("a", 0.0)
    assert book.wait("a", 0.25) == 0.75
    assert book.wait("a", 0.25, spaced=False) == 0.0
    book.start("a", 1.0)
    assert book.wait("a", 9.0) is None
    assert book.wait("b", 1.0) == 0.0
    book.end("a", 9.0)
    assert book.wait("a", 9.0) == 0.0


def test_a_host_that_asked_for_quiet_gets_the_longer_wait() -> None:
    book = HostBook(per_host=2, spacing=1.0)
    book.close("x.example", 100.0, 0.0)
    book.close("x.example", 50.0, 1.0)
    assert book.closed_for("x.example", 10.0) == 90.0
    assert book.closed_for("y.example", 10.0) == 0.0
    assert book.closed_for("x.example", 100.0) == 0.0


def test_the_book_forgets_hosts_that_are_idle() -> None:
    book = HostBook(per_host=2, spacing=1.0)
    for number in range(5000):
        book.start(str(number), float(number))
        book.end(str(number), float(number))
        book.close(str(number), number + 1.0, float(number))
    assert len(book._hosts) <= 4097
    assert len(book._closed_until) <= 4097


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 3), st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 2)), max_size=40))
def test_the_limit_holds_whatever_comes(per_host: int, steps: list[tuple[str, float]]) -> None:
    book, now = HostBook(per_host=per_host, spacing=0.5), 0.0
    active: dict[str, int] = {"a": 0, "b": 0}
    last = {"a": -1.0, "b": -1.0}
    for key, pause in steps:
        now += pause
        if book.wait(key, now) == 0.0:
            assert active[key] < per_host
            assert now - last[key] >= 0.5 - 1e-9
            book.start(key, now)
            active[key] += 1
            last[key] = now
        elif active[key]:
            book.end(key, now)
            active[key] -= 1


async def test_first_come_first_served_at_one_host() -> None:
    gate = HostGate(HostBook(per_host=1, spacing=0.0))
    order: list[int] = []

    async def visit(number: int) -> None:
        await gate.enter("a")
        try:
            order.append(number)
            await asyncio.sleep(0)
        finally:
            gate.leave("a")

    await asyncio.gather(*(visit(number) for number in range(20)))
    assert order == list(range(20))
    assert gate._lines == {}


async def test_one_who_gives_up_waiting_leaves_the_line() -> None:
    gate = HostGate(HostBook(per_host=1, spacing=0.0))
    await gate.enter("a")
    waiting = [asyncio.create_task(gate.enter("a")) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    waiting[1].cancel()
    gate.leave("a")
    async with asyncio.timeout(2):
        await waiting[2]
    gate.leave("a")
    assert gate._lines == {}


async def test_one_that_drags_on_no_longer_counts() -> None:
    slots = Slots(1, patience=0.05)
    slow = await slots.enter()
    async with asyncio.timeout(2):
        quick = await slots.enter()
    slots.leave(quick)
    slots.leave(slow)
    assert slots._quick == {}


async def test_a_freed_slot_goes_to_the_next_at_once() -> None:
    slots = Slots(1, patience=60)
    first = await slots.enter()
    second = asyncio.create_task(slots.enter())
    await asyncio.sleep(0)
    assert not second.done()
    slots.leave(first)
    async with asyncio.timeout(2):
        slots.leave(await second)
