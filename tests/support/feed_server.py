"""A real HTTP server on loopback that answers as oddly as real feeds do; for any test, sync or async.

It runs on a thread of its own, so a blocked test cannot block it. Use it as a context manager:

    with FeedServer() as server:
        server.serve("/feed", b"<rss/>", headers={"ETag": '"1"'})
        ... fetch(server.url("/feed"))
        assert server.requests[0].headers["user-agent"]
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from types import TracebackType
from typing import Literal, Self

Headers = Mapping[str, str] | Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What came in. `headers`: lower-case names; `at`: seconds of `time.monotonic` when it was read."""

    method: str
    path: str
    headers: Mapping[str, str]
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """How to answer one request.

    `etag`, `last_modified`: sent, and answered with 304 when the request carries the same. `delay`: seconds before the
    status line. `drip`: seconds between single bytes of the body or of `raw`. `hang`: say nothing more from then on.
    `cut_at`: close after so many bytes of the body, whatever Content-Length says. `endless`: repeat the body for ever.
    `raw`: send exactly these bytes and close. `interim`: bytes sent before the status line (1xx answers), endlessly if
    `endless`.
    """

    body: bytes = b""
    status: int = 200
    headers: Headers = ()
    etag: str | None = None
    last_modified: str | None = None
    delay: float = 0.0
    drip: float = 0.0
    hang: Literal["", "before", "headers", "body"] = ""
    cut_at: int | None = None
    endless: bool = False
    chunked: bool = False
    interim: bytes = b""
    raw: bytes | None = None


Answer = Callable[[Request], Reply]


@dataclass(slots=True)
class _Script:
    replies: Sequence[Reply]
    position: int = 0

    def __call__(self, request: Request) -> Reply:
        reply = self.replies[min(self.position, len(self.replies) - 1)]
        self.position += 1
        return reply


@dataclass(slots=True)
class FeedServer:
    """The server. `host`: where it listens; `tls`: a server-side context for https."""

    host: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    requests: list[Request] = field(default_factory=list)
    active: int = 0
    most_active: int = 0
    port: int = 0
    connections: int = 0
    _answers: dict[str, Answer] = field(default_factory=dict)
    _loop: asyncio.AbstractEventLoop | None = None
    _thread: threading.Thread | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    # --- what to answer ---------------------------------------------------------------------------------------------

    def serve(self, path: str, body: bytes | str = b"", **how: object) -> str:
        """Answers `path` with `body`; `how` are the fields of Reply. Returns the URL."""
        data = body.encode() if isinstance(body, str) else body
        return self.script(path, Reply(body=data, **how))  # type: ignore[arg-type]

    def script(self, path: str, *replies: Reply) -> str:
        """Answers `path` with each of `replies` in turn, the last one for ever. Returns the URL."""
        return self.answer(path, _Script(replies))

    def answer(self, path: str, answer: Answer) -> str:
        """Answers `path` with what `answer` makes of the request. Returns the URL."""
        self._answers[path] = answer
        return self.url(path)

    def redirect(self, path: str, location: str, status: int = 302, **how: object) -> str:
        """Sends whoever asks for `path` to `location`."""
        return self.serve(path, b"", status=status, headers={"Location": location}, **how)

    def url(self, path: str = "/", *, host: str | None = None, userinfo: str = "") -> str:
        """The absolute URL of a path."""
        scheme = "https" if self.tls else "http"
        name = host or self.host
        name = f"[{name}]" if ":" in name else name
        return f"{scheme}://{userinfo}{name}:{self.port}{path}"

    # --- what was asked ---------------------------------------------------------------------------------------------

    def asked(self, path: str) -> list[Request]:
        """The requests for one path, in order."""
        return [request for request in self.requests if request.path == path]

    def wait_for(self, path: str | None = None, *, count: int = 1, seconds: float = 10.0) -> None:
        """Blocks until `count` requests (for `path`) have come in; fails after `seconds`."""

        def arrived() -> bool:
            return len(self.requests if path is None else self.asked(path)) >= count

        with self._changed:
            assert self._changed.wait_for(arrived, timeout=seconds), f"no {count} requests for {path} in {seconds} s"

    async def until_asked(self, path: str | None = None, *, count: int = 1, seconds: float = 10.0) -> None:
        """`wait_for` without blocking the event loop."""
        await asyncio.to_thread(self.wait_for, path, count=count, seconds=seconds)

    # --- life -------------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True, name="feed-server")
        self._thread.start()
        assert ready.wait(10), "the feed server did not start"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stops it and closes every connection; harmless when closed already."""
        if self._loop is not None and self._thread is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)

    def _run(self, ready: threading.Event) -> None:
        loop = asyncio.new_event_loop()
        self._loop = loop
        server = loop.run_until_complete(
            asyncio.start_server(self._connected, self.host, self.port, ssl=self.tls, backlog=1024)
        )
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        try:
            loop.run_forever()
        finally:
            server.close()
            loop.run_until_complete(self._end_connections())
            loop.run_until_complete(server.wait_closed())
            loop.close()

    async def _end_connections(self) -> None:
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # the aborted transports close their sockets in the next round

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            while await self._exchange(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ssl.SSLError, TimeoutError):
            pass
        except asyncio.CancelledError:
            pass  # the server stops: the streams module would print a trace of it
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its answer; False when the connection is used up."""
        request = await _read_request(reader)
        self.active += 1
        self.most_active = max(self.most_active, self.active)
        try:
            with self._changed:
                self.requests.append(request)
                self._changed.notify_all()
            answer = self._answers.get(request.path) or self._answers.get(request.path.partition("?")[0])
            reply = answer(request) if answer else Reply(status=404, body=b"nothing here")
            return await _send(reply, request, writer)
        finally:
            self.active -= 1


