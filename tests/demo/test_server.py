"""The outlets of the sample day on loopback."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

from monitor.demo.day import load_day
from monitor.demo.server import DayServer

DAY = load_day()


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def ask(server: DayServer, path: str, etag: str = "") -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection(urlsplit(server.url(DAY.feeds[0])).netloc, timeout=10)
    try:
        connection.request("GET", path, headers={"If-None-Match": etag} if etag else {})
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def test_a_feed_grows_with_the_day_and_is_unchanged_in_between() -> None:
    clock = Clock()
    with DayServer(DAY, clock) as server:
        path = DAY.feeds[0].path
        first, before = ask(server, path)
        assert first.status == 200
        same, nothing = ask(server, path, str(first.headers["ETag"]))
        assert (same.status, nothing) == (304, b"")
        clock.now += timedelta(seconds=DAY.length)
        again, after = ask(server, path, str(first.headers["ETag"]))
        assert again.status == 200
        assert len(after) > len(before)


def test_nothing_else_is_served() -> None:
    with DayServer(DAY, Clock()) as server:
        answer, _ = ask(server, "/../../etc/passwd")
        assert answer.status == 404
