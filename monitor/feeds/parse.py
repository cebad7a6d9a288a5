"""From a body to items: the gates that spare the parser, then feedparser where it cannot hurt.

hash of all its items known → done; each raw item known → done; otherwise only the unseen items are read, inside their
channel's frame. Plain documents need no feedparser; of the others, small tame ones are read in this process and
everything else in a worker that can be killed.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from typing import TYPE_CHECKING

from monitor.feeds.pool import Pool
from monitor.feeds.turn import Backlog, Turn
from monitor.outcomes import Failure, ParsedFeed, ParseFailed, ParseOutcome
from monitor.settings import Feed

if TYPE_CHECKING:
    from monitor.feeds.cut import Cut
    from monitor.feeds.fields import Context

HASH_SIZE = 16

MAX_JSON_INLINE = 128_000
"""Bytes of JSON read in this process: json and our own text functions are linear, so this takes 60 ms at worst."""

MAX_PLAIN_INLINE = 160_000
"""Bytes of a plain document read on the event loop, at most some 30 ms; a larger one is read in a thread."""


_BEFORE_MARKUP = b"\xef\xbb\xbf \t\r\n"  # a byte order mark, white space
_BEARS_NEWS = (b"<item", b"<entry", b":item", b":entry", b"<!doctype")


def body_hash(body: bytes) -> bytes:
    """Sixteen bytes that stand for what a body says of its items: its XML declaration, and all from the first item on.

    The channel's head before them is left out, for many servers write the time of the answer there. Where the head may
    hold more than that (no plain item, other names for items, entities), the whole body counts.
    """
    hashed = blake2b(digest_size=HASH_SIZE)
    first = min((at for at in (body.find(b"<item"), body.find(b"<entry")) if at >= 0), default=0)
    head = body[:first].lstrip(_BEFORE_MARKUP)
    lower = head.lower()
    if not lower.startswith(b"<") or any(mark in lower for mark in _BEARS_NEWS):
        hashed.update(body)
        return hashed.digest()
    if lower.startswith(b"<?xml"):
        hashed.update(head[: head.find(b"?>") + 2])
    hashed.update(memoryview(body)[first:])
    return hashed.digest()


class Parser:
    """Reads bodies. Owns the worker processes, which start when the first body needs one.

    Args:
        deadline: seconds a body may take in a worker before it is killed and its poll fails.
        workers: how many worker processes.
        backlog: counts the items that are read; the caller takes off again those of each ParsedFeed it gets.
    """

    def __init__(self, *, deadline: float = 6.0, workers: int = 2, backlog: Backlog | None = None) -> None:
        self._pool = Pool(deadline=deadline, workers=workers)
        self._lock = asyncio.Lock()
        self._backlog = backlog

    @property
    def workers_started(self) -> bool:
        """Whether any body has needed a worker process yet (and they were not let go since)."""
        return self._pool.started

    async def parse(
        self,
        body: bytes,
        *,
        feed: Feed,
        url: str,
        content_type: str = "",
        known_digests: frozenset[bytes] = frozenset(),
        previous_hash: bytes = b"",
        now: datetime,
    ) -> ParseOutcome:
        """Read the items of `body` that are not known by digest.

        Args:
            body: as received, content coding undone.
            feed: whose body it is; its `encoding` and `timezone` override what the body says.
            url: the address that answered; relative links are resolved against it.
            content_type: the answer's header, or "".
            known_digests: of the raw items of the last accepted body.
            previous_hash: of the last accepted body, or b"".
            now: the time of the poll, aware.
        """
        hashed = body_hash(body)
        if hashed == previous_hash:
            count = len(known_digests)
            return ParsedFeed(items=(), unchanged=count, digests=known_digests, body_hash=hashed)
        if not body.strip():
            return ParseFailed(kind=Failure.EMPTY, reason="the body is empty")
        from monitor.feeds.charset import to_utf8
        from monitor.feeds.fields import Context

        async with Turn(self._lock, self._backlog) as turn:
            decoded = to_utf8(body, content_type=content_type, override=feed.encoding)
            context = Context(url=url, now=now, zone=feed.timezone)
            outcome = await self._unseen(decoded.data, context, known_digests, turn)
            if isinstance(outcome, ParseFailed):
                return outcome
            if not outcome.items and not outcome.unchanged:
                return ParseFailed(kind=Failure.EMPTY, reason="a feed whose items hold no title, text or link")
            if self._backlog is not None:
                self._backlog.add(len(outcome.items))
        notes = (*decoded.notes, *outcome.notes)
        return replace(outcome, charset=decoded.charset, body_hash=hashed, notes=notes)

    async def _unseen(self, data: bytes, context: Context, known_digests: frozenset[bytes], turn: Turn) -> ParseOutcome:
        """The items of a UTF-8 document that are not known by digest."""
        from monitor.feeds.cut import cut
        from monitor.feeds.fields import MAX_ITEMS
        from monitor.feeds.jsonfeed import looks_like_json, read_json

        if looks_like_json(data):
            if len(data) <= MAX_JSON_INLINE:
                return read_json(data, context, known_digests)
            turn.give_up()
            return await self._pool.run(read_json, data, context, known_digests)
        parts = cut(data)
        if parts is None:
            from monitor.feeds.misfit import page_instead

            return page_instead(data, context.url) or await self._whole(data, context, turn)
        raw = list(zip(parts.items, parts.digests, strict=True))[:MAX_ITEMS]
        unseen = [(item, key) for item, key in raw if key not in known_digests]
        outcome = await self._read_items(parts, unseen, context, turn) if unseen else ParsedFeed(items=())
        if isinstance(outcome, ParseFailed):
            return outcome
        over = (f"{len(parts.items)} items, only the first {MAX_ITEMS} read",) if len(parts.items) > MAX_ITEMS else ()
        return replace(
            outcome,
            digests=frozenset(key for _, key in raw),
            unchanged=len(raw) - len(unseen),
            notes=(*over, *outcome.notes),
        )

    async def _whole(self, data: bytes, context: Context, turn: Turn) -> ParseOutcome:
        """A document that cannot be cut; one that breaks off gives its whole items, for the last comes whole later."""
        from monitor.feeds.cut import breaks_off, up_to_last_item

        if not breaks_off(data):
            return await self._read(data, context, turn)
        whole = up_to_last_item(data)
        if not whole:
            return ParseFailed(kind=Failure.PARSE, reason="the document breaks off inside its first item")
        outcome = await self._read(whole, context, turn)
        if isinstance(outcome, ParseFailed):
            return outcome
        return replace(outcome, notes=("the document breaks off; whole items kept", *outcome.notes))

    async def _read_items(self, parts: Cut, unseen: list[_Raw], context: Context, turn: Turn) -> ParseOutcome:
        """The unseen items of a document, inside their channel's frame.

        Where they cost the worker its life, those that are tame by themselves are read once more: one hostile item
        must not hide the others. It is remembered as known, so that it costs a worker only once.
        """
        outcome = await self._read(*_framed(parts, unseen, context), turn)
        if not isinstance(outcome, ParseFailed) or outcome.kind is not Failure.PARSER_KILLED or len(unseen) == 1:
            return outcome
        from monitor.feeds.tame import is_tame

        tame = [(item, key) for item, key in unseen if is_tame(parts.frame([item]))]
        if not tame:
            return outcome
        rest = await self._read(*_framed(parts, tame, context), turn)
        if isinstance(rest, ParseFailed):
            return outcome
        lost = f"{len(unseen) - len(tame)} items left out: {outcome.reason}"
        return replace(rest, notes=(lost, *rest.notes))

    async def _read(self, data: bytes, context: Context, turn: Turn) -> ParseOutcome:
        from monitor.feeds.tame import is_tame

        at_once = len(data) <= MAX_PLAIN_INLINE
        feed = _read_plain(data, context) if at_once else await asyncio.to_thread(_read_plain, data, context)
        if feed is not None:
            return feed
        if is_tame(data):
            return _read_document(data, context)
        turn.give_up()
        return await self._pool.run(_read_document, data, context)

    def close(self) -> None:
        """Stop the worker processes."""
        self._pool.close()


_Raw = tuple[bytes, bytes]
"""A raw item and its digest."""


def _framed(parts: Cut, items: list[_Raw], context: Context) -> tuple[bytes, Context]:
    framed = parts.frame(item for item, _ in items)
    return framed, replace(context, digests=tuple(key for _, key in items))


def _read_plain(data: bytes, context: Context) -> ParsedFeed | None:
    """The document where it is plain. Imported on use, as is all that only new items need."""
    from monitor.feeds.plain import read_plain

    return read_plain(data, context)


def _read_document(data: bytes, context: Context) -> ParseOutcome:
    """`read.read`, imported on use: a poll that brings nothing new needs no feedparser."""
    from monitor.feeds.read import read

    return read(data, context)
