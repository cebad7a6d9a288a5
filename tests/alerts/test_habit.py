"""When silence is out of the ordinary, and when not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.habit import ENOUGH, RULE_FLOOR, quiet_beyond_habit

START = datetime(2026, 11, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def every(hours: float, count: int) -> list[datetime]:
    return [START + HOUR * hours * number for number in range(count)]


def test_silence_far_beyond_the_longest_gap_is_found_with_its_measure() -> None:
    times = every(2, 20)
    found = quiet_beyond_habit(times, times[-1] + 25 * HOUR, RULE_FLOOR)
    assert found is not None
    assert (found.since, found.usual, found.longest) == (times[-1], 2 * HOUR, 2 * HOUR)


def test_silence_below_the_floor_is_nothing() -> None:
    times = every(0.1, 50)
    assert quiet_beyond_habit(times, times[-1] + 23 * HOUR, RULE_FLOOR) is None


def test_slow_subject_may_rest_longer() -> None:
    times = every(40, 12)
    assert quiet_beyond_habit(times, times[-1] + 55 * HOUR, RULE_FLOOR) is None
    assert quiet_beyond_habit(times, times[-1] + 61 * HOUR, RULE_FLOOR) is not None


@given(st.integers(0, ENOUGH - 1))
def test_few_events_make_no_habit(count: int) -> None:
    assert quiet_beyond_habit(every(1, count), START + 1000 * HOUR, RULE_FLOOR) is None


@given(st.lists(st.integers(1, 500), min_size=ENOUGH, max_size=40))
def test_what_was_quiet_as_long_before_is_never_remarked_on(gaps: list[int]) -> None:
    times = [START]
    for gap in gaps:
        times.append(times[-1] + HOUR * gap)
    assert quiet_beyond_habit(times, times[-1] + HOUR * max(gaps), RULE_FLOOR) is None
