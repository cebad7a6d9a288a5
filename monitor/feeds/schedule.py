"""When a feed is asked next. Pure: what is known and what came in, a Plan with its reason out; no clock, no I/O.

A feed's interval follows its own rhythm: about six looks for each item it publishes, between `min` and `max`, so that a
wire with 300 items a day is asked every minute and a weekly within `max`. What the server says may stretch that:
HTTP freshness up to `max`, the document's own ttl or sy:updatePeriod at most twofold (generators write "60" by habit).
A feed with its own `every` keeps exactly that; only Retry-After outranks it. Failures double the wait up to `max` and
never beyond, so no feed is ever off; only 410 stops one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp
from typing import Literal

from monitor.feeds.freshness import after_skipped_hours, asked_interval, skipped_hours
from monitor.model import FeedState
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

MOVE_AGREED_AFTER = timedelta(days=3)
LOOKS_PER_ITEM = 6
JITTER = 0.1
_MEMORY = timedelta(days=3)
_DAY = timedelta(days=1)
_WINDOW = timedelta(days=14)
_MOST_DOUBLINGS = 20
_BELIEVED_WAITS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the feed's row becomes.

    `next_poll_at` None: it is not asked again by itself. `interval`: the settled time between polls, before jitter.
    `state`: as in FeedState. `hints`: what to remember for the next plan, None to keep what stands. `pending_url` and
    `pending_since`: where permanent redirects point; after three days that address is asked (`asking.known_address`).
    `recovered`: this poll ended a run of failures. `notice`: something its owner should be told once, or "".
    """

    next_poll_at: datetime | None
    interval: timedelta
    failures: int
    state: Literal["active", "held", "stopped"]
    reason: str
    hints: Mapping[str, object] | None = None
    pending_url: str | None = None
    pending_since: datetime | None = None
    recovered: bool = False
    notice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Terms:
    """What every part of a plan is made under."""

    polling: Polling
    feed: Feed
    now: datetime
    jitter: float


def known_address(feed: Feed, state: FeedState, now: datetime) -> str:
    """The address to ask: the user's, or where permanent redirects have pointed for three days without a break."""
    if state.pending_url and state.pending_since is not None and now - state.pending_since >= MOVE_AGREED_AFTER:
        return state.pending_url
    return feed.url


def next_poll(
    state: FeedState,
    outcome: FetchOutcome,
    parsed: ParseOutcome | None,
    polling: Polling,
    feed: Feed,
    now: datetime,
    jitter: float,
) -> Plan:
    """Plans the next poll.

    Args:
        state: the feed before this poll.
        outcome: what the fetch brought.
        parsed: what its body held; None where there was none to read.
        jitter: 0 ≤ jitter < 1, drawn by the caller; spreads polls by a tenth each way, the one after a first poll over
            most of the interval.
    """
    terms = _Terms(polling=polling, feed=feed, now=now, jitter=jitter)
    if isinstance(outcome, FetchFailed):
        return _after_failure(state, outcome.kind, outcome.reason, outcome.retry_after, terms)
    if isinstance(parsed, ParseFailed):
        return _after_failure(state, parsed.kind, parsed.reason, None, terms)
    return _after_success(state, outcome, parsed, terms)


def _after_success(state: FeedState, outcome: Fetched | NotModified, parsed: ParsedFeed | None, terms: _Terms) -> Plan:
    hints = _remembered(state, parsed, terms.now)
    known = state.hints if hints is None else hints
    interval, reason = _settled(known, terms)
    # The first polls of many feeds come at once: their next ones are spread over most of the interval.
    due = terms.now + _spread(interval, 0.25 if state.interval is None else 1 - JITTER, terms)
    if terms.feed.every is None:
        due, reason = _stretched(due, reason, outcome.not_before, known, terms)
    url, since, notice = _move(state, outcome, terms.now)
    if state.failures:
        reason = f"answers again after {state.failures} failed polls; {reason}"
    return Plan(
        next_poll_at=due,
        interval=interval,
        failures=0,
        state=_kept_state(state),
        reason=reason,
        hints=hints,
        pending_url=url,
        pending_since=since,
        recovered=state.failures > 0,
        notice=notice,
    )


