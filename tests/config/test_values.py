"""The small notations: what is read, what is refused and with which advice, and that printing reads back."""

from __future__ import annotations

import contextlib
from datetime import time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config import values
from monitor.settings import Rate


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1s", 1), ("90s", 90), ("5m", 300), ("2h", 7200), ("3d", 259_200), ("2w", 1_209_600), ("1h30m", 5400),
     ("1d 12h", 129_600), (" 5 M ", 300), ("٥m", 300)],
)  # fmt: skip
def test_durations_are_read(text: str, seconds: int) -> None:
    assert values.duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("value", "said", "hint"),
    [
        (5, "the bare number 5 is not a duration", '"5m"'),
        ("5", 'the bare number "5"', '"5m"'),
        (True, "this is not a duration", '"5m"'),
        ("0s", "no time at all", '"1s"'),
        ("", "not a duration", '"90s"'),
        ("5 minutes", "not a duration", '"90s"'),
        ("1.5h", "not a duration", '"90s"'),
        ("-5m", "not a duration", '"90s"'),
        ("5m5m", "not a duration", '"90s"'),
        ("99999d", "more than ten years", '"90d"'),
        ("999999999w", "more than ten years", '"90d"'),
    ],
)
def test_what_is_no_duration_is_refused_with_advice(value: object, said: str, hint: str) -> None:
    with pytest.raises(values.NotationError) as caught:
        values.duration(value)

    assert said in caught.value.message
    assert hint in caught.value.hint


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 3660 * 86_400))
def test_a_printed_duration_reads_back(seconds: int) -> None:
    value = timedelta(seconds=seconds)

    assert values.duration(values.format_duration(value)) == value


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 10**12))
def test_a_printed_size_reads_back(count: int) -> None:
    assert values.size(values.format_size(count)) == count


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 1000), st.integers(1, 100), st.sampled_from([1, 60, 3600, 86_400]))
def test_a_printed_rate_reads_back(count: int, every: int, unit: int) -> None:
    value = Rate(count=count, per=timedelta(seconds=every * unit))

    assert values.rate(values.format_rate(value)) == value


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=12), st.sampled_from([values.duration, values.size, values.rate, values.clock_time]))
def test_any_text_is_read_or_refused(text: str, read: object) -> None:
    assert callable(read)
    with contextlib.suppress(values.NotationError):
        read(text)


@pytest.mark.parametrize(
    ("text", "count"), [("500KB", 500_000), ("5MB", 5_000_000), ("5 mb", 5_000_000), ("1.5MiB", 1_572_864), ("10B", 10)]
)
def test_sizes_are_read(text: str, count: int) -> None:
    assert values.size(text) == count


@pytest.mark.parametrize("value", [5, "5", "5 megabytes", "", "0MB", "MB", None, 5.5])
def test_what_is_no_size_is_refused(value: object) -> None:
    with pytest.raises(values.NotationError):
        values.size(value)


@pytest.mark.parametrize(
    ("text", "count", "seconds"), [("20/m", 20, 60), ("1/s", 1, 1), ("1/3s", 1, 3), ("9 / d", 9, 86400)]
)
def test_rates_are_read(text: str, count: int, seconds: int) -> None:
    assert values.rate(text) == Rate(count=count, per=timedelta(seconds=seconds))


@pytest.mark.parametrize("value", [20, "20", "0/m", "20/y", "20 per minute", "1/0s"])
def test_what_is_no_rate_is_refused(value: object) -> None:
    with pytest.raises(values.NotationError, match=r"rate|send"):
        values.rate(value)


@pytest.mark.parametrize(
    ("value", "expected"), [("23:00", time(23)), ("7:05", time(7, 5)), (time(9, 30), time(9, 30)), ("٠٧:٠٠", time(7))]
)
def test_times_of_day_are_read(value: object, expected: time) -> None:
    assert values.clock_time(value) == expected


def test_midnight_as_24_is_explained() -> None:
    with pytest.raises(values.NotationError) as caught:
        values.clock_time("24:00")

    assert '"00:00"' in caught.value.hint


@pytest.mark.parametrize(
    ("text", "days"), [("fri", (4,)), ("Sunday", (6,)), ("sun-thu", (6, 0, 1, 2, 3)), ("mon-mon", (0,))]
)
def test_days_are_read(text: str, days: tuple[int, ...]) -> None:
    assert values.weekday(text) == days


@pytest.mark.parametrize("text", ["sunn", "f", "sun-", "-sun", "sun-thu-sat", "الجمعة"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(values.NotationError, match="day of the week"):
        values.weekday(text)


def test_a_heartbeat_is_read() -> None:
    assert values.heartbeat("daily 9:00") == "daily 09:00"
    with pytest.raises(values.NotationError):
        values.heartbeat("hourly")
    with pytest.raises(values.NotationError):
        values.heartbeat("daily 9")