async def _read_request(reader: asyncio.StreamReader) -> Request:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("utf-8", "surrogateescape").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers: dict[str, str] = {}
    for line in filter(None, lines):
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return Request(method=method, path=path, headers=headers, at=time.monotonic())


async def _send(reply: Reply, request: Request, writer: asyncio.StreamWriter) -> bool:
    if reply.delay:
        await asyncio.sleep(reply.delay)
    if reply.hang == "before":
        await asyncio.Event().wait()
    if reply.raw is not None:
        size = 1 if reply.drip else max(1, len(reply.raw))
        for place in range(0, len(reply.raw), size):
            writer.write(reply.raw[place : place + size])
            if reply.drip:
                await writer.drain()
                await asyncio.sleep(reply.drip)
        await _finish(writer)
        return False
    await _send_interim(reply, writer)
    if _unchanged(reply, request):
        writer.write(_head(304, reply, length=None))
        await writer.drain()
        return True
    writer.write(_head(reply.status, reply, length=None if reply.endless or reply.chunked else len(reply.body)))
    if reply.hang == "headers":
        await asyncio.Event().wait()
    await _send_body(reply, writer)
    if reply.hang == "body":
        await asyncio.Event().wait()
    if reply.cut_at is not None or (reply.endless and not reply.chunked):
        await _finish(writer)
        return False
    return request.headers.get("connection", "").lower() != "close"


async def _send_interim(reply: Reply, writer: asyncio.StreamWriter) -> None:
    while reply.interim:
        writer.write(reply.interim)
        await writer.drain()
        if not reply.endless:
            break
        await asyncio.sleep(0.001)


async def _send_body(reply: Reply, writer: asyncio.StreamWriter) -> None:
    body = reply.body if reply.cut_at is None else reply.body[: reply.cut_at]
    while True:
        if reply.drip:
            for place in range(len(body)):
                writer.write(_frame(reply, body[place : place + 1]))
                await writer.drain()
                await asyncio.sleep(reply.drip)
        elif body:
            writer.write(_frame(reply, body))
        await writer.drain()
        if not reply.endless:
            break
        await asyncio.sleep(0)
    if reply.chunked and reply.cut_at is None:
        writer.write(b"0\r\n\r\n")
        await writer.drain()


def _frame(reply: Reply, part: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(part), part) if reply.chunked else part


def _unchanged(reply: Reply, request: Request) -> bool:
    if reply.etag is not None and request.headers.get("if-none-match") == reply.etag:
        return True
    return reply.last_modified is not None and request.headers.get("if-modified-since") == reply.last_modified


def _head(status: int, reply: Reply, *, length: int | None) -> bytes:
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Odd"
    given = list(reply.headers.items() if isinstance(reply.headers, Mapping) else reply.headers)
    names = {name.lower() for name, _ in given}
    if reply.etag is not None:
        given.append(("ETag", reply.etag))
    if reply.last_modified is not None:
        given.append(("Last-Modified", reply.last_modified))
    if length is not None and "content-length" not in names and "transfer-encoding" not in names and status >= 200:
        given.append(("Content-Length", str(length)))
    if reply.chunked and status != 304:
        given.append(("Transfer-Encoding", "chunked"))
    if "date" not in names:
        given.append(("Date", formatdate(usegmt=True)))
    lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {value}" for name, value in given), "", ""]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape")


async def _finish(writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        await writer.drain()
        writer.close()
        await writer.wait_closed()
