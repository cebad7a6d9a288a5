"""The right-hand forms of a word."""

from __future__ import annotations

import pytest

from monitor.arabic.clitics import BARE, CONJUNCTION, PREPOSITION, WITH_ARTICLE
from monitor.arabic.forms import right_forms, without_article
from monitor.arabic.lexicon import lexicon


def forms(word: str, *, in_phrase: bool = False, widen: bool = False) -> dict[str, int]:
    return {form.text: form.lefts for form in right_forms(word, lexicon(), in_phrase=in_phrase, widen=widen)}


@pytest.mark.parametrize(
    ("word", "has"),
    [
        ("هدنة", "هدنتهم"),
        ("مستشفى", "مستشفاه"),
        ("شيء", "شيءا"),
        ("مستوطنين", "مستوطنون"),
        ("مستوطنين", "مستوطنو"),
        ("مستوطنين", "مستوطنيهم"),
        ("قتلوا", "قتلوه"),
        ("يمكن", "يمكنني"),
    ],
)
def test_a_word_takes_its_endings(word: str, has: str) -> None:
    from monitor.arabic.clean import fold_cleaned

    assert fold_cleaned(has) in map(fold_cleaned, forms(word))


@pytest.mark.parametrize(
    ("word", "lacks"),
    [("قانون", "قانوني"), ("مساعدة", "مساعدات"), ("هدنة", "هدنتي"), ("حق", "حقه"), ("وزراء", "وزراءا")],
)
def test_a_word_takes_no_other_ending(word: str, lacks: str) -> None:
    assert lacks not in forms(word)


def test_tanwin_never_follows_a_preposition_and_a_pronoun_no_article() -> None:
    made = forms("حزب")
    assert made["حزبا"] == BARE | CONJUNCTION
    assert not made["حزبها"] & WITH_ARTICLE
    assert made["حزب"] & PREPOSITION


def test_an_article_typed_is_required_but_not_in_a_phrase() -> None:
    assert "نار" not in forms("النار")
    assert "للنار" in forms("النار")
    assert "نار" in forms("النار", in_phrase=True)


@pytest.mark.parametrize(("word", "stem"), [("النار", "نار"), ("التزام", "التزام"), ("الله", "الله"), ("الم", "الم")])
def test_an_article_that_belongs_to_the_word_stays(word: str, stem: str) -> None:
    assert without_article(word, lexicon()) == stem


def test_widening_is_the_dual_and_the_plural_of_teh_marbuta_only() -> None:
    assert {"هدنات", "هدنتان", "هدنتين"} <= set(forms("هدنة", widen=True))
    assert {"معبران", "معبرين"} <= set(forms("معبر", widen=True))
    assert "معبرات" not in forms("معبر", widen=True)
