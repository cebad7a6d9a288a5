"""Servers that drip, hang, bomb, lie and never end: bounded time, bounded memory, a reason in words."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import time
import tracemalloc
import zlib
from datetime import timedelta

import brotli  # type: ignore[import-untyped]
import pytest

from monitor.feeds.fetch import Fetcher
from monitor.model import Validators
from monitor.outcomes import Failure
from monitor.settings import Polling
from tests.support.feed_server import FeedServer, Reply
from tests.support.fetching import BODY, NOW, assert_failed, assert_fetched, fetch

SHORT = Polling(allow_private_addresses=True, timeout=timedelta(seconds=0.6), max_body=200_000)
LONG_ZEROS = b"\0" * 20_000_000


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


CODINGS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "DEFLATE": raw_deflate,
    "br": brotli.compress,
    "gzip, br": lambda data: brotli.compress(gzip.compress(data)),
    "gzip, gzip, deflate": lambda data: zlib.compress(gzip.compress(gzip.compress(data))),
    "identity": bytes,
}


@pytest.mark.parametrize("coding", CODINGS)
async def test_codings_come_off(fetcher: Fetcher, server: FeedServer, coding: str) -> None:
    url = server.serve("/feed", CODINGS[coding](BODY), headers={"Content-Encoding": coding}, chunked=True)
    assert assert_fetched(await fetch(fetcher, url)).body == BODY


@pytest.mark.parametrize("coding", [coding for coding in CODINGS if coding != "identity"])
async def test_a_bomb_costs_no_more_than_the_cap(server: FeedServer, coding: str) -> None:
    url = server.serve("/feed", CODINGS[coding](LONG_ZEROS), headers={"Content-Encoding": coding})
    async with Fetcher(SHORT, lambda: NOW) as fetcher:
        tracemalloc.start()
        try:
            assert_failed(await fetch(fetcher, url), Failure.TOO_LARGE, "more than 200 KB")
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 8_000_000


ODD_BODIES = {
    "endless": Reply(body=b"<item>" * 5000, endless=True),
    "endless-chunks": Reply(body=b"<item>" * 5000, endless=True, chunked=True),
    "announced-large": Reply(body=b"x", headers={"Content-Length": "999999999999"}),
    "large": Reply(body=b"x" * 200_001),
    "endless-and-empty": Reply(
        body=b"\0\0\0\xff\xff" * 10_000, headers={"Content-Encoding": "deflate"}, chunked=True, endless=True
    ),
}


@pytest.mark.parametrize("name", ODD_BODIES)
async def test_a_body_beyond_the_cap_is_given_up(server: FeedServer, name: str) -> None:
    url = server.script("/feed", ODD_BODIES[name])
    async with Fetcher(SHORT, lambda: NOW) as fetcher:
        assert_failed(await fetch(fetcher, url), Failure.TOO_LARGE, "more than 200 KB")


async def test_a_body_of_exactly_the_cap_is_taken(server: FeedServer) -> None:
    url = server.serve("/feed", b"x" * 200_000)
    async with Fetcher(SHORT, lambda: NOW) as fetcher:
        assert len(assert_fetched(await fetch(fetcher, url)).body) == 200_000


STALLS = {
    "drip-body": Reply(body=BODY * 10, drip=0.05),
    "drip-chunks": Reply(body=BODY * 10, drip=0.05, chunked=True),
    "hang-before": Reply(body=BODY, hang="before"),
    "hang-headers": Reply(body=BODY, hang="headers"),
    "hang-body": Reply(body=BODY, hang="body", headers={"Content-Length": "5000"}),
    "drip-headers": Reply(raw=b"HTTP/1.1 200 OK\r\nX: " + b"a" * 900 + b"\r\n\r\n", drip=0.05),
    "drip-interim": Reply(raw=b"HTTP/1.1 100 Continue\r\n\r\n" * 90, drip=0.05),
    "endless-chunk-extension": Reply(
        raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;" + b"a=b;" * 200, drip=0.05
    ),
    "endless-interim": Reply(body=BODY, interim=b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", endless=True),
    "drip-error-page": Reply(body=BODY * 10, status=403, drip=0.05),
}


async def test_a_dripping_tls_handshake_cannot_stretch_the_deadline() -> None:
    ended = asyncio.Event()

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The head of a handshake record, and then its bytes one by one, until the other side has had enough."""
        writer.write(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")
        gone = asyncio.create_task(reader.read())
        while not (await asyncio.wait([gone], timeout=0.05))[0]:
            writer.write(b"\0")
        with contextlib.suppress(ConnectionError):
            await gone
        writer.transport.abort()
        ended.set()

    listening = await asyncio.start_server(drip, "127.0.0.1", 0)
    async with listening, Fetcher(SHORT, lambda: NOW) as fetcher:
        began = time.monotonic()
        url = f"https://127.0.0.1:{listening.sockets[0].getsockname()[1]}/"
        assert_failed(await fetch(fetcher, url), Failure.TIMEOUT)
        assert time.monotonic() - began < 4
        await asyncio.wait_for(ended.wait(), 10)


@pytest.mark.parametrize("name", STALLS)
async def test_no_server_can_stretch_the_deadline(server: FeedServer, name: str) -> None:
    url = server.script("/feed", STALLS[name])
    async with Fetcher(SHORT, lambda: NOW) as fetcher:
        began = time.monotonic()
        assert_failed(await fetch(fetcher, url), Failure.TIMEOUT)
    assert time.monotonic() - began < 4


async def test_the_deadline_spans_redirects(server: FeedServer) -> None:
    for place in range(5):
        server.redirect(f"/{place}", f"/{place + 1}", delay=0.25)
    async with Fetcher(SHORT, lambda: NOW) as fetcher:
        assert_failed(await fetch(fetcher, server.url("/0")), Failure.TIMEOUT, "within 0.6 s")


HEAD = b"HTTP/1.1 200 OK\r\n"
BROKEN = {
    "garbage": (b"\x16\x03\x01\x02\0garbage\r\n\r\n", Failure.PROTOCOL),
    "nothing": (b"", Failure.PROTOCOL),
    "long-header": (HEAD + b"X: " + b"a" * 100_000 + b"\r\n\r\n", Failure.TOO_LARGE),
    "many-headers": (HEAD + b"X: a\r\n" * 5_000 + b"\r\n", None),
    "long-status": (b"HTTP/1.1 200 " + b"O" * 100_000 + b"\r\n\r\n", Failure.TOO_LARGE),
    "two-lengths": (HEAD + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", Failure.PROTOCOL),
    "bad-chunk": (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc", Failure.PROTOCOL),
    "header-with-blank": (HEAD + b"X Y: a\r\nContent-Length: 1\r\n\r\na", Failure.PROTOCOL),
    "switching": (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", None),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_broken_http_is_a_failure_in_words(server: FeedServer, name: str) -> None:
    raw, kind = BROKEN[name]
    url = server.script("/feed", Reply(raw=raw))
    async with Fetcher(SHORT, lambda: NOW) as fetcher:
        outcome = await fetch(fetcher, url)
    if kind is not None:
        assert_failed(outcome, kind, "127.0.0.1")
    else:
        assert not hasattr(outcome, "body")


@pytest.mark.parametrize(
    ("coding", "body", "words"),
    [
        ("gzip", b"\x1f\x8b\x08\0broken" + BODY, "gzip stream is damaged"),
        ("deflate", b"\x78\x9cbroken" + BODY, "deflate stream is damaged"),
        ("br", b"\xff\xff\xff" + BODY, "br stream is damaged"),
        ("compress", b"\x1f\x9d" + BODY, "was not asked for"),
        ("zstd", b"\x28\xb5\x2f\xfd" + BODY, "was not asked for"),
        ("gzip, gzip, gzip, gzip", BODY, "at most 3"),
        ("gzip," * 500, BODY, "at most 3"),
    ],
)
async def test_a_coding_that_cannot_come_off_is_told(
    fetcher: Fetcher, server: FeedServer, coding: str, body: bytes, words: str
) -> None:
    url = server.serve("/feed", body, headers={"Content-Encoding": coding})
    assert_failed(await fetch(fetcher, url), Failure.ENCODING, words)


async def test_a_plain_body_labelled_gzip_is_taken(fetcher: Fetcher, server: FeedServer) -> None:
    outcome = assert_fetched(await fetch(fetcher, server.serve("/feed", BODY, headers={"Content-Encoding": "gzip"})))
    assert outcome.body == BODY
    assert outcome.notes == ("labelled as compressed, but plain",)


async def test_a_gzip_file_without_a_label_is_opened(fetcher: Fetcher, server: FeedServer) -> None:
    url = server.serve("/feed.xml.gz", gzip.compress(BODY), headers={"Content-Type": "application/gzip"})
    assert assert_fetched(await fetch(fetcher, url)).body == BODY


ITEMS = b"<rss><channel>" + "<item><title>هدنة</title></item>".encode() * 3
HALF = ITEMS + "<item><title>استئناف المفاو".encode()
CUT = {
    "length": Reply(body=HALF, headers={"Content-Length": "99999"}, cut_at=len(HALF), etag='"1"'),
    "chunked": Reply(body=HALF, chunked=True, cut_at=len(HALF), etag='"1"'),
    "gzip": Reply(
        body=gzip.compress(HALF * 40)[:-12],
        headers={"Content-Encoding": "gzip"},
        etag='"1"',
    ),
}


@pytest.mark.parametrize("name", CUT)
async def test_a_body_that_breaks_off_keeps_its_whole_items(fetcher: Fetcher, server: FeedServer, name: str) -> None:
    outcome = assert_fetched(await fetch(fetcher, server.script("/feed", CUT[name])))
    assert outcome.body.endswith(b"</item>")
    assert outcome.validators == Validators()
    assert outcome.notes == ("the body broke off; whole items kept",)


async def test_a_part_sent_for_a_whole_keeps_its_whole_items_and_no_validators(
    fetcher: Fetcher, server: FeedServer
) -> None:
    headers = {"Content-Range": f"bytes 0-{len(HALF) - 1}/99999"}
    outcome = assert_fetched(await fetch(fetcher, server.serve("/feed", HALF, status=206, headers=headers, etag='"1"')))
    assert outcome.body.endswith(b"</item>")
    assert outcome.validators == Validators()
    assert outcome.notes == ("a part was sent, although the whole was asked for; whole items kept",)
    whole = {"Content-Range": f"bytes 0-{len(BODY) - 1}/{len(BODY)}"}
    outcome = assert_fetched(await fetch(fetcher, server.serve("/whole", BODY, status=206, headers=whole, etag='"1"')))
    assert (outcome.body, outcome.validators.etag) == (BODY, '"1"')


async def test_a_body_that_breaks_off_before_its_first_item_is_a_failure(fetcher: Fetcher, server: FeedServer) -> None:
    reply = Reply(body=BODY[:20], headers={"Content-Length": "999"}, cut_at=20)
    assert_failed(await fetch(fetcher, server.script("/feed", reply)), Failure.PROTOCOL, "broke off")


async def test_a_dead_connection_in_the_pool_is_replaced(fetcher: Fetcher, server: FeedServer) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"
    url = server.script("/feed", Reply(raw=head), Reply(raw=b""), Reply(body=BODY))
    assert_fetched(await fetch(fetcher, url))
    await fetch(fetcher, url)
    assert assert_fetched(await fetch(fetcher, url)).body == BODY
