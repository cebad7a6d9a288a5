"""Takes recorded items down the whole line on a scratch database: their time is the clock, nothing is sent.

The functions are those of a poll; each item is a poll of its own. The clock never goes back: a line that is older than
the ones before it is an item that came late.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Any

from monitor.alerts.routing import AlertDecision
from monitor.model import Assignment, FeedState, ItemId
from monitor.outcomes import ParsedFeed
from monitor.pipeline.ingest import ingest
from monitor.pipeline.line import Line
from monitor.pipeline.outcome import ItemOutcome
from monitor.pipeline.recording import Recorded, Unreadable, read_line
from monitor.settings import Config, Feed
from monitor.store.database import Store
from monitor.store.feeds import FeedPolled
from monitor.store.tables import Tables

BATCH = 500  # lines a transaction

Result = dict[str, Any]


def replay(lines: Iterable[str], config: Config, *, start: datetime, scratch: Path | None = None) -> Iterator[Result]:
    """One result a line, in their order; blank lines are skipped.

    Args:
        lines: JSON objects `{id, feed, title, summary, link, guid, published}`; every field may be missing. `outlet`,
            `text` and `date` are taken for `feed`, `summary` and `published`.
        config: its rules, stories and channels decide. Feeds it does not know are made up on the way.
        start: the time of lines before the first that has one.
        scratch: where to make the temporary folder of the database; None: the system's place.

    Yields:
        `{"id", "status", "story", "role", "matches", "alerts", "reason"}`. `status`: fresh | old | revised | seen, or
        error for a line that is no item. `story`: the number of its story, or None. `matches`: `{"rule", "hits"}` for
        each rule that holds. `alerts`: `{"rule", "kind", "severity", "channels", "reason"}` for each alert. `reason`:
        that of every stage, in words.
    """
    with tempfile.TemporaryDirectory(prefix="monitor-replay-", dir=scratch) as folder:
        yield from _Replay(config, start).run(lines, Path(folder))


class _Replay:
    """One run: the clock, the feeds met so far, and what decides."""

    def __init__(self, config: Config, start: datetime) -> None:
        self._line = Line.of(config)
        self._feeds = {feed.name: feed for feed in config.feeds}
        self._states: dict[str, FeedState] = {}
        self._now = start
        self._begun = False

    def run(self, lines: Iterable[str], folder: Path) -> Iterator[Result]:
        rows = (line for line in lines if line.strip())
        with Store.open(folder, lambda: self._now) as store:
            while chunk := list(islice(rows, BATCH)):
                yield from store.write_sync(self._take, [read_line(row) for row in chunk])

    def _take(self, tx: Tables, read: Sequence[Recorded | Unreadable]) -> list[Result]:
        self._meet_feeds(tx, {one.feed for one in read if isinstance(one, Recorded)})
        return [self._one(tx, one) if isinstance(one, Recorded) else _unreadable(one) for one in read]

    def _meet_feeds(self, tx: Tables, names: set[str]) -> None:
        strangers = sorted(names - self._states.keys())
        if not strangers:
            return
        for name in strangers:
            self._feeds.setdefault(name, Feed(name=name, url=_made_up_address(name)))
        tx.feeds.sync(self._feeds.values(), self._now)
        self._states |= tx.feeds.states(strangers)

    def _one(self, tx: Tables, one: Recorded) -> Result:
        moment = one.item.published
        if moment is not None:
            self._now = max(self._now, moment) if self._begun else moment
            self._begun = True
        now, state = self._now, self._states[one.feed]
        seen = FeedState(id=state.id, name=state.name, url=state.url, first_polled_at=now, last_success_at=now)
        polled = FeedPolled(
            feed_id=state.id,
            at=now,
            elapsed=timedelta(0),
            outcome="new",
            success=True,
            next_poll_at=None,
            interval=None,
        )
        found = ingest(tx, self._feeds[one.feed], seen, ParsedFeed(items=(one.item,)), polled, self._line, now)
        outcome = found.outcomes[0]
        if outcome.assignment is None and outcome.item_id is not None:
            outcome = replace(outcome, assignment=_again(tx, outcome.item_id))
        return _result(one, outcome)


def _made_up_address(name: str) -> str:
    """A site of its own for a feed the configuration does not know: feeds of one site share their articles."""
    return f"https://{blake2b(name.encode('utf-8', 'replace'), digest_size=8).hexdigest()}.invalid/"


def _again(tx: Tables, item_id: ItemId) -> Assignment | None:
    """Where an item that was seen before belongs."""
    assignment = tx.items.assignment(item_id)
    return None if assignment is None else replace(assignment, role="repeats", score=1.0, reason="the same item again")


def _result(one: Recorded, outcome: ItemOutcome) -> Result:
    assignment = outcome.assignment
    told = [decision for decision in outcome.decisions if decision.tells]
    reasons = [
        one.note,
        outcome.reason,
        "" if assignment is None else f"{assignment.role} story {assignment.story_id}: {assignment.reason}",
        *(f"{decision.rule}: {decision.reason}" for decision in outcome.decisions),
        "" if outcome.matches else "no rule holds",
    ]
    return {
        "id": one.id,
        "status": outcome.standing,
        "story": None if assignment is None else assignment.story_id,
        "role": None if assignment is None else assignment.role,
        "matches": [
            {
                "rule": match.rule,
                "hits": [
                    {
                        "term": hit.term,
                        "field": hit.field,
                        "start": hit.start,
                        "end": hit.end,
                        "text": hit.text,
                        "how": hit.how,
                    }
                    for hit in match.hits
                ],
            }
            for match in outcome.matches
        ],
        "alerts": [_alert(decision) for decision in told] if outcome.alerts else [],
        "reason": "; ".join(reason for reason in reasons if reason),
    }


def _alert(decision: AlertDecision) -> Result:
    return {
        "rule": decision.rule,
        "kind": decision.kind,
        "severity": decision.severity.word,
        "channels": [
            {"channel": one.channel, "state": one.state.value, "reason": one.reason} for one in decision.deliveries
        ],
        "reason": decision.reason,
    }


def _unreadable(one: Unreadable) -> Result:
    empty: Result = {"story": None, "role": None, "matches": [], "alerts": []}
    return {"id": one.id, "status": "error", **empty, "reason": one.reason}