def _spread(interval: timedelta, shortest: float, terms: _Terms) -> timedelta:
    """The interval with its jitter, from `shortest` times it up to a little more; `min` and `max` hold all the same."""
    if terms.feed.every is not None:
        low, high = interval * shortest, interval * (1 + JITTER)
    else:
        high = min(interval * (1 + JITTER), terms.polling.max)
        low = max(min(interval, high) * shortest, terms.polling.min)
        high = max(high, low * (1 + 2 * JITTER) if low == terms.polling.min else low)
    return low + (high - low) * terms.jitter


def _settled(hints: Mapping[str, object], terms: _Terms) -> tuple[timedelta, str]:
    """The interval that suits the feed, and why."""
    if terms.feed.every is not None:
        return terms.feed.every, "its own `every`"
    polling, rate = terms.polling, items_a_day(hints, terms.now)
    if rate is None:
        interval, reason = polling.every, "its rhythm is not known yet"
    else:
        looks = rate * LOOKS_PER_ITEM
        interval = _DAY / looks if looks > 0.1 else polling.max
        reason = f"it publishes about {rate:.3g} items a day"
    asked = asked_interval(hints)
    if asked is not None and asked > interval:
        interval = asked if rate is None else min(asked, 2 * interval)
        reason += "; stretched by the interval it asks for"
    return _clamp(interval, polling.min, polling.max), reason


def _stretched(
    due: datetime, reason: str, not_before: datetime | None, hints: Mapping[str, object], terms: _Terms
) -> tuple[datetime, str]:
    """Later, where the server said that nothing new can come before; never later than `max` from now."""
    polling, jitter = terms.polling, terms.jitter
    latest = terms.now + polling.max
    if not_before is not None and not_before > due:
        # Past that moment by a little, and not by the same for all feeds of one cache.
        due = min(not_before + polling.min * (0.5 * jitter), latest)
        reason += "; its answer stays fresh until then"
    awake = after_skipped_hours(due, skipped_hours(hints))
    if awake > due:
        due = max(due, min(awake + polling.min * jitter, latest))
        reason += "; it asks to skip these hours"
    return due, reason


def _after_failure(state: FeedState, kind: Failure, reason: str, retry_after: timedelta | None, terms: _Terms) -> Plan:
    failures = state.failures + 1
    interval = state.interval or terms.feed.every or terms.polling.every
    gone = kind is Failure.GONE
    stays = failures < 3  # an address that keeps failing is not one to move to
    notice = f'{terms.feed.name}: {reason}; not asked any more; to ask again: monitor feeds release "{terms.feed.name}"'
    return Plan(
        next_poll_at=None if gone else terms.now + _failure_wait(interval, failures, kind, retry_after, terms),
        interval=interval,
        failures=failures,
        state="stopped" if gone else _kept_state(state),
        reason=f"{reason}; failed {failures} times in a row" if failures > 1 else reason,
        pending_url=state.pending_url if stays else None,
        pending_since=state.pending_since if stays else None,
        notice=notice if gone else "",
    )


def _failure_wait(
    interval: timedelta, failures: int, kind: Failure, retry_after: timedelta | None, terms: _Terms
) -> timedelta:
    """Twice as long at each failure, up to `max`; a wait the server named is kept to, whatever `max` says."""
    polling = terms.polling
    doubled = min(interval.total_seconds() * 2.0 ** min(failures - 1, _MOST_DOUBLINGS), _DAY.total_seconds())
    # Spread downwards, so that no wait is longer than `max`, and those of one outage do not end together.
    most = _clamp(timedelta(seconds=doubled), polling.min, max(polling.max, interval))
    least = max(most * (1 - 2 * JITTER), polling.min)
    wait = least + (most - least) * terms.jitter
    if retry_after is None:
        return wait
    # Never before the moment it named; after it, not all feeds of the host at once. A server that names the same short
    # wait again and again does not mean it.
    believed = kind is Failure.RATE_LIMITED and failures <= _BELIEVED_WAITS
    base = retry_after if believed else max(wait, retry_after)
    return max(base, polling.min) + polling.min * terms.jitter


