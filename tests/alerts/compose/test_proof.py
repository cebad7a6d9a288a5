"""The words of monitor.alerts.compose.proof in both languages."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest

from monitor.alerts.compose.proof import Day, Silence, feed_notice, proof_of_life, quiet_notice, refused
from monitor.errors import Fault

DAY = Day(feeds=30, failing=("أ", "ب"), items=1204, stories=310, alerts=7, messages=6, waiting=1, dead=0)


def test_failing_feeds_are_named() -> None:
    subject, body = proof_of_life(DAY, "ar")
    assert subject == "المراقبة تعمل"
    assert "المصادر: 28 من 30 تعمل" in body
    assert "لا تجيب: أ، ب" in body
    assert "Not answering: أ, ب" in proof_of_life(DAY, "en")[1]


def silence(kind: Literal["rule", "feed"], name: str, title: str = "", **spans: float) -> Silence:
    lengths = {key: timedelta(hours=hours) for key, hours in {"lasts": 72, "usual": 2, "longest": 24, **spans}.items()}
    return Silence(kind=kind, name=name, title=title or name, **lengths)


def test_silence_of_one_is_told_with_its_measure_and_what_to_do() -> None:
    subject, body = quiet_notice([silence("rule", "rafah", "رفح")], "ar")
    assert subject == "هدوء غير معتاد: القاعدة رفح"
    assert body == (
        "لا خبر يوافق القاعدة رفح منذ 3 أيام؛ المعتاد خبر كل ساعتين، وأطول انقطاع خلال شهر كان لمدة 24 ساعة.\n"
        "للفحص: monitor rules show rafah"
    )
    subject, body = quiet_notice([silence("feed", "صوت الناس", lasts=10.5, usual=0.7)], "en")
    assert subject == "Unusually quiet: feed صوت الناس"
    assert body == (
        "Nothing new from صوت الناس for 10 hours; usual is one every 42 minutes, "
        "the longest pause in a month was 24 hours."
        '\nTo look: monitor feeds test "صوت الناس"'
    )


def test_silence_of_many_is_one_message() -> None:
    subject, body = quiet_notice([silence("feed", f"f{number}") for number in range(14)], "ar")
    assert subject == "هدوء غير معتاد (العدد: 14)"
    assert body.count("للفحص") == 10
    assert body.endswith("… 4")
    assert quiet_notice([silence("feed", "a"), silence("rule", "b")], "en")[0] == "Unusually quiet: 2 feeds and rules"


@pytest.mark.parametrize("kind", ["feed_held", "feed_moved", "feed_stopped"])
def test_a_feed_that_needs_its_owner_says_why_and_what_to_do(
    kind: Literal["feed_held", "feed_moved", "feed_stopped"],
) -> None:
    arabic, english = feed_notice(kind, "الصحيفة", "the detail", "ar"), feed_notice(kind, "الصحيفة", "the detail", "en")
    assert arabic != english
    for subject, body in (arabic, english):
        assert "الصحيفة" in subject
        assert "the detail" in body
        assert ('monitor feeds release "الصحيفة"' in body) is (kind != "feed_moved")


def test_a_fault_is_told_with_its_place_on_a_line_of_its_own() -> None:
    fault = Fault(
        message='مفتاح مجهول "severty"',
        hint='اكتب "severity"',
        where='rules[1] "ceasefire"',
        path="/srv/news/config.toml",
        line=17,
        column=1,
    )
    assert refused([fault], "ar") == (
        "إعدادات مرفوضة: العمل مستمر بالسابقة",
        'config.toml:17:1: rules[1] "ceasefire"\nمفتاح مجهول "severty"؛ اكتب "severity"',
    )
    subject, body = refused([fault] * 6, "en")
    assert subject == "Configuration refused: the former one goes on"
    assert body.endswith("\n…")
