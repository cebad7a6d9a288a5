"""A real store with a real line of decisions, and documents to take down it. No network, no clock but its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from monitor import settings
from monitor.model import FeedState, Validators
from monitor.outcomes import ParsedFeed, ParsedItem
from monitor.pipeline.ingest import ingest
from monitor.pipeline.line import Line
from monitor.pipeline.outcome import Ingested
from monitor.store.database import Store
from monitor.store.feeds import FeedPolled

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

RAFAH = settings.Rule(name="rafah", label="رفح", any=("رفح",))
TRUCE = settings.Rule(name="truce", label="هدنة", any=("هدنة", "وقف إطلاق النار"))
DESK = settings.Channel(name="desk", url=settings.Secret("terminal://"))


def feed(name: str, **more: Any) -> settings.Feed:
    """A feed on a host of its own."""
    return settings.Feed(name=name, url=f"https://{name}.example/rss", **more)


def config(
    folder: Path,
    *,
    feeds: Sequence[settings.Feed] = (),
    rules: Sequence[settings.Rule] = (RAFAH, TRUCE),
    channels: Sequence[settings.Channel] = (DESK,),
    **more: Any,
) -> settings.Config:
    """A configuration with two rules and one channel."""
    return settings.Config(
        path=folder / "config.toml",
        state=folder / "state",
        feeds=tuple(feeds) or (feed("alpha"), feed("beta"), feed("gamma")),
        rules=tuple(rules),
        channels=tuple(channels),
        **more,
    )


def item(title: str, *, at: datetime | None = NOW, summary: str = "", key: str = "", **more: Any) -> ParsedItem:
    """One publication; `key` makes its guid and link."""
    if key:
        more.setdefault("guid", f"guid-{key}")
        more.setdefault("link", f"https://news.example/{key}")
    return ParsedItem(title=title, summary=summary, published=at, **more)


class World:
    """A store, a line, and polls without a network."""

    def __init__(
        self,
        conf: settings.Config,
        *,
        factory: type[sqlite3.Connection] = sqlite3.Connection,
        known: bool = True,
        history: bool = False,
    ) -> None:
        self.config = conf
        self.now = NOW
        self.store = Store.open(conf.state, lambda: self.now, factory=factory)
        self.line = Line.of(conf)
        self.store.write_sync(lambda tx: tx.feeds.sync(conf.feeds, self.now))
        if history:
            config_id = self.store.write_sync(lambda tx: tx.configs.applied(conf.text, (), self.now))
            self.line = self.line.numbered(config_id)
        if known:
            for one in conf.feeds:
                self.read_before(one.name)

    def read_before(self, name: str) -> None:
        """Make the feed one that was read an hour ago, so that nothing of it is backlog."""
        polled = replace(self.polled(name), at=self.now - 60 * MINUTE)
        self.store.write_sync(lambda tx: tx.feeds.polled(polled))

    def state(self, name: str) -> FeedState:
        """The feed as stored."""
        state = self.store.read(lambda tx: tx.feeds.state(name))
        assert state is not None
        return state

    def polled(self, name: str, **more: Any) -> FeedPolled:
        """What a poll that was answered leaves."""
        return FeedPolled(
            feed_id=self.state(name).id,
            at=self.now,
            elapsed=timedelta(milliseconds=40),
            outcome="new",
            success=True,
            next_poll_at=self.now + 5 * MINUTE,
            interval=5 * MINUTE,
            **more,
        )

    def publish(
        self,
        name: str,
        *items: ParsedItem,
        etag: str | None = None,
        unchanged: int = 0,
        digests: frozenset[bytes] = frozenset(),
    ) -> Ingested:
        """A poll of the feed finds these items, in the document's order."""
        settings_feed = next(one for one in self.line.config.feeds if one.name == name)
        polled = self.polled(name, validators=Validators(etag=etag) if etag else None)
        parsed = ParsedFeed(items=items, unchanged=unchanged, digests=digests)
        return self.store.write_sync(ingest, settings_feed, self.state(name), parsed, polled, self.line, self.now)

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    def configure(self, conf: settings.Config) -> None:
        """Put another configuration in force, the stories in memory kept."""
        self.line = Line.of(conf, grouping=self.line.grouping)
        self.store.write_sync(lambda tx: tx.feeds.sync(conf.feeds, self.now))

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What stands in the database."""
        return self.store.read(lambda tx: tx.connection.execute(query, values).fetchall())

    def value(self, query: str, *values: object) -> Any:
        """The one value of a query."""
        return self.rows(query, *values)[0][0]

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    def __enter__(self) -> World:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
