"""Cuts a body into its raw items, so that those seen before never reach a parser. Pure; bytes in, bytes out.

A document is cut only where it is plain beyond doubt: one kind of item, not nested, nothing but white space between
items, and no comment, CDATA section or instruction that holds such tags. Otherwise `cut` says None and the whole body
is parsed. What is cut can be put together again with any of its items, inside the frame of its channel.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

DIGEST_SIZE = 8
"""Bytes. 500 items a feed: a chance collision is out of the question; a made one would only hide its maker's item."""

MAX_OPAQUE = 20_000
"""Comments and CDATA sections looked at, here in the daemon's own process; with more the whole goes to a worker."""

_AFTER_NAME = b" \t\r\n>"
_OPENINGS = (b"<item>", b"<item ", b"<entry>", b"<entry ")
_ENDS = (b"</item", b"</entry", b"</channel", b"</rss", b"</feed", b"</rdf:RDF")
_KINDS = ((b"<item", b"</item"), (b"<entry", b"</entry"))


@dataclass(frozen=True, slots=True)
class Cut:
    """A body in parts: all before the first item, the raw items, all after the last; with the items' digests."""

    head: bytes
    items: tuple[bytes, ...]
    tail: bytes
    digests: tuple[bytes, ...]

    def frame(self, items: Iterable[bytes]) -> bytes:
        """The document with only these items in it."""
        return b"".join((self.head, *items, self.tail))


def digest(raw: bytes) -> bytes:
    """Eight bytes that stand for a raw item."""
    return blake2b(raw, digest_size=DIGEST_SIZE).digest()


def cut(body: bytes) -> Cut | None:
    """Cut a UTF-8 document into items, or None where it is not plain enough for that."""
    if b"<rdf:RDF" in body[:2_000] or b"<!ENTITY" in body[:20_000] or body.count(b"<!") > MAX_OPAQUE:
        return None
    for opening, closing in _KINDS:
        first = _next_tag(body, opening, 0)
        if first < 0:
            continue
        spans = _spans(body, opening, closing, first)
        if spans is None or not _opaque_is_harmless(body, spans, len(closing) + 1):
            return None
        items = tuple(body[start:end] for start, end in spans)
        other = _KINDS[1] if opening == _KINDS[0][0] else _KINDS[0]
        if _next_tag(body, other[0], 0) >= 0:
            return None
        return Cut(body[:first], items, body[spans[-1][1] :], tuple([digest(item) for item in items]))
    return None


def up_to_last_item(body: bytes) -> bytes:
    """A document that broke off, up to its last whole item: half a headline must not become an item. b"": none is."""
    lower = body.lower()
    end = max(lower.rfind(mark) + len(mark) if mark in lower else 0 for mark in (b"</item>", b"</entry>"))
    return body[:end]


def breaks_off(body: bytes) -> bool:
    """Whether a document ends inside an item: one opens, and neither it nor the feed is closed after that."""
    last = max(body.rfind(opening) for opening in _OPENINGS)
    return last >= 0 and not any(body.find(mark, last) >= 0 for mark in _ENDS)


def _next_tag(body: bytes, opening: bytes, start: int) -> int:
    """Where the next `<item ...>` begins, passing over `<items>` and the like; -1 where there is none."""
    size = len(opening)
    while True:
        found = body.find(opening, start)
        if found < 0 or body[found + size : found + size + 1] in _STARTS:
            return found
        start = found + size


_STARTS = frozenset(bytes([byte]) for byte in _AFTER_NAME)


def _spans(body: bytes, opening: bytes, closing: bytes, first: int) -> list[tuple[int, int]] | None:
    """Start and end of each item, or None unless openings and closings alternate with only space between items."""
    spans = []
    close_size = len(closing)
    start = first
    while True:
        end = body.find(closing, start)
        following = _next_tag(body, opening, start + 1)
        if end < 0 or body[end + close_size : end + close_size + 1] != b">" or 0 <= following < end:
            return None
        end += close_size + 1
        spans.append((start, end))
        if following < 0:
            return None if body.find(closing, end) >= 0 else spans
        if body[end:following].strip():
            return None
        start = following


def _opaque_is_harmless(body: bytes, spans: list[tuple[int, int]], closing_size: int) -> bool:
    """Whether no comment, CDATA section, DOCTYPE or instruction contains or crosses an item's tags."""
    tags = [place for start, end in spans for place in (start, end - closing_size)]
    first = tags[0]
    at = body.find(b"<!")
    while at >= 0:
        if body.startswith(b"<![CDATA[", at):
            end = body.find(b"]]>", at)
        elif body.startswith(b"<!--", at):
            end = body.find(b"-->", at + 4)
        else:
            end = body.find(b">", at)
            if at > first or b"[" in body[at : end + 1]:
                return False
        if end < 0 or bisect(tags, at) != bisect(tags, end):
            return False
        at = body.find(b"<!", end)
    at = body.find(b"<?")
    while at >= 0:
        end = body.find(b"?>", at)
        if at > first or end < 0 or end > first:
            return False
        at = body.find(b"<?", end)
    return True
