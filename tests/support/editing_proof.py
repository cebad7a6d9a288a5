"""What must hold after a day of edits: nothing missed, nothing lost, nothing half applied.

Each check gives what is wrong. It reads the database as a stranger would, and compares it with what the test itself did
and saw.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from monitor.config.history import rule_then
from tests.support.editing import Edition
from tests.support.feed_server import FeedServer
from tests.support.press import Published
from tests.support.webhook import Webhook

SERVED_LATER = 0.1  # seconds between the arrival of a request and the moment its answer is made, at most


@dataclass(frozen=True, slots=True)
class InForce:
    """An edition that was taken over: some time after `saved`, and for certain at `seen`."""

    edition: Edition
    saved: float
    seen: float


@dataclass(slots=True)
class Day:
    """All that was done and seen. `texts`: the valid editions as the history must have them, in their order."""

    database: Path
    feeds: FeedServer
    sinks: Mapping[str, Webhook]
    in_force: list[InForce] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What stands in the database."""
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def asked(self, path: str) -> list[float]:
        """When `path` was asked for."""
        return [request.at for request in self.feeds.asked(path)]

    def editions(self, start: float, end: float) -> list[Edition]:
        """Every edition that may have been in force at some moment of [start, end]."""
        ends = [later.seen for later in self.in_force[1:]] + [float("inf")]
        return [
            one.edition for one, over in zip(self.in_force, ends, strict=True) if one.saved <= end and over >= start
        ]


def missed_polls(day: Day, every: float, slack: float, until: float) -> Iterator[str]:
    """Feeds that were not asked on time while they were configured for certain."""
    for path in {feed.path for one in day.in_force for feed in one.edition.feeds}:
        asked = day.asked(path)
        for start, end in _spans(day, path, until):
            times = [start, *(at for at in asked if start < at < end), end]
            longest = max(later - earlier for earlier, later in pairwise(times))
            if longest > 2 * every + slack:
                yield f"{path} was not asked for {longest:.1f} s between {start:.1f} and {end:.1f}"


def polls_of_strangers(day: Day, slack: float) -> Iterator[str]:
    """Requests for feeds that were in no configuration at that time."""
    for path in {request.path for request in day.feeds.requests}:
        for at in day.asked(path):
            if not any(feed.path == path for one in day.editions(at - slack, at) for feed in one.feeds):
                yield f"{path} was asked at {at:.1f}, when it was in no configuration"


def _spans(day: Day, path: str, until: float) -> Iterator[tuple[float, float]]:
    """The times during which `path` was configured without a break."""
    start: float | None = None
    for one in day.in_force:
        there = any(feed.path == path for feed in one.edition.feeds)
        if there and start is None:
            start = one.seen
        elif not there and start is not None:
            yield start, one.saved
            start = None
    if start is not None:
        yield start, until


def half_applied(day: Day) -> Iterator[str]:
    """Configurations in the history that were never written, or not in that order."""
    kept = [row[0] for row in day.rows("SELECT text FROM configs ORDER BY id")]
    if kept != day.texts:
        first = next((n for n, pair in enumerate(zip(kept, day.texts, strict=False)) if pair[0] != pair[1]), None)
        yield f"{len(kept)} configurations are kept, {len(day.texts)} were written; the first that differs: {first}"


def alerts_of_another_configuration(day: Day) -> Iterator[str]:
    """Alerts whose rule does not stand so in the configuration they name, or that was not in force then."""
    configs = {row[0]: row[1:] for row in day.rows("SELECT id, text, at FROM configs")}
    began = {number: at for number, (_, at) in configs.items()}
    for alert, rule, label, severity, created, config in day.rows(
        "SELECT id, rule, label, severity, created_at, config_id FROM alerts"
    ):
        then = rule_then(configs[config][0], rule) if config in configs else None
        if then is None or then.table["label"] != label:
            yield f"alert {alert} ({label}) names configuration {config}, whose rule is {then and then.table}"
            continue
        if then.table["severity"] != ("low", "normal", "urgent")[severity]:
            yield f"alert {alert} has the severity {severity} of another configuration"
        if created < began[config]:
            yield f"alert {alert} was decided before configuration {config} was applied"


def lost_or_invented(day: Day, published: Sequence[Published]) -> Iterator[str]:
    """Items that must have an alert on certain channels and have not, and those that must have none and have one."""
    told: dict[str, set[str]] = {}
    for guid, channel in day.rows(
        "SELECT guid, channel FROM alerts JOIN items ON items.id = item_id JOIN deliveries ON alert_id = alerts.id"
    ):
        told.setdefault(guid, set()).add(channel)
    certain = 0
    for item in published:
        asked = day.asked(item.path)
        place = bisect_right(asked, item.at)
        if place + 1 >= len(asked):
            editions = day.editions(item.at, float("inf"))
        else:
            editions = day.editions(item.at, asked[place + 1])
            owners = {feed.name for one in editions for feed in one.feeds if feed.path == item.path}
            if len(owners) == 1 and _stood(day, item, asked[:place]):
                must = frozenset.intersection(*(one.reaches(item.path, item.word) for one in editions))
                certain += bool(must)
                if lost := must - told.get(item.guid, set()):
                    yield f"{item} has no alert on {sorted(lost)}"
        may = frozenset[str]().union(*(one.reaches(item.path, item.word) for one in editions))
        if item.guid in told and not may and _never(day, item):
            yield f"{item} has an alert on {told[item.guid]}, and no rule ever asked for it"
    if certain < len(published) // 5:
        yield f"only {certain} of {len(published)} items were certain to alert: the test proves little"


def _never(day: Day, item: Published) -> bool:
    return not any(one.reaches(item.path, item.word) for one in day.editions(item.at, float("inf")))


def _stood(day: Day, item: Published, asked: Sequence[float]) -> bool:
    """Whether the feed had been read before the item came, under one name and address: else it is a backlog's."""
    names: set[str] = set()
    since = 0.0
    for one in day.in_force:
        if one.saved > item.at:
            break
        here = {feed.name for feed in one.edition.feeds if feed.path == item.path}
        if here != names:
            names, since = here, one.seen
    return bool(names) and any(since < at < item.at - SERVED_LATER for at in asked)


def not_once(day: Day) -> Iterator[str]:
    """Deliveries that did not arrive exactly once, and those that came to any other end."""
    for state, count in day.rows("SELECT state, count(*) FROM deliveries WHERE state <> 'sent' GROUP BY state"):
        yield f"{count} deliveries are {state}"
    sent = Counter(
        (channel, delivery) for channel, delivery in day.rows("SELECT channel, id FROM deliveries WHERE state = 'sent'")
    )
    arrived = Counter(
        (channel, alert["delivery"])
        for channel, sink in day.sinks.items()
        for body in sink.bodies
        for alert in body["alerts"]
    )
    for key in (sent - arrived).keys() | (arrived - sent).keys():
        yield f"delivery {key} is sent {sent[key]} times in the outbox and arrived {arrived[key]} times"
    doubled = day.rows("SELECT item_id, rule FROM alerts GROUP BY item_id, rule HAVING count(*) > 1")
    if doubled:
        yield f"items with two alerts of one rule: {doubled}"


def faults_of_ours(day: Day) -> Iterator[str]:
    """Polls that failed, and feeds that were held."""
    for outcome, reason in day.rows("SELECT outcome, reason FROM polls WHERE outcome NOT IN ('new', 'revised')"):
        yield f"a poll ended as {outcome}: {reason}"
    for name, state, error in day.rows("SELECT name, state, last_error FROM feeds WHERE state <> 'active' OR failures"):
        yield f"{name} is {state}: {error}"
