"""The sample news day: its feeds, its items, and the documents an outlet would serve at a given moment. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from importlib import resources
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

SHOWN = 20  # items a feed document holds, newest first


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFeed:
    """One outlet's feed. `path` on the local server, `site` the outlet's invented address."""

    key: str
    name: str
    path: str
    site: str
    format: Literal["rss", "atom"]
    encoding: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleItem:
    """One item. `at`: seconds after the start; below 0, minutes before it. `number` makes guid and link."""

    number: int
    feed: str
    at: int
    title: str
    summary: str

    def published(self, start: datetime) -> datetime:
        """When it was published in a day that began at `start`."""
        return start + (timedelta(seconds=self.at) if self.at >= 0 else timedelta(minutes=self.at))


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The whole day. `length` in seconds."""

    length: int
    feeds: tuple[SampleFeed, ...]
    items: tuple[SampleItem, ...]

    def of(self, feed: SampleFeed, elapsed: float) -> list[SampleItem]:
        """What `feed` holds `elapsed` seconds into the day, newest first."""
        out = [item for item in self.items if item.feed == feed.key and item.at <= elapsed]
        return sorted(out, key=lambda item: item.at, reverse=True)[:SHOWN]

    def next_after(self, elapsed: float) -> float | None:
        """Seconds into the day at which something is published next, or None."""
        return min((item.at for item in self.items if item.at > elapsed), default=None)


def load_day() -> Day:
    """The day that comes with the program."""
    raw = tomllib.loads(resources.files("monitor.demo").joinpath("day.toml").read_text("utf-8"))
    return Day(
        length=raw["length"],
        feeds=tuple(SampleFeed(**{**feed, "tags": tuple(feed["tags"])}) for feed in raw["feeds"]),
        items=tuple(_items(raw["items"])),
    )


def _items(rows: Sequence[Mapping[str, object]]) -> list[SampleItem]:
    by_key = {row["key"]: row for row in rows if "key" in row}
    items = []
    for number, row in enumerate(rows, start=1001):
        words = by_key[row["copy_of"]] if "copy_of" in row else row
        items.append(
            SampleItem(
                number=number,
                feed=str(row["feed"]),
                at=int(str(row["at"])),
                title=str(words["title"]),
                summary=str(words["summary"]),
            )
        )
    return items


def document(feed: SampleFeed, items: Sequence[SampleItem], start: datetime) -> bytes:
    """The feed document an outlet serves, in its own format and charset."""
    text = _atom(feed, items, start) if feed.format == "atom" else _rss(feed, items, start)
    return text.encode(feed.encoding, "xmlcharrefreplace")


def _link(feed: SampleFeed, item: SampleItem) -> str:
    return f"{feed.site}/{item.number}"


def _rss(feed: SampleFeed, items: Sequence[SampleItem], start: datetime) -> str:
    entries = "".join(
        f"<item><title>{escape(item.title)}</title><link>{_link(feed, item)}</link>"
        f'<guid isPermaLink="false">{feed.key}-{item.number}</guid>'
        f"<pubDate>{format_datetime(item.published(start))}</pubDate>"
        f"<description>{escape(f'<p>{item.summary}</p>')}</description></item>\n"
        for item in items
    )
    return (
        f'<?xml version="1.0" encoding="{feed.encoding}"?>\n<rss version="2.0"><channel>'
        f"<title>{escape(feed.name)}</title><link>{feed.site}</link><language>ar</language>\n{entries}</channel></rss>\n"
    )


def _atom(feed: SampleFeed, items: Sequence[SampleItem], start: datetime) -> str:
    entries = "".join(
        f"<entry><title>{escape(item.title)}</title><link href={quoteattr(_link(feed, item))}/>"
        f"<id>tag:{feed.key},2026:{item.number}</id><updated>{item.published(start).isoformat()}</updated>"
        f"<published>{item.published(start).isoformat()}</published><summary>{escape(item.summary)}</summary></entry>\n"
        for item in items
    )
    updated = max((item.published(start) for item in items), default=start)
    return (
        f'<?xml version="1.0" encoding="{feed.encoding}"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar">'
        f"<title>{escape(feed.name)}</title><id>tag:{feed.key},2026:feed</id><link href={quoteattr(feed.site)}/>"
        f"<updated>{updated.isoformat()}</updated>\n{entries}</feed>\n"
    )
