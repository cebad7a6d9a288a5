"""What tests of fetching share: a fetch in one line, and outcomes that must be of one kind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.feeds.fetch import Fetcher
from monitor.model import FeedId, FeedState, Validators
from monitor.outcomes import Failure, Fetched, FetchFailed, FetchOutcome
from monitor.settings import Feed, Polling

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
BODY = "<rss><channel><item><title>وقف إطلاق النار</title></item></channel></rss>".encode()
LOCAL = Polling(allow_private_addresses=True, timeout=timedelta(seconds=5))


def state_of(url: str, validators: Validators | None = None, **known: object) -> FeedState:
    """A feed's state before the poll."""
    return FeedState(
        id=FeedId(1),
        name="outlet",
        url=url,
        validators=validators or Validators(),
        **known,  # type: ignore[arg-type]
    )


async def fetch(fetcher: Fetcher, url: str, validators: Validators | None = None, **feed: object) -> FetchOutcome:
    """Fetches `url`; `feed` are further fields of the feed."""
    return await fetcher.fetch(Feed(name="outlet", url=url, **feed), state_of(url, validators))  # type: ignore[arg-type]


def assert_fetched(outcome: FetchOutcome) -> Fetched:
    """The outcome, which must be a body."""
    assert isinstance(outcome, Fetched), outcome
    return outcome


def assert_failed(outcome: FetchOutcome, kind: Failure, words: str = "") -> FetchFailed:
    """The outcome, which must be a failure of that kind whose reason holds `words`."""
    assert isinstance(outcome, FetchFailed), outcome
    assert outcome.kind is kind, outcome
    assert words in outcome.reason, outcome.reason
    return outcome
