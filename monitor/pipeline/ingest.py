"""identify → match → group → route → enqueue: everything a poll changes, in one transaction.

The decisions are pure functions of `feeds`, `rules`, `stories` and `alerts`; this module asks the store what they need
and writes down what they say. It must not read a clock or touch the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from monitor.feeds.identity import Identified, identify
from monitor.feeds.known import KnownItem, KnownItems, keys_of
from monitor.feeds.links import site_of
from monitor.feeds.window import WindowVerdict, window_suspicious
from monitor.model import FeedState
from monitor.outcomes import ParsedFeed, ParsedItem
from monitor.pipeline.line import Line
from monitor.pipeline.newcomers import take_new
from monitor.pipeline.outcome import Ingested, ItemOutcome
from monitor.pipeline.returners import take_revised, take_seen
from monitor.pipeline.telling import Telling
from monitor.settings import Feed
from monitor.store.feeds import FeedPolled
from monitor.store.polls import PollRecord
from monitor.store.tables import Tables


def ingest(
    tx: Tables, feed: Feed, state: FeedState, parsed: ParsedFeed, polled: FeedPolled, line: Line, now: datetime
) -> Ingested:
    """Store what a document brought and what follows from it, the feed's validators last.

    Args:
        state: the feed as it stood when it was fetched.
        polled: what the poll leaves in the feed's row; the counts and a hold are filled in here.
        now: the time of the poll.
    """
    first_poll = state.first_polled_at is None
    identified = identify_items(tx, feed, parsed.items, line, now, first_poll=first_poll, standing=parsed.digests)
    verdict = window_suspicious(
        identified,
        unchanged=parsed.unchanged,
        last_success_at=None if first_poll else state.last_success_at,
        last_new_at=state.last_new_at,
        now=now,
    )
    changed = any(one.status != "seen" for one in identified)
    poll_id = tx.polls.open(state.id, now) if changed else None
    telling = Telling(tx, line, now)
    outcomes = [
        *take_new(tx, feed, state, identified, verdict, line, telling, now, poll_id=poll_id),
        *take_revised(tx, feed, identified, line, telling, now),
        *take_seen(tx, feed, state, identified, line, telling, now),
    ]
    found = _summed_up(parsed, outcomes, verdict)
    if poll_id is not None:
        tx.polls.close(poll_id, _record(polled, found, parsed.notes))
    held = {"state": "held", "state_reason": verdict.reason} if verdict.held else {}
    tx.feeds.polled(replace(polled, new=found.new, **held))  # type: ignore[arg-type]
    return found


def identify_items(
    tx: Tables,
    feed: Feed,
    items: Sequence[ParsedItem],
    line: Line,
    now: datetime,
    *,
    first_poll: bool,
    standing: frozenset[bytes] = frozenset(),
) -> list[Identified]:
    """What each item of a document is to the store: new, revised or seen, with the reason."""
    if not items:
        return []
    wanted = keys_of(items)
    known = KnownItems(
        KnownItem(
            id=row.id,
            outlet=row.outlet,
            site=site_of(row.feed_url),
            guid=row.guid,
            link_key=row.link_key,
            title_key=row.title_key,
            content_hash=row.content_hash,
            first_seen=row.first_seen,
            published=row.published,
            past_hashes=row.past_hashes,
            digest=row.digest,
        )
        for row in tx.items.known(wanted.guids, wanted.link_keys, wanted.title_keys)
    )
    return identify(
        items, known, feed, now, line.config.items, first_poll=first_poll, keys=wanted.keys, standing=standing
    )


def _summed_up(parsed: ParsedFeed, outcomes: Sequence[ItemOutcome], verdict: WindowVerdict) -> Ingested:
    fresh = [one for one in outcomes if one.standing not in ("revised", "seen")]
    revised = [one for one in outcomes if one.standing == "revised"]
    return Ingested(
        items=len(parsed.items) + parsed.unchanged,
        new=len(fresh),
        revised=len(revised),
        matched=sum(bool(one.matches) for one in (*fresh, *revised)),
        alerts=sum(len(one.alerts) for one in outcomes),
        held=verdict.held,
        reason=verdict.reason if verdict.held else "",
        outcomes=tuple(outcomes),
    )


def _record(polled: FeedPolled, found: Ingested, notes: tuple[str, ...]) -> PollRecord:
    outcome = "held" if found.held else "new" if found.new else "revised"
    return PollRecord(
        feed_id=polled.feed_id,
        at=polled.at,
        elapsed=polled.elapsed,
        outcome=outcome,
        http_status=polled.http_status,
        items=found.items,
        new=found.new,
        revised=found.revised,
        matched=found.matched,
        alerts=found.alerts,
        reason=found.reason,
        notes=notes,
    )
