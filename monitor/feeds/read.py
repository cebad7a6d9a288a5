"""Makes ParsedItems of what feedparser finds in a document: the one place that knows feedparser's entries.

Runs inline for small tame documents, else in a worker process. Must never be given anything but bytes: feedparser
opens texts as files and addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from monitor.feeds.dates import DateReading, read_date
from monitor.feeds.links import MAX_LINK, absolute_link
from monitor.feeds.text import first_image, plain, summary_text, title_text
from monitor.model import Failure, ParsedFeed, ParsedItem, ParseFailed

MAX_ITEMS = 500
"""Items kept of one document, the first ones; far above any news feed's window."""

MAX_CATEGORIES = 20
MAX_SMALL = 200
"""Characters kept of an author, a category, a date as written."""

# References to characters that cannot be: surrogates, zero, controls. feedparser raises on some of them.
_BAD_REFERENCE = re.compile(
    rb"&#(?:[xX]0*(?:[dD][89a-fA-F][0-9a-fA-F]{2}|[0-8bBcCeEfF]|1[0-9a-fA-F]|[fF]{3}[eEfF]|[0-9a-fA-F]{7,})"
    rb"|0*(?:5529[6-9]|55[3-9]\d\d|56\d{3}|57[0-2]\d\d|573[0-3]\d|5734[0-3]|[0-8]|1[124-9]|2\d|3[01]|\d{8,}));?"
)
_CONTROLS = bytes([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What reading needs to know beside the bytes. `url`: the address that answered. `zone`: of naive dates."""

    url: str
    now: datetime
    zone: str | None = None
    digests: tuple[bytes, ...] = ()


class _Notes:
    """Counts what was cut or repaired, so that it is reported once per document and not per item."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def add(self, what: str) -> None:
        self._counts[what] = self._counts.get(what, 0) + 1

    def lines(self) -> tuple[str, ...]:
        return tuple(what if count == 1 else f"{what} ({count} times)" for what, count in self._counts.items())


def read(data: bytes, context: Context) -> ParsedFeed | ParseFailed:
    """Read a whole document, or a channel's frame with some of its items.

    Args:
        data: UTF-8 bytes; an XML declaration, if there is one, says so.
        context: `digests` are those of the raw items in `data`, in order, or () where it was not cut.

    Returns:
        The feed without `digests` and `body_hash`, which only the caller knows; or why it is no feed.
    """
    import feedparser

    try:
        parsed = feedparser.parse(_Bytes(clean(data)), sanitize_html=False, resolve_relative_uris=False)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, OverflowError) as error:
        return ParseFailed(kind=Failure.PARSE, reason=f"feedparser gave up: {type(error).__name__}: {error}"[:300])
    entries: list[Mapping[str, Any]] = parsed.get("entries") or []
    channel: Mapping[str, Any] = parsed.get("feed") or {}
    if not entries and not parsed.get("version"):
        return ParseFailed(kind=Failure.NOT_A_FEED, reason="the document is no RSS, Atom, RDF, CDF or JSON feed")
    notes = _Notes()
    base = _base(channel, context.url)
    items = []
    for position, entry in enumerate(entries[:MAX_ITEMS]):
        digest = context.digests[position] if len(context.digests) == len(entries) else b""
        item = _item(entry, base, context, notes)
        if item is not None:
            items.append(replace(item, digest=digest) if digest else item)
    if len(entries) > MAX_ITEMS:
        notes.add(f"{len(entries)} items, only the first {MAX_ITEMS} read")
    return ParsedFeed(
        items=tuple(items),
        title=plain(_text(channel.get("title")), MAX_SMALL),
        site=absolute_link(_text(channel.get("link")), context.url),
        hints=_hints(channel),
        notes=notes.lines(),
    )


class _Bytes:
    """The least that feedparser takes for a file, so that it can never take the bytes for a file's name."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self) -> bytes:
        return self._data


def clean(data: bytes) -> bytes:
    """`data` without the bytes and references that XML forbids, for one of them would send it to the loose parser."""
    if b"&#" in data:
        data = _BAD_REFERENCE.sub("\ufffd".encode(), data)
    return data.translate(None, _CONTROLS)


def _item(entry: Mapping[str, Any], base: str, context: Context, notes: _Notes) -> ParsedItem | None:
    """One entry as an item; None where it has neither title nor text nor link."""
    title = title_text(_text(entry.get("title")))
    body = _body(entry)
    summary = summary_text(body)
    flags = tuple(sorted({text.flag for text in (title, summary) if text.flag}))
    link = _link(entry, base)
    if not title.value and not summary.value and not link:
        notes.add("an empty item left out")
        return None
    for flag in flags:
        notes.add(flag)
    if title.cut:
        notes.add("a title shortened")
    if summary.cut:
        notes.add("a summary shortened")
    date, raw = _date(entry, context)
    if date.note:
        notes.add(f"date {date.note}")
    return ParsedItem(
        title=title.value or summary_text(body[:2_000]).value[:120],
        summary=summary.value,
        guid=_guid(entry),
        link=link,
        published=date.moment,
        published_raw=raw,
        date_note=date.note,
        image=_image(entry, body, base),
        categories=_categories(entry),
        author=plain(_text(entry.get("author")), MAX_SMALL),
        flags=flags,
    )


def _text(value: object) -> str:
    """feedparser stores attributes of unknown elements under their names, so any field may be a dictionary."""
    return value if isinstance(value, str) else ""


def _body(entry: Mapping[str, Any]) -> str:
    """The summary's HTML: the description, or the content where there is none."""
    summary = _text(entry.get("summary"))
    if summary.strip():
        return summary
    contents = entry.get("content")
    for content in contents if isinstance(contents, list) else ():
        value = _text(content.get("value"))
        if value.strip():
            return value
    return ""


def _link(entry: Mapping[str, Any], base: str) -> str | None:
    link = absolute_link(_text(entry.get("link")), base)
    if link is not None:
        return link
    for other in _links(entry):
        if other.get("rel") == "alternate":
            link = absolute_link(_text(other.get("href")), base)
            if link is not None:
                return link
    return None


def _links(entry: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    links = entry.get("links")
    return links if isinstance(links, list) else ()


def _guid(entry: Mapping[str, Any]) -> str | None:
    guid = " ".join(_text(entry.get("id")).split())
    return guid[:MAX_LINK] or None


def _date(entry: Mapping[str, Any], context: Context) -> tuple[DateReading, str]:
    """The first of the entry's dates that can be read, with the text that stood there."""
    first: tuple[DateReading, str] | None = None
    for name in ("published", "created", "updated", "dc_date", "date"):
        # .get would fall back from updated to published, with a warning.
        raw = " ".join(_text(dict.get(entry, name)).split())[:MAX_SMALL] if isinstance(entry, dict) else ""
        if not raw:
            continue
        reading = read_date(raw, zone=context.zone, now=context.now)
        if reading.moment is not None:
            return reading, raw
        first = first or (reading, raw)
    return first or (DateReading(None), "")


def _image(entry: Mapping[str, Any], body: str, base: str) -> str | None:
    """The item's picture: media:content or thumbnail, an image enclosure, else the first one in its HTML."""
    candidates = []
    for name in ("media_content", "media_thumbnail"):
        media = entry.get(name)
        for one in media if isinstance(media, list) else ():
            kind = _text(one.get("type")) or _text(one.get("medium"))
            if not kind or kind.startswith("image"):
                candidates.append(_text(one.get("url")))
    enclosures = (link for link in _links(entry) if link.get("rel") == "enclosure")
    candidates += [_text(link.get("href")) for link in enclosures if _text(link.get("type")).startswith("image")]
    candidates.append(first_image(body) or "")
    return next((link for link in (absolute_link(one, base) for one in candidates if one) if link), None)


def _categories(entry: Mapping[str, Any]) -> tuple[str, ...]:
    tags = entry.get("tags")
    terms = (
        plain(_text(tag.get("term")) or _text(tag.get("label")), MAX_SMALL)
        for tag in (tags[: 2 * MAX_CATEGORIES] if isinstance(tags, list) else ())
    )
    return tuple(dict.fromkeys(term for term in terms if term))[:MAX_CATEGORIES]


def _base(channel: Mapping[str, Any], url: str) -> str:
    """What relative links are relative to: the site's address, itself resolved against the feed's."""
    link = _text(channel.get("link"))
    try:
        return urljoin(url, link) if link.startswith(("http://", "https://", "/")) else url
    except ValueError:
        return url


def _hints(channel: Mapping[str, Any]) -> dict[str, object]:
    """How often the feed asks to be read: ttl_minutes, skip_hours, update_seconds, where it says so."""
    hints: dict[str, object] = {}
    ttl = _text(channel.get("ttl")).strip()
    if ttl.isascii() and ttl.isdigit() and len(ttl) < 7:
        hints["ttl_minutes"] = int(ttl)
    period = _PERIODS.get(_text(channel.get("sy_updateperiod")).strip().lower())
    frequency = _text(channel.get("sy_updatefrequency")).strip()
    if period:
        times = int(frequency) if frequency.isascii() and frequency.isdigit() and len(frequency) < 5 else 1
        hints["update_seconds"] = period // max(1, times)
    return hints


_PERIODS = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
