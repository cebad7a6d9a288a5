"""Attested stems keep a word from being read into another."""

from __future__ import annotations

import pytest

from monitor.arabic.forms import right_forms
from monitor.arabic.guards import guards_of
from monitor.arabic.lexicon import lexicon


@pytest.mark.parametrize(
    ("stem", "left", "other"), [("طاقة", "ب", "بطاقة"), ("طاقة", "وب", "بطاقة"), ("جنة", "ل", "لجنة")]
)
def test_a_clitic_that_makes_another_word_is_known(stem: str, left: str, other: str) -> None:
    form = next(right_forms(stem, lexicon()))
    guards = guards_of(stem, form, lexicon())
    assert guards is not None
    assert other in [word for word, _ in guards.after[left]]


def test_an_ending_that_makes_another_word_is_known() -> None:
    form = next(form for form in right_forms("مال", lexicon()) if form.text == "مالك")
    guards = guards_of("مال", form, lexicon())
    assert guards is not None
    assert "مالك" in guards.whole


def test_a_word_without_look_alikes_has_no_guards() -> None:
    form = next(right_forms("رفح", lexicon()))
    assert guards_of("رفح", form, lexicon()) is None
