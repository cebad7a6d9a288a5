"""Says of a web page that came where a feed was expected what it is, and which feed it links to. Pure."""

from __future__ import annotations

import re

from monitor.feeds.page import linked_feeds
from monitor.feeds.text import plain
from monitor.outcomes import Failure, ParseFailed

_ROOT = re.compile(rb"<\s*(!doctype\s+html|html|head|body|rss|feed|rdf:rdf|channel|opml)\b", re.IGNORECASE)
_TITLE = re.compile(rb"<title[^<>]{0,100}>([^<]{1,300})", re.IGNORECASE)


def page_instead(data: bytes, url: str) -> ParseFailed | None:
    """Why `data` (UTF-8) is a web page rather than a feed, with the feed it links to; None where it is no page."""
    root = _ROOT.search(data[:4_000])
    if root is None:
        return None
    if root[1].lower() == b"opml":
        told = "take its feeds over with: monitor import-opml"
        return ParseFailed(kind=Failure.NOT_A_FEED, reason="a list of feeds (OPML), not a feed", suggestion=told)
    if not root[1].lower().startswith((b"!", b"h", b"b")):
        return None
    title = _TITLE.search(data[:20_000])
    words = plain(title[1].decode("utf-8", "replace"), 80) if title else ""
    name = f' titled "{words}"' if words else ""
    feeds = linked_feeds(data, url)
    hint = f"the page links to the feed {feeds[0].url}" if feeds else None
    return ParseFailed(kind=Failure.NOT_A_FEED, reason=f"a web page{name}, not a feed", suggestion=hint)
