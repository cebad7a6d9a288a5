"""Telegram: every answer of the Bot API and what it means; nothing hangs, nothing piles up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.delivery.sender import Sender
from monitor.model import Message
from monitor.outcomes import Permanent, RateLimited, Sent, Temporary, UnknownOutcome
from tests.support.alerts import NOW, TOKEN, channel, telegram
from tests.support.bot_api import BotApi, Fault
from tests.support.messages import message_for


async def test_delivers_the_message_escaped_and_marked(sender: Sender, api: BotApi) -> None:
    to = telegram()
    outcome = await sender.send(to, message_for(to, title="وقف إطلاق النار: 5 < 6 & <b>غير ذلك</b>"))
    assert outcome == Sent(detail="message 1")
    assert "5 < 6 & <b>غير ذلك</b>" in api.texts()[0].replace("\u2068", "").replace("\u2069", "")
    assert api.seen[0].chat == "-1001234567890"
    assert api.seen[0].payload["link_preview_options"] == {"is_disabled": True}


async def test_topic_and_silence_of_the_url_reach_telegram(sender: Sender, api: BotApi) -> None:
    to = channel(url=f"tgram://{TOKEN}/-100123:77?silent=yes")
    await sender.send(to, message_for(to))
    assert api.seen[0].payload["message_thread_id"] == 77
    assert api.seen[0].payload["disable_notification"] is True


async def test_rate_limit_gives_the_servers_wait(sender: Sender, api: BotApi) -> None:
    api.fail(Fault(429, "Too Many Requests: retry after 17", {"retry_after": 17}))
    outcome = await sender.send(telegram(), message_for(telegram()))
    assert isinstance(outcome, RateLimited)
    assert outcome.wait == timedelta(seconds=17)
    assert api.requests == 1


async def test_supergroup_is_reported_with_its_new_id(sender: Sender, api: BotApi) -> None:
    api.fail(Fault(400, "Bad Request: group chat was upgraded to a supergroup", {"migrate_to_chat_id": -1009876}))
    outcome = await sender.send(telegram(), message_for(telegram()))
    assert isinstance(outcome, Permanent)
    assert "-1009876" in outcome.hint
    assert outcome.scope == "channel"


@pytest.mark.parametrize(
    ("status", "description", "word"),
    [
        (401, "Unauthorized", "@BotFather"),
        (403, "Forbidden: bot was blocked by the user", "blocked"),
        (403, "Forbidden: bot was kicked from the supergroup chat", "add it"),
        (400, "Bad Request: chat not found", "chat id"),
        (400, "Bad Request: not enough rights to send text messages to the chat", "rights"),
    ],
)
async def test_permanent_refusals_say_what_to_do(
    sender: Sender, api: BotApi, status: int, description: str, word: str
) -> None:
    api.fail(Fault(status, description))
    outcome = await sender.send(telegram(), message_for(telegram()))
    assert isinstance(outcome, Permanent)
    assert word in outcome.hint
    assert outcome.scope == "channel"


async def test_a_refused_message_is_not_a_refused_channel(sender: Sender, api: BotApi) -> None:
    outcome = await sender.send(telegram(), Message(subject="", body="<b> </b>", format="html"))
    assert isinstance(outcome, Permanent)
    assert outcome.scope == "message"


async def test_markup_that_is_refused_goes_out_as_plain_text(sender: Sender, api: BotApi) -> None:
    outcome = await sender.send(telegram(), Message(subject="", body="<x>هدنة", format="html", plain="هدنة"))
    assert isinstance(outcome, Sent)
    assert api.texts() == ["هدنة"]


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_server_errors_are_temporary(sender: Sender, api: BotApi, status: int) -> None:
    api.fail(Fault(status, how="html"))
    assert isinstance(await sender.send(telegram(), message_for(telegram())), Temporary)


async def test_an_answer_cut_off_is_unknown(sender: Sender, api: BotApi) -> None:
    api.fail(Fault(how="accept_then_close"))
    assert isinstance(await sender.send(telegram(), message_for(telegram())), UnknownOutcome)
    assert len(api.seen) == 1


async def test_no_connection_is_temporary(api: BotApi) -> None:
    sender = Sender(lambda: NOW, telegram_api="http://127.0.0.1:1")
    assert isinstance(await sender.send(telegram(), message_for(telegram())), Temporary)
    sender.close()
