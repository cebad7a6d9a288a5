"""When a feed is asked next: its rhythm, the server's word, failures, moves; every plan with its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.schedule import MOVE_AGREED_AFTER, Plan, items_a_day, known_address, next_poll
from monitor.model import FeedId, FeedState, Validators
from monitor.outcomes import (
    Failure,
    Fetched,
    FetchFailed,
    FetchOutcome,
    NotModified,
    ParsedFeed,
    ParsedItem,
    ParseFailed,
    ParseOutcome,
)
from monitor.settings import Feed, Polling

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
URL = "https://paper.example/rss"
FEED = Feed(name="outlet", url=URL)
POLLING = Polling()
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def state(**known: object) -> FeedState:
    fields: dict[str, object] = {"interval": 5 * MINUTE, "last_success_at": NOW - 5 * MINUTE, **known}
    return FeedState(id=FeedId(1), name="outlet", url=URL, **fields)  # type: ignore[arg-type]


def body(**how: object) -> Fetched:
    return Fetched(
        status=200,
        url=URL,
        headers={},
        body=b"x",
        validators=Validators(),
        elapsed=timedelta(0),
        **how,  # type: ignore[arg-type]
    )


def unchanged(**how: object) -> NotModified:
    return NotModified(url=URL, elapsed=timedelta(0), **how)  # type: ignore[arg-type]


def failure(kind: Failure = Failure.HTTP, retry_after: timedelta | None = None) -> FetchFailed:
    return FetchFailed(kind=kind, reason="it failed", url=URL, elapsed=timedelta(0), retry_after=retry_after)


def items(count: int, apart: timedelta, until: datetime = NOW) -> ParsedFeed:
    return ParsedFeed(items=tuple(ParsedItem(title="خبر", published=until - apart * n) for n in range(count)))


def rhythm(rate: float, at: datetime = NOW) -> dict[str, object]:
    return {"items_a_day": rate, "rhythm_at": at.isoformat()}


def plan(
    before: FeedState,
    outcome: FetchOutcome,
    parsed: ParseOutcome | None = None,
    *,
    polling: Polling = POLLING,
    feed: Feed = FEED,
    jitter: float = 0.5,
    now: datetime = NOW,
) -> Plan:
    return next_poll(before, outcome, parsed, polling, feed, now, jitter)


def wait_of(made: Plan) -> timedelta:
    assert made.next_poll_at is not None
    return made.next_poll_at - NOW


# --- rhythm -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("apart", "interval"),
    [
        (MINUTE, MINUTE),  # a wire: as often as `min` allows
        (30 * MINUTE, timedelta(minutes=5)),
        (2 * HOUR, timedelta(minutes=20)),
        (DAY, HOUR),  # a weekly or a daily: within `max`
    ],
)
def test_a_first_body_gives_the_rhythm_by_its_dates(apart: timedelta, interval: timedelta) -> None:
    made = plan(state(interval=None, last_success_at=None), body(), items(30, apart))
    assert abs(made.interval - interval) <= interval * 0.1
    assert made.hints is not None
    assert "items a day" in made.reason


def test_without_dates_the_first_guess_stands() -> None:
    made = plan(state(interval=None, last_success_at=None), body(), ParsedFeed(items=(ParsedItem(title="خبر"),) * 9))
    assert made.interval == POLLING.every
    assert "not known yet" in made.reason


def test_an_unchanged_feed_keeps_its_interval_overnight() -> None:
    made = plan(state(hints=rhythm(48, NOW - 10 * HOUR)), unchanged())
    assert made.interval == timedelta(minutes=5)
    assert made.hints is None


def test_a_feed_that_falls_silent_for_days_is_asked_less_and_less() -> None:
    waits = [plan(state(hints=rhythm(48, NOW - days * DAY)), unchanged()).interval for days in (0, 2, 5, 30)]
    assert waits == sorted(waits)
    assert waits[-1] == POLLING.max


def test_a_burst_quickens_the_rhythm_and_edits_do_not() -> None:
    calm = state(hints=rhythm(10), last_success_at=NOW - 20 * MINUTE)
    burst = plan(calm, body(), items(10, MINUTE))
    edits = plan(calm, body(), items(10, MINUTE, until=NOW - DAY))
    assert burst.hints is not None
    assert edits.hints is not None
    assert items_a_day(burst.hints, NOW) > 12  # type: ignore[operator]
    assert items_a_day(edits.hints, NOW) < 10.1  # type: ignore[operator]


def test_a_feed_with_its_own_every_keeps_to_it() -> None:
    feed = Feed(name="outlet", url=URL, every=2 * HOUR)
    hints = {**rhythm(500), "ttl_minutes": 600}
    made = plan(state(hints=hints), unchanged(not_before=NOW + 3 * HOUR), feed=feed)
    assert wait_of(made) == made.interval == 2 * HOUR


# --- what the server says ---------------------------------------------------------------------------------------------


def test_a_fresh_answer_is_not_asked_for_again_before_it_is_stale() -> None:
    made = plan(state(hints=rhythm(48)), body(not_before=NOW + 20 * MINUTE), items(1, MINUTE))
    assert 20 * MINUTE <= wait_of(made) <= 21 * MINUTE
    assert "fresh" in made.reason


def test_no_header_can_silence_a_feed() -> None:
    made = plan(state(hints={**rhythm(48), "skip_hours": [12, 13, 14]}), unchanged(not_before=NOW + 9 * DAY))
    assert wait_of(made) == POLLING.max


def test_ttl_stretches_a_known_rhythm_at_most_twofold() -> None:
    assert plan(state(hints={**rhythm(48), "ttl_minutes": 60}), unchanged()).interval == timedelta(minutes=10)
    assert plan(state(hints={**rhythm(48), "ttl_minutes": 7}), unchanged()).interval == timedelta(minutes=7)
    assert plan(state(hints={"update_seconds": 1800}), unchanged()).interval == timedelta(minutes=30)


def test_hints_of_the_document_are_remembered_beside_the_rhythm() -> None:
    parsed = ParsedFeed(items=(), hints={"ttl_minutes": 15})
    made = plan(state(hints={**rhythm(48), "update_seconds": 5}), body(), parsed)
    assert made.hints == {**rhythm(48), "ttl_minutes": 15}


def test_skipped_hours_are_slept_through() -> None:
    made = plan(state(hints={**rhythm(4), "skip_hours": [12]}), unchanged(), polling=Polling(max=2 * HOUR))
    assert HOUR <= wait_of(made) <= HOUR + MINUTE


# --- failures ---------------------------------------------------------------------------------------------------------


def test_failures_double_the_wait_up_to_max_and_never_stop() -> None:
    waits = [wait_of(plan(state(failures=before), failure(), jitter=0.999)) for before in (0, 1, 2, 3, 4, 50, 10_000)]
    assert [round(wait / MINUTE) for wait in waits] == [5, 10, 20, 40, 60, 60, 60]


def test_a_parse_failure_counts_like_a_failed_fetch() -> None:
    made = plan(state(failures=1), body(), ParseFailed(kind=Failure.NOT_A_FEED, reason="a web page"))
    assert made.failures == 2
    assert made.reason == "a web page; failed 2 times in a row"


def test_recovery_is_noticed_at_once() -> None:
    made = plan(state(failures=12, hints=rhythm(48)), unchanged())
    assert made.failures == 0
    assert made.recovered
    assert wait_of(made) == 5 * MINUTE
    assert made.reason.startswith("answers again after 12 failed polls")


def test_410_stops_a_feed_with_a_notice() -> None:
    made = plan(state(), failure(Failure.GONE))
    assert made.next_poll_at is None
    assert made.state == "stopped"
    assert "outlet" in made.notice


@pytest.mark.parametrize("kind", [kind for kind in Failure if kind is not Failure.GONE])
def test_nothing_else_stops_one(kind: Failure) -> None:
    made = plan(state(failures=99, state="held"), failure(kind))
    assert made.next_poll_at is not None
    assert made.state == "held"
    assert made.notice == ""


@pytest.mark.parametrize("kind", [Failure.RATE_LIMITED, Failure.HTTP])
def test_a_named_wait_outranks_max_and_its_own_every(kind: Failure) -> None:
    feed = Feed(name="outlet", url=URL, every=MINUTE)
    for jitter in (0.0, 0.999):
        made = plan(state(), failure(kind, retry_after=5 * HOUR), feed=feed, jitter=jitter)
        assert 5 * HOUR <= wait_of(made) <= 5 * HOUR + MINUTE


def test_a_short_wait_named_again_and_again_grows_all_the_same() -> None:
    answer = failure(Failure.RATE_LIMITED, retry_after=timedelta(seconds=5))
    waits = [wait_of(plan(state(failures=before), answer, jitter=0.0)) / MINUTE for before in (0, 1, 2, 3, 9)]
    assert waits[:3] == [1, 1, 1]
    assert waits[3] >= 30
    assert waits[4] >= 45


# --- moves ------------------------------------------------------------------------------------------------------------

NEW = "https://new.example/rss"


def test_a_move_is_taken_over_after_three_days_of_agreement() -> None:
    first = plan(state(), body(moved_to=NEW), items(1, MINUTE))
    assert (first.pending_url, first.pending_since, first.notice) == (NEW, NOW, "")
    later = NOW + MOVE_AGREED_AFTER
    pending = state(pending_url=NEW, pending_since=NOW)
    assert known_address(FEED, pending, later - MINUTE) == URL
    assert known_address(FEED, pending, later) == NEW
    pending = replace(pending, last_success_at=later - MINUTE)
    for answer in (unchanged(moved_to=NEW), unchanged()):  # the new address itself may redirect no more
        agreed = plan(pending, answer, now=later)
        assert (agreed.pending_url, agreed.pending_since) == (NEW, NOW)
        assert "moved for good" in agreed.notice
    settled = plan(replace(pending, last_success_at=later), unchanged(), now=later + DAY)
    assert (settled.pending_url, settled.pending_since, settled.notice) == (NEW, NOW, "")


def test_disagreement_starts_the_count_again() -> None:
    pending = state(pending_url=NEW, pending_since=NOW - DAY)
    other = plan(pending, body(moved_to="https://else.example/"), items(1, MINUTE))
    assert (other.pending_url, other.pending_since) == ("https://else.example/", NOW)
    none = plan(pending, unchanged())
    assert (none.pending_url, none.pending_since) == (None, None)


def test_a_new_address_that_fails_is_given_up_for_the_users() -> None:
    pending = state(pending_url=NEW, pending_since=NOW - 9 * DAY)
    assert plan(pending, failure()).pending_url == NEW
    given_up = plan(state(pending_url=NEW, pending_since=NOW - 9 * DAY, failures=2), failure())
    assert given_up.pending_url is None


# --- bounds -----------------------------------------------------------------------------------------------------------

outcomes = st.one_of(
    st.builds(failure, st.sampled_from(list(Failure)), st.none() | st.timedeltas(timedelta(0), DAY)),
    st.builds(lambda until: unchanged(not_before=until), st.none() | st.just(NOW + 5 * DAY)),
    st.builds(lambda until: body(not_before=until), st.none() | st.just(NOW + 2 * MINUTE)),
)
hints = st.dictionaries(
    st.sampled_from(["ttl_minutes", "update_seconds", "items_a_day", "rhythm_at", "skip_hours"]),
    st.one_of(st.integers(-5, 10**12), st.floats(), st.text(max_size=5), st.just(NOW.isoformat()), st.just([1, 2, 12])),
)


@settings(max_examples=200, deadline=None)
@given(outcomes, hints, st.integers(0, 100), st.floats(0, 0.999), st.integers(0, 40), st.none() | st.just(5 * MINUTE))
def test_every_plan_lies_within_the_bounds(
    outcome: FetchOutcome,
    known: dict[str, object],
    failures: int,
    jitter: float,
    count: int,
    interval: timedelta | None,
) -> None:
    before = state(hints=known, failures=failures, interval=interval)
    parsed = items(count, 7 * MINUTE) if isinstance(outcome, Fetched) else None
    made = plan(before, outcome, parsed, jitter=jitter)
    if made.next_poll_at is None:
        assert made.state == "stopped"
        return
    longest = POLLING.max
    if isinstance(outcome, FetchFailed) and outcome.retry_after is not None:
        longest = max(longest, outcome.retry_after)
    assert POLLING.min <= wait_of(made) <= longest + POLLING.min
    assert POLLING.min <= made.interval <= POLLING.max


def test_polls_of_many_feeds_spread_out() -> None:
    fresh = state(interval=None, last_success_at=None)
    waits = [wait_of(plan(fresh, unchanged(), jitter=n / 100)) for n in range(100)]
    assert max(waits) - min(waits) > 3 * MINUTE
