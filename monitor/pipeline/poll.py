"""One poll of one feed: fetch and parse without a transaction, then write everything in one.

It is the shell around the decisions: I/O, the log, and the one broad `except` per feed. Whatever a feed does costs only
its own poll.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Protocol

from monitor.errors import StorageError
from monitor.feeds.schedule import Plan, next_poll
from monitor.feeds.turn import Backlog
from monitor.model import FeedState
from monitor.outcomes import (
    Failure,
    Fetched,
    FetchFailed,
    FetchOutcome,
    NotModified,
    ParsedFeed,
    ParseFailed,
    ParseOutcome,
)
from monitor.pipeline.faults import KnownFaults
from monitor.pipeline.line import Line
from monitor.pipeline.outcome import NOTHING_NEW, Ingested
from monitor.pipeline.polled import (
    answered,
    brought_nothing,
    ingest_and_tell,
    postpone,
    status_of,
    write_failed,
    write_polled,
    write_unchanged,
)
from monitor.settings import Feed
from monitor.store.database import Store
from monitor.store.tables import Tables

HICCUPS = frozenset({Failure.DNS, Failure.CONNECT, Failure.TIMEOUT, Failure.TLS, Failure.PROTOCOL})


class Fetches(Protocol):
    """The door to HTTP, as `feeds.fetch.Fetcher` is."""

    async def fetch(self, feed: Feed, state: FeedState) -> FetchOutcome:
        """Ask for the feed; outcomes are values."""
        ...


class Parses(Protocol):
    """The reading of bodies, as `feeds.parse.Parser` does it."""

    async def parse(
        self,
        body: bytes,
        *,
        feed: Feed,
        url: str,
        content_type: str = "",
        known_digests: frozenset[bytes] = frozenset(),
        previous_hash: bytes = b"",
        now: datetime,
    ) -> ParseOutcome:
        """Read the items that are not known by digest."""
        ...


class Log(Protocol):
    """As much of a structured logger as a poll needs."""

    def debug(self, event: str, /, **fields: object) -> object:
        """Detail."""
        ...

    def info(self, event: str, /, **fields: object) -> object:
        """One unit of work."""
        ...

    def warning(self, event: str, /, **fields: object) -> object:
        """Something a person may have to look at."""
        ...

    def exception(self, event: str, /, **fields: object) -> object:
        """A fault of ours, with its traceback."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PollDeps:
    """What a poll works with. `parser` is asked for when the first body comes. `jitter` draws from [0, 1).

    `line` gives the line in force: items are decided on by the one in force when they are written, however long the
    feed took to answer. `backlog`: where the parser counts the items it has read.
    """

    store: Store
    fetcher: Fetches
    parser: Callable[[], Parses]
    line: Callable[[], Line]
    clock: Callable[[], datetime]
    jitter: Callable[[], float]
    log: Log
    faults: KnownFaults
    backlog: Backlog


@dataclass(frozen=True, slots=True, kw_only=True)
class PollReport:
    """What came of a poll. `outcome`: not_modified | unchanged | new | revised | seen | held, a failure's kind,
    "overtaken" (by a new configuration; nothing was kept), or "error" (ours). `failure` None: the feed answered;
    `failures`: in a row, this one included. `elapsed`: from the request to the commit."""

    feed: str
    outcome: str
    failure: Failure | None = None
    http_status: int | None = None
    reason: str = ""
    found: Ingested = NOTHING_NEW
    next_poll_at: datetime | None = None
    elapsed: timedelta = timedelta(0)
    notice: str = ""
    failures: int = 0


async def poll(feed: Feed, deps: PollDeps, state: FeedState | None = None) -> PollReport:
    """Poll a feed now and commit what came of it. Never raises for anything the feed or its content does.

    Args:
        state: what the store remembers of the feed, where the caller has just read it; None: it is read here.
    """
    started = monotonic()
    now = deps.clock()
    try:
        report = await _poll(feed, deps, state or deps.store.look(_state, feed.name), now)
    except Exception as error:  # one feed's trouble, even a fault of ours, must not touch the others
        if deps.faults.is_new(feed.name, error):
            deps.log.exception("poll_failed", feed=feed.name)
        report = PollReport(feed=feed.name, outcome="error", reason=f"{type(error).__name__}: {error}"[:500])
        report = replace(report, next_poll_at=await _set_back(feed, deps, report.reason, now))
    else:
        deps.faults.worked(feed.name)
    report = replace(report, elapsed=timedelta(seconds=monotonic() - started))
    _say(report, deps.log)
    return report


async def _poll(feed: Feed, deps: PollDeps, state: FeedState | None, now: datetime) -> PollReport:
    if state is None:
        raise LookupError("the feed is not in the database; it left the configuration")
    outcome = await deps.fetcher.fetch(feed, state)
    parsed = await _parsed(feed, state, outcome, deps, now)
    try:
        return await _written(feed, state, outcome, parsed, deps)
    finally:
        if isinstance(parsed, ParsedFeed):
            deps.backlog.remove(len(parsed.items))


async def _written(
    feed: Feed, state: FeedState, outcome: FetchOutcome, parsed: ParseOutcome | None, deps: PollDeps
) -> PollReport:
    """What was fetched and parsed, written down."""
    now = deps.clock()  # the poll happened when its answer came, not when it was asked for
    line = deps.line()  # another than when the feed was asked, perhaps; the next poll is its business
    plan = next_poll(state, outcome, parsed, line.config.polling, line.feed_as_it_is(feed), now, deps.jitter())
    match outcome, parsed:
        case (FetchFailed() as failed, _) | (_, ParseFailed() as failed):
            return await _failed(feed, state, outcome, failed, plan, deps, now)
        case (_, ParsedFeed(items=[_, *_])):
            return await _with_items(feed, state, outcome, parsed, plan, deps, now)
        case _:
            return await _unchanged(feed, state, outcome, parsed, plan, deps, now)


