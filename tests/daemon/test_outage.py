"""One word when the network goes, one when it is back."""

from __future__ import annotations

from monitor.daemon.outage import OutageWatch
from monitor.outcomes import Failure


def test_all_feeds_failing_is_said_once_and_recovery_once() -> None:
    watch = OutageWatch()
    said = [watch.observe(name, Failure.DNS, 3) for name in ("a", "b", "c", "a", "b", "c")]
    assert said == [None, None, "down", None, None, None]
    assert watch.main_reason() is Failure.DNS
    assert [watch.observe(name, None, 3) for name in ("a", "b")] == ["up", None]


def test_one_feed_failing_again_and_again_is_no_outage() -> None:
    watch = OutageWatch()
    assert {watch.observe("a", Failure.TIMEOUT, 3) for _ in range(20)} == {None}


def test_an_answer_between_failures_begins_the_count_anew() -> None:
    watch = OutageWatch()
    watch.observe("a", Failure.CONNECT, 3)
    watch.observe("b", Failure.CONNECT, 3)
    watch.observe("c", Failure.HTTP, 3)  # a 500 came over a living network
    assert watch.observe("c", Failure.CONNECT, 3) is None


def test_ten_feeds_in_a_row_are_enough_of_ten_thousand() -> None:
    watch = OutageWatch()
    assert [watch.observe(str(n), Failure.DNS, 10_000) for n in range(10)][-1] == "down"


def test_with_a_single_feed_its_silence_is_the_whole_network() -> None:
    watch = OutageWatch()
    assert watch.observe("only", Failure.DNS, 1) == "down"
