"""Fetching from a real server on loopback: what is sent, what is kept, what comes out."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from monitor.feeds.fetch import Fetcher
from monitor.model import Validators
from monitor.outcomes import Failure, NotModified
from monitor.settings import Feed, Polling, Secret
from tests.support.feed_server import FeedServer, Reply
from tests.support.fetching import BODY, LOCAL, NOW, assert_failed, assert_fetched, fetch, state_of


async def test_a_body_comes_back_with_its_validators_verbatim(fetcher: Fetcher, server: FeedServer) -> None:
    url = server.serve("/feed", BODY, etag='W/"أ-1"', last_modified="Wed, 25 Nov 2026 09:00:00 GMT")
    outcome = assert_fetched(await fetch(fetcher, url))
    assert outcome.body == BODY
    assert outcome.validators == Validators(etag='W/"أ-1"', last_modified="Wed, 25 Nov 2026 09:00:00 GMT")
    assert outcome.url == url


async def test_validators_are_replayed_verbatim_and_304_is_understood(fetcher: Fetcher, server: FeedServer) -> None:
    url = server.serve("/feed", BODY, etag='W/"x"')
    outcome = await fetch(fetcher, url, Validators(etag='W/"x"', last_modified="yesterday, more or less"))
    assert isinstance(outcome, NotModified)
    assert outcome.validators.etag == 'W/"x"'
    sent = server.requests[0].headers
    assert sent["if-none-match"] == 'W/"x"'
    assert sent["if-modified-since"] == "yesterday, more or less"


async def test_a_loopback_address_is_refused_unless_allowed(server: FeedServer) -> None:
    url = server.serve("/feed", BODY)
    async with Fetcher(Polling(), lambda: NOW) as careful:
        assert_failed(await fetch(careful, url), Failure.REFUSED_ADDRESS)
    assert server.requests == []


async def test_403_is_tried_once_more_under_the_second_user_agent(fetcher: Fetcher, server: FeedServer) -> None:
    url = server.script("/feed", Reply(status=403), Reply(body=BODY))
    assert assert_fetched(await fetch(fetcher, url, user_agent="desk/1")).body == BODY
    assert [request.headers["user-agent"] for request in server.requests] == ["desk/1", LOCAL.second_user_agent]


async def test_retry_after_closes_the_whole_host(fetcher: Fetcher, server: FeedServer) -> None:
    url = server.serve("/feed", status=429, headers={"Retry-After": "120"})
    other = server.serve("/other", BODY)
    outcome = assert_failed(await fetch(fetcher, url), Failure.RATE_LIMITED)
    assert outcome.retry_after == timedelta(seconds=120)
    again = assert_failed(await fetch(fetcher, other), Failure.RATE_LIMITED)
    assert again.retry_after is not None
    assert timedelta(seconds=110) < again.retry_after <= timedelta(seconds=120)
    assert server.asked("/other") == []
    assert fetcher.host_ready_at(other) is not None


async def test_credentials_do_not_cross_to_another_origin(fetcher: Fetcher, server: FeedServer) -> None:
    with FeedServer() as elsewhere:
        target = elsewhere.serve("/feed", BODY)
        server.redirect("/feed", target)
        url = server.url("/feed", userinfo="reader:secret@")
        outcome = assert_fetched(await fetch(fetcher, url, headers={"Cookie": Secret("id=1"), "X-Key": Secret("k")}))
        at_home, abroad = server.requests[0].headers, elsewhere.requests[0].headers
    assert at_home["authorization"].startswith("Basic ")
    assert at_home["cookie"] == "id=1"
    assert not {"authorization", "cookie", "x-key"} & set(abroad)
    assert "secret" not in outcome.url


async def test_the_program_says_who_it_is_and_what_it_takes(fetcher: Fetcher, server: FeedServer) -> None:
    await fetch(fetcher, server.serve("/feed", BODY))
    sent = server.requests[0].headers
    assert sent["user-agent"] == LOCAL.user_agent
    assert sent["accept-encoding"] == "gzip, deflate, br"
    assert "cookie" not in sent


async def test_own_headers_and_user_agent_are_sent(fetcher: Fetcher, server: FeedServer) -> None:
    url = server.serve("/feed", BODY)
    await fetch(fetcher, url, user_agent="desk/1", headers={"X-Key": Secret("k"), "Accept": Secret("text/xml")})
    sent = server.requests[0].headers
    assert (sent["user-agent"], sent["x-key"], sent["accept"]) == ("desk/1", "k", "text/xml")


async def test_own_headers_cannot_break_the_request(fetcher: Fetcher, server: FeedServer) -> None:
    url = server.serve("/feed", BODY)
    assert_fetched(
        await fetch(fetcher, url, headers={"Content-Length": Secret("5"), "Host": Secret("x"), "TE": Secret("x")})
    )
    assert server.requests[0].headers["host"].startswith("127.0.0.1")
    outcome = assert_failed(await fetch(fetcher, url, headers={"X-Key": Secret("hidden\r\nX: y")}), Failure.BAD_URL)
    assert "hidden" not in outcome.reason


async def test_cookies_are_not_kept(fetcher: Fetcher, server: FeedServer) -> None:
    url = server.serve("/feed", BODY, headers={"Set-Cookie": "id=1; Path=/"})
    await fetch(fetcher, url)
    await fetch(fetcher, url)
    assert "cookie" not in server.requests[1].headers


async def test_connections_are_kept_open(fetcher: Fetcher, server: FeedServer) -> None:
    url = server.serve("/feed", BODY)
    for _ in range(5):
        assert_fetched(await fetch(fetcher, url))
    assert server.connections == 1


async def test_an_address_is_asked_byte_for_byte(fetcher: Fetcher, server: FeedServer) -> None:
    path = "/%7Ea/%u0639/b%2Fc?x=%2B+y&z=%d9%81"
    assert_fetched(await fetch(fetcher, server.serve(path, BODY)))
    assert server.requests[0].path == path


async def test_an_arabic_address_with_blanks_is_asked_as_browsers_do(fetcher: Fetcher, server: FeedServer) -> None:
    server.serve("/%D8%AE%D8%A8%D8%B1%20%D8%A7", BODY)
    assert_fetched(await fetch(fetcher, server.url("/خبر ا")))


async def test_304_without_a_question_is_a_fault(fetcher: Fetcher, server: FeedServer) -> None:
    assert_failed(await fetch(fetcher, server.serve("/feed", b"", status=304)), Failure.PROTOCOL, "304")


async def test_304_may_bring_new_validators(fetcher: Fetcher, server: FeedServer) -> None:
    url = server.serve("/feed", b"", status=304, headers={"ETag": '"2"', "Cache-Control": "max-age=60"})
    outcome = await fetch(fetcher, url, Validators(etag='"1"', last_modified="x"))
    assert isinstance(outcome, NotModified)
    assert outcome.validators == Validators(etag='"2"', last_modified="x")
    assert outcome.not_before == NOW + timedelta(seconds=60)


async def test_a_validator_that_cannot_be_sent_back_is_left_out(fetcher: Fetcher, server: FeedServer) -> None:
    raw = b'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nETag: "\xff\xfe"\r\nLast-Modified: x\r\n\r\nabc'
    url = server.script("/feed", Reply(raw=raw))
    assert assert_fetched(await fetch(fetcher, url)).validators == Validators(etag=None, last_modified="x")


async def test_freshness_is_told(fetcher: Fetcher, server: FeedServer) -> None:
    url = server.serve("/feed", BODY, headers={"Cache-Control": "public, max-age=600", "Age": "100"})
    assert assert_fetched(await fetch(fetcher, url)).not_before == NOW + timedelta(seconds=500)


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (204, Failure.EMPTY, "empty body"),
        (401, Failure.HTTP, "user and password"),
        (404, Failure.HTTP, "nothing is at this address (404 Not Found)"),
        (410, Failure.GONE, "taken down for good"),
        (418, Failure.HTTP, "(418"),
        (451, Failure.HTTP, "legal"),
        (429, Failure.RATE_LIMITED, "less often"),
        (500, Failure.HTTP, "a fault of its own"),
        (503, Failure.HTTP, "a fault of its own"),
        (599, Failure.HTTP, "(599)"),
        (300, Failure.HTTP, "(300 Multiple Choices)"),
    ],
)
async def test_a_status_is_explained(
    fetcher: Fetcher, server: FeedServer, status: int, kind: Failure, words: str
) -> None:
    outcome = assert_failed(
        await fetch(fetcher, server.serve("/feed", b"" if status == 204 else b"x", status=status)), kind, words
    )
    assert outcome.status == status


async def test_an_empty_body_is_told_from_a_feed(fetcher: Fetcher, server: FeedServer) -> None:
    assert_failed(await fetch(fetcher, server.serve("/feed", b" \r\n")), Failure.EMPTY, "empty")


async def test_403_under_both_user_agents_is_blocked(fetcher: Fetcher, server: FeedServer) -> None:
    outcome = assert_failed(
        await fetch(fetcher, server.serve("/feed", b"no", status=403)), Failure.BLOCKED, "both user agents"
    )
    assert outcome.status == 403
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [200, 403, 503])
async def test_a_challenge_page_is_called_what_it_is(fetcher: Fetcher, server: FeedServer, status: int) -> None:
    page = "<!DOCTYPE html><html><title>Just a moment...</title><script src=/cdn-cgi/challenge-platform/x>"
    url = server.serve("/feed", page, status=status, headers={"Content-Type": "text/html"})
    assert_failed(await fetch(fetcher, url), Failure.BLOCKED, "test for browsers (Cloudflare)")
    assert len(server.requests) == 2


async def test_a_feed_behind_a_guard_that_lets_it_through_is_taken(fetcher: Fetcher, server: FeedServer) -> None:
    url = server.serve("/feed", BODY, headers={"X-DataDome": "protected", "Content-Type": "application/rss+xml"})
    assert assert_fetched(await fetch(fetcher, url)).body == BODY
    assert len(server.requests) == 1


async def test_the_user_agent_that_works_is_remembered(fetcher: Fetcher, server: FeedServer) -> None:
    url = server.answer(
        "/feed",
        lambda request: (
            Reply(body=BODY) if request.headers["user-agent"] == LOCAL.second_user_agent else Reply(status=403)
        ),
    )
    first, second = assert_fetched(await fetch(fetcher, url)), assert_fetched(await fetch(fetcher, url))
    assert len(server.requests) == 3
    assert first.notes == second.notes == ("answers only to the second user agent",)


async def test_an_html_page_is_handed_on_for_the_parser_to_judge(fetcher: Fetcher, server: FeedServer) -> None:
    page = b"<html><form class=g-recaptcha></form></html>"
    assert assert_fetched(await fetch(fetcher, server.serve("/feed", page))).body == page


async def test_a_retry_after_date_is_meant_by_the_servers_own_clock(fetcher: Fetcher, server: FeedServer) -> None:
    headers = {"Date": "Wed, 25 Nov 2026 15:00:00 GMT", "Retry-After": "Wed, 25 Nov 2026 15:05:00 GMT"}
    url = server.serve("/feed", b"", status=429, headers=headers)
    assert assert_failed(await fetch(fetcher, url), Failure.RATE_LIMITED).retry_after == timedelta(minutes=5)


async def test_503_closes_the_host_only_if_it_names_a_wait(fetcher: Fetcher, server: FeedServer) -> None:
    url = server.script("/feed", Reply(status=503), Reply(status=503, headers={"Retry-After": "9"}))
    assert assert_failed(await fetch(fetcher, url), Failure.HTTP).retry_after is None
    assert fetcher.host_ready_at(url) is None
    assert assert_failed(await fetch(fetcher, url), Failure.HTTP).retry_after == timedelta(seconds=9)
    ready = fetcher.host_ready_at(url)
    assert ready is not None
    assert abs(ready - NOW - timedelta(seconds=9)) < timedelta(seconds=5)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "feed",
            "//host/feed",
            "file:///etc/passwd",
            "ftp://h/",
            "javascript:alert(1)",
            "http://",
            "http://h:0/x",
        ),
        *("http://127.0.0.1:80\\@h.example/", "http://[::1", "http://h:99999/", "gopher://h/", "http://h/\x01"),
    ],
)
async def test_what_is_no_web_address_is_not_asked(fetcher: Fetcher, url: str) -> None:
    assert_failed(await fetch(fetcher, url), Failure.BAD_URL)


async def test_at_most_per_host_requests_run_at_once_to_one_host(server: FeedServer) -> None:
    url = server.serve("/feed", BODY, delay=0.02)
    async with Fetcher(LOCAL, lambda: NOW) as fetcher:
        outcomes = await asyncio.gather(*(fetch(fetcher, url) for _ in range(12)))
    assert all(assert_fetched(outcome) for outcome in outcomes)
    assert server.most_active == LOCAL.per_host


async def test_a_hanging_host_does_not_hold_up_another(server: FeedServer) -> None:
    polling = Polling(allow_private_addresses=True, concurrency=2, per_host=1, timeout=timedelta(seconds=30))
    with FeedServer() as hanging:
        stuck_url = hanging.serve("/feed", BODY, hang="before")
        url = server.serve("/feed", BODY)
        async with Fetcher(polling, lambda: NOW) as fetcher:
            stuck = [asyncio.create_task(fetch(fetcher, stuck_url)) for _ in range(5)]
            await hanging.until_asked("/feed")
            async with asyncio.timeout(5):
                for _ in range(10):
                    assert_fetched(await fetch(fetcher, url))
            for task in stuck:
                task.cancel()
            await asyncio.gather(*stuck, return_exceptions=True)


async def test_a_cancelled_fetch_gives_its_place_back(server: FeedServer) -> None:
    polling = Polling(allow_private_addresses=True, per_host=1, concurrency=1)
    stuck_url, url = server.serve("/stuck", hang="before"), server.serve("/feed", BODY)
    async with Fetcher(polling, lambda: NOW) as fetcher:
        stuck = asyncio.create_task(fetch(fetcher, stuck_url))
        await server.until_asked("/stuck")
        waiting = asyncio.create_task(fetch(fetcher, url))
        stuck.cancel()
        async with asyncio.timeout(5):
            assert_fetched(await waiting)


async def test_credentials_are_not_carried_to_an_address_taken_over_from_a_redirect(
    fetcher: Fetcher, server: FeedServer
) -> None:
    with FeedServer() as elsewhere:
        moved = elsewhere.serve("/feed", BODY)
        feed = Feed(name="outlet", url=server.url("/feed"), headers={"Authorization": Secret("Bearer t")})
        state = state_of(feed.url, pending_url=moved, pending_since=NOW - timedelta(days=4))
        assert assert_fetched(await fetcher.fetch(feed, state)).url == moved
        assert "authorization" not in elsewhere.requests[0].headers
    assert server.requests == []