def _state(tx: Tables, name: str) -> FeedState | None:
    return tx.feeds.state(name)


async def _parsed(
    feed: Feed, state: FeedState, outcome: FetchOutcome, deps: PollDeps, now: datetime
) -> ParseOutcome | None:
    """What the body held; None where there is none to read."""
    if not isinstance(outcome, Fetched):
        return None
    return await deps.parser().parse(
        outcome.body,
        feed=feed,
        url=outcome.url,
        content_type=outcome.headers.get("content-type", ""),
        known_digests=state.known_digests,
        previous_hash=state.body_hash,
        now=now,
    )


async def _with_items(
    feed: Feed, state: FeedState, outcome: FetchOutcome, parsed: ParsedFeed, plan: Plan, deps: PollDeps, now: datetime
) -> PollReport:
    """Items that are not known by digest: down the line with them."""
    polled = answered(feed, state, outcome, parsed, plan, now, outcome_name="new")
    found = await deps.store.write(ingest_and_tell, feed, state, parsed, polled, plan.notice, deps.line, now)
    if found is None:
        return _overtaken(feed, outcome)
    name = "held" if found.held else "new" if found.new else "revised" if found.revised else "seen"
    return PollReport(
        feed=feed.name,
        outcome=name,
        http_status=status_of(outcome),
        reason=found.reason or plan.reason,
        found=found,
        next_poll_at=plan.next_poll_at,
        notice=plan.notice,
    )


async def _unchanged(
    feed: Feed,
    state: FeedState,
    outcome: FetchOutcome,
    parsed: ParseOutcome | None,
    plan: Plan,
    deps: PollDeps,
    now: datetime,
) -> PollReport:
    """Nothing to store but the feed's state."""
    name = "not_modified" if isinstance(outcome, NotModified) else "unchanged"
    body = parsed if isinstance(parsed, ParsedFeed) else None
    polled = answered(feed, state, outcome, body, plan, now, outcome_name=name)
    if plan.notice:
        if not await deps.store.write(write_polled, polled, feed, plan.notice, deps.line, now):
            return _overtaken(feed, outcome)
    else:
        await deps.store.write_together(write_unchanged, polled)
    items = 0 if body is None else body.unchanged
    return PollReport(
        feed=feed.name,
        outcome=name,
        http_status=status_of(outcome),
        reason=plan.reason,
        found=replace(NOTHING_NEW, items=items),
        next_poll_at=plan.next_poll_at,
        notice=plan.notice,
    )


async def _failed(
    feed: Feed,
    state: FeedState,
    outcome: FetchOutcome,
    failed: FetchFailed | ParseFailed,
    plan: Plan,
    deps: PollDeps,
    now: datetime,
) -> PollReport:
    """The feed brought nothing: note why, keep what we have of it, ask again later."""
    reason = failed.reason
    if isinstance(failed, ParseFailed) and failed.suggestion:
        reason = f"{reason}; {failed.suggestion}"
    polled = brought_nothing(state, outcome, failed, plan, reason, now)
    if not await deps.store.write(write_failed, polled, feed, plan.notice, deps.line, now):
        return _overtaken(feed, outcome)
    return PollReport(
        feed=feed.name,
        outcome=failed.kind.value,
        failure=failed.kind,
        failures=plan.failures,
        http_status=status_of(outcome),
        reason=reason,
        next_poll_at=plan.next_poll_at,
        notice=plan.notice,
    )


def _overtaken(feed: Feed, outcome: FetchOutcome) -> PollReport:
    """The feed left the configuration, or got another address, while its old one was asked."""
    reason = "the configuration changed meanwhile; nothing of this answer was kept"
    return PollReport(feed=feed.name, outcome="overtaken", http_status=status_of(outcome), reason=reason)


async def _set_back(feed: Feed, deps: PollDeps, reason: str, now: datetime) -> datetime | None:
    """After a fault of ours: try again after the usual interval, not at once and for ever."""
    later = now + (feed.every or deps.line().config.polling.every)
    try:
        await deps.store.write(postpone, feed.name, later, reason)
    except StorageError as error:
        deps.log.warning("poll_not_recorded", feed=feed.name, reason=str(error))
    return later


def _say(report: PollReport, log: Log) -> None:
    found = report.found
    fields: dict[str, object] = {
        "feed": report.feed,
        "status": report.outcome,
        "http_status": report.http_status,
        "items": found.items,
        "new": found.new,
        "revised": found.revised,
        "matched": found.matched,
        "alerts": found.alerts,
        "ms": round(report.elapsed.total_seconds() * 1000),
    }
    if report.failure is not None:
        # Once is enough: what cannot pass by itself at once, what may be a hiccup when it comes a second time.
        tell = report.failures == (2 if report.failure in HICCUPS else 1)
        (log.warning if tell else log.debug)("feed_polled", **fields, reason=report.reason, failures=report.failures)
    elif found.held or report.outcome == "error":
        log.warning("feed_polled", **fields, reason=report.reason)
    elif found.new or found.revised:
        log.info("feed_polled", **fields)
    else:
        log.debug("feed_polled", **fields)
    if report.notice:
        log.warning("feed_notice", feed=report.feed, reason=report.notice)
