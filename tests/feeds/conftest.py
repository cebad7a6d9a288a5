"""A feed server and a fetcher that may use it, for every test of this folder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from monitor.feeds.fetch import Fetcher
from tests.support.feed_server import FeedServer
from tests.support.fetching import LOCAL, NOW


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        yield running


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(LOCAL, lambda: NOW) as opened:
        yield opened
