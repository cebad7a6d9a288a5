"""E-mail as it arrives, and what each SMTP code means."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.alerts.compose import compose
from monitor.delivery.sender import Sender
from monitor.outcomes import Permanent, Sent, Temporary, UnknownOutcome
from tests.support.alerts import NOW, a_config, a_delivery, an_alert, an_item, channel
from tests.support.messages import message_for
from tests.support.smtp_server import Mailbox


async def test_is_arabic_right_to_left_with_links_in_both_parts(sender: Sender, box: Mailbox) -> None:
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


async def test_mails_of_one_story_thread_and_repeats_keep_their_id(sender: Sender, box: Mailbox) -> None:
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


async def test_lines_and_subject_stay_within_limits(sender: Sender, box: Mailbox) -> None:
    to = channel("mail", box.url())
    await sender.send(to, message_for(to, title="هدنة " * 300, summary="كلمة " * 30_000))
    assert max(len(line) for line in box.raw[0].split(b"\r\n")) <= 998
    assert len(str(box.mails[0]["Subject"])) <= 110


async def test_a_headline_cannot_add_headers(sender: Sender, box: Mailbox) -> None:
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
    sender: Sender, box: Mailbox, field: str, answer: str, kind: type, scope: str
) -> None:
    setattr(box, field, answer)
    to = channel("mail", box.url())
    outcome = await sender.send(to, message_for(to))
    assert isinstance(outcome, kind)
    assert answer.split()[0] in getattr(outcome, "reason", "")
    if isinstance(outcome, Permanent):
        assert outcome.scope == scope
        assert outcome.hint


async def test_a_server_that_hangs_up_after_the_mail_is_unknown(sender: Sender, box: Mailbox) -> None:
    box.at_data = "drop"
    to = channel("mail", box.url())
    assert isinstance(await sender.send(to, message_for(to)), UnknownOutcome)


async def test_a_server_that_hangs_after_the_mail_is_unknown(sender: Sender, box: Mailbox) -> None:
    box.at_data, box.hang_seconds = "hang", 2
    to = channel("mail", box.url())
    assert isinstance(await sender.send(to, message_for(to), timedelta(seconds=0.8)), UnknownOutcome)


async def test_login_that_is_refused_or_not_possible_is_permanent_or_temporary(sender: Sender, box: Mailbox) -> None:
    to = channel("mail", box.url().replace("mailto://", "mailto://user:secret@"))
    outcome = await sender.send(to, message_for(to))
    assert isinstance(outcome, Permanent)
    assert "secret" not in repr(outcome)


async def test_replies_and_headers_of_the_url_are_kept(sender: Sender, box: Mailbox) -> None:
    url = box.url(reply="editor@example.org") + "&%2BX-Desk=night"
    assert isinstance(await sender.send(channel("mail", url), message_for(channel("mail", url))), Sent)
    assert box.mails[0]["Reply-To"] == "editor@example.org"
    assert box.mails[0]["X-Desk"] == "night"


async def test_several_recipients_are_refused(sender: Sender, box: Mailbox) -> None:
    to = channel("mail", box.url("a@example.org,b@example.org"))
    outcome = await sender.send(to, message_for(to))
    assert isinstance(outcome, Permanent)
    assert "more than one recipient" in outcome.reason
    assert box.mails == []
