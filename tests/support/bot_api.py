"""A local Telegram Bot API that is as strict as the real one, and misbehaves on command.

It parses the HTML of `sendMessage`, counts UTF-16 units after the entities, limits the rate of a chat, and keeps every
message it took as a reader would see it.
"""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from tests.support.alerts import TOKEN

MAX_UNITS = 4096
# core.telegram.org/bots/api#html-style
_TAGS = {
    "b": (), "strong": (), "i": (), "em": (), "u": (), "ins": (), "s": (), "strike": (), "del": (), "code": ("class",),
    "pre": (), "a": ("href",), "span": ("class",), "tg-spoiler": (), "blockquote": ("expandable",),
    "tg-emoji": ("emoji-id",),
}  # fmt: skip
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9A-Fa-f]+);")


class EntityError(ValueError):
    """The text is not Telegram's HTML."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as taken. `text`: what a reader sees; `links`: targets in order; `payload`: the request."""

    chat: str
    text: str
    links: tuple[str, ...]
    payload: dict[str, Any]


@dataclass(slots=True)
class Fault:
    """How the next request is answered. `hang`: seconds of silence; `close`: mid-answer; `drip`: one byte a moment."""

    status: int = 200
    description: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    how: Literal["answer", "hang", "close", "drip", "html", "accept_then_close"] = "answer"
    times: int = 1


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.text: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            raise EntityError(f'Unsupported start tag "{tag}" at byte offset {self.getpos()[1]}')
        for name, value in attributes:
            if name not in _TAGS[tag]:
                raise EntityError(f"Unexpected attribute {name}")
            if name == "href":
                self.links.append(value or "")
        if tag == "a" and "a" in self.open:
            raise EntityError("Nested links")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise EntityError(f"Unmatched end tag </{tag}>")

    def handle_data(self, data: str) -> None:
        if "<" in data or "&" in data:
            raise EntityError("Unescaped character")
        self.text.append(data)

    def handle_entityref(self, name: str) -> None:
        self.text.append({"lt": "<", "gt": ">", "amp": "&", "quot": '"'}[name])

    def handle_charref(self, name: str) -> None:
        self.text.append(chr(int(name[1:], 16) if name[0] in "xX" else int(name)))

    def handle_comment(self, data: str) -> None:
        raise EntityError("comments are no entities")

    def handle_decl(self, decl: str) -> None:
        raise EntityError("declarations are no entities")

    def handle_pi(self, data: str) -> None:
        raise EntityError("instructions are no entities")


def read_html(text: str) -> tuple[str, tuple[str, ...]]:
    """What a reader sees of Telegram HTML, and its links; strict.

    Raises:
        EntityError: a tag or an entity Telegram does not know, one that is not closed, a bare `<` or `&`.
    """
    bare = re.sub(r"<[^<>]*>", "", text)
    if "<" in bare or re.search(r"&(?!(?:lt|gt|amp|quot|#\d+|#x[0-9A-Fa-f]+);)", text):
        raise EntityError("a bare < or &")
    reader = _Reader()
    reader.feed(text)
    reader.close()
    if reader.open:
        raise EntityError(f"Can't find end tag corresponding to start tag {reader.open[-1]}")
    return "".join(reader.text), tuple(reader.links)


class BotApi:
    """The state of the server: what it took, what it will do next."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.seen: list[Seen] = []
        self.requests = 0
        self.faults: list[Fault] = []
        self.unknown_chats: set[str] = set()
        self.per_minute: int | None = None
        self.arrived = threading.Condition()
        self.url = ""
        self.stopping = threading.Event()
        self._times: dict[str, list[float]] = {}

    def fail(self, *faults: Fault) -> None:
        """Answer the next requests like this."""
        self.faults.extend(fault for fault in faults for _ in range(fault.times))

    def texts(self) -> list[str]:
        """What readers saw, in order."""
        return [one.text for one in self.seen]

    def wait_for(self, count: int, seconds: float = 10) -> None:
        """Until `count` messages were taken."""
        with self.arrived:
            if not self.arrived.wait_for(lambda: len(self.seen) >= count, seconds):
                raise AssertionError(f"{len(self.seen)} of {count} messages arrived in {seconds} s")

    def answer(self, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """The Bot API's own judgement of a request."""
        found = re.fullmatch(r"/bot([^/]+)/(\w+)", path)
        if not found or found[1] != self.token:
            return _no(401 if found else 404, "Unauthorized" if found else "Not Found")
        if found[2] != "sendMessage":
            return _no(404, "Not Found: method not found")
        payload = json.loads(body)
        chat = str(payload.get("chat_id", ""))
        if not chat or chat in self.unknown_chats:
            return _no(400, "Bad Request: chat not found")
        try:
            text, links = read_html(payload["text"]) if payload.get("parse_mode") == "HTML" else (payload["text"], ())
        except EntityError as error:
            return _no(400, f"Bad Request: can't parse entities: {error}")
        if not text.strip():
            return _no(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > MAX_UNITS:
            return _no(400, "Bad Request: message is too long")
        if self.per_minute is not None:
            recent = [t for t in self._times.get(chat, []) if time.monotonic() - t < 60]
            if len(recent) >= self.per_minute:
                wait = int(60 - (time.monotonic() - recent[0])) + 1
                return _no(429, f"Too Many Requests: retry after {wait}", {"retry_after": wait})
            self._times[chat] = [*recent, time.monotonic()]
        with self.arrived:
            self.seen.append(Seen(chat, text, links, payload))
            self.arrived.notify_all()
        return 200, {"ok": True, "result": {"message_id": len(self.seen), "chat": {"id": chat}, "text": text}}


def _no(code: int, description: str, parameters: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
    answer: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    return code, answer | ({"parameters": parameters} if parameters else {})


class _Handler(BaseHTTPRequestHandler):
    api: BotApi

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.api.requests += 1
        fault = self.api.faults.pop(0) if self.api.faults else None
        if fault is None:
            self._say(*self.api.answer(self.path, body))
        else:
            self._misbehave(fault, body)

    def _misbehave(self, fault: Fault, body: bytes) -> None:
        if fault.how == "answer":
            self._say(*_no(fault.status, fault.description, fault.parameters))
        elif fault.how == "hang":
            self.api.stopping.wait(30)
        elif fault.how == "html":
            self._raw(fault.status, b"<html><body>Bad Gateway</body></html>", "text/html")
        elif fault.how == "drip":
            self.api.answer(self.path, body)
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            while not self.api.stopping.wait(0.05):
                self.wfile.write(b" " * 64)
        else:
            if fault.how == "accept_then_close":
                self.api.answer(self.path, body)
            self.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"ok":')
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)

    def _say(self, status: int, answer: dict[str, Any]) -> None:
        self._raw(status, json.dumps(answer).encode(), "application/json")

    def _raw(self, status: int, data: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # clients that hang up are part of the tests


@contextmanager
def bot_api(token: str = TOKEN) -> Iterator[BotApi]:
    """A running server on loopback; `.url` is what `Sender(telegram_api=…)` takes."""
    api = BotApi(token)

    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"api": api}))
    api.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield api
    finally:
        api.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()
