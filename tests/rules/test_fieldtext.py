"""Phrases: order, slop, sentences, and the way back to the text as given."""

from __future__ import annotations

import pytest

from tests.support.rules import hits

CEASEFIRE = "وقف إطلاق النار"


@pytest.mark.parametrize(
    "text",
    [
        "وقف إطلاق النار",
        "لوقف إطلاق النار",
        "وقفاً لإطلاق النار",
        "وقف إطلاق نار",
        "الوقف الفوري لإطلاق النار",
        "وقف فوري ودائم لإطلاق النار",
        "#وقف_إطلاق_النار",
        'وقف "إطلاق النار"',
        'وقف لـ "إطلاق النار"',
        "وقف اطلاق النار",
        "وقف إطلاق النار. وبعد",
    ],
)
def test_a_phrase_is_found_in_every_written_form(text: str) -> None:
    assert hits(CEASEFIRE, f"قالت المصادر {text}")


@pytest.mark.parametrize(
    "text",
    [
        "توقف إطلاق النار",
        "أوقف إطلاق النار",
        "إطلاق النار وقف",
        "وقف إطلاق سراح الأسرى",
        "وقف الحرب. إطلاق النار",
        "وقف الحرب\nإطلاق النار",
        "وقف التمويل ثم عاد بعد ذلك إطلاق النار",
    ],
)
def test_another_phrase_is_not_found(text: str) -> None:
    assert not hits(CEASEFIRE, text)


def test_a_phrase_does_not_cross_from_title_to_summary() -> None:
    assert not hits("معبر رفح", "فتح معبر", "رفح اليوم")


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("رئيس الوزراء", "رئيس مجلس الوزراء", False),
        ("رئيس الوزراء ~1", "رئيس مجلس الوزراء", True),
        ("وقف إطلاق النار ~0", "وقف فوري لإطلاق النار", False),
        ('"رئيس الوزراء"', "لرئيس الوزراء", False),
        ('"رئيس الوزراء"', "قال رئيس الوزراء", True),
        ("7 أكتوبر", "١٧ أكتوبر", False),
        ("7 أكتوبر", "٧ أكتوبر", True),
        ("F-35", "طائرات F-35", True),
        ("F-35", "F-350", False),
        ("نمو 3.5", "نمو 3.5 بالمئة", True),
    ],
)
def test_slop_quotes_and_digits(term: str, text: str, found: bool) -> None:
    assert bool(hits(term, text)) is found


def test_a_phrase_hit_covers_it_whole_and_says_how() -> None:
    text = "أُعلن «وقفٌ فوريٌّ» لإطلاق النار"
    (hit,) = hits(CEASEFIRE, text)
    assert hit.text == "وقفٌ فوريٌّ» لإطلاق النار"
    assert text[hit.start : hit.end] == hit.text
    assert hit.how == "prefix ل, slop 1"


def test_a_word_that_repeats_without_end_takes_linear_time() -> None:
    assert len(hits("معبر رفح", "معبر " * 50_000 + "رفح")) == 1
    assert not hits("معبر رفح غزة ~20", "معبر رفح " * 30_000)