def _kept_state(state: FeedState) -> Literal["active", "held"]:
    return "held" if state.state == "held" else "active"


# --- the feed's own rhythm ------------------------------------------------------------------------------------------


def items_a_day(hints: Mapping[str, object], now: datetime) -> float | None:
    """How many items the feed publishes a day, as remembered and faded by the silence since; None: not known yet."""
    rate, at = hints.get("items_a_day"), _moment(hints.get("rhythm_at"))
    if not isinstance(rate, int | float) or at is None:
        return None
    silent = max(now - at, timedelta(0))
    # Half a day of silence is a night, not a change of habit.
    return float(rate) * exp(-max(silent - _DAY / 2, timedelta(0)) / _MEMORY)


def _remembered(state: FeedState, parsed: ParsedFeed | None, now: datetime) -> dict[str, object] | None:
    """The hints to keep after this poll; None where nothing changed (a 304, an unchanged body)."""
    if parsed is None or (not parsed.items and not parsed.hints):
        return None
    before = items_a_day(state.hints, now)
    kept = {name: state.hints[name] for name in ("items_a_day", "rhythm_at") if name in state.hints}
    rate = _observed(state, parsed.items, before, now)
    if rate is not None:
        kept = {"items_a_day": round(rate, 3), "rhythm_at": now.isoformat()}
    return {**parsed.hints, **kept}


def _observed(state: FeedState, items: tuple[ParsedItem, ...], before: float | None, now: datetime) -> float | None:
    """The rhythm after seeing these items: from their dates at first, from what arrives between polls later on."""
    if not items:
        return None
    if before is None or state.last_success_at is None:
        return _dated_rhythm(items, now)
    since = max(now - state.last_success_at, timedelta(minutes=1))
    weight = exp(-since / _MEMORY)
    # Edited and re-counted items come in again with every body: only dates tell them from new ones.
    oldest = state.last_success_at - timedelta(hours=1)
    arrived = sum(item.published is None or item.published >= oldest for item in items)
    return before * weight + arrived / (since / _DAY) * (1 - weight)


def _dated_rhythm(items: tuple[ParsedItem, ...], now: datetime) -> float | None:
    """Items a day by their dates within the last two weeks; None where fewer than three are dated."""
    dates = sorted(item.published for item in items if item.published is not None and item.published <= now)
    recent = [date for date in dates if now - date <= _WINDOW]
    if len(recent) < 3:
        return len(recent) / (_WINDOW / _DAY) if len(dates) >= 3 else None
    span = max(now - recent[0], timedelta(minutes=10))
    return len(recent) / (span / _DAY)


def _moment(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


# --- where the feed has moved ---------------------------------------------------------------------------------------


def _move(state: FeedState, outcome: Fetched | NotModified, now: datetime) -> tuple[str | None, datetime | None, str]:
    """Since when which address has been named by permanent redirects, and what to tell when it is taken over."""
    pending, since = state.pending_url, state.pending_since
    agreed_at = None if pending is None or since is None else since + MOVE_AGREED_AFTER
    agreed = agreed_at is not None and agreed_at <= now
    if outcome.moved_to is None and not agreed:
        return None, None, ""
    if outcome.moved_to is not None and (outcome.moved_to != pending or since is None):
        return outcome.moved_to, now, ""
    # From that moment on the new address is asked, and mostly answers without a redirect: told at its first answer.
    first = agreed_at is not None and agreed and (state.last_success_at is None or state.last_success_at < agreed_at)
    return pending, since, f"{state.name} has moved for good to {pending}; asked there from now on" if first else ""


def _clamp(value: timedelta, low: timedelta, high: timedelta) -> timedelta:
    return min(max(value, low), high)
