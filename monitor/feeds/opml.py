"""Lists of feeds in OPML, from strangers and for them. Reads bytes and gives values; touches no file and no network."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from urllib.parse import urlsplit, urlunsplit

from monitor.errors import FeedError
from monitor.feeds.text import tidy
from monitor.settings import Feed

MAX_BYTES = 5_000_000
MAX_FEEDS = 20_000
MAX_DEPTH = 20
_MAX_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OpmlFeed:
    """A feed of a list. `name` is unique in it; `tags` are its folders and categories, blanks made to "-"."""

    name: str
    url: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpmlList:
    """What a file held, in its order. `notes`: what was left out, in words."""

    feeds: tuple[OpmlFeed, ...]
    notes: tuple[str, ...] = ()


def read_opml(data: bytes) -> OpmlList:
    """Reads a list; the same address twice is one feed, names are made unique.

    Raises:
        FeedError: too large, too deep, no XML, entities of its own, or no OPML.
    """
    if len(data) > MAX_BYTES:
        raise FeedError(f"the OPML file has more than {MAX_BYTES // 1_000_000} MB", hint="split it")
    reader = _Reader()
    try:
        _walk(data, reader)
    except (ValueError, SyntaxError, LookupError) as error:  # ParseError is a SyntaxError, defusedxml's a ValueError
        hint = "is it an export of a feed reader?"
        raise FeedError(f"the OPML file cannot be read: {_reason(error)}", hint=hint) from error
    if not reader.is_opml:
        raise FeedError("the file is XML but no OPML", hint="its first element should be <opml>")
    return OpmlList(feeds=tuple(reader.feeds), notes=tuple(reader.notes))


def _reason(error: Exception) -> str:
    return "it declares entities or a DTD" if type(error).__module__.startswith("defusedxml") else str(error)[:200]


def _walk(data: bytes, reader: _Reader) -> None:
    from defusedxml.ElementTree import iterparse  # only an import needs it

    depth = 0
    for event, element in iterparse(io.BytesIO(data), events=("start", "end")):
        name = str(element.tag).rpartition("}")[2].lower()
        if event == "start":
            depth += 1
            if depth > MAX_DEPTH:
                raise FeedError(f"the OPML file is nested more than {MAX_DEPTH} deep")
            reader.start(name, element.attrib)
        else:
            depth -= 1
            reader.end(name)
            element.clear()


class _Reader:
    """Gathers feeds from outlines as they open and close."""

    def __init__(self) -> None:
        self.feeds: list[OpmlFeed] = []
        self.notes: list[str] = []
        self.is_opml = False
        self._folders: list[str] = []
        self._urls: set[str] = set()
        self._names: set[str] = set()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.is_opml = self.is_opml or name == "opml"
        if name != "outline":
            return
        given = {key.lower(): value for key, value in attributes.items()}
        url = (given.get("xmlurl") or given.get("url") or "").strip()
        label = tidy(given.get("title") or given.get("text") or "")[:_MAX_NAME].lstrip("# ")
        if given.get("xmlurl") or given.get("type", "").lower() in ("rss", "atom"):
            self._feed(label, url, given.get("category", ""))
            label = ""
        self._folders.append(label)

    def end(self, name: str) -> None:
        if name == "outline":
            self._folders.pop()

    def _feed(self, label: str, url: str, categories: str) -> None:
        host = _host(url)
        if host is None:
            named = label or tidy(url)[:_MAX_NAME] or "an outline without a name"
            self.notes.append(f"left out: {named} has no http(s) address")
        elif url in self._urls:
            self.notes.append(f"left out: {label or host} stands there twice")
        elif len(self.feeds) >= MAX_FEEDS:
            raise FeedError(f"the OPML file lists more than {MAX_FEEDS} feeds", hint="split it")
        else:
            self._urls.add(url)
            listed = (tag.strip("/") for tag in categories.split(","))
            tags = dict.fromkeys(_tag(tag) for tag in (*self._folders, *listed))
            tags.pop("", None)
            self.feeds.append(OpmlFeed(name=self._unique(label or host), url=url, tags=tuple(tags)))

    def _unique(self, name: str) -> str:
        free, number = name, 2
        while free in self._names:
            free, number = f"{name} ({number})", number + 1
        self._names.add(free)
        return free


def _host(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        return parts.hostname if parts.scheme in ("http", "https") else None
    except ValueError:
        return None


def _tag(text: str) -> str:
    return "-".join(tidy(text).replace("#", " ").split())


def write_opml(feeds: Iterable[Feed], now: datetime, title: str = "news monitor") -> bytes:
    """The feeds as OPML 2.0, tags as categories; without headers, proxies or the passwords in addresses."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"  <head><title>{_text(title)}</title><dateCreated>{format_datetime(now)}</dateCreated></head>",
        "  <body>",
    ]
    for feed in feeds:
        category = f' category="{_text(",".join(feed.tags))}"' if feed.tags else ""
        name = _text(feed.name)
        url = _text(_without_password(feed.url))
        lines.append(f'    <outline type="rss" text="{name}" title="{name}" xmlUrl="{url}"{category}/>')
    return "\n".join([*lines, "  </body>", "</opml>", ""]).encode("utf-8", "replace")


def _text(value: str) -> str:
    """Escaped, and without the characters that XML cannot hold."""
    return escape("".join(sign for sign in value if _in_xml(ord(sign))))


def _in_xml(point: int) -> bool:
    return point in (9, 10, 13) or 0x20 <= point <= 0xD7FF or 0xE000 <= point <= 0xFFFD or point >= 0x10000


def _without_password(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
