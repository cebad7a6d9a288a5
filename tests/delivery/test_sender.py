"""The Sender: ends at its deadline, lets nobody wait for anybody, leaks nothing."""

from __future__ import annotations

import asyncio
import io
import logging
import time
from datetime import timedelta

import pytest

from monitor.delivery.sender import Sender
from monitor.outcomes import Sent, Temporary, UnknownOutcome
from tests.support.alerts import NOW, TOKEN, channel, telegram
from tests.support.bot_api import BotApi, Fault
from tests.support.messages import message_for
from tests.support.smtp_server import Mailbox
from tests.support.webhook import Webhook


@pytest.mark.parametrize("how", ["hang", "drip"])
async def test_a_black_hole_ends_at_the_deadline_as_unknown(sender: Sender, api: BotApi, how: str) -> None:
    api.fail(Fault(how="hang" if how == "hang" else "drip"))
    began = time.monotonic()
    outcome = await sender.send(telegram(), message_for(telegram()), timedelta(seconds=0.5))
    assert isinstance(outcome, UnknownOutcome)
    assert time.monotonic() - began < 3


async def test_a_black_hole_delays_no_other_channel(sender: Sender, api: BotApi, hook: Webhook) -> None:
    api.fail(Fault(how="hang", times=12))
    holes = [
        asyncio.create_task(sender.send(telegram(f"hole{n}"), message_for(telegram()), timedelta(seconds=8)))
        for n in range(12)
    ]
    async with asyncio.timeout(10):
        while api.requests < 12:
            await asyncio.sleep(0.01)
    to = channel("hook", hook.url)
    began = time.monotonic()
    assert isinstance(await sender.send(to, message_for(to)), Sent)
    assert time.monotonic() - began < 5
    assert not any(hole.done() for hole in holes)
    api.stopping.set()
    await asyncio.gather(*holes)


async def test_sends_that_hang_for_ever_do_not_pile_up(sender: Sender, api: BotApi) -> None:
    api.fail(Fault(how="hang", times=9))
    outcomes = [await sender.send(telegram(), message_for(telegram()), timedelta(seconds=0.2)) for _ in range(5)]
    assert [type(outcome) for outcome in outcomes] == [UnknownOutcome] * 3 + [Temporary] * 2


async def test_the_terminal_prints_without_colours_into_a_pipe() -> None:
    out = io.StringIO()
    sender = Sender(lambda: NOW, output=out)
    assert isinstance(await sender.send(channel(), message_for(channel())), Sent)
    sender.close()
    assert "«وقف إطلاق النار»" in out.getvalue()
    assert "\x1b" not in out.getvalue()


async def test_no_secret_reaches_the_log_even_at_debug(
    sender: Sender, api: BotApi, box: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger().setLevel(logging.DEBUG)
    api.fail(Fault(403, "Forbidden"), Fault(how="close"))
    for to in (telegram(), telegram(), telegram(), channel("mail", box.url().replace("://", "://user:geheim@"))):
        outcome = await sender.send(to, message_for(to))
        assert TOKEN not in repr(outcome)
    text = "\n".join(record.getMessage() for record in caplog.records)
    assert TOKEN not in text
    assert "geheim" not in text


async def test_loggers_are_given_back() -> None:
    logger = logging.getLogger("apprise")
    before = (logger.level, logger.propagate, list(logger.handlers))
    sender = Sender(lambda: NOW)
    assert logger.propagate is False
    sender.close()
    assert (logger.level, logger.propagate, list(logger.handlers)) == before
