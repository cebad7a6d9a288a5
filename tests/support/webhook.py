"""A local receiver of JSON webhooks."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(slots=True)
class Webhook:
    """What arrived, and with which statuses the next requests are answered."""

    url: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)
    answer_after: Callable[[], float] = lambda: 0.0

    def wait_for(self, count: int, seconds: float = 10) -> None:
        """Until `count` requests were taken."""
        with self.arrived:
            if not self.arrived.wait_for(lambda: len(self.bodies) >= count, seconds):
                raise AssertionError(f"{len(self.bodies)} of {count} requests arrived in {seconds} s")


def _fields(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {"raw": body.decode("utf-8", "replace")}
    return found if isinstance(found, dict) else {"value": found}


@contextmanager
def webhook() -> Iterator[Webhook]:
    """A running receiver; `.url` is an Apprise URL (`json://…`)."""
    hook = Webhook()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, headers = hook.answers.pop(0) if hook.answers else (200, {})
            with hook.arrived:  # taken before it is answered: a sender that dies in between has delivered
                hook.bodies.append(_fields(body))
                hook.paths.append(self.path)
                hook.headers.append({name.lower(): value for name, value in self.headers.items()})
                hook.arrived.notify_all()
            time.sleep(hook.answer_after())
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request: object, client_address: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    hook.url = f"json://127.0.0.1:{server.server_address[1]}/alerts"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
