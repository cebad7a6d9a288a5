"""Token buckets, back-off and what a channel sends next."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts.kinds import Pace, kind_of, pace_of
from monitor.alerts.pace import Bucket, ready_at, refilled, spent
from monitor.alerts.retry import LONGEST, PATIENCE_WITH_FALLBACK, back_off, next_attempt
from monitor.settings import Rate
from tests.support.alerts import NOW, TOKEN, channel, telegram

TWENTY = Pace(Rate(count=20, per=timedelta(minutes=1)))


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        (f"tgram://{TOKEN}/-1", "telegram"),
        ("mailtos://a:b@c.org", "email"),
        ("jsons://x", "json"),
        ("terminal://", "terminal"),
        ("TERMINAL://", "terminal"),
        ("ntfy://x", "other"),
        ("", "other"),
    ],
)
def test_kinds(url: str, kind: str) -> None:
    assert kind_of(url) == kind


def test_defaults_per_service() -> None:
    group, person = pace_of(telegram()), pace_of(telegram(chat="123456"))
    assert group.rate == Rate(count=20, per=timedelta(minutes=1))
    assert person.rate == Rate(count=60, per=timedelta(minutes=1))
    assert group.spacing == person.spacing == timedelta(seconds=1)
    assert pace_of(channel()).rate is None
    mail = pace_of(channel(url="mailto://x"))
    assert mail.rate is not None
    assert mail.rate.per == timedelta(hours=1)
    own = Rate(count=3, per=timedelta(hours=1))
    assert pace_of(telegram(rate=own)).rate == own


def test_a_full_bucket_allows_its_burst_and_then_the_rate() -> None:
    bucket, now = Bucket(), NOW
    for _ in range(20):
        assert ready_at(bucket, TWENTY, now) == now
        bucket = spent(bucket, TWENTY, now)
    ready = ready_at(bucket, TWENTY, now)
    assert timedelta(seconds=3) <= ready - now < timedelta(seconds=3.1)


def test_messages_of_a_chat_keep_their_distance() -> None:
    pace = Pace(None, timedelta(seconds=1))
    bucket = spent(Bucket(), pace, NOW)
    assert ready_at(bucket, pace, NOW) == NOW + timedelta(seconds=1)


def test_a_clock_set_back_neither_fills_nor_blocks() -> None:
    bucket = spent(Bucket(), TWENTY, NOW)
    earlier = NOW - timedelta(days=1)
    assert refilled(bucket, TWENTY, earlier).tokens == 19
    assert ready_at(bucket, TWENTY, earlier) == earlier


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0, 30), min_size=1, max_size=200))
def test_no_minute_sees_more_than_burst_and_rate(gaps: list[float]) -> None:
    bucket, now, sent = Bucket(), NOW, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        if ready_at(bucket, TWENTY, now) <= now:
            bucket = spent(bucket, TWENTY, now)
            sent.append(now)
    for start in sent:
        assert sum(start <= at < start + timedelta(minutes=1) for at in sent) <= 41


@given(attempts=st.integers(1, 1000), jitter=st.floats(0, 1, exclude_max=True))
def test_back_off_grows_to_its_bound(attempts: int, jitter: float) -> None:
    wait = back_off(attempts, jitter)
    assert timedelta(seconds=4) <= wait <= LONGEST * 1.2
    assert back_off(attempts + 1, jitter) >= wait


def test_patience_is_shorter_where_another_channel_waits() -> None:
    began = NOW - PATIENCE_WITH_FALLBACK
    assert next_attempt(attempts=5, failing_since=began, has_fallback=True, jitter=0, now=NOW) is None
    assert next_attempt(attempts=5, failing_since=began, has_fallback=False, jitter=0, now=NOW) is not None
