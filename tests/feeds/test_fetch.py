"""Fetching from a real server on loopback: what is sent, what is kept, what comes out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from monitor.feeds.fetch import Fetcher
from monitor.model import Failure, FeedId, FeedState, Fetched, FetchFailed, FetchOutcome, NotModified, Validators
from monitor.settings import Feed, Polling, Secret
from tests.support.feed_server import FeedServer, Reply

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
BODY = "<rss><channel><item><title>وقف إطلاق النار</title></item></channel></rss>".encode()
LOCAL = Polling(allow_private_addresses=True, timeout=timedelta(seconds=5))


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        yield running


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(LOCAL, lambda: NOW) as opened:
        yield opened


def state_of(url: str, validators: Validators | None = None) -> FeedState:
    return FeedState(id=FeedId(1), name="outlet", url=url, validators=validators or Validators())


async def fetch(fetcher: Fetcher, url: str, validators: Validators | None = None, **feed: object) -> FetchOutcome:
    return await fetcher.fetch(Feed(name="outlet", url=url, **feed), state_of(url, validators))  # type: ignore[arg-type]


def fetched(outcome: FetchOutcome) -> Fetched:
    assert isinstance(outcome, Fetched), outcome
    return outcome


def failed(outcome: FetchOutcome, kind: Failure) -> FetchFailed:
    assert isinstance(outcome, FetchFailed), outcome
    assert outcome.kind is kind, outcome
    return outcome


async def test_a_body_comes_back_with_its_validators_verbatim(fetcher: Fetcher, server: FeedServer) -> None:
    url = server.serve("/feed", BODY, etag='W/"أ-1"', last_modified="Wed, 25 Nov 2026 09:00:00 GMT")
    outcome = fetched(await fetch(fetcher, url))
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
        failed(await fetch(careful, url), Failure.REFUSED_ADDRESS)
    assert server.requests == []


async def test_403_is_tried_once_more_under_the_second_user_agent(fetcher: Fetcher, server: FeedServer) -> None:
    url = server.script("/feed", Reply(status=403), Reply(body=BODY))
    assert fetched(await fetch(fetcher, url, user_agent="desk/1")).body == BODY
    assert [request.headers["user-agent"] for request in server.requests] == ["desk/1", LOCAL.second_user_agent]


async def test_retry_after_closes_the_whole_host(fetcher: Fetcher, server: FeedServer) -> None:
    url = server.serve("/feed", status=429, headers={"Retry-After": "120"})
    other = server.serve("/other", BODY)
    outcome = failed(await fetch(fetcher, url), Failure.RATE_LIMITED)
    assert outcome.retry_after == timedelta(seconds=120)
    again = failed(await fetch(fetcher, other), Failure.RATE_LIMITED)
    assert again.retry_after is not None
    assert timedelta(seconds=110) < again.retry_after <= timedelta(seconds=120)
    assert server.asked("/other") == []
    assert fetcher.host_ready_at(other) is not None


async def test_credentials_do_not_cross_to_another_origin(fetcher: Fetcher, server: FeedServer) -> None:
    with FeedServer() as elsewhere:
        target = elsewhere.serve("/feed", BODY)
        server.redirect("/feed", target)
        url = server.url("/feed", userinfo="reader:secret@")
        outcome = fetched(await fetch(fetcher, url, headers={"Cookie": Secret("id=1"), "X-Key": Secret("k")}))
        at_home, abroad = server.requests[0].headers, elsewhere.requests[0].headers
    assert at_home["authorization"].startswith("Basic ")
    assert at_home["cookie"] == "id=1"
    assert not {"authorization", "cookie", "x-key"} & set(abroad)
    assert "secret" not in outcome.url
