"""From a body to items: the gates that spare the parser, then feedparser where it cannot hurt.

body hash known → done; all raw items known → done; otherwise only the unseen items are read, inside their channel's
frame. Small tame documents are read in this process, everything else in a worker that can be killed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from hashlib import blake2b

from monitor.feeds.charset import Decoded, to_utf8
from monitor.feeds.cut import cut
from monitor.feeds.pool import Pool
from monitor.feeds.read import Context, read
from monitor.model import Failure, ParsedFeed, ParseFailed, ParseOutcome
from monitor.settings import Feed

HASH_SIZE = 16


def body_hash(body: bytes) -> bytes:
    """Sixteen bytes that stand for a body."""
    return blake2b(body, digest_size=HASH_SIZE).digest()


class Parser:
    """Reads bodies. Owns the worker processes, which start when the first body needs one.

    Args:
        deadline: seconds a body may take in a worker before it is killed and its poll fails.
        workers: how many worker processes.
    """

    def __init__(self, *, deadline: float = 8.0, workers: int = 2) -> None:
        self._pool = Pool(deadline=deadline, workers=workers)

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
        decoded = to_utf8(body, content_type=content_type, override=feed.encoding)
        parts = cut(decoded.data)
        if parts is None:
            outcome = await self._read(decoded.data, Context(url=url, now=now, zone=feed.timezone))
            return _finished(outcome, decoded, hashed, frozenset(), 0)
        unseen = [(raw, key) for raw, key in zip(parts.items, parts.digests, strict=True) if key not in known_digests]
        digests = frozenset(parts.digests)
        unchanged = len(parts.items) - len(unseen)
        if not unseen:
            return _finished(ParsedFeed(items=()), decoded, hashed, digests, unchanged)
        context = Context(url=url, now=now, zone=feed.timezone, digests=tuple(key for _, key in unseen))
        outcome = await self._read(parts.frame(raw for raw, _ in unseen), context)
        return _finished(outcome, decoded, hashed, digests, unchanged)

    async def _read(self, data: bytes, context: Context) -> ParseOutcome:
        return await self._pool.run(read, data, context)

    def close(self) -> None:
        """Stop the worker processes."""
        self._pool.close()


def _finished(
    outcome: ParseOutcome, decoded: Decoded, hashed: bytes, digests: frozenset[bytes], unchanged: int
) -> ParseOutcome:
    """`outcome` with what only this module knows."""
    if isinstance(outcome, ParseFailed):
        return outcome
    return replace(
        outcome,
        charset=decoded.charset,
        unchanged=unchanged,
        digests=digests,
        body_hash=hashed,
        notes=(*decoded.notes, *outcome.notes),
    )
