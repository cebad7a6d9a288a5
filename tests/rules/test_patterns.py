"""Regular expressions on cleaned text: linear, with code point offsets."""

from __future__ import annotations

import time

import pytest

from monitor.rules.patterns import Pattern
from tests.support.rules import hits


def test_offsets_are_code_points_of_the_text_as_given() -> None:
    (hit,) = hits("/هدن[ةه]/", "😀 هُدنة")
    assert (hit.start, hit.end, hit.how) == (2, 7, "pattern")


def test_case_and_persian_letters_do_not_matter() -> None:
    assert hits("/Gaza|غزة/", "GAZA")
    assert hits("/کتاب/", "كتاب")


def test_an_expression_that_explodes_elsewhere_is_linear() -> None:
    start = time.process_time()
    assert list(Pattern("(a+)+b").places("a" * 100_000)) == []
    assert time.process_time() - start < 5


def test_what_does_not_compile_says_why() -> None:
    with pytest.raises(ValueError, match="missing"):
        Pattern("(")


def test_many_matches_have_right_places() -> None:
    text = "رفح غزة " * 1000
    places = list(Pattern("غزة").places(text))
    assert len(places) == 1000
    assert all(text[start:end] == "غزة" for start, end in places)
