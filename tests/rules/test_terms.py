"""Reading one term as a user types it."""

from __future__ import annotations

import pytest

from monitor.rules.messages import TermError
from monitor.rules.terms import parse_term


@pytest.mark.parametrize(
    ("source", "words", "slop"),
    [
        ("رفح", ["رفح"], 0),
        ("  رَفَح ", ["رفح"], 0),
        ("معبر رفح", ["معبر", "رفح"], 0),
        ("وقف إطلاق النار", ["وقف", "إطلاق", "النار"], 2),
        ("وقف إطلاق النار ~1", ["وقف", "إطلاق", "النار"], 1),
        ("وقف إطلاق النار~٣", ["وقف", "إطلاق", "النار"], 3),
        ("معبر رفح ~0", ["معبر", "رفح"], 0),
        ('"وقف إطلاق النار"', ["وقف", "إطلاق", "النار"], 0),
        ('"وقف إطلاق النار" ~2', ["وقف", "إطلاق", "النار"], 2),
        ("#وقف_إطلاق_النار", ["وقف", "إطلاق", "النار"], 2),
        ("F-35", ["f", "35"], 0),
        ("7 أكتوبر", ["7", "أكتوبر"], 0),
    ],
)
def test_words_and_slop_are_read(source: str, words: list[str], slop: int) -> None:
    term = parse_term(source)
    assert [word.text for word in term.words] == words
    assert term.slop == slop


def test_modes_and_fields_are_read() -> None:
    assert parse_term('title: "هدنة"').words[0].mode == "exact"
    assert parse_term('title: "هدنة"').field == "title"
    assert parse_term("summary:مساعد*").words[0].mode == "prefix"
    assert parse_term("«هدنة»").words[0].mode == "exact"
    assert parse_term("هدنة+").words[0].widen
    assert parse_term("/هدن[ةه]/").pattern == "هدن[ةه]"
    assert parse_term("TITLE:رفح").field == "title"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("title:", "empty"),
        ("…!", "no_word"),
        ('""', "no_word"),
        ("\u200f\u064b", "no_word"),
        ('"هدنة', "unbalanced_quote"),
        ('هدنة"', "unbalanced_quote"),
        ('"هدنة" غزة', "after_quote"),
        ("رفح ~2", "slop_on_one_word"),
        ("معبر رفح ~x", "bad_slop"),
        ("معبر رفح ~", "bad_slop"),
        ("معبر رفح ~99", "bad_slop"),
        ("/[/", "bad_pattern"),
        ("/(?=x)/", "bad_pattern"),
        ("/a*/", "empty_pattern"),
    ],
)
def test_a_term_that_cannot_be_read_says_why_in_both_languages(source: str, code: str) -> None:
    with pytest.raises(TermError) as caught:
        parse_term(source)
    assert caught.value.code == code
    assert caught.value.hint
    assert caught.value.column >= 1
    assert all(caught.value.said("ar"))
