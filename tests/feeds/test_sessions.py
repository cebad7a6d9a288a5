"""Proxies per feed, on real ones on loopback: an HTTP proxy, and a SOCKS5 proxy for `monitor.feeds.socks`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from monitor.feeds.fetch import Fetcher
from monitor.feeds.sessions import Sessions
from monitor.outcomes import Failure
from monitor.settings import Feed, Polling, Secret
from tests.support.feed_server import FeedServer
from tests.support.fetching import BODY, LOCAL, NOW, assert_failed, assert_fetched, fetch


class Socks5:
    """As much of RFC 1928 and 1929 as a feed needs; leads every name to one port of this machine."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[str] = []
        self.logins: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, count = await reader.readexactly(2)
        methods = await reader.readexactly(count)
        writer.write(b"\x05\x02" if 2 in methods else b"\x05\x00")
        if 2 in methods:
            _, length = await reader.readexactly(2)
            user = await reader.readexactly(length)
            self.logins.append(user + b":" + await reader.readexactly((await reader.readexactly(1))[0]))
            writer.write(b"\x01\x00")
        await reader.readexactly(3)
        kind = (await reader.readexactly(1))[0]
        name = await reader.readexactly((await reader.readexactly(1))[0] if kind == 3 else 4)
        self.asked.append(name.decode("latin-1"))
        await reader.readexactly(2)
        writer.write(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50")
        to_reader, to_writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            await asyncio.gather(pump(reader, to_writer), pump(to_reader, writer))
        finally:
            writer.close()
            to_writer.close()


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(65_536):
        writer.write(chunk)
    writer.close()


@pytest.fixture
async def socks(server: FeedServer) -> AsyncIterator[tuple[Socks5, str]]:
    proxy = Socks5(server.port)
    listening = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    yield proxy, f"127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    listening.close()


async def test_an_http_proxy_is_asked_for_the_whole_address(fetcher: Fetcher, server: FeedServer) -> None:
    server.serve("http://paper.example/feed", BODY)
    assert_fetched(await fetch(fetcher, "http://paper.example/feed", proxy=Secret(server.url(userinfo="u:p@"))))
    assert server.requests[0].headers["host"] == "paper.example"
    assert server.requests[0].headers["proxy-authorization"] == "Basic dTpw"


@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "SOCKS5"])
async def test_a_socks_proxy_looks_names_up_itself(server: FeedServer, socks: tuple[Socks5, str], scheme: str) -> None:
    proxy, where = socks
    server.serve("/feed", BODY)
    async with Fetcher(LOCAL, lambda: NOW) as fetcher:
        assert_fetched(await fetch(fetcher, "http://paper.example/feed", proxy=Secret(f"{scheme}://u:p@{where}")))
    assert proxy.asked == ["paper.example"]
    assert proxy.logins == [b"u:p"]


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_a_proxy_that_is_not_there_is_told_without_its_password(fetcher: Fetcher, scheme: str) -> None:
    proxy = Secret(f"{scheme}://user:hidden@127.0.0.1:1")
    outcome = assert_failed(await fetch(fetcher, "http://paper.example/feed", proxy=proxy), Failure.CONNECT, "proxy")
    assert "hidden" not in outcome.reason


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "printer.local", "169.254.169.254", "2130706433"])
async def test_a_proxy_is_no_way_round_the_gate(server: FeedServer, host: str) -> None:
    async with Fetcher(Polling(), lambda: NOW) as fetcher:
        assert_failed(await fetch(fetcher, f"http://{host}/", proxy=Secret(server.url())), Failure.REFUSED_ADDRESS)
    assert server.requests == []


async def test_sessions_are_opened_once_for_each_way_out() -> None:
    sessions = Sessions(LOCAL)
    url = "http://paper.example/"
    direct, other = Feed(name="a", url=url), Feed(name="b", url=url, verify_tls=False)
    proxied = Feed(name="c", url=url, proxy=Secret("http://p.example:3128"))
    try:
        assert sessions.of(direct)[0] is sessions.of(other)[0]
        assert sessions.of(direct)[0] is not sessions.of(proxied)[0]
        assert sessions.of(other)[1] == {"ssl": False}
    finally:
        await sessions.close()
