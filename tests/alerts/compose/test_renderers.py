"""Each renderer by itself, at its limits."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts.compose import email as mail
from monitor.alerts.compose import payload as fields
from monitor.alerts.compose import plain as plain_text
from monitor.alerts.compose import telegram as bot
from monitor.alerts.compose import terminal as ansi
from monitor.alerts.compose import trial as trials
from monitor.alerts.compose.note import ALERT, Frame, Note, Occasion, key_of, notes_of
from monitor.model import Delivery, Severity
from monitor.settings import Language
from tests.support.alerts import NOW, a_config, a_delivery, an_alert, an_item, channel, telegram
from tests.support.bot_api import read_html


def frame(occasion: Occasion = ALERT, language: Language = "ar", *, repeat: bool = False) -> Frame:
    return Frame(language=language, zone=ZoneInfo("Asia/Gaza"), now=NOW, occasion=occasion, repeat=repeat, key="k")


def notes(*deliveries: Delivery) -> tuple[Note, ...]:
    return notes_of(deliveries or [a_delivery()], NOW, timedelta(days=2))


MANY = notes(*(a_delivery(n, an_alert(n, item=an_item(n), label=f"قاعدة {n % 3}")) for n in range(1, 260)))
DIGEST = Occasion(kind="digest", total=400, by_rule={"قاعدة 0": 134, "قاعدة 1": 133, "قاعدة 2": 133})


def test_a_group_for_telegram_is_below_its_limit_also_with_endless_links() -> None:
    long = notes(
        *(
            a_delivery(n, an_alert(n, item=an_item(n, link=f"https://example.org/{'a' * 1500}{n}", title="🔴" * 500)))
            for n in range(1, 40)
        )
    )
    for group in (MANY, long):
        text, _ = read_html(bot.grouped(group, frame(DIGEST)))
        assert len(text.encode("utf-16-le")) // 2 <= 4096


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=9000))
def test_a_users_text_is_no_markup_and_fits(text: str) -> None:
    shown, links = read_html(bot.plain_text(text.encode("utf-8", "replace").decode(), frame()))
    assert len(shown.encode("utf-16-le", "replace")) // 2 <= 4096
    assert links == ()


def test_the_digest_mail_is_a_table_by_rule() -> None:
    html = mail.grouped(MANY, frame(DIGEST))
    assert html.count("border-bottom:2px") == 3
    assert html.count("<tr>") == mail.ROWS + 3
    assert "و200 تنبيه آخر" in html.replace("\u2068", "").replace("\u2069", "")
    assert len(html) < 400_000


def test_mail_subjects_and_headers() -> None:
    one = notes()
    assert mail.subject(one, frame()).startswith("🔵 وقف إطلاق النار: ")
    assert mail.subject(one, frame(repeat=True)).startswith("[قد تكون مكررة] ")
    assert mail.subject(MANY, frame(DIGEST)) == "🗂 موجز التنبيهات: 400 تنبيه"
    assert "References" in mail.headers(one, frame(), "desk")
    assert "References" not in mail.headers(MANY, frame(DIGEST), "desk")
    assert mail.headers(one, frame(), "desk")["Message-ID"] == "<k@news-monitor.invalid>"


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("en", "ltr")])
def test_mail_pages_have_their_direction(language: Language, direction: str) -> None:
    html = mail.single(notes()[0], frame(language=language))
    assert f'<div dir="{direction}" lang="{language}"' in html


def test_plain_text_keeps_the_link_on_its_own_line() -> None:
    assert plain_text.single(notes()[0], frame()).splitlines()[-1] == "https://www.example.org/news/1?a=1&b=2"
    text = plain_text.grouped(MANY, frame(DIGEST), limit=2000)
    assert len(text) < 2700
    assert "https://www.example.org/news/1?a=1&b=2" in text.splitlines()


def test_a_terminal_block_loses_only_its_colours() -> None:
    coloured = ansi.single(notes(a_delivery(alert=an_alert(severity=Severity.URGENT)))[0], frame())
    bare = ansi.without_colours(coloured)
    assert coloured.startswith("\x1b[1;31m")
    assert "\x1b" not in bare
    assert bare == plain_text.single(notes(a_delivery(alert=an_alert(severity=Severity.URGENT)))[0], frame())
    assert ansi.grouped(MANY, frame(DIGEST), limit=900).startswith("\x1b[1m")


def test_the_payload_says_when_it_may_be_a_repeat_and_what_it_stands_for() -> None:
    said = fields.payload([a_delivery()], frame(DIGEST, repeat=True), "نص")
    assert (said["version"], said["occasion"], said["total"], said["possible_repeat"]) == (1, "digest", 400, True)
    assert said["alerts"][0]["item"]["published"] == "2026-11-25T12:00:00Z"


def test_the_key_is_that_of_the_deliveries_whatever_their_order() -> None:
    one, two = a_delivery(1), a_delivery(2)
    assert key_of([one, two], "desk") == key_of([two, one], "desk") != key_of([one], "desk")
    assert key_of([one], "desk") != key_of([one], "mail")


def test_an_item_without_a_headline_shows_its_text() -> None:
    note = notes(a_delivery(alert=an_alert(item=an_item(title="", summary="وقف إطلاق النار قريب. وهذا تفصيل."))))[0]
    assert note.headline.text.startswith("وقف إطلاق النار قريب.")
    assert note.excerpt.text == ""


def test_a_summary_that_repeats_the_headline_is_left_out() -> None:
    item = an_item(title="هدنة في غزة", summary="هدنة في غزة")
    assert notes(a_delivery(alert=an_alert(item=item)))[0].excerpt.text == ""


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_trial_message_says_that_it_is_one(language: Language) -> None:
    for to in (telegram(language=language), channel(language=language)):
        text = trials.compose_trial(to, a_config(to), NOW).plain
        assert "هذا تنبيه تجريبي" in text
        assert ("رسالة تجربة" if language == "ar" else "test message") in text


def test_an_endless_text_is_read_around_its_hit_only() -> None:
    text = "حشو " * 300_000 + "وقف إطلاق النار قريب. " + "حشو " * 300_000
    note = notes(a_delivery(alert=an_alert(item=an_item(summary=text))))[0]
    shown = note.excerpt
    assert "وقف إطلاق النار" in [shown.text[a:b] for a, b in shown.spans]
