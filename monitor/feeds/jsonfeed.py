"""Reads JSON Feed (versions 1 and 1.1, https://www.jsonfeed.org/version/1.1/), which feedparser only half knows.

Values of the wrong type are passed over one by one: a feed with one bad field keeps its other fields.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from monitor.feeds.cut import digest
from monitor.feeds.dates import DateReading, read_date
from monitor.feeds.fields import (
    MAX_CATEGORIES,
    MAX_ITEMS,
    MAX_SMALL,
    Context,
    Notes,
    as_text,
    finished_item,
    small_text,
)
from monitor.feeds.links import absolute_link
from monitor.feeds.text import plain
from monitor.outcomes import Failure, ParsedFeed, ParsedItem, ParseFailed


def looks_like_json(data: bytes) -> bool:
    """Whether a body is JSON rather than XML, by its first sign."""
    return data[:100].lstrip()[:1] in (b"{", b"[")


def read_json(data: bytes, context: Context, known_digests: frozenset[bytes]) -> ParsedFeed | ParseFailed:
    """Read the items that are not known by digest.

    Returns:
        The feed with `digests` and `unchanged`, but without `body_hash`; or why it is no feed.
    """
    try:
        document = json.loads(data, parse_int=_figure)
    except (ValueError, RecursionError) as error:
        return ParseFailed(kind=Failure.PARSE, reason=f"broken JSON: {error}"[:300])
    entries = document.get("items") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        return ParseFailed(kind=Failure.NOT_A_FEED, reason="JSON, but no JSON Feed (it has no list of items)")
    if not entries:
        return ParseFailed(kind=Failure.EMPTY, reason="a feed without items")
    notes = Notes()
    if len(entries) > MAX_ITEMS:
        notes.add(f"{len(entries)} items, only the first {MAX_ITEMS} read")
    raw = [(entry, digest(_canonical(entry))) for entry in entries[:MAX_ITEMS]]
    unseen = [(entry, key) for entry, key in raw if key not in known_digests]
    read = [_item(entry, key, context, notes) for entry, key in unseen if isinstance(entry, dict)]
    return ParsedFeed(
        items=tuple(item for item in read if item is not None),
        title=plain(as_text(document.get("title")), MAX_SMALL),
        site=absolute_link(as_text(document.get("home_page_url")), context.url),
        digests=frozenset(key for _, key in raw),
        unchanged=len(raw) - len(unseen),
        notes=notes.lines(),
    )


def _figure(text: str) -> int | str:
    """A number; one too long to be any stays text, for Python refuses to read it."""
    return int(text) if len(text) < 40 else text


def _canonical(entry: object) -> bytes:
    """One spelling of an item, whatever the order of its keys."""
    return json.dumps(entry, sort_keys=True, ensure_ascii=True).encode("ascii")


def _item(entry: Mapping[str, Any], key: bytes, context: Context, notes: Notes) -> ParsedItem | None:
    content = as_text(entry.get("content_html")) or _escaped(as_text(entry.get("content_text")))
    summary = as_text(entry.get("summary"))
    date, raw = _date(entry, context)
    identity = entry.get("id")
    return finished_item(
        notes=notes,
        title=_escaped(as_text(entry.get("title"))),
        bodies=(_escaped(summary), content),
        guid=str(identity) if isinstance(identity, (str, int)) else "",
        links=(as_text(entry.get("url")), as_text(entry.get("external_url"))),
        base=context.url,
        date=date,
        published_raw=raw,
        images=(as_text(entry.get("image")), as_text(entry.get("banner_image"))),
        categories=_strings(entry.get("tags")),
        author=_author(entry),
        digest=key,
    )


def _escaped(text: str) -> str:
    """Plain text as HTML, so that a `<` in it stays a sign; outlets put escaped HTML there all the same."""
    return text.replace("<", "&lt;") if "<" in text and "</" not in text else text


def _date(entry: Mapping[str, Any], context: Context) -> tuple[DateReading, str]:
    for name in ("date_published", "date_modified"):
        raw = small_text(as_text(entry.get(name)))
        if raw:
            return read_date(raw, zone=context.zone, now=context.now), raw
    return DateReading(None), ""


def _author(entry: Mapping[str, Any]) -> str:
    authors = entry.get("authors")
    first = authors[0] if isinstance(authors, list) and authors else entry.get("author")
    return as_text(first.get("name")) if isinstance(first, dict) else ""


def _strings(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(one for one in value[: 2 * MAX_CATEGORIES] if isinstance(one, str))
