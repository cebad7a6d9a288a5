"""Reads documents that are plain beyond doubt straight from expat, many times faster than feedparser does. Pure.

Plain is what most outlets send: RSS 2.0 or Atom 1.0, well-formed, every element known by its exact name and where it
belongs, nothing twice that should be there once, no markup that is not escaped. feedparser has no choice to make there,
so its answer is known. At the first doubt `plain` says None and feedparser decides; a property test holds the two
together. The habits of feedparser that show in a plain document are kept: how it mends ampersands in links, the guid
that serves as a link.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.parsers.expat import ExpatError

from monitor.feeds.elements import DoubtError, Element, Once, address, allow, leaf, leaves, text, tree
from monitor.feeds.fields import MAX_CATEGORIES, MAX_ITEMS, Context
from monitor.feeds.forbidden import without_forbidden
from monitor.feeds.raw import RawFeed, RawItem, finished_feed, is_picture
from monitor.outcomes import ParsedFeed

MAX_BYTES = 3_000_000
"""Everything here and behind it is linear; what is larger than this is no feed as outlets write them."""

LONGEST_TAG = 16_000
"""Bytes; expat takes a whole tag in one step, in which nothing else of the program moves."""

_LARGE = 160_000  # a smaller document cannot hold such a tag for long
_HUGE_TAG = re.compile(rb"<[^<>]{%d}" % LONGEST_TAG)
_ATOM = "http://www.w3.org/2005/Atom "
_CONTENT = "http://purl.org/rss/1.0/modules/content/ "
_DC = "http://purl.org/dc/elements/1.1/ "
_MEDIA = "http://search.yahoo.com/mrss/ "
_SLASH = "http://purl.org/rss/1.0/modules/slash/ "
_SYNDICATION = "http://purl.org/rss/1.0/modules/syndication/ "
_WFW = "http://wellformedweb.org/CommentAPI/ "
_WORDPRESS = "com-wordpress:feed-additions:1 "
_LANG = "http://www.w3.org/XML/1998/namespace lang"

# Elements that nothing we read depends on.
_PASSED_IN_ITEM = frozenset({"comments", f"{_SLASH}comments", f"{_WFW}commentRss", f"{_WORDPRESS}post-id"})
_CHANNEL_NAMES = """
    description language copyright managingEditor webMaster pubDate lastBuildDate category generator docs
