"""Errors in plain words: what failed, on which host, and why."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.feeds.fetch import Fetcher
from monitor.feeds.troubles import explain, http_trouble
from monitor.outcomes import Failure
from tests.support.feed_server import FeedServer
from tests.support.fetching import BODY, assert_failed, assert_fetched, fetch

CERTIFICATES = Path(__file__).parent.parent / "support" / "certificates"


def tls_server(name: str) -> FeedServer:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATES / f"{name}.pem")
    return FeedServer(tls=context)


@pytest.fixture
def self_signed() -> Iterator[FeedServer]:
    with tls_server("self") as running:
        running.serve("/feed", BODY)
        yield running


async def test_a_self_signed_certificate_is_refused_in_words(fetcher: Fetcher, self_signed: FeedServer) -> None:
    assert_failed(
        await fetch(fetcher, self_signed.url("/feed")), Failure.TLS, "127.0.0.1: its certificate is self-signed"
    )
    assert self_signed.requests == []


async def test_verify_tls_false_takes_any_certificate(fetcher: Fetcher, self_signed: FeedServer) -> None:
    assert assert_fetched(await fetch(fetcher, self_signed.url("/feed"), verify_tls=False)).body == BODY


async def test_one_feeds_leave_is_not_anothers(fetcher: Fetcher, self_signed: FeedServer) -> None:
    assert_fetched(await fetch(fetcher, self_signed.url("/feed"), verify_tls=False))
    assert_failed(await fetch(fetcher, self_signed.url("/feed")), Failure.TLS)


async def test_plain_http_behind_https_is_told(fetcher: Fetcher) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await reader.read()
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    assert_failed(await fetch(fetcher, url), Failure.TLS, "no secure connection")
    server.close()
    await server.wait_closed()


ASK = """
import asyncio, sys
from datetime import UTC, datetime
from monitor.feeds.fetch import Fetcher
from monitor.model import FeedId, FeedState
from monitor.settings import Feed, Polling

async def main():
    async with Fetcher(Polling(allow_private_addresses=True), lambda: datetime(2026, 1, 1, tzinfo=UTC)) as fetcher:
        for url in sys.argv[1:]:
            outcome = await fetcher.fetch(Feed(name="x", url=url), FeedState(id=FeedId(1), name="x", url=url))
            print(getattr(outcome, "reason", "fetched"))

asyncio.run(main())
"""


def test_expired_and_foreign_certificates_are_told_apart() -> None:
    """In a process of its own, which can be told to trust the authority that signed them."""
    with tls_server("valid") as valid, tls_server("expired") as expired, tls_server("other") as other:
        valid.serve("/feed", BODY)
        urls = [server.url("/feed") for server in (valid, expired, other)]
        environment = {**os.environ, "SSL_CERT_FILE": str(CERTIFICATES / "authority.pem")}
        run = subprocess.run(
            [sys.executable, "-c", ASK, *urls], env=environment, capture_output=True, text=True, timeout=60, check=True
        )
    assert run.stdout.splitlines() == [
        "fetched",
        "127.0.0.1: its certificate has expired",
        "127.0.0.1: its certificate is for another address",
    ]


async def test_a_port_without_a_server_is_told(fetcher: Fetcher) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/feed"
        assert_failed(await fetch(fetcher, url), Failure.CONNECT, "127.0.0.1: the connection was refused")


async def test_a_name_without_an_address_is_told(fetcher: Fetcher) -> None:
    outcome = assert_failed(await fetch(fetcher, "http://no-such-outlet.invalid/feed"), Failure.DNS)
    assert "no-such-outlet.invalid" in outcome.reason


async def test_a_server_that_closes_without_a_word_is_told(fetcher: Fetcher) -> None:
    async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(close, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    assert_failed(
        await fetch(fetcher, f"http://127.0.0.1:{port}/"), Failure.PROTOCOL, "closed the connection without an answer"
    )
    server.close()
    await server.wait_closed()


def test_what_is_not_known_is_still_one_short_line() -> None:
    kind, words = explain(OSError(9999, "odd\nthing " + "x" * 500), "paper.example", 30)
    assert kind is Failure.CONNECT
    assert "\n" not in words
    assert len(words) < 250


@pytest.mark.parametrize("status", [*range(300, 600, 7), 999])
def test_every_status_has_words(status: int) -> None:
    _, words = http_trouble(status)
    assert str(status) in words
    assert "( " not in words
    assert " )" not in words
