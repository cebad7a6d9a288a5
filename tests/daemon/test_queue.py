"""Due feeds by host."""

from __future__ import annotations

import pytest

from monitor.daemon.queue import DueQueue, host_of

FEEDS = {f"a{n}": "a" for n in range(10)} | {"b0": "b", "c0": "c"}


def test_a_crowded_host_does_not_fill_the_slots() -> None:
    queue = DueQueue(2, FEEDS.__getitem__)
    queue.refill(FEEDS, running=())
    assert queue.take(100) == ["a0", "b0", "c0", "a1"]
    assert queue.take(100) == []
    queue.done("a0")
    assert queue.take(100) == ["a2"]


def test_no_more_than_asked_are_taken() -> None:
    queue = DueQueue(2, FEEDS.__getitem__)
    queue.refill(FEEDS, running=())
    assert queue.take(1) == ["a0"]
    assert queue.take(0) == []
    assert len(queue) == len(FEEDS) - 1


def test_running_feeds_are_left_out_of_a_refill() -> None:
    queue = DueQueue(2, FEEDS.__getitem__)
    queue.refill(["b0", "c0"], running={"b0"})
    assert queue.take(10) == ["c0"]


def test_a_feed_that_leaves_or_moves_while_it_is_in_hand_gives_its_place_back() -> None:
    hosts = {f"a{n}": "a" for n in range(9)}
    queue = DueQueue(2, lambda name: hosts.get(name, ""))
    for first in range(0, 8, 2):  # a reload takes one feed away and gives the other another host
        queue.refill([f"a{first}", f"a{first + 1}"], running=())
        gone, moved = queue.take(10)
        del hosts[gone]
        hosts[moved] = "elsewhere"
        queue.done(gone)
        queue.done(moved)
    queue.refill(["a8"], running=())
    assert queue.take(10) == ["a8"], "the host is asked no more"


def test_host_of_a_broken_address_is_empty() -> None:
    assert host_of("http://[::1") == ""
    assert host_of("HTTPS://Example.ORG:8443/x") == "example.org"


@pytest.mark.timeout(60)
def test_taking_costs_as_much_as_it_takes_however_many_wait() -> None:
    names = [str(number) for number in range(50_000)]
    queue = DueQueue(2, lambda name: name)
    queue.refill(names, running=())
    taken = []
    while queue:  # one by one, as polls end: looking through all that wait each time would take an hour
        taken += queue.take(1)
    assert taken == names
