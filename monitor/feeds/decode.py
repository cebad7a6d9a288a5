"""Bodies out of their content codings, never more than asked for. Knows nothing of charsets, XML or the network.

Every step has an output limit, so a bomb costs at most the cap plus one step: a gigabyte in a kilobyte is never built.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Protocol

MAX_CODINGS = 3
_STEP = 65_536
_GZIP_MAGIC = b"\x1f\x8b"
_ALIASES = {"x-gzip": "gzip", "x-deflate": "deflate"}
_NOTHING = frozenset({"", "identity", "none", "utf-8", "binary", "8bit"})  # written by servers that mean "none"


class DecodeError(Exception):
    """The bytes are not what their content coding says; the text is for a person."""


class BodyTooLargeError(Exception):
    """More bytes than the cap, on the wire or after decoding."""


class _Coding(Protocol):
    """One content coding: bytes in, pieces of at most 64 KiB out."""

    complete: bool

    def feed(self, chunk: bytes) -> Iterator[bytes]: ...


class _Zlib:
    """gzip (all its members) and deflate, with or without the zlib header that RFC 9110 asks for."""

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._stream: zlib._Decompress | None = None
        self.complete = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        rest, more = chunk, bool(chunk) and not self.complete
        while more:
            stream = self._stream or self._open(rest)
            try:
                piece = stream.decompress(rest, _STEP)
            except zlib.error as error:
                raise DecodeError(f"its {'gzip' if self._gzip else 'deflate'} stream is damaged") from error
            if piece:
                yield piece
            rest, more = stream.unconsumed_tail, False
            if not stream.eof:
                # A full step may leave output inside the stream although all input is taken.
                more = bool(rest) or len(piece) == _STEP
            elif self._gzip and stream.unused_data.startswith(_GZIP_MAGIC):
                rest, more, self._stream = stream.unused_data, True, None
            else:
                self.complete = True  # what may follow is padding, which browsers ignore too

    def _open(self, start: bytes) -> zlib._Decompress:
        self._stream = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS if self._gzip else _deflate_bits(start))
        return self._stream


class _Brotli:
    """br, through the output limit that brotli has had since 1.2."""

    def __init__(self) -> None:
        # Few servers send it; a native library is loaded only for them.
        import brotli  # type: ignore[import-untyped]

        self._stream = brotli.Decompressor()
        self._error = brotli.error
        self.complete = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        if self.complete:
            return
        rest = chunk
        while True:
            try:
                piece = self._stream.process(rest, output_buffer_limit=_STEP)
            except self._error as error:
                raise DecodeError("its br stream is damaged") from error
            rest = b""
            if piece:
                yield piece
            self.complete = self._stream.is_finished()
            if self.complete or (not piece and self._stream.can_accept_more_data()):
                return


def _deflate_bits(start: bytes) -> int:
    """Raw deflate is sent under the same name as zlib's; the first bytes tell them apart (RFC 1950 section 2.2)."""
    zlib_header = len(start) >= 2 and start[0] & 0x0F == 8 and ((start[0] << 8) | start[1]) % 31 == 0
    return zlib.MAX_WBITS if zlib_header or len(start) < 2 else -zlib.MAX_WBITS


class BodyDecoder:
    """Takes a body as it arrives and keeps it decoded.

    Args:
        content_encoding: the header's value, codings in the order they were applied.
        limit: the most bytes, both on the wire and decoded at any stage.

    Raises:
        DecodeError: a coding we did not offer, or more than three of them.
    """

    def __init__(self, content_encoding: str, limit: int) -> None:
        self._limit = limit
        self._names = _coding_names(content_encoding)
        self._codings = [_coding(name) for name in self._names]
        self._seen = [0] * len(self._names)
        self._pieces: list[bytes] = []
        self._wire = 0
        self._size = 0
        self.plain_after_all = False

    def feed(self, chunk: bytes) -> None:
        """Takes the next bytes.

        Raises:
            BodyTooLargeError: the cap is reached; nothing more will be decoded.
            DecodeError: the stream is damaged.
        """
        if not self._wire and chunk:
            self._look_at_start(chunk)
        self._wire += len(chunk)
        if self._wire > self._limit:
            raise BodyTooLargeError
        for piece in self._through(chunk, 0):
            self._size += len(piece)
            if self._size > self._limit:
                raise BodyTooLargeError
            self._pieces.append(piece)

    def _look_at_start(self, chunk: bytes) -> None:
        """Servers label plain bodies as compressed and send .gz files without a label: the bytes decide."""
        start = chunk.lstrip()[:1]
        if self._names and start in (b"<", b"{") and self._names[-1] != "br":
            self._codings, self._names, self.plain_after_all = [], (), True
        elif not self._names and chunk.startswith(_GZIP_MAGIC):
            self._codings, self._names, self._seen = [_Zlib(gzip=True)], ("gzip",), [0]

    def _through(self, chunk: bytes, stage: int) -> Iterable[bytes]:
        """The chunk through the codings from `stage` on; the last coding applied comes off first."""
        if stage == len(self._codings):
            return (chunk,)
        return self._off(chunk, stage)

    def _off(self, chunk: bytes, stage: int) -> Iterator[bytes]:
        for piece in self._codings[len(self._codings) - 1 - stage].feed(chunk):
            self._seen[stage] += len(piece)
            if self._seen[stage] > self._limit:
                raise BodyTooLargeError
            yield from self._through(piece, stage + 1)

    @property
    def complete(self) -> bool:
        """Whether every coding reached its end; a body without codings is always complete."""
        return not self._wire or all(coding.complete for coding in self._codings)

    def body(self) -> bytes:
        """All that was decoded so far."""
        return self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)


def _coding_names(content_encoding: str) -> tuple[str, ...]:
    names = [name.strip().lower() for name in content_encoding.split(",")] if content_encoding else []
    named = tuple(_ALIASES.get(name, name) for name in names if name not in _NOTHING)
    if len(named) > MAX_CODINGS:
        raise DecodeError(f"{len(named)} content codings one in another; at most {MAX_CODINGS} are taken")
    return named


def _coding(name: str) -> _Coding:
    if name in ("gzip", "deflate"):
        return _Zlib(gzip=name == "gzip")
    if name == "br":
        return _Brotli()
    raise DecodeError(f"the content coding {name[:30]!r} was not asked for and is not known")