"""
_PASSED_IN_CHANNEL = frozenset([*_CHANNEL_NAMES.split(), f"{_WORDPRESS}site"])
_PASSED_IN_FEED = frozenset(_ATOM + name for name in ("subtitle", "updated", "generator", "icon", "logo", "rights"))
_CONTAINERS = {
    "image": frozenset({"url", "title", "link", "width", "height", "description"}),
    "skipHours": frozenset({"hour"}),
    "skipDays": frozenset({"day"}),
}
_ESCAPED = frozenset({"text", "html", "text/plain", "text/html"})  # types whose content is mere text to XML
_PAGES = frozenset({"text/html", "html", "application/xhtml+xml", "xhtml"})
_LOOSE_REFERENCE = re.compile("&([A-Za-z0-9_]+);")


def read_plain(data: bytes, context: Context) -> ParsedFeed | None:
    """As `read.read`, for a plain document; None for any other."""
    data = without_forbidden(data)
    raw = plain(data)
    return None if raw is None else finished_feed(raw, data, context)


def plain(data: bytes) -> RawFeed | None:
    """The document's fields as feedparser finds them, or None where it is not plain enough to be sure.

    Args:
        data: UTF-8, without what XML forbids.
    """
    if len(data) > MAX_BYTES or (len(data) > _LARGE and _HUGE_TAG.search(data)):
        return None
    try:
        root = tree(data)
        read = {"rss": _rss, f"{_ATOM}feed": _atom}.get(root.name)
        feed = read(root) if read else None
    except (ExpatError, DoubtError):
        return None
    if feed is None or not 0 < len(feed.items) <= MAX_ITEMS:
        return None
    feed.count = len(feed.items)
    return feed


class _Parts:
    """What the fields of an item, or of a feed, have given so far, kept apart as feedparser keeps them."""

    def __init__(self) -> None:
        self.title = self.summary = self.content = self.guid = self.author = self.published = self.updated = ""
        self.link: str | None = None
        self.links: list[str] = []
        self.categories: list[str] = []
        self.media: list[str] = []
        self.thumbnails: list[str] = []
        self.pictures: list[str] = []

    def item(self) -> RawItem:
        """The item they make."""
        if len(self.categories) > 2 * MAX_CATEGORIES:
            raise DoubtError
        return RawItem(
            title=self.title,
            bodies=[self.summary, self.content],
            guid=self.guid,
            links=[self.link or "", *self.links],
            dates=[self.published, self.updated],
            images=[*self.media, *self.thumbnails, *self.pictures],
            categories=self.categories,
            author=self.author,
        )


_Reader = Callable[[_Parts, Element], None]


def _read_fields(
    fields: list[Element], readers: dict[str, _Reader], many: frozenset[str], passed: frozenset[str]
) -> _Parts:
    parts = _Parts()
    once = Once()
    for field in fields:
        name = field.name
        if name in passed:
            leaf(field)
            continue
        read = readers.get(name)
        if read is None:
            raise DoubtError
        if name not in many:
            # Two ways to say one thing count as the same field.
            once.see(_SAME.get(name, name))
        read(parts, field)
    return parts


# --- RSS 2.0 (https://www.rssboard.org/rss-specification) and the modules that news feeds use -------------------------


def _rss(root: Element) -> RawFeed:
    allow(root, "version", _LANG)
    if len(root.children) != 1 or root.children[0].name != "channel":
        raise DoubtError
    channel = root.children[0]
    allow(channel)
    feed = RawFeed()
    once = Once()
    for element in channel.children:
        name = element.name
        if name == "item":
            allow(element)
            feed.items.append(_read_fields(element.children, _RSS_FIELDS, _MANY_IN_ITEM, _PASSED_IN_ITEM).item())
        elif name in _CONTAINERS:
            leaves(element, _CONTAINERS[name])
        elif name == f"{_ATOM}link":
            if leaf(element).attributes.get("rel") not in ("self", "hub"):
                raise DoubtError
        else:
            allow(leaf(element))
            if name not in _PASSED_IN_CHANNEL:
                once.see(name)
                _channel_field(feed, element)
    return feed


def _channel_field(feed: RawFeed, element: Element) -> None:
    found = text(element)
    if element.name == "title":
        feed.title = found
    elif element.name == "link":
        feed.link = _LOOSE_REFERENCE.sub(r"&\1", address(found))
    elif element.name == "ttl":
        feed.ttl = found
    elif element.name == f"{_SYNDICATION}updatePeriod":
        feed.update_period = found
    elif element.name == f"{_SYNDICATION}updateFrequency":
        feed.update_frequency = found
    else:
        raise DoubtError


def _rss_text(name: str) -> _Reader:
    def read(parts: _Parts, field: Element) -> None:
        allow(leaf(field))
        setattr(parts, name, text(field))

    return read


def _rss_link(parts: _Parts, field: Element) -> None:
    allow(leaf(field))
    link = address(text(field))
    if "&" in link:
        link = _LOOSE_REFERENCE.sub(r"&\1", link.replace("&amp;", "&"))
    parts.link = link
    if link:
        parts.links.append(link)


def _guid(parts: _Parts, field: Element) -> None:
    """The guid, which is also the link until a link comes."""
    allow(leaf(field), "isPermaLink")
    parts.guid = text(field)
    if field.attributes.get("isPermaLink", "true") == "true":
        address(parts.guid)
        if parts.link is None:
            parts.link = parts.guid


def _rss_category(parts: _Parts, field: Element) -> None:
    allow(leaf(field), "domain")
    if found := text(field):
        parts.categories.append(found)


def _enclosure(parts: _Parts, field: Element) -> None:
    allow(leaf(field), "url", "type", "length")
    kind, url = field.attributes.get("type", "").lower(), field.attributes.get("url", "")
    if kind.startswith("image") or (not kind and is_picture(url)):
        parts.pictures.append(url)


def _media_content(parts: _Parts, field: Element) -> None:
    kind = leaf(field).attributes.get("type", "").lower() or field.attributes.get("medium", "")
    if not kind or kind.startswith("image"):
        parts.media.append(field.attributes.get("url", ""))


def _media_thumbnail(parts: _Parts, field: Element) -> None:
    if "url" not in leaf(field).attributes:
        raise DoubtError
    parts.thumbnails.append(field.attributes["url"])


_MEDIA_FIELDS: dict[str, _Reader] = {f"{_MEDIA}content": _media_content, f"{_MEDIA}thumbnail": _media_thumbnail}
_RSS_FIELDS: dict[str, _Reader] = {
    "title": _rss_text("title"),
    "link": _rss_link,
    "guid": _guid,
    "pubDate": _rss_text("published"),
    "description": _rss_text("summary"),
    "author": _rss_text("author"),
    "category": _rss_category,
    "enclosure": _enclosure,
    f"{_CONTENT}encoded": _rss_text("content"),
    f"{_DC}date": _rss_text("updated"),
    f"{_DC}creator": _rss_text("author"),
    **_MEDIA_FIELDS,
}

# --- Atom 1.0 (RFC 4287) ----------------------------------------------------------------------------------------------


def _atom(root: Element) -> RawFeed:
    allow(root, _LANG)
    feed = RawFeed()
    fields = []
    for element in root.children:
        if element.name == f"{_ATOM}entry":
            allow(element)
            passed = frozenset({f"{_ATOM}rights"})
            feed.items.append(_read_fields(element.children, _ENTRY_FIELDS, _MANY_IN_ENTRY, passed).item())
        else:
            fields.append(element)
    parts = _read_fields(fields, _FEED_FIELDS, _MANY_IN_ENTRY, _PASSED_IN_FEED)
    feed.title, feed.link = parts.title, parts.link or ""
    return feed


def _atom_text(name: str) -> _Reader:
    def read(parts: _Parts, field: Element) -> None:
        allow(leaf(field), "type")
        if field.attributes.get("type", "text").lower() not in _ESCAPED:
            raise DoubtError
        setattr(parts, name, text(field))

    return read


def _atom_link(parts: _Parts, field: Element) -> None:
    allow(leaf(field), "href", "rel", "type", "hreflang", "title", "length")
    if "href" not in field.attributes:
        raise DoubtError
    href = address(field.attributes["href"])
    relation = field.attributes.get("rel", "alternate").lower()
    kind = field.attributes.get("type", "text/html").lower()
    if relation == "alternate":
        parts.links.append(href)
        if kind in _PAGES:
            parts.link = href
    elif relation == "enclosure" and kind.startswith("image"):
        parts.pictures.append(href)


def _atom_author(parts: _Parts, field: Element) -> None:
    person: dict[str, str] = {}
    for part in leaves(field, _PERSON):
        if part.name in person:
            raise DoubtError
        person[part.name] = text(part)
    name, email = person.get(f"{_ATOM}name", ""), person.get(f"{_ATOM}email", "")
    if not name and not email:
        raise DoubtError  # the name may stand there as text
    parts.author = f"{name} ({email})" if name and email else name or email


def _atom_category(parts: _Parts, field: Element) -> None:
    allow(leaf(field), "term", "scheme", "label")
    if field.text:
        raise DoubtError
    if name := field.attributes.get("term") or field.attributes.get("label"):
        parts.categories.append(name)


_PERSON = frozenset({f"{_ATOM}name", f"{_ATOM}email", f"{_ATOM}uri"})
_FEED_FIELDS: dict[str, _Reader] = {
    f"{_ATOM}title": _atom_text("title"),
    f"{_ATOM}link": _atom_link,
    f"{_ATOM}id": _guid,
    f"{_ATOM}author": _atom_author,
    f"{_ATOM}category": _atom_category,
}
_ENTRY_FIELDS: dict[str, _Reader] = {
    **_FEED_FIELDS,
    **_MEDIA_FIELDS,
    f"{_ATOM}published": _rss_text("published"),
    f"{_ATOM}updated": _rss_text("updated"),
    f"{_ATOM}summary": _atom_text("summary"),
    f"{_ATOM}content": _atom_text("content"),
}

_MANY_IN_ITEM = frozenset({"category", "enclosure", *_MEDIA_FIELDS})
_MANY_IN_ENTRY = frozenset({f"{_ATOM}link", f"{_ATOM}category", *_MEDIA_FIELDS})
_SAME = {f"{_DC}creator": "author"}
