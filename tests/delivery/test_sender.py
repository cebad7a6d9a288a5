"""The Sender against real services on loopback: what each answer means, and that nothing hangs or leaks."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from monitor.alerts.compose import compose
from monitor.delivery.sender import Sender
from monitor.model import Message, Permanent, RateLimited, Sent, Severity, Temporary, UnknownOutcome
from monitor.settings import Channel
from tests.support.alerts import NOW, TOKEN, a_config, a_delivery, an_alert, an_item, channel, telegram
from tests.support.bot_api import BotApi, Fault, bot_api
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


def message_for(to: Channel, **changes: object) -> Message:
    delivery = a_delivery(alert=an_alert(item=an_item(1, **changes), severity=Severity.URGENT))
    return compose([delivery], to, a_config(to), NOW)


class TestTelegram:
    async def test_delivers_the_message_escaped_and_marked(self, sender: Sender, api: BotApi) -> None:
        to = telegram()
        outcome = await sender.send(to, message_for(to, title="وقف إطلاق النار: 5 < 6 & <b>غير ذلك</b>"))
        assert outcome == Sent(detail="message 1")
        assert "5 < 6 & <b>غير ذلك</b>" in api.texts()[0].replace("\u2068", "").replace("\u2069", "")
        assert api.seen[0].chat == "-1001234567890"
        assert api.seen[0].payload["link_preview_options"] == {"is_disabled": True}

    async def test_topic_and_silence_of_the_url_reach_telegram(self, sender: Sender, api: BotApi) -> None:
        to = channel(url=f"tgram://{TOKEN}/-100123:77?silent=yes")
        await sender.send(to, message_for(to))
        assert api.seen[0].payload["message_thread_id"] == 77
        assert api.seen[0].payload["disable_notification"] is True

    async def test_rate_limit_gives_the_servers_wait(self, sender: Sender, api: BotApi) -> None:
        api.fail(Fault(429, "Too Many Requests: retry after 17", {"retry_after": 17}))
        outcome = await sender.send(telegram(), message_for(telegram()))
        assert isinstance(outcome, RateLimited)
        assert outcome.wait == timedelta(seconds=17)
        assert api.requests == 1

    async def test_supergroup_is_reported_with_its_new_id(self, sender: Sender, api: BotApi) -> None:
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
        self, sender: Sender, api: BotApi, status: int, description: str, word: str
    ) -> None:
        api.fail(Fault(status, description))
        outcome = await sender.send(telegram(), message_for(telegram()))
        assert isinstance(outcome, Permanent)
        assert word in outcome.hint
        assert outcome.scope == "channel"

    async def test_a_refused_message_is_not_a_refused_channel(self, sender: Sender, api: BotApi) -> None:
        outcome = await sender.send(telegram(), Message(subject="", body="<b> </b>", format="html"))
        assert isinstance(outcome, Permanent)
        assert outcome.scope == "message"

    async def test_markup_that_is_refused_goes_out_as_plain_text(self, sender: Sender, api: BotApi) -> None:
        outcome = await sender.send(telegram(), Message(subject="", body="<x>هدنة", format="html", plain="هدنة"))
        assert isinstance(outcome, Sent)
        assert api.texts() == ["هدنة"]

    @pytest.mark.parametrize("status", [500, 502, 503])
    async def test_server_errors_are_temporary(self, sender: Sender, api: BotApi, status: int) -> None:
        api.fail(Fault(status, how="html"))
        assert isinstance(await sender.send(telegram(), message_for(telegram())), Temporary)

    async def test_an_answer_cut_off_is_unknown(self, sender: Sender, api: BotApi) -> None:
        api.fail(Fault(how="accept_then_close"))
        assert isinstance(await sender.send(telegram(), message_for(telegram())), UnknownOutcome)
        assert len(api.seen) == 1

    async def test_no_connection_is_temporary(self, api: BotApi) -> None:
        sender = Sender(lambda: NOW, telegram_api="http://127.0.0.1:1")
        assert isinstance(await sender.send(telegram(), message_for(telegram())), Temporary)
        sender.close()

    @pytest.mark.parametrize("how", ["hang", "drip"])
    async def test_a_black_hole_ends_at_the_deadline_as_unknown(self, sender: Sender, api: BotApi, how: str) -> None:
        api.fail(Fault(how="hang" if how == "hang" else "drip"))
        began = time.monotonic()
        outcome = await sender.send(telegram(), message_for(telegram()), timedelta(seconds=0.5))
        assert isinstance(outcome, UnknownOutcome)
        assert time.monotonic() - began < 3

    async def test_a_black_hole_delays_no_other_channel(self, sender: Sender, api: BotApi, hook: Webhook) -> None:
        api.fail(Fault(how="hang", times=12))
        holes = [
            asyncio.create_task(sender.send(telegram(f"hole{n}"), message_for(telegram()), timedelta(seconds=3)))
            for n in range(12)
        ]
        async with asyncio.timeout(10):
            while api.requests < 12:
                await asyncio.sleep(0.01)
        to = channel("hook", hook.url)
        began = time.monotonic()
        assert isinstance(await sender.send(to, message_for(to)), Sent)
        assert time.monotonic() - began < 1.5
        assert not any(hole.done() for hole in holes)
        api.stopping.set()
        await asyncio.gather(*holes)

    async def test_sends_that_hang_for_ever_do_not_pile_up(self, sender: Sender, api: BotApi) -> None:
        api.fail(Fault(how="hang", times=9))
        outcomes = [await sender.send(telegram(), message_for(telegram()), timedelta(seconds=0.2)) for _ in range(5)]
        assert [type(outcome) for outcome in outcomes] == [UnknownOutcome] * 3 + [Temporary] * 2


class TestMail:
    async def test_is_arabic_right_to_left_with_links_in_both_parts(self, sender: Sender, box: Mailbox) -> None:
        to = channel("mail", box.url())
        outcome = await sender.send(to, message_for(to))
        assert isinstance(outcome, Sent), outcome
        mail = box.mails[0]
        assert str(mail["Subject"]).startswith("🔴 عاجل · وقف إطلاق النار: الوسطاء")
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["List-Unsubscribe"] is None
        html, plain = mail.get_body(("html",)), mail.get_body(("plain",))
        assert html is not None
        assert plain is not None
        assert 'dir="rtl" lang="ar"' in html.get_content()
        for part in (html.get_content(), plain.get_content()):
            assert "https://www.example.org/news/1?a=1" in part
        assert [p.get_content_type() for p in mail.iter_parts()] == ["text/plain", "text/html"]

    async def test_mails_of_one_story_thread_and_repeats_keep_their_id(self, sender: Sender, box: Mailbox) -> None:
        to = channel("mail", box.url())
        config = a_config(to)
        first = compose([a_delivery(1, an_alert(1))], to, config, NOW)
        again = compose([a_delivery(1, an_alert(1))], to, config, NOW + timedelta(hours=1), repeat=True)
        update = compose([a_delivery(2, an_alert(1, kind="update", item=an_item(2)))], to, config, NOW)
        for message in (first, again, update):
            await sender.send(to, message)
        ids = [mail["Message-ID"] for mail in box.mails]
        assert ids[0] == ids[1] != ids[2]
        assert len({mail["References"] for mail in box.mails}) == 1

    async def test_lines_and_subject_stay_within_limits(self, sender: Sender, box: Mailbox) -> None:
        to = channel("mail", box.url())
        await sender.send(to, message_for(to, title="هدنة " * 300, summary="كلمة " * 30_000))
        assert max(len(line) for line in box.raw[0].split(b"\r\n")) <= 998
        assert len(str(box.mails[0]["Subject"])) <= 110

    async def test_a_headline_cannot_add_headers(self, sender: Sender, box: Mailbox) -> None:
        to = channel("mail", box.url())
        await sender.send(to, message_for(to, title="خبر\r\nBcc: x@example.org\u2028Reply-To: y@example.org"))
        assert box.mails[0]["Bcc"] is None
        assert box.mails[0]["Reply-To"] is None

    @pytest.mark.parametrize(
        ("field", "answer", "kind", "scope"),
        [
            ("refuse_recipient", "550 5.1.1 no such user", Permanent, "channel"),
            ("refuse_recipient", "450 4.2.0 greylisted", Temporary, ""),
            ("refuse_sender", "553 not allowed", Permanent, "channel"),
            ("refuse_data", "554 5.7.1 looks like spam", Permanent, "message"),
            ("refuse_data", "451 try later", Temporary, ""),
            ("refuse_data", "452 mailbox full", Temporary, ""),
        ],
    )
    async def test_smtp_codes_are_told_apart(
        self, sender: Sender, box: Mailbox, field: str, answer: str, kind: type, scope: str
    ) -> None:
        setattr(box, field, answer)
        to = channel("mail", box.url())
        outcome = await sender.send(to, message_for(to))
        assert isinstance(outcome, kind)
        assert answer.split()[0] in getattr(outcome, "reason", "")
        if isinstance(outcome, Permanent):
            assert outcome.scope == scope
            assert outcome.hint

    async def test_a_server_that_hangs_up_after_the_mail_is_unknown(self, sender: Sender, box: Mailbox) -> None:
        box.at_data = "drop"
        to = channel("mail", box.url())
        assert isinstance(await sender.send(to, message_for(to)), UnknownOutcome)

    async def test_a_server_that_hangs_after_the_mail_is_unknown(self, sender: Sender, box: Mailbox) -> None:
        box.at_data, box.hang_seconds = "hang", 2
        to = channel("mail", box.url())
        assert isinstance(await sender.send(to, message_for(to), timedelta(seconds=0.8)), UnknownOutcome)

    async def test_login_that_is_refused_or_not_possible_is_permanent_or_temporary(
        self, sender: Sender, box: Mailbox
    ) -> None:
        to = channel("mail", box.url().replace("mailto://", "mailto://user:secret@"))
        outcome = await sender.send(to, message_for(to))
        assert isinstance(outcome, Permanent)
        assert "secret" not in repr(outcome)


class TestWebhook:
    async def test_carries_the_whole_alert_as_fields(self, sender: Sender, hook: Webhook) -> None:
        to = channel("hook", hook.url)
        assert isinstance(await sender.send(to, message_for(to)), Sent)
        body = hook.bodies[0]
        assert body["version"] == 1
        alert = body["alerts"][0]
        assert alert["severity"] == "urgent"
        assert alert["item"]["link"] == "https://www.example.org/news/1?a=1&b=2"
        first = alert["hits"][0]
        assert alert["item"]["title"][first["start"] : first["end"]] == first["text"]
        assert hook.headers[0]["idempotency-key"] == body["key"]

    async def test_statuses(self, sender: Sender, hook: Webhook) -> None:
        to = channel("hook", hook.url)
        hook.answers = [
            (429, {"Retry-After": "33"}),
            (500, {}),
            (401, {}),
            (404, {}),
            (422, {}),
            (302, {"Location": "/"}),
        ]
        outcomes = [await sender.send(to, message_for(to)) for _ in range(6)]
        kinds = [RateLimited, Temporary, Permanent, Permanent, Permanent, Permanent]
        assert [type(outcome) for outcome in outcomes] == kinds
        assert outcomes[0] == RateLimited(wait=timedelta(seconds=33), reason="HTTP 429")


class TestOthers:
    async def test_a_service_only_apprise_knows_is_reached(self, sender: Sender, hook: Webhook) -> None:
        to = channel("other", hook.url.replace("json://", "ntfy://").replace("/alerts", "/topic?mode=private"))
        outcome = await sender.send(to, message_for(to))
        assert isinstance(outcome, Sent), outcome
        assert "وقف إطلاق النار" in json.dumps(hook.bodies[0], ensure_ascii=False)

    @pytest.mark.parametrize(
        ("status", "kind"), [(429, RateLimited), (500, Temporary), (403, Permanent), (400, Permanent)]
    )
    async def test_its_statuses_are_read_from_what_apprise_logs(
        self, sender: Sender, hook: Webhook, status: int, kind: type
    ) -> None:
        to = channel("other", hook.url.replace("json://", "xml://"))
        hook.answers = [(status, {})]
        assert isinstance(await sender.send(to, message_for(to)), kind)

    async def test_its_connection_errors_are_told_by_phase(self, sender: Sender) -> None:
        to = channel("other", "xml://127.0.0.1:1/x")
        assert await sender.send(to, message_for(to)) == Temporary(reason="no connection to the service")

    async def test_the_terminal_prints_without_colours_into_a_pipe(self) -> None:
        out = io.StringIO()
        sender = Sender(lambda: NOW, output=out)
        assert isinstance(await sender.send(channel(), message_for(channel())), Sent)
        sender.close()
        assert "«وقف إطلاق النار»" in out.getvalue()
        assert "\x1b" not in out.getvalue()

    async def test_no_secret_reaches_the_log_even_at_debug(
        self, sender: Sender, api: BotApi, box: Mailbox, caplog: pytest.LogCaptureFixture
    ) -> None:
        logging.getLogger().setLevel(logging.DEBUG)
        api.fail(Fault(403, "Forbidden"), Fault(how="close"))
        for to in (telegram(), telegram(), telegram(), channel("mail", box.url().replace("://", "://user:geheim@"))):
            outcome = await sender.send(to, message_for(to))
            assert TOKEN not in repr(outcome)
        text = "\n".join(record.getMessage() for record in caplog.records)
        assert TOKEN not in text
        assert "geheim" not in text

    async def test_loggers_are_given_back(self) -> None:
        logger = logging.getLogger("apprise")
        before = (logger.level, logger.propagate, list(logger.handlers))
        sender = Sender(lambda: NOW)
        assert logger.propagate is False
        sender.close()
        assert (logger.level, logger.propagate, list(logger.handlers)) == before
