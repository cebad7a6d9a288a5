"""What a body is at first sight, and which feeds a web page links to. Pure; without an HTML parser to be stalled."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin, urlsplit

from monitor.feeds.text import tidy

_PAGE_READ = 512_000
_START_READ = 4_096
_MOST_LINKS = 50
_TAG = re.compile(r"<(link|a|base)\s([^<>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]{1,20})\s{0,3}=\s{0,3}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
# They steer a terminal, or turn what is read: no address needs them.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
_FEED_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/json",
        "application/xml",
        "text/xml",
    }
)
_FEED_PATH = re.compile(r"(?:^|[/_.?=-])(?:rss|atom|feed|feeds|rdf)(?:[0-9]{0,2})(?:$|[/_.?&=-])", re.IGNORECASE)
_ROOT = re.compile(rb"<\s*(?:[a-zA-Z]{1,10}:)?(rss|feed|rdf|channel)[\s>/]", re.IGNORECASE)
_JSON_FEED = re.compile(rb'"version"\s*:\s*"https?:(?:\\?/){2}(?:www\.)?jsonfeed\.org')


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedFeed:
    """A feed that a page names. `declared`: by `<link rel=alternate>`, not only by an ordinary link."""

    url: str
    title: str
    declared: bool


def looks_like_feed(body: bytes) -> bool:
    """Whether a body begins as an RSS, Atom, RDF, CDF or JSON feed does."""
    start = body[:_START_READ].replace(b"\0", b"")  # UTF-16 without its zeros is ASCII here
    root = _ROOT.search(start)
    if root is not None and b"<html" not in start[: root.start()].lower():
        return True
    return start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and _JSON_FEED.search(body[:_PAGE_READ]) is not None


def linked_feeds(page: bytes, url: str) -> tuple[LinkedFeed, ...]:
    """The feeds a page links to, declared ones first, each once, in the page's order; at most fifty.

    Args:
        page: the page's bytes in any charset that keeps ASCII.
        url: the page's address, for relative links; a `<base>` outranks it.
    """
    text = page[:_PAGE_READ].decode("utf-8", "replace")
    base = url
    found: dict[str, LinkedFeed] = {}
    for tag in _TAG.finditer(text):
        name, attributes = tag[1].lower(), _attributes(tag[2])
        if name == "base":
            base = _absolute(attributes.get("href", ""), url) or base
            continue
        address = _absolute(attributes.get("href", ""), base)
        if address is None or address == url:
            continue
        declared = name == "link" and _declares(attributes)
        if declared or (name == "a" and _FEED_PATH.search(_path(address))):
            standing = found.get(address)
            if standing is None or (declared and not standing.declared):
                title = tidy(attributes.get("title", "")[:400])[:200]
                found[address] = LinkedFeed(url=address, title=title, declared=declared)
        if len(found) >= _MOST_LINKS:
            break
    return tuple(sorted(found.values(), key=lambda feed: not feed.declared))


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(text):
        found.setdefault(name.lower(), unescape(double or single or bare).strip())
    return found


def _declares(attributes: dict[str, str]) -> bool:
    rel = attributes.get("rel", "").lower().split()
    kind = attributes.get("type", "").lower().partition(";")[0].strip()
    if "alternate" not in rel or kind not in _FEED_TYPES:
        return False
    # WordPress declares its REST API as JSON beside the feeds; oEmbed documents are XML and JSON as well.
    generic = kind in ("application/json", "application/xml", "text/xml")
    return not generic or _FEED_PATH.search(_path(attributes.get("href", ""))) is not None


def _path(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _absolute(address: str, base: str) -> str | None:
    if not address:
        return None
    try:
        joined = urljoin(base, _CONTROLS.sub("", address.strip()))
        parts = urlsplit(joined)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return None
    return joined.partition("#")[0]
