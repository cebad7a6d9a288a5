"""Redirects: by hand, few, re-checked at every hop, and remembered only as what they are."""

from __future__ import annotations

import pytest

from monitor.feeds.fetch import MAX_REDIRECTS, Fetcher
from monitor.model import Validators
from monitor.outcomes import Failure, NotModified
from tests.support.feed_server import FeedServer, Reply
from tests.support.fetching import BODY, assert_failed, assert_fetched, fetch


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_followed(fetcher: Fetcher, server: FeedServer, status: int) -> None:
    server.serve("/new", BODY)
    outcome = assert_fetched(await fetch(fetcher, server.redirect("/old", "/new", status=status)))
    assert outcome.url == server.url("/new")
    assert outcome.moved_to == (server.url("/new") if status in (301, 308) else None)


async def test_only_the_permanent_beginning_of_a_chain_is_a_move(fetcher: Fetcher, server: FeedServer) -> None:
    server.redirect("/a", "/b", status=308)
    server.redirect("/b", "/c", status=301)
    server.redirect("/c", "/d", status=302)
    server.redirect("/d", "/e", status=301)
    server.serve("/e", BODY)
    assert assert_fetched(await fetch(fetcher, server.url("/a"))).moved_to == server.url("/c")


async def test_304_after_a_permanent_redirect_tells_the_move(fetcher: Fetcher, server: FeedServer) -> None:
    server.redirect("/a", "/b", status=301)
    server.serve("/b", BODY, etag='"1"')
    outcome = await fetch(fetcher, server.url("/a"), Validators(etag='"1"'))
    assert isinstance(outcome, NotModified)
    assert outcome.moved_to == server.url("/b")


async def test_five_redirects_are_followed_and_no_sixth(fetcher: Fetcher, server: FeedServer) -> None:
    for place in range(MAX_REDIRECTS + 1):
        server.redirect(f"/{place}", f"/{place + 1}")
    server.serve(f"/{MAX_REDIRECTS + 1}", BODY)
    assert_fetched(await fetch(fetcher, server.url("/1")))
    assert_failed(await fetch(fetcher, server.url("/0")), Failure.REDIRECTS, "more than 5")


async def test_a_circle_is_seen_at_once(fetcher: Fetcher, server: FeedServer) -> None:
    server.redirect("/a", "/b")
    server.redirect("/b", "/a")
    assert_failed(await fetch(fetcher, server.url("/a")), Failure.REDIRECTS, "circle")
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "location",
    [
        *("file:///etc/passwd", "ftp://h/x", "javascript:alert(1)", "data:text/xml,<rss/>", "http://[::1"),
        *("http://127.0.0.1\\@h/", "\\\\h\\x", "http://h:99999/"),
    ],
)
async def test_a_redirect_to_what_is_no_web_address_ends(fetcher: Fetcher, server: FeedServer, location: str) -> None:
    url = server.redirect("/feed", location)
    assert_failed(await fetch(fetcher, url), Failure.REDIRECTS, "redirected to")


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/خبر", "/%D8%AE%D8%A8%D8%B1"),
        ("/a b", "/a%20b"),
        ("new?x=%2F", "/dir/new?x=%2F"),
        ("?p=1", "/dir/old?p=1"),
        ("../up#part", "/up"),
    ],
)
async def test_odd_locations_are_read_as_browsers_read_them(
    fetcher: Fetcher, server: FeedServer, location: str, path: str
) -> None:
    server.redirect("/dir/old", location)
    server.serve(path, BODY)
    assert assert_fetched(await fetch(fetcher, server.url("/dir/old"))).url == server.url(path)


async def test_a_redirect_without_a_location_is_a_plain_failure(fetcher: Fetcher, server: FeedServer) -> None:
    assert_failed(await fetch(fetcher, server.serve("/feed", BODY, status=302)), Failure.HTTP, "(302 Found)")


async def test_the_body_of_a_redirect_is_not_read(fetcher: Fetcher, server: FeedServer) -> None:
    server.serve("/new", BODY)
    reply = Reply(status=302, headers={"Location": "/new"}, body=b"x" * 65_536, endless=True, chunked=True)
    url = server.script("/old", reply)
    assert assert_fetched(await fetch(fetcher, url)).body == BODY


async def test_user_and_password_in_a_location_are_not_used(fetcher: Fetcher, server: FeedServer) -> None:
    server.redirect("/old", server.url("/new", userinfo="u:p@"))
    server.serve("/new", BODY)
    outcome = assert_fetched(await fetch(fetcher, server.url("/old")))
    assert "authorization" not in server.requests[1].headers
    assert outcome.url == server.url("/new")


async def test_credentials_stay_off_once_a_redirect_left_home(fetcher: Fetcher, server: FeedServer) -> None:
    with FeedServer() as elsewhere:
        server.redirect("/a", elsewhere.url("/b"))
        elsewhere.redirect("/b", server.url("/c"))
        server.serve("/c", BODY)
        assert_fetched(await fetch(fetcher, server.url("/a", userinfo="u:p@")))
    assert "authorization" in server.requests[0].headers
    assert "authorization" not in server.requests[1].headers


async def test_credentials_go_along_within_their_origin(fetcher: Fetcher, server: FeedServer) -> None:
    server.redirect("/a", "/b")
    server.serve("/b", BODY)
    assert_fetched(await fetch(fetcher, server.url("/a", userinfo="u:%D8%B3%3A@")))
    assert server.requests[1].headers["authorization"] == "Basic dTrYszo="
