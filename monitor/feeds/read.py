"""Makes ParsedItems of what feedparser finds in a document: the one place that knows feedparser's entries.

Runs inline for small tame documents, else in a worker process. Must never be given anything but bytes: feedparser
opens texts as files and addresses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any
from urllib.parse import urljoin

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

# References to characters that cannot be: surrogates, zero, controls, beyond Unicode. feedparser raises on some.
_BAD_REFERENCE = re.compile(
    rb"&#(?:[xX]0*(?:[dD][89a-fA-F][0-9a-fA-F]{2}|[0-8bBcCeEfF]|1[0-9a-fA-F]|[fF]{3}[eEfF]|[0-9a-fA-F]{7,})"
    rb"|0*(?:5529[6-9]|55[3-9]\d\d|56\d{3}|57[0-2]\d\d|573[0-3]\d|5734[0-3]|[0-8]|1[124-9]|2\d|3[01]|\d{8,}));"
)
_CONTROLS = bytes([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)])
_FIRST_ELEMENT = re.compile(rb"<\w")
_DECLARATION = re.compile(rb"<\?xml[^>]{0,200}\?>")
_DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]{0,500}>", re.IGNORECASE)

_Entry = dict[str, Any]
"""feedparser's dictionary. Read with dict.get: its own get does much that we do not need."""

MAX_PROLOG = 2_000
"""Bytes before the first element given to feedparser as they are; its patterns for them are quadratic."""


def read(data: bytes, context: Context) -> ParsedFeed | ParseFailed:
    """Read a whole document, or a channel's frame with some of its items.

    Args:
        data: UTF-8 bytes; an XML declaration, if there is one, says so.
        context: `digests` are those of the raw items in `data`, in order, or () where it was not cut.

    Returns:
        The feed without `digests` and `body_hash`, which only the caller knows; or why it is no feed.
    """
    parse = _feedparser()
    try:
        parsed = parse(_Bytes(clean(data)), sanitize_html=False, resolve_relative_uris=False)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, OverflowError) as error:
        return ParseFailed(kind=Failure.PARSE, reason=f"feedparser gave up: {type(error).__name__}: {error}"[:300])
    entries: list[_Entry] = parsed.get("entries") or []
    channel: Mapping[str, Any] = parsed.get("feed") or {}
    if not entries:
        return _without_items(parsed.get("version"))
    notes = Notes()
    if len(entries) > MAX_ITEMS:
        notes.add(f"{len(entries)} items, only the first {MAX_ITEMS} read")
    base = _base(channel, context.url)
    digests = context.digests if len(context.digests) == len(entries) else (b"",) * len(entries)
    made = [_item(entry, base, key, context, notes) for entry, key in zip(entries[:MAX_ITEMS], digests, strict=False)]
    return ParsedFeed(
        items=tuple(item for item in made if item is not None),
        title=plain(as_text(channel.get("title")), MAX_SMALL),
        site=absolute_link(as_text(channel.get("link")), context.url),
        hints=_hints(channel, data),
        notes=notes.lines(),
    )


def clean(data: bytes) -> bytes:
    """`data` without bytes and references that XML forbids, for one of them would send it to the loose parser.

    A long prolog is reduced to its declaration and a simple DOCTYPE.
    """
    if b"&#" in data:
        data = _BAD_REFERENCE.sub("\ufffd".encode(), data)
    data = data.translate(None, _CONTROLS).lstrip()
    first = _FIRST_ELEMENT.search(data)
    if first and first.start() > MAX_PROLOG:
        prolog = data[: first.start()]
        kept = [found.group() for found in (_DECLARATION.match(prolog), _DOCTYPE.search(prolog)) if found]
        data = b"".join([*kept, data[first.start() :]])
    return data


class _Bytes:
    """The least that feedparser takes for a file, so that it can never take the bytes for a file's name."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self) -> bytes:
        return self._data


@cache
def _feedparser() -> Callable[..., Mapping[str, Any]]:
    """feedparser's parse, its own reading of dates switched off: ours reads the same texts, faster."""
    import feedparser

    feedparser.registerDateHandler(lambda _: (1970, 1, 1, 0, 0, 0, 3, 1, 0))
    parse: Callable[..., Mapping[str, Any]] = feedparser.parse
    return parse


def _without_items(version: object) -> ParseFailed:
    if version:
        return ParseFailed(kind=Failure.EMPTY, reason="a feed without items")
    return ParseFailed(kind=Failure.NOT_A_FEED, reason="the document is no RSS, Atom, RDF, CDF or JSON feed")


