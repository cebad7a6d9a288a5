"""The outlets of the sample day as a small web server on loopback. Standard library only; serves nothing else."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

from monitor.demo.day import Day, document


class DayServer:
    """Serves the day's feeds while entered; the day begins when it is entered.

    Args:
        day: what to publish.
        clock: the wall clock, aware and UTC.
    """

    def __init__(self, day: Day, clock: Callable[[], datetime]) -> None:
        self.day = day
        self.started = clock()
        self._clock = clock
        self._paths = {feed.path: feed for feed in day.feeds}
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def elapsed(self) -> float:
        """Seconds since the day began."""
        return (self._clock() - self.started).total_seconds()

    @property
    def address(self) -> str:
        """`http://127.0.0.1:PORT`, while entered."""
        assert self._server is not None, "the server is not running"  # noqa: S101 - a programming error only
        return f"http://127.0.0.1:{self._server.server_port}"

    def document(self, path: str) -> bytes | None:
        """The feed at `path` as it stands now, or None."""
        feed = self._paths.get(path)
        return None if feed is None else document(feed, self.day.of(feed, self.elapsed), self.started)

    def __enter__(self) -> DayServer:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_GET(self) -> None:
                body = owner.document(self.path)
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

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, name="demo-outlets", daemon=True
        )
        self.started = self._clock()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
