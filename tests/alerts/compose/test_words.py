"""Times and counts in both languages."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.alerts.compose.note import Note, outlets_of
from monitor.alerts.compose.text import Marked
from monitor.alerts.compose.trouble import alerts_dead, channel_broken, channel_failing
from monitor.alerts.compose.words import ago, count, local_time, short_time
from monitor.model import Severity
from monitor.settings import Language
from tests.support.alerts import NOW

GAZA = ZoneInfo("Asia/Gaza")


@pytest.mark.parametrize(
    ("age", "arabic", "english"),
    [
        (timedelta(seconds=20), "الآن", "just now"),
        (timedelta(minutes=1), "قبل دقيقة", "1 minute ago"),
        (timedelta(minutes=2), "قبل دقيقتين", "2 minutes ago"),
        (timedelta(minutes=10), "قبل 10 دقائق", "10 minutes ago"),
        (timedelta(minutes=11), "قبل 11 دقيقة", "11 minutes ago"),
        (timedelta(hours=1), "قبل ساعة", "1 hour ago"),
        (timedelta(hours=47), "قبل 47 ساعة", "47 hours ago"),
        (timedelta(days=2), "قبل يومين", "2 days ago"),
        (timedelta(days=15), "قبل 15 يومًا", "15 days ago"),
    ],
)
def test_ages(age: timedelta, arabic: str, english: str) -> None:
    assert ago(age, "ar") == arabic
    assert ago(age, "en") == english


@pytest.mark.parametrize(
    ("number", "arabic"),
    [(1, "مصدر واحد"), (2, "مصدران"), (3, "3 مصادر"), (10, "10 مصادر"), (11, "11 مصدرًا"), (101, "101 مصدر")],
)
def test_counts(number: int, arabic: str) -> None:
    assert count(number, "outlet", "ar") == arabic


def test_english_counts() -> None:
    assert [count(n, "more", "en") for n in (1, 1200)] == ["1 more alert", "1,200 more alerts"]


def test_times_are_local_and_name_the_month_and_another_year() -> None:
    assert local_time(NOW, GAZA, "ar", NOW) == "25 نوفمبر، 14:05"
    assert local_time(NOW - timedelta(days=400), GAZA, "en", NOW) == "21 Oct 2025, 15:05"
    assert short_time(NOW, GAZA, "ar", NOW) == "14:05"
    assert short_time(NOW - timedelta(days=1), GAZA, "ar", NOW) == "24 نوفمبر، 14:05"


@pytest.mark.parametrize("language", ["ar", "en"])
def test_troubles_name_the_channel_the_reason_and_what_happens_now(language: Language) -> None:
    subject, body = channel_broken("desk", "403", "add the bot", "mail", language)
    assert "desk" in subject
    assert all(word in body for word in ("403", "add the bot", "mail"))
    assert channel_broken("desk", "403", "x", None, language)[1] != body
    subject, body = channel_failing("desk", "timeout", 45, language)
    assert "desk" in subject
    assert "45" in body
    subject, body = alerts_dead("desk", 3, "400", language)
    assert "3" in subject
    assert "monitor outbox retry" in body


@pytest.mark.parametrize(
    ("outlets", "text"),
    [(2, "أورده مصدران"), (3, "أوردته 3 مصادر"), (11, "أورده 11 مصدرًا"), (104, "أوردته 104 مصادر")],
)
def test_verb_agrees_with_how_many_outlets_carry_a_story(outlets: int, text: str) -> None:
    bare = Marked("")
    note = Note(
        labels=("رفح",),
        severity=Severity.NORMAL,
        kind="new",
        headline=bare,
        excerpt=bare,
        outlet="وكالة المرصد",
        at=NOW,
        published=True,
        late=False,
        outlets=outlets,
        difference="",
        link=None,
        story_id=1,
    )
    assert outlets_of(note, "ar") == text