def _item(entry: _Entry, base: str, digest: bytes, context: Context, notes: Notes) -> ParsedItem | None:
    date, raw = _date(entry, context)
    return finished_item(
        notes=notes,
        title=as_text(dict.get(entry, "title")),
        body=_body(entry),
        guid=as_text(dict.get(entry, "id")),
        links=(as_text(dict.get(entry, "feedburner_origlink")), as_text(dict.get(entry, "link")), *_alternates(entry)),
        base=base,
        date=date,
        published_raw=raw,
        images=_images(entry),
        categories=_categories(entry),
        author=as_text(dict.get(entry, "author")),
        digest=digest,
    )


def _body(entry: _Entry) -> str:
    """The summary's HTML: the description, or the content where there is none."""
    summary = as_text(dict.get(entry, "summary"))
    if summary.strip():
        return summary
    contents = dict.get(entry, "content")
    for content in contents if isinstance(contents, list) else ():
        value = as_text(dict.get(content, "value"))
        if value.strip():
            return value
    return ""


def _links(entry: _Entry) -> Iterable[_Entry]:
    links = dict.get(entry, "links")
    return links if isinstance(links, list) else ()


def _alternates(entry: _Entry) -> list[str]:
    return [as_text(dict.get(link, "href")) for link in _links(entry) if dict.get(link, "rel") == "alternate"]


def _date(entry: _Entry, context: Context) -> tuple[DateReading, str]:
    """The first of the entry's dates that can be read, with the text that stood there."""
    first: tuple[DateReading, str] | None = None
    for name in ("published", "created", "updated", "dc_date", "date"):
        # feedparser's own get would fall back from updated to published, with a warning.
        raw = small_text(as_text(dict.get(entry, name)))
        if not raw:
            continue
        reading = read_date(raw, zone=context.zone, now=context.now)
        if reading.moment is not None:
            return reading, raw
        first = first or (reading, raw)
    return first or (DateReading(None), "")


def _images(entry: _Entry) -> list[str]:
    """Pictures by preference: media:content, its thumbnail, an image enclosure."""
    found = []
    for name in ("media_content", "media_thumbnail"):
        media = dict.get(entry, name)
        for one in media if isinstance(media, list) else ():
            kind = as_text(dict.get(one, "type")) or as_text(dict.get(one, "medium"))
            if not kind or kind.startswith("image"):
                found.append(as_text(dict.get(one, "url")))
    enclosures = (link for link in _links(entry) if dict.get(link, "rel") == "enclosure")
    return found + [
        as_text(dict.get(link, "href")) for link in enclosures if as_text(dict.get(link, "type")).startswith("image")
    ]


def _categories(entry: _Entry) -> list[str]:
    tags = dict.get(entry, "tags")
    kept = tags[: 2 * MAX_CATEGORIES] if isinstance(tags, list) else ()
    return [as_text(dict.get(tag, "term")) or as_text(dict.get(tag, "label")) for tag in kept]


def _base(channel: Mapping[str, Any], url: str) -> str:
    """What relative links are relative to: the site's address, itself resolved against the feed's."""
    link = as_text(channel.get("link"))
    try:
        return urljoin(url, link) if link.startswith(("http://", "https://", "/")) else url
    except ValueError:
        return url


def _hints(channel: Mapping[str, Any], data: bytes) -> dict[str, object]:
    """How often the feed asks to be read: ttl_minutes, update_seconds, skip_hours (0 to 23), where it says so."""
    hints: dict[str, object] = {}
    ttl = as_text(channel.get("ttl")).strip()
    if ttl.isascii() and ttl.isdigit() and len(ttl) < 7:
        hints["ttl_minutes"] = int(ttl)
    period = _PERIODS.get(as_text(channel.get("sy_updateperiod")).strip().lower())
    frequency = as_text(channel.get("sy_updatefrequency")).strip()
    if period:
        times = int(frequency) if frequency.isascii() and frequency.isdigit() and len(frequency) < 5 else 1
        hints["update_seconds"] = period // max(1, times)
    skipped = _SKIP_HOURS.search(data, 0, _HEAD) if b"<skipHours" in data[:_HEAD] else None
    if skipped:
        hints["skip_hours"] = tuple(sorted({int(hour) % 24 for hour in _HOUR.findall(skipped[1])}))
    return hints


_HEAD = 20_000
# feedparser keeps only the last <hour>.
_SKIP_HOURS = re.compile(rb"<skipHours>([^!]{0,2000}?)</skipHours>")
_HOUR = re.compile(rb"<hour>\s{0,5}([01]?\d|2[0-4])\s{0,5}</hour>")


_PERIODS = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
