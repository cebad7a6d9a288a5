"""The lists of the language: large enough, well formed, and without entries that would forbid true words."""

from __future__ import annotations

import pytest

from monitor.arabic.clean import clean
from monitor.arabic.forms import ARABIC_WORD
from monitor.arabic.lexicon import entries, lexicon


@pytest.mark.parametrize(
    ("name", "least"),
    [("stems.txt", 4000), ("closed.txt", 250), ("places.txt", 150), ("own_article.txt", 100), ("feminine.txt", 200)],
)
def test_a_list_is_large_and_its_entries_are_arabic_words(name: str, least: int) -> None:
    words = list(entries(name))
    assert len(words) >= least
    assert len(set(words)) == len(words)
    assert all(ARABIC_WORD.fullmatch(word) and clean(word).text == word for word in words)


def test_names_in_alef_end_in_alef() -> None:
    assert {word[-1] for word in entries("places.txt")} <= {"ا"}


def test_words_of_the_feminine_list_end_in_teh_marbuta() -> None:
    assert {word[-1] for word in entries("feminine.txt")} == {"ة"}


@pytest.mark.parametrize("word", ["بعيدا", "بسبب", "بشأن", "وزيرا", "بدعم", "لبنات", "باسم", "كتابه", "مالها"])
def test_a_word_with_a_true_clitic_or_ending_is_not_attested(word: str) -> None:
    assert word not in lexicon().attested


def test_conjunctions_before_closed_words_are_understood() -> None:
    assert {"وقد", "فقد", "قد"} <= lexicon().closed
