"""The outlets of the sample day as a small web server on loopback. Standard library only; serves nothing else."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

from monitor.demo.day import Day, SampleFeed, document


class DayServer:
    """Serves the day's feeds while entered; the day begins when it is entered.

    Each outlet has a loopback address of its own where the system allows it, as real outlets have: feeds of one host
    count as sections of one site.

    Args:
        day: what to publish.
        clock: the wall clock, aware and UTC.
    """

    def __init__(self, day: Day, clock: Callable[[], datetime]) -> None:
        self.day = day
        self.started = clock()
        self._clock = clock
        self._paths = {feed.path: feed for feed in day.feeds}
        self._servers: dict[str, ThreadingHTTPServer] = {}
        self._threads: list[threading.Thread] = []

    @property
    def elapsed(self) -> float:
        """Seconds since the day began."""
        return (self._clock() - self.started).total_seconds()

    def url(self, feed: SampleFeed) -> str:
        """The address of a feed, while entered."""
        host, port = self._servers[feed.key].server_address[:2]
        return f"http://{host!s}:{port}{feed.path}"

    def document(self, path: str) -> bytes | None:
        """The feed at `path` as it stands now, or None."""
        feed = self._paths.get(path)
        return None if feed is None else document(feed, self.day.of(feed, self.elapsed), self.started)

    def __enter__(self) -> DayServer:
        handler = _handler(self.document)
        for number, feed in enumerate(self.day.feeds, start=1):
            self._servers[feed.key] = _listen(f"127.0.0.{number}", handler)
        self.started = self._clock()
        for key, server in self._servers.items():
            thread = threading.Thread(
                target=server.serve_forever, kwargs={"poll_interval": 0.1}, name=f"outlet-{key}", daemon=True
            )
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers.values():
            server.shutdown()
            server.server_close()
        for thread in self._threads:
            thread.join()


def _listen(host: str, handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    try:
        server = ThreadingHTTPServer((host, 0), handler)
    except OSError:  # macOS has 127.0.0.1 only
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    return server


def _handler(find: Callable[[str], bytes | None]) -> type[BaseHTTPRequestHandler]:
    """A request handler that answers with what `find` gives for a path."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_GET(self) -> None:
            body = find(self.path)
            if body is None:
                self._answer(HTTPStatus.NOT_FOUND, b"")
                return
            etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
            known = self.headers.get("If-None-Match") == etag
            self._answer(HTTPStatus.NOT_MODIFIED if known else HTTPStatus.OK, b"" if known else body, etag)

        def _answer(self, status: HTTPStatus, body: bytes, etag: str = "") -> None:
            self.send_response(status)
            if etag:
                self.send_header("ETag", etag)
            if status is HTTPStatus.OK:
                self.send_header("Content-Type", "application/xml")
            if status is not HTTPStatus.NOT_MODIFIED:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the terminal belongs to the alerts."""

    return Handler
