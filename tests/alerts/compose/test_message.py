"""Messages as their readers get them: strict HTML, limits, directions, nothing from a feed unescaped."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts.compose import compose, compose_notice
from monitor.alerts.compose.note import Occasion
from monitor.model import Delivery, Severity
from monitor.settings import Channel
from tests.support.alerts import NOW, SUMMARY, TITLE, a_config, a_delivery, an_alert, an_item, channel, hit, telegram
from tests.support.bot_api import read_html

MAIL = channel("mail", "mailto://127.0.0.1?to=a@example.org")
HOOK = channel("hook", "json://127.0.0.1/")
OTHER = channel("other", "ntfy://topic")
ALL = [telegram(), MAIL, HOOK, OTHER, channel()]
ISOLATES = "\u2066\u2067\u2068\u2069"


def bare(text: str) -> str:
    return "".join(char for char in text if char not in ISOLATES and char not in "\u200f\u200e")


def telegram_text(deliveries: Sequence[Delivery], to: Channel | None = None, **options: object) -> str:
    to = to or telegram()
    body = compose(deliveries, to, a_config(to), NOW, **options).body  # type: ignore[arg-type]
    return read_html(body)[0]


def test_telegram_message_line_by_line() -> None:
    alert = an_alert(severity=Severity.URGENT, outlets=("الجزيرة", "وفا", "معا"))
    to = telegram()
    message = compose([a_delivery(alert=alert)], to, a_config(to), NOW)
    text, links = read_html(message.body)
    assert bare(text).split("\n") == [
        "🔴 عاجل · وقف إطلاق النار",
        TITLE,
        "",
        "ويشمل وقف إطلاق النار فتح معبر رفح ودخول 600 شاحنة مساعدات يوميًا وفق ما نقلته Reuters. "
        "وتستمر المرحلة الأولى 42 يومًا.",
        "",
        "الجزيرة · 25 نوفمبر، 14:00 · منشور قبل 5 دقائق",
        "أوردته 3 مصادر",
        "الخبر في example.org",
    ]
    assert links == ("https://www.example.org/news/1?a=1&b=2",)
    assert "<u>وقف إطلاق النار</u>" in message.body


def test_english_channel_has_english_words_and_months() -> None:
    text = telegram_text([a_delivery()], telegram(language="en"))
    assert "25 Nov, 14:00 · published 5 minutes ago" in bare(text)


def test_every_line_begins_right_to_left() -> None:
    item = an_item(title="Reuters: هدنة", summary="UNRWA تعلن. 24 شاحنة دخلت.")
    for line in telegram_text([a_delivery(alert=an_alert(item=item))]).split("\n"):
        assert not line or line[0] == "\u200f"


def test_latin_names_numbers_and_links_are_isolated() -> None:
    item = an_item(title="قالت UNRWA إن 600 شاحنة دخلت في 14:30", outlet="Sky News عربية")
    text = telegram_text([a_delivery(alert=an_alert(item=item))])
    for run in ("\u2068UNRWA\u2069", "\u2068600\u2069", "\u206814:30\u2069", "\u2067Sky News عربية\u2069"):
        assert run in text
    assert "\u2068example.org\u2069" in text


def test_what_hit_of_several_rules_is_marked_once_and_all_rules_are_named() -> None:
    item = an_item()
    one = an_alert(1, item=item, hits=(hit(TITLE, "title", "وقف إطلاق النار"),))
    two = an_alert(2, item=item, label="مساعدات", hits=(hit(TITLE, "title", "إطلاق النار في غزة"),))
    to = telegram()
    body = compose([a_delivery(1, one), a_delivery(2, two)], to, a_config(to), NOW).body
    assert "<u>وقف إطلاق النار في غزة</u>" in body
    assert "وقف إطلاق النار · مساعدات" in bare(body)


def test_an_item_older_than_max_age_does_not_pretend_to_be_new() -> None:
    item = an_item(published=NOW - timedelta(days=3))
    text = bare(telegram_text([a_delivery(alert=an_alert(item=item))]))
    assert text.startswith("🔵 متأخر · ")
    assert "منشور قبل 3 أيام" in text


def test_an_undated_item_says_seen_not_published() -> None:
    text = bare(telegram_text([a_delivery(alert=an_alert(item=an_item(published=None)))]))
    assert "رُصد قبل دقيقة" in text
    assert "منشور" not in text


def test_corroboration_update_and_repeat_are_said() -> None:
    text = bare(telegram_text([a_delivery(alert=an_alert(kind="corroborated", outlets=("ا", "ب", "ج")))]))
    assert "تؤكّده 3 مصادر" in text
    text = bare(telegram_text([a_delivery(alert=an_alert(kind="update", difference="من 12 إلى 17"))], repeat=True))
    assert "تحديث" in text
    assert "من 12 إلى 17" in text
    assert "قد تكون مكررة" in text


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "https://", "http://a b", 'https://x.org/"><b>', None]
)
def test_links_other_than_http_are_not_shown(link: str | None) -> None:
    to = telegram()
    _, links = read_html(compose([a_delivery(alert=an_alert(item=an_item(link=link)))], to, a_config(to), NOW).body)
    assert links == ()


def test_a_grouped_message_lists_the_first_and_counts_the_rest() -> None:
    deliveries = [
        a_delivery(n, an_alert(n, item=an_item(n), severity=Severity.URGENT if n == 1 else Severity.LOW))
        for n in range(1, 200)
    ]
    occasion = Occasion(
        kind="quiet", since=NOW - timedelta(hours=8), until=NOW, total=500, by_rule={"وقف إطلاق النار": 500}
    )
    text = telegram_text(deliveries, occasion=occasion)
    lines = bare(text).split("\n")
    assert lines[0] == "🗂 ما ورد في ساعات الهدوء: 500 تنبيه"
    assert lines[1] == "من 25 نوفمبر، 06:05 إلى 25 نوفمبر، 14:05"
    shown = sum(line.startswith(("🔴", "⚪")) for line in lines)
    assert lines[3].startswith("🔴")
    assert shown > 10
    assert lines[-1] == f"و{500 - shown} تنبيهًا آخر (وقف إطلاق النار {500 - shown})"
    assert len(text.encode("utf-16-le")) // 2 <= 4096


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "تنبيه واحد"), (2, "تنبيهان"), (7, "7 تنبيهات"), (11, "11 تنبيهًا"), (100, "100 تنبيه"), (103, "103 تنبيهات")],
)
def test_arabic_counts_agree(number: int, words: str) -> None:
    text = bare(telegram_text([a_delivery(1), a_delivery(2)], occasion=Occasion(kind="digest", total=number)))
    assert text.split("\n")[0] == f"🗂 موجز التنبيهات: {words}"


def test_webhook_says_everything_and_cuts_nothing() -> None:
    item = an_item(summary=SUMMARY * 40)
    message = compose([a_delivery(alert=an_alert(item=item))], HOOK, a_config(HOOK), NOW)
    assert message.payload is not None
    alerts = message.payload["alerts"]
    assert isinstance(alerts, list)
    assert alerts[0]["item"]["summary"] == SUMMARY * 40


def test_mail_has_no_remote_parts_and_no_scripts() -> None:
    item = an_item(title="<img src=https://evil.example/x.gif> هدنة", summary="<script>alert(1)</script>" * 3)
    body = compose([a_delivery(alert=an_alert(item=item))], MAIL, a_config(MAIL), NOW).body
    assert "<img" not in body
    assert "<script" not in body
    assert 'dir="rtl" lang="ar"' in body


def test_a_template_replaces_the_text_everywhere() -> None:
    source = "{{ sign }} {{ headline }} | {{ labels|join('، ') }} | {{ link }}"
    for to in (telegram(template=source), channel("other", "ntfy://t", template=source)):
        message = compose([a_delivery()], to, a_config(to), NOW)
        text = read_html(message.body)[0] if message.format == "html" else message.body
        assert bare(text) == f"🔵 {TITLE} | وقف إطلاق النار | https://www.example.org/news/1?a=1&b=2"


def test_a_template_that_fails_on_an_alert_does_not_lose_it() -> None:
    to = telegram(template="{{ headline.split('|')[9] }}")
    assert "الوسطاء" in read_html(compose([a_delivery()], to, a_config(to), NOW).body)[0]


def test_notices_for_every_kind_of_channel() -> None:
    for to in ALL:
        message = compose_notice("توقف مصدر <x>", "لم يُجب منذ 3 ساعات & أكثر", to, a_config(to), NOW, key="k")
        if to.name == "desk" and message.format == "html":
            assert "توقف مصدر <x>" in bare(read_html(message.body)[0])
        assert message.body


HOSTILE = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from("<>&\"'\n\r\u2028\u202e\u2066\u200f\x00\x1b\ud800🔴هدنةabc123 "),
    ),
    max_size=600,
)


@settings(max_examples=150, deadline=None)
@given(
    title=HOSTILE, summary=HOSTILE, outlet=HOSTILE, label=HOSTILE, start=st.integers(0, 600), size=st.integers(1, 80)
)
def test_whatever_a_feed_holds_every_message_is_well_formed(
    title: str, summary: str, outlet: str, label: str, start: int, size: int
) -> None:
    hits = tuple(
        hit(text, field, text[start : start + size])
        for field, text in (("title", title), ("summary", summary))
        if text[start : start + size]
    )
    item = an_item(title=title, summary=summary, outlet=outlet)
    deliveries = [
        a_delivery(n, an_alert(n, item=item if n < 3 else an_item(n), label=label, hits=hits)) for n in (1, 2)
    ]
    for to in ALL:
        for batch in (deliveries, [*deliveries, a_delivery(3)]):
            message = compose(batch, to, a_config(to), NOW)
            visible = read_html(message.body)[0] if to.url.reveal().startswith("tgram") else message.body
            assert not any(
                unicodedata.category(c) in ("Cs",) or c in "\u202e\u202d\x00\u2028" for c in visible + message.subject
            )
            assert "\n" not in message.subject
            if to.url.reveal().startswith("tgram"):
                assert len(visible.encode("utf-16-le")) // 2 <= 4096
                assert visible.count("\u2068") + visible.count("\u2067") == visible.count("\u2069")
            if to.name == "mail":
                assert len(message.subject) <= 110
            if to is ALL[-1]:
                assert "\x1b" not in message.plain
