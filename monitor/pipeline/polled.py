"""What a poll leaves behind: the feed's row from the outcome and the plan, and the transactions that write it.

It must not fetch, parse or decide when to poll next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

from monitor.feeds.schedule import Plan
from monitor.model import FeedState, Validators
from monitor.outcomes import Fetched, FetchFailed, FetchOutcome, NotModified, ParsedFeed, ParseFailed
from monitor.pipeline.line import Line
from monitor.pipeline.outcome import Ingested
from monitor.settings import Feed
from monitor.store.feeds import FeedPolled
from monitor.store.tables import Tables

FeedNotice = Literal["feed_held", "feed_moved", "feed_stopped"]


def answered(
    feed: Feed,
    state: FeedState,
    outcome: FetchOutcome,
    parsed: ParsedFeed | None,
    plan: Plan,
    now: datetime,
    *,
    outcome_name: str,
) -> FeedPolled:
    """What a poll that was answered leaves in the feed's row."""
    same_body = parsed is None or (parsed.body_hash == state.body_hash and parsed.digests == state.known_digests)
    return FeedPolled(
        feed_id=state.id,
        asked=feed.url,
        at=now,
        elapsed=outcome.elapsed,
        outcome=outcome_name,
        success=True,
        next_poll_at=plan.next_poll_at,
        interval=plan.interval,
        failures=plan.failures,
        http_status=status_of(outcome),
        validators=_kept_validators(state, outcome),
        body_hash=None if same_body or parsed is None else parsed.body_hash,
        digests=None if same_body or parsed is None else parsed.digests,
        hints=plan.hints,
        pending_url=plan.pending_url,
        pending_since=plan.pending_since,
        unchanged=parsed is None or not parsed.items,
    )


def _kept_validators(state: FeedState, outcome: FetchOutcome) -> Validators | None:
    """The validators to keep; None: those that stand. A 304 may renew either of them, a body replaces both."""
    match outcome:
        case Fetched():
            kept = outcome.validators
        case NotModified():
            kept = Validators(
                etag=outcome.validators.etag or state.validators.etag,
                last_modified=outcome.validators.last_modified or state.validators.last_modified,
            )
        case _:
            return None
    return None if kept == state.validators else kept


def status_of(outcome: FetchOutcome) -> int | None:
    """The HTTP status of an answer, or None where none came."""
    return 304 if isinstance(outcome, NotModified) else outcome.status


def brought_nothing(
    state: FeedState,
    outcome: FetchOutcome,
    failed: FetchFailed | ParseFailed,
    plan: Plan,
    reason: str,
    now: datetime,
) -> FeedPolled:
    """What a poll that failed leaves in the feed's row: validators and digests stay, for what we have is unchanged."""
    return FeedPolled(
        feed_id=state.id,
        at=now,
        elapsed=outcome.elapsed,
        outcome=failed.kind.value,
        success=False,
        next_poll_at=plan.next_poll_at,
        interval=plan.interval,
        failures=plan.failures,
        state="stopped" if plan.state == "stopped" else None,
        state_reason=plan.reason if plan.state == "stopped" else "",
        http_status=status_of(outcome),
        error=reason,
        error_kind=failed.kind.value,
        hints=plan.hints,
        pending_url=plan.pending_url,
        pending_since=plan.pending_since,
    )


# --- inside the transaction -------------------------------------------------------------------------------------------


def ingest_and_tell(
    tx: Tables,
    feed: Feed,
    state: FeedState,
    parsed: ParsedFeed,
    polled: FeedPolled,
    notice: str,
    line_now: Callable[[], Line],
    now: datetime,
) -> Ingested | None:
    """Take the items down the line, and queue a word for the feed's owner where something needs a person.

    None: the configuration has overtaken the poll, see `_stands`.
    """
    from monitor.pipeline.ingest import ingest  # a poll that finds nothing new needs none of it

    if not _stands(tx, feed, polled):
        return None
    line = line_now()
    found = ingest(tx, feed, state, parsed, polled, line, now)
    if found.held:
        notify(tx, line, "feed_held", feed.name, found.reason, now)
    notify(tx, line, "feed_moved", feed.name, polled.pending_url or "" if notice else "", now)
    return found


def write_unchanged(tx: Tables, polls: Sequence[FeedPolled]) -> None:
    """Write polls of several feeds that found nothing new and have nothing to tell."""
    tx.feeds.polled_all(polls)


def write_polled(
    tx: Tables, polled: FeedPolled, feed: Feed, notice: str, line_now: Callable[[], Line], now: datetime
) -> bool:
    """Write a poll that found nothing new, and what the feed's owner should know. False: overtaken, nothing written."""
    if not _stands(tx, feed, polled):
        return False
    tx.feeds.polled(polled)
    notify(tx, line_now(), "feed_moved", feed.name, polled.pending_url or "" if notice else "", now)
    return True


def write_failed(
    tx: Tables, polled: FeedPolled, feed: Feed, notice: str, line_now: Callable[[], Line], now: datetime
) -> bool:
    """Write a poll that failed. False: overtaken, nothing was written."""
    from monitor.store.polls import PollRecord

    if not _stands(tx, feed, polled):
        return False
    tx.feeds.polled(polled)
    tx.polls.add(
        PollRecord(
            feed_id=polled.feed_id,
            at=polled.at,
            elapsed=polled.elapsed,
            outcome=polled.outcome,
            http_status=polled.http_status,
            reason=polled.error,
        )
    )
    notify(tx, line_now(), "feed_stopped", feed.name, polled.error if notice else "", now)
    return True


def _stands(tx: Tables, feed: Feed, polled: FeedPolled) -> bool:
    """Whether the feed is still configured under the address that was asked.

    While a feed was being asked it may have left the configuration or got another address. What the old address said
    (its validators, that it was read before) must not be taken for the new one's: its backlog would count as news.
    """
    return tx.feeds.stands(polled.feed_id, feed.url)


def notify(tx: Tables, line: Line, kind: FeedNotice, feed: str, detail: str, now: datetime) -> None:
    """Queue a word about a feed for the channels that want to hear of the monitor's own troubles, once a day."""
    if not detail:
        return
    from monitor.alerts.compose.proof import feed_notice

    for channel in line.config.channels:
        if channel.notices:
            subject, body = feed_notice(kind, feed, detail, channel.language or line.config.language)
            key = f"{feed} {now:%Y-%m-%d}"
            tx.notices.add(kind=kind, key=key, channel=channel.name, subject=subject, body=body, now=now)


def postpone(tx: Tables, name: str, later: datetime, reason: str) -> None:
    """Write down that a poll broke on a fault of ours."""
    tx.feeds.postpone(name, later, reason)
