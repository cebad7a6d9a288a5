"""Alerts put into a real store, and a clock that tests move."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from monitor.alerts.routing import DeliveryDecision
from monitor.model import AlertId, DeliveryState, Message, Severity
from monitor.outcomes import SendOutcome, Sent
from monitor.settings import Channel
from monitor.store.database import Store
from monitor.store.rows import to_text
from monitor.store.tables import Tables
from tests.support.alerts import NOW, SUMMARY, TITLE


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **parts: float) -> None:
        """Forward (or, with a negative number, back) by a timedelta's parts."""
        self.now += timedelta(**parts)


class FakeSender:
    """Answers from a script, then with `Sent`; keeps what it was given."""

    def __init__(self, *script: SendOutcome, on_send: Callable[[], None] | None = None) -> None:
        self.script = list(script)
        self.sent: list[tuple[str, Message]] = []
        self.taken: list[tuple[str, Message]] = []
        self.on_send = on_send

    async def send(self, channel: Channel, message: Message, deadline: timedelta) -> SendOutcome:
        """The next answer of the script."""
        self.sent.append((channel.name, message))
        if self.on_send:
            self.on_send()
        await asyncio.sleep(0)
        outcome = self.script.pop(0) if self.script else Sent()
        if isinstance(outcome, Sent):
            self.taken.append((channel.name, message))
        return outcome


def add_alert(
    tx: Tables,
    number: int,
    channels: tuple[str, ...] = ("desk",),
    *,
    severity: Severity = Severity.NORMAL,
    rule: str = "ceasefire",
    label: str = "وقف إطلاق النار",
    item: int | None = None,
    now: datetime = NOW,
    title: str | None = None,
    published: datetime | None = None,
    decisions: tuple[DeliveryDecision, ...] | None = None,
    enqueue: bool = True,
) -> AlertId:
    """One alert with its feed, story and item, enqueued for `channels`."""
    item = item or number
    at = to_text(published or now)
    connection = tx.connection
    connection.execute(
        "INSERT OR IGNORE INTO feeds (id, name, url, added_at) VALUES (1, 'الجزيرة', 'https://example.org/f', ?)", (at,)
    )
    headline = title or f"{TITLE} ({item})"
    connection.execute(
        "INSERT OR IGNORE INTO stories (id, headline, first_at, last_at, outlets, items) "
        "VALUES (?, ?, ?, ?, '[\"الجزيرة\"]', 1)",
        (item, headline, at, at),
    )
    connection.execute(
        "INSERT OR IGNORE INTO items (id, feed_id, guid, link, title, summary, at, published_at, first_seen_at, "
        "last_seen_at, story_id, role) VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?6, ?6, ?6, ?1, 'opens')",
        (item, f"guid-{item}", f"https://example.org/news/{item}", headline, SUMMARY, at),
    )
    row = connection.execute(
        "INSERT INTO alerts (id, rule, story_id, kind, item_id, severity, label, created_at) "
        "VALUES (?, ?, ?, 'new', ?, ?, ?, ?) RETURNING id",
        (number, rule, item, item, int(severity), label, to_text(now)),
    ).fetchone()
    alert = AlertId(row[0])
    if enqueue:
        default = tuple(DeliveryDecision(channel=c, state=DeliveryState.PENDING, reason="") for c in channels)
        tx.outbox.enqueue(alert, decisions or default, severity, now)
    return alert


def add_alerts(store: Store, count: int, channels: tuple[str, ...] = ("desk",), *, now: datetime = NOW) -> None:
    """`count` alerts on as many items, in one transaction."""

    def fill(tx: Tables) -> None:
        first = tx.connection.execute("SELECT coalesce(max(id), 0) FROM alerts").fetchone()[0]
        for number in range(first + 1, first + count + 1):
            add_alert(tx, number, channels, now=now)

    store.write_sync(fill)


def states(store: Store) -> dict[str, int]:
    """How many deliveries are in each state."""
    return dict(store.read(lambda tx: tx.outbox.counts()))
