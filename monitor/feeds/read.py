"""Reads a document with feedparser: the one place that knows feedparser's entries.

Runs inline for small tame documents, else in a worker process. Must never be given anything but bytes: feedparser
opens texts as files and addresses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from monitor.feeds.fields import MAX_CATEGORIES, MAX_ITEMS, Context, as_text
from monitor.feeds.forbidden import without_forbidden
from monitor.feeds.raw import RawFeed, RawItem, finished_feed, is_picture
from monitor.outcomes import Failure, ParsedFeed, ParseFailed

_MOST_CONTENTS = 3
# feedparser takes the words about a picture (media:description) for the item's own description.
_CAPTION = re.compile(rb"(</?media:)description\b")

_Entry = dict[str, Any]
"""feedparser's dictionary. Read with dict.get: its own get does much that we do not need."""


def read(data: bytes, context: Context) -> ParsedFeed | ParseFailed:
    """Read a whole document, or a channel's frame with some of its items.

    Args:
        data: UTF-8 bytes; an XML declaration, if there is one, says so.
        context: `digests` are those of the raw items in `data`, in order, or () where it was not cut.

    Returns:
        The feed without `digests` and `body_hash`, which only the caller knows; or why it is no feed.
    """
    data = without_forbidden(data)
    raw = found(data)
    return raw if isinstance(raw, ParseFailed) else finished_feed(raw, data, context)


def found(data: bytes) -> RawFeed | ParseFailed:
    """What feedparser finds in a cleaned document."""
    parse = _feedparser()
    if b"media:description" in data:
        data = _CAPTION.sub(rb"\1text", data)
    try:
        parsed = parse(_Bytes(data), sanitize_html=False, resolve_relative_uris=False)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, OverflowError) as error:
        return ParseFailed(kind=Failure.PARSE, reason=f"feedparser gave up: {type(error).__name__}: {error}"[:300])
    entries: list[_Entry] = parsed.get("entries") or []
    channel: Mapping[str, Any] = parsed.get("feed") or {}
    if not entries:
        return _without_items(parsed.get("version"))
    kept = [_item(entry) for entry in entries[:MAX_ITEMS]]
    return RawFeed(
        title=as_text(channel.get("title")),
        link=as_text(channel.get("link")),
        ttl=as_text(channel.get("ttl")),
        update_period=as_text(channel.get("sy_updateperiod")),
        update_frequency=as_text(channel.get("sy_updatefrequency")),
        items=kept,
        count=len(entries),
    )


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


def _item(entry: _Entry) -> RawItem:
    return RawItem(
        title=as_text(dict.get(entry, "title")),
        bodies=_bodies(entry),
        guid=as_text(dict.get(entry, "id")),
        links=[as_text(dict.get(entry, "feedburner_origlink")), as_text(dict.get(entry, "link")), *_alternates(entry)],
        dates=_dates(entry),
        images=_images(entry),
        categories=_categories(entry),
        author=as_text(dict.get(entry, "author")),
    )


def _bodies(entry: _Entry) -> list[str]:
    """The HTML a summary may be made of, by preference: the description, the content, what is said of the picture."""
    contents = dict.get(entry, "content")
    values = [as_text(dict.get(content, "value")) for content in (contents if isinstance(contents, list) else ())]
    return [as_text(dict.get(entry, "summary")), *values[:_MOST_CONTENTS], as_text(dict.get(entry, "media_text"))]


def _links(entry: _Entry) -> Iterable[_Entry]:
    links = dict.get(entry, "links")
    return links if isinstance(links, list) else ()


def _alternates(entry: _Entry) -> list[str]:
    return [as_text(dict.get(link, "href")) for link in _links(entry) if dict.get(link, "rel") == "alternate"]


def _dates(entry: _Entry) -> list[str]:
    # feedparser's own get would fall back from updated to published, with a warning.
    return [as_text(dict.get(entry, name)) for name in ("published", "created", "updated", "dc_date", "date")]


def _images(entry: _Entry) -> list[str]:
    """Pictures by preference: media:content, its thumbnail, an image enclosure, the item's own image element."""
    found = []
    for name in ("media_content", "media_thumbnail"):
        media = dict.get(entry, name)
        for one in media if isinstance(media, list) else ():
            kind = as_text(dict.get(one, "type")) or as_text(dict.get(one, "medium"))
            if not kind or kind.startswith("image"):
                found.append(as_text(dict.get(one, "url")))
    for link in _links(entry):
        if dict.get(link, "rel") == "enclosure":
            kind, href = as_text(dict.get(link, "type")), as_text(dict.get(link, "href"))
            found += [href] if kind.startswith("image") or (not kind and is_picture(href)) else []
    image, href = dict.get(entry, "image"), as_text(dict.get(entry, "href"))  # <itunes:image href>, <image><url>
    found += [as_text(image.get("href"))] if isinstance(image, dict) else []
    return [*found, href] if is_picture(href) else found


def _categories(entry: _Entry) -> list[str]:
    tags = dict.get(entry, "tags")
    kept = tags[: 2 * MAX_CATEGORIES] if isinstance(tags, list) else ()
    return [as_text(dict.get(tag, "term")) or as_text(dict.get(tag, "label")) for tag in kept]
