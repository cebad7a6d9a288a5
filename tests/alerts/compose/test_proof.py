"""The words of monitor.alerts.compose.proof in both languages."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest

from monitor.alerts.compose.proof import Day, feed_notice, proof_of_life, quiet_notice

DAY = Day(feeds=30, failing=("أ", "ب"), items=1204, stories=310, alerts=7, messages=6, waiting=1, dead=0)


def test_failing_feeds_are_named() -> None:
    subject, body = proof_of_life(DAY, "ar")
    assert subject == "المراقبة تعمل"
    assert "المصادر: 28 من 30 تعمل" in body
    assert "لا تجيب: أ، ب" in body
    assert "Not answering: أ, ب" in proof_of_life(DAY, "en")[1]


def test_silence_is_told_with_its_measure_and_what_to_do() -> None:
    subject, body = quiet_notice("rule", "rafah", timedelta(days=3), timedelta(hours=11), "ar")
    assert subject == "هدوء غير معتاد: القاعدة rafah"
    assert "قبل 3 أيام" in body
    assert "11 ساعة" in body
    assert "monitor rules show rafah" in body
    assert "11 hours" in quiet_notice("feed", "alpha", timedelta(days=3), timedelta(hours=11), "en")[1]


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
