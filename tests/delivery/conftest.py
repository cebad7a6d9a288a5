"""Real services on loopback, and a Sender that speaks to them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest

from monitor.delivery.sender import Sender
from tests.support.bot_api import BotApi, bot_api
from tests.support.smtp_server import Mailbox, smtp_server
from tests.support.webhook import Webhook, webhook


@pytest.fixture
def api() -> Iterator[BotApi]:
    with bot_api() as running:
        yield running


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with smtp_server() as running:
        yield running


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with webhook() as running:
        yield running


@pytest.fixture
async def sender(api: BotApi) -> AsyncIterator[Sender]:
    one = Sender(lambda: datetime(2026, 11, 25, 12, tzinfo=UTC), telegram_api=api.url)
    yield one
    one.close()
