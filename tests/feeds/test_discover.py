"""Finding the feed behind a site's address, on a real server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest

from monitor.feeds.discover import discover
from monitor.feeds.fetch import Fetcher
from monitor.settings import Feed, Polling, Secret
from tests.support.feed_server import FeedServer, Reply

RSS = b"<?xml version='1.0'?><rss version='2.0'><channel/></rss>"


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        yield running


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    polling = Polling(allow_private_addresses=True)
    async with Fetcher(polling, lambda: datetime(2026, 11, 25, tzinfo=UTC)) as opened:
        yield opened


async def test_an_address_that_is_a_feed_is_taken_as_it_is(fetcher: Fetcher, server: FeedServer) -> None:
    url = server.serve("/rss", RSS)
    found = await discover(fetcher, url)
    assert found.url == url
    assert [step.finding for step in found.steps] == ["a feed"]


async def test_the_declared_feed_of_a_page_is_found(fetcher: Fetcher, server: FeedServer) -> None:
    server.serve("/", '<html><link rel="alternate" type="application/rss+xml" title="الرئيسية" href="/main.xml">')
    server.serve("/main.xml", RSS)
    found = await discover(fetcher, server.url("/"))
    assert found.url == server.url("/main.xml")
    assert found.steps[0].finding == "a page that links a feed"


async def test_the_usual_paths_are_tried_where_a_page_links_none(fetcher: Fetcher, server: FeedServer) -> None:
    server.serve("/", "<html><body>صحيفة</body></html>")
    server.serve("/rss.xml", RSS)
    found = await discover(fetcher, server.url("/"))
    assert found.url == server.url("/rss.xml")
    assert [request.path for request in server.requests] == ["/", "/feed", "/rss", "/rss.xml"]


async def test_a_bare_name_is_asked_by_http_where_https_does_not_answer(fetcher: Fetcher, server: FeedServer) -> None:
    server.serve("/rss", RSS)
    found = await discover(fetcher, server.url("/rss").removeprefix("http://"))
    assert found.url == server.url("/rss")
    assert len(found.steps) == 2


async def test_a_feed_that_moved_for_good_is_named_by_its_new_address(fetcher: Fetcher, server: FeedServer) -> None:
    server.redirect("/old", "/new", status=301)
    server.serve("/new", RSS)
    assert (await discover(fetcher, server.url("/old"))).url == server.url("/new")


async def test_a_site_without_a_feed_says_what_was_tried(fetcher: Fetcher, server: FeedServer) -> None:
    server.serve("/", "<html><body>صحيفة</body></html>")
    found = await discover(fetcher, server.url("/"))
    assert found.url is None
    assert len(found.steps) > 5
    assert "nothing is at this address (404 Not Found)" in found.steps[1].finding


async def test_guessing_stops_where_the_site_asks_for_quiet(fetcher: Fetcher, server: FeedServer) -> None:
    server.serve("/", "<html></html>")
    server.script("/feed", Reply(status=429, headers={"Retry-After": "60"}))
    found = await discover(fetcher, server.url("/"))
    assert found.url is None
    assert len(server.requests) == 2


async def test_headers_are_not_sent_to_a_feed_on_another_host(fetcher: Fetcher, server: FeedServer) -> None:
    with FeedServer() as other:
        url = other.serve("/rss", RSS)
        page = server.serve("/", f'<link rel="alternate" type="application/rss+xml" href="{url}">')
        found = await discover(fetcher, page, like=Feed(name="x", url=page, headers={"X-Key": Secret("k")}))
        assert found.url == url
        assert "x-key" not in other.requests[0].headers
    assert server.requests[0].headers["x-key"] == "k"
