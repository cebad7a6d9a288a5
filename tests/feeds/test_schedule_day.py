"""A day of a thousand feeds in a few seconds: the schedule and the host rule run for 24 simulated hours.

A fake clock, the real `next_poll` and the real `HostBook`; only the servers' answers are made up.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.feeds.hosts import HostBook
from monitor.feeds.schedule import Plan, next_poll
from monitor.model import FeedId, FeedState, Validators
from monitor.outcomes import Failure, Fetched, FetchFailed, FetchOutcome, NotModified, ParsedFeed, ParsedItem
from monitor.settings import Feed, Polling

START = datetime(2026, 11, 25, tzinfo=UTC)
DAY_SECONDS = 86_400.0
POLLING = Polling(every=timedelta(minutes=5), min=timedelta(minutes=1), max=timedelta(hours=1))
SPACING = 0.5
TIMEOUT = 30.0
# The busiest host has enough at noon and says so to whoever asks first: nobody may come for an hour.
CROWDED = "h0.example"
NOON, HOUR = 43_200.0, 3_600.0


@dataclass
class Outlet:
    """A feed of the simulation: how often it publishes and how it answers. Times in seconds of the day."""

    feed: Feed
    host: str
    a_day: float
    state: FeedState
    hangs: bool = False
    refused: bool = False
    due: float = 0.0
    last_item: float = 0.0
    starts: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)


@dataclass
class Day:
    """The simulated day: due feeds wait in their host's line, as they do before HostGate."""

    outlets: list[Outlet]
    chance: random.Random
    book: HostBook = field(default_factory=lambda: HostBook(per_host=POLLING.per_host, spacing=SPACING))
    events: list[tuple[float, int, str, Outlet]] = field(default_factory=list)
    lines: dict[str, deque[Outlet]] = field(default_factory=lambda: defaultdict(deque))
    active: Counter[str] = field(default_factory=Counter)
    most_active: Counter[str] = field(default_factory=Counter)
    last_start: dict[str, float] = field(default_factory=dict)
    closest: float = float("inf")
    a_minute: Counter[int] = field(default_factory=Counter)
    next_look: dict[str, float] = field(default_factory=dict)
    number: int = 0
    enough: float | None = None

    @property
    def enough_at(self) -> float:
        return float("inf") if self.enough is None else self.enough

    def push(self, at: float, what: str, outlet: Outlet) -> None:
        self.number += 1
        heapq.heappush(self.events, (at, self.number, what, outlet))

    def run(self) -> None:
        for outlet in self.outlets:
            self.push(0.0, "due", outlet)
        while self.events and self.events[0][0] < DAY_SECONDS:
            now, _, what, outlet = heapq.heappop(self.events)
            if what == "due":
                self.lines[outlet.host].append(outlet)
            elif what == "ended":
                self.book.end(outlet.host, now)
                self.active[outlet.host] -= 1
                self.answer(outlet, now)
            self.look(outlet.host, now)

    def look(self, host: str, now: float) -> None:
        line = self.lines[host]
        while line:
            if self.book.closed_for(host, now):
                self.answer(line.popleft(), now)  # as Fetcher does: told at once, without a request
                continue
            wait = self.book.wait(host, now)
            if wait is None:
                return
            if wait > 0:
                if self.next_look.get(host, 0.0) <= now:
                    self.next_look[host] = now + wait
                    self.push(now + wait, "look", line[0])
                return
            self.begin(line.popleft(), now)

    def begin(self, outlet: Outlet, now: float) -> None:
        host = outlet.host
        self.book.start(host, now)
        self.active[host] += 1
        self.most_active[host] = max(self.most_active[host], self.active[host])
        self.closest = min(self.closest, now - self.last_start.get(host, float("-inf")))
        self.last_start[host] = now
        self.a_minute[int(now // 60)] += 1
        outlet.starts.append(now)
        outlet.late.append(now - outlet.due)
        if host == CROWDED and self.enough is None and now >= NOON:
            self.enough, outlet.refused = now, True
            self.book.close(host, now + HOUR, now)
        self.push(now + (TIMEOUT if outlet.hangs else self.chance.uniform(0.05, 1.0)), "ended", outlet)

    def answer(self, outlet: Outlet, now: float) -> None:
        moment = START + timedelta(seconds=now)
        outcome, parsed = self.outcome(outlet, now, moment)
        plan = next_poll(outlet.state, outcome, parsed, POLLING, outlet.feed, moment, self.chance.random())
        outlet.state = after(outlet.state, plan, moment, success=not isinstance(outcome, FetchFailed))
        assert plan.next_poll_at is not None
        outlet.due = (plan.next_poll_at - START).total_seconds()
        self.push(outlet.due, "due", outlet)

    def outcome(self, outlet: Outlet, now: float, moment: datetime) -> tuple[FetchOutcome, ParsedFeed | None]:
        nothing = timedelta(0)
        left = self.book.closed_for(outlet.host, now)
        if outlet.refused or (left and outlet.starts[-1] < self.enough_at):
            outlet.refused = False
            wait = timedelta(seconds=left)
            return FetchFailed(
                kind=Failure.RATE_LIMITED, reason="enough", url="", elapsed=nothing, retry_after=wait
            ), None
        if outlet.hangs:
            return FetchFailed(kind=Failure.TIMEOUT, reason="hangs", url="", elapsed=nothing), None
        gap = DAY_SECONDS / outlet.a_day
        first = outlet.state.last_success_at is None
        fresh = [moment - timedelta(seconds=gap * place) for place in range(30)] if first else []
        while outlet.last_item + gap <= now:
            outlet.last_item += gap
            fresh.append(START + timedelta(seconds=outlet.last_item))
        if not fresh:
            return NotModified(url="", elapsed=nothing), None
        got = Fetched(status=200, url="", headers={}, body=b"x", validators=Validators(), elapsed=nothing)
        return got, ParsedFeed(items=tuple(ParsedItem(title="خبر", published=date) for date in fresh))


def after(state: FeedState, plan: Plan, moment: datetime, *, success: bool) -> FeedState:
    return replace(
        state,
        interval=plan.interval,
        failures=plan.failures,
        hints=state.hints if plan.hints is None else plan.hints,
        last_success_at=moment if success else state.last_success_at,
    )


def outlets(count: int, hosts: int, chance: random.Random) -> list[Outlet]:
    made = []
    for number in range(count):
        # Hosts of all sizes: a few carry many feeds, most carry a few.
        host = f"h{int(hosts * chance.random() ** 2)}.example"
        feed = Feed(name=str(number), url=f"https://{host}/{number}")
        state = FeedState(id=FeedId(number), name=feed.name, url=feed.url)
        rate = chance.choice([1.0, 2.0, 6.0, 12.0, 40.0])
        outlet = Outlet(feed=feed, host=host, a_day=rate, state=state, hangs=number % 100 == 0)
        outlet.last_item = -chance.random() * DAY_SECONDS / rate
        made.append(outlet)
    return made


@pytest.fixture(scope="module")
def day() -> Day:
    chance = random.Random(11)
    simulated = Day(outlets(1000, 150, chance), chance)
    simulated.run()
    return simulated


def test_no_host_is_asked_more_than_it_may_be(day: Day) -> None:
    assert max(day.most_active.values()) == POLLING.per_host
    assert day.closest >= SPACING - 1e-6


def test_every_feed_is_asked_all_day(day: Day) -> None:
    longest = POLLING.max.total_seconds() * 1.02 + TIMEOUT
    for outlet in day.outlets:
        gaps = [later - earlier for earlier, later in zip(outlet.starts, outlet.starts[1:], strict=False)]
        assert max(gaps) <= longest + (HOUR if outlet.host == CROWDED else 0)
        assert DAY_SECONDS - outlet.starts[-1] <= longest


def test_each_feed_settles_at_its_own_rhythm(day: Day) -> None:
    by_rate: dict[float, list[float]] = defaultdict(list)
    for outlet in day.outlets:
        if not outlet.hangs:
            by_rate[outlet.a_day].append(DAY_SECONDS / len(outlet.starts))
    means = {rate: sum(gaps) / len(gaps) for rate, gaps in by_rate.items()}
    for rate, mean in means.items():
        wanted = min(max(DAY_SECONDS / (6 * rate), 60.0), 3600.0)
        assert wanted * 0.8 <= mean <= wanted * 1.3, (rate, mean, wanted)


def late_between(day: Day, start: float, end: float) -> list[float]:
    return [
        moment
        for outlet in day.outlets
        for moment, at in zip(outlet.late, outlet.starts, strict=True)
        if start < at < end
    ]


def test_polls_neither_drift_nor_pile_up(day: Day) -> None:
    late = sorted(moment for outlet in day.outlets if not outlet.hangs for moment in outlet.late[1:])
    assert late[len(late) // 2] < 1.0
    assert late[int(len(late) * 0.99)] < 20.0
    first_half = late_between(day, 3600, DAY_SECONDS / 2)
    second_half = late_between(day, DAY_SECONDS / 2, DAY_SECONDS)
    mean = [sum(part) / len(part) for part in (first_half, second_half)]
    assert mean[1] <= mean[0] * 1.5 + 0.5


def test_feeds_do_not_march_in_step(day: Day) -> None:
    tens = [sum(day.a_minute[minute] for minute in range(start, start + 10)) for start in range(180, 1440, 10)]
    mean = sum(tens) / len(tens)
    assert max(tens) < mean * 1.3
    assert min(tens) > mean * 0.7


def test_a_hanging_feed_is_asked_less_often_but_never_given_up(day: Day) -> None:
    for outlet in day.outlets:
        if outlet.hangs:
            assert 20 <= len(outlet.starts) <= 40


def test_a_host_that_has_enough_is_left_alone_and_not_stormed_afterwards(day: Day) -> None:
    begun = sorted(start for outlet in day.outlets if outlet.host == CROWDED for start in outlet.starts)
    assert day.enough is not None
    end = day.enough + HOUR
    assert [start for start in begun if day.enough < start < end] == []
    feeds = sum(outlet.host == CROWDED for outlet in day.outlets)
    after = [start - end for start in begun if start >= end]
    assert feeds > 50
    assert after[feeds - 1] > SPACING * (feeds - 1)
    assert all(any(start > end for start in outlet.starts) for outlet in day.outlets if outlet.host == CROWDED)
