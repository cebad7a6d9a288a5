"""Cleaning and folding: one spelling for each letter, offsets that lead back, bounded time on hostile text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.arabic.clean import clean, clean_letters, clean_text, fold, title_key

MARKS = "\u064b\u064f\u0650\u0651\u0652\u0640\u200b\u200c\u200f\u202b\u202c\u2066\u2069\ufeff\u00ad"
# Letters, marks, entities, presentation forms, emoji, lone surrogates, NULs: what feeds really carry, and worse.
AWKWARD = st.text(
    st.sampled_from(
        [*"رفح وقف إطلاق ةىيئؤآأ &#;ampqultx<>0٧۷AzÉİß", *MARKS, *"ﻻﻣﺆﺗﻤﺮ…½ﷺ\u0653\u0654\u0301", "😀", "\ud800", "\0"]
    )
    | st.characters(),
    max_size=60,
)
WORDS = st.text(st.sampled_from("رفحوقفإطلاقنمةيىكهأ"), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("given_text", "cleaned"),
    [
        pytest.param("رَفَح", "رفح", id="tashkeel"),
        pytest.param("هـدنـة", "هدنة", id="tatweel"),
        pytest.param("رفح\u200f والهدنة\u200b", "رفح والهدنة", id="zero-width"),
        pytest.param("ایران کربلاء", "ايران كربلاء", id="persian-letters"),
        pytest.param("ﻣﺆﺗﻤﺮ ﻻجئ", "مؤتمر لاجئ", id="presentation-forms"),
        pytest.param("٧ أكتوبر ۱۲", "7 أكتوبر 12", id="digits"),
        pytest.param("&quot;رفح&quot;&nbsp;&#1594;زة", '"رفح" غزة', id="entities"),
        pytest.param("&amp;amp;quot;رفح", '"رفح', id="entities-in-entities"),
        pytest.param("ا\u0654من", "أمن", id="combining-hamza"),
        pytest.param("ٱلله", "الله", id="alef-wasla"),
        pytest.param("AI ＡＢ", "ai ab", id="latin"),
        pytest.param("الـAI", "ال ai", id="clitic-before-latin"),
        pytest.param("7أكتوبر", "7 أكتوبر", id="digit-before-arabic"),
        pytest.param("", "", id="nothing"),
        pytest.param("…", "…", id="ellipsis"),
        pytest.param("a\ud800b", "a\ufffdb", id="lone-surrogate"),
    ],
)
def test_each_letter_has_one_spelling(given_text: str, cleaned: str) -> None:
    assert clean(given_text).text == cleaned


@given(AWKWARD)
@settings(max_examples=200, deadline=None)
def test_cleaning_without_the_way_back_gives_the_same_text(text: str) -> None:
    assert clean_text(text) == clean(text).text


def test_hamza_yeh_and_teh_marbuta_stay_as_written() -> None:
    assert clean("أمن إلى مستشفى مدرسة").text == "أمن إلى مستشفى مدرسة"


@pytest.mark.parametrize(
    ("text", "word", "slice_"),
    [
        ("&quot;رَفَح&quot;", "رفح", "رَفَح"),
        ("قال: هُدنةً", "هدنة", "هُدنةً"),
        ("ﻻجئ في ﻣﺆﺗﻤﺮ", "مؤتمر", "ﻣﺆﺗﻤﺮ"),
        ("🇵🇸\u200f رفح\0", "رفح", "رفح"),
        ("\ud800 رفح", "رفح", "رفح"),
        ("الـAI", "ai", "AI"),
    ],
)
def test_offsets_lead_back_to_the_text_as_given(text: str, word: str, slice_: str) -> None:
    cleaned = clean(text)
    start = cleaned.text.index(word)
    first, last = cleaned.span(start, start + len(word))
    assert text[first:last] == slice_


@settings(max_examples=200, deadline=None)
@given(AWKWARD)
def test_cleaning_is_idempotent(text: str) -> None:
    once = clean(text).text
    assert clean(once).text == once
    assert fold(fold(text)) == fold(text)
    assert len(fold(once)) == len(once)


@settings(max_examples=200, deadline=None)
@given(AWKWARD, st.data())
def test_every_offset_stays_inside_the_text_and_in_order(text: str, data: st.DataObject) -> None:
    cleaned = clean(text)
    if not cleaned.text:
        return
    start = data.draw(st.integers(0, len(cleaned.text) - 1))
    end = data.draw(st.integers(start + 1, len(cleaned.text)))
    first, last = cleaned.span(start, end)
    assert 0 <= first <= last <= len(text)
    assert cleaned.span(0, start + 1)[0] <= first


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=5), st.data())
def test_marks_change_nothing_but_offsets(words: list[str], data: st.DataObject) -> None:
    plain = " ".join(words)
    marked = "".join(letter + data.draw(st.sampled_from(["", *MARKS])) for letter in plain)
    assert clean(marked).text == plain
    assert title_key(marked) == title_key(plain)


def test_folding_drops_what_writers_drop_but_never_teh_marbuta() -> None:
    assert fold("إلى") == fold("الي")
    assert fold("مسؤول") == fold("مسئول")
    assert fold("عملة") != fold("عمله")


def test_headlines_that_differ_in_signs_and_spelling_have_one_key() -> None:
    assert title_key("عاجل | «هدنة» في غزّة!") == title_key("عاجل: هدنة في غزة")
    assert title_key("#وقف_إطلاق_النار") == "وقف اطلاق النار"
    assert title_key("") == ""


def test_letters_of_an_expression_are_cleaned_and_its_signs_stay() -> None:
    assert clean_letters(r"\bه[دذ]نـة\S+ کتاب") == r"\bه[دذ]نة\S+ كتاب"


@pytest.mark.parametrize(
    "text",
    [
        "&amp;" * 200_000,
        "&am" + "p;am" * 250_000,
        "ر\u064e" * 500_000,
        "ﻻ" * 200_000,
        "\u0654" * 500_000,
        "ا" * 1_000_000,
    ],
    ids=["entities", "almost-entities", "tashkeel", "ligatures", "combining", "one-word"],
)
def test_a_megabyte_of_anything_takes_bounded_time(text: str) -> None:
    start = time.process_time()
    cleaned = clean(text)
    assert time.process_time() - start < 10
    assert cleaned.span(0, len(cleaned.text))[1] <= len(text)
