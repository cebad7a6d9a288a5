"""Other forms of a word, proposed with what each would newly hit."""

from __future__ import annotations

import pytest

from monitor.arabic.lexicon import entries
from monitor.rules.suggest import suggest
from monitor.settings import Rule


@pytest.mark.parametrize(
    ("term", "form", "kind"),
    [
        ("هدنة", "هدن", "plural"),
        ("صاروخ", "صواريخ", "plural"),
        ("الأسير", "أسرى", "plural"),
        ("صواريخ", "صاروخ", "singular"),
        ("مساعدات", "مساعدة", "singular"),
        ("مقترحة", "مقترحات", "sound plural"),
        ("هدنة", "هدنتين", "dual"),
        ("إغاثي", "إغاثية", "feminine"),
        ("ميداني", "ميدانيون", "sound plural"),
        ("مستوطنين", "مستوطن", "singular"),
    ],
)
def test_a_form_is_proposed_with_its_kind(term: str, form: str, kind: str) -> None:
    assert (form, kind) in [(each.form, each.kind) for each in suggest(term)]


@pytest.mark.parametrize("term", ["معبر رفح", "AI", "7", "", '"هدنة"', "مساعد*"])
def test_nothing_is_proposed_for_what_is_no_arabic_word(term: str) -> None:
    assert suggest(term) == ()


def test_a_proposal_says_what_it_would_newly_hit() -> None:
    items = [("انتهاء الهدن", ""), ("هدن وهدنة", ""), ("أخبار", "عن هدن الماضي"), ("رياضة", "")]
    rule = Rule(name="truce", any=("هدنة",), feeds=("الجزيرة",))
    plural = next(each for each in suggest("هدنة", rule, items) if each.form == "هدن")
    assert plural.new_items == 2
    assert plural.samples == ("انتهاء الهدن", "أخبار")


def test_the_list_of_plurals_is_large() -> None:
    assert len(list(entries("plurals.txt"))) >= 800
