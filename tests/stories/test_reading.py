"""How grouping reads a text: monitor.stories.words, monitor.stories.headline, monitor.stories.lexicon,
monitor.stories.serials, monitor.stories.tolls, monitor.stories.change, monitor.stories.features."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.stories.change import material_change, toll_change
from monitor.stories.features import extract, features, is_copy, is_current, read
from monitor.stories.headline import is_quote, split_headline
from monitor.stories.lexicon import term
from monitor.stories.serials import is_dated, plain, serials_of
from monitor.stories.tolls import tolls_of
from monitor.stories.words import core, fold, tokens
from tests.support.stories import item

ARABIC = st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءأإآؤئ ٠١٢٣456،.", max_size=120)


@pytest.mark.parametrize(
    ("one", "other"),
    [("أحمد", "احمد"), ("مُساعَدات", "مساعدات"), ("٢٠٢٦", "2026"), ("مستشفى", "مستشفي"), ("غـزة", "غزه")],
)
def test_spellings_of_one_word_meet(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.text(max_size=80))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert tokens(fold(text)) == tokens(text)


@given(st.text(alphabet="أإآٱىئةؤیک٠٥۹ـًٌَُِّ abXY09É،«»…٬\u200f\u0610\u06e0\ufeff\n", max_size=12))
def test_common_and_rare_letters_are_folded_by_one_table(text: str) -> None:
    # A rare letter anywhere sends the whole text through the table; without it the same letters must come out.
    assert fold(text + "ٱ") == fold(text) + fold("ٱ")


@pytest.mark.parametrize(
    ("word", "stem"), [("والمساعدات", "مساعد"), ("للمستشفى", "مستشف"), ("attacks", "attack"), ("في", "في")]
)
def test_words_lose_what_is_not_their_own(word: str, stem: str) -> None:
    assert core(fold(word)) == stem


def test_words_of_one_meaning_are_one_term() -> None:
    assert term(fold("غارات")) == term(fold("قصف"))


def test_clause_behind_after_is_background() -> None:
    focus, behind = split_headline("إضراب عام في الضفة بعد اغتيال قيادي بارز")
    assert "اضراب" in focus
    assert "اغتيال" in behind


def test_headline_that_is_all_background_is_kept_whole() -> None:
    focus, behind = split_headline("بعد اغتيال القيادي")
    assert focus
    assert not behind


def test_speaker_and_colon_make_a_quote() -> None:
    assert is_quote("وزير الخارجية: لن نقبل بأقل من وقف كامل للحرب")
    assert not is_quote("وزير الخارجية يصل القاهرة")


@pytest.mark.parametrize(
    ("text", "number"),
    [("وصول القافلة 24 من المساعدات", "24"), ("الدفعة الثالثة من الجرحى", "3"), ("الدفعة الرابعة والعشرون", "24")],
)
def test_number_of_a_series_is_found_in_digits_and_words(text: str, number: str) -> None:
    assert {found.split(":")[1] for found in serials_of(tokens(text))} == {number}


def test_date_is_no_serial_number() -> None:
    words = tokens("في 7 أكتوبر 2023")
    assert is_dated(words, words.index("7"))
    assert is_dated(words, words.index("2023"))


@pytest.mark.parametrize(("number", "shown"), [("2,800", "2800"), ("6,8", "6.8"), ("1.200.000", "1200000")])
def test_thousands_lose_their_separators(number: str, shown: str) -> None:
    assert plain(number) == shown


def test_toll_counts_people_and_not_their_age() -> None:
    found = tolls_of(tokens("ارتفاع حصيلة القتلى إلى 111 قتيلا بينهم مسن عن 88 عاما وإصابة 40 شخصا"))
    assert 111 in found.values()
    assert 88 not in found.values()


def test_higher_toll_is_a_material_change_shown_in_words() -> None:
    old = item(1, "زلزال يضرب الساحل: 53 قتيلا", "قالت السلطات إن الزلزال خلف 53 قتيلا.")
    new = item(1, "زلزال يضرب الساحل: 111 قتيلا", "قالت السلطات إن الزلزال خلف 111 قتيلا.")
    said = material_change(old, new)
    assert "53" in said
    assert "111" in said


def test_rewording_is_no_material_change() -> None:
    old = item(1, "زلزال يضرب الساحل فجر اليوم", "هز زلزال الساحل.")
    new = item(1, "فجر اليوم زلزال يضرب الساحل", "هز زلزال قوي الساحل.")
    assert material_change(old, new) == ""


def test_denial_is_a_material_change() -> None:
    old = item(1, "مصدر: اتفاق على فتح المعبر غدا")
    new = item(1, "الهيئة تنفي الاتفاق على فتح المعبر غدا")
    assert material_change(old, new).startswith("نفي")


def test_first_toll_is_told_without_a_before() -> None:
    (said,) = toll_change({}, {"dead": 53}) or ("",)
    assert "من" not in said.split()


@given(ARABIC, ARABIC)
def test_features_survive_being_stored(title: str, summary: str) -> None:
    blob = features(title, summary)
    assert is_current(blob)
    assert read(blob) == extract(title, summary)


def test_near_verbatim_text_is_a_copy_and_another_text_is_not() -> None:
    words = "أعلنت وزارة الصحة وصول قافلة من ستين شاحنة محملة بالأدوية والمستلزمات إلى مستشفيات الشمال صباح اليوم"
    one = extract("وصول قافلة أدوية إلى مستشفيات الشمال", words)
    near = extract("وصول قافلة أدوية إلى مستشفيات الشمال", words + " بحسب بيان")
    far = extract("أسعار الخضار تتراجع في الأسواق", "قال تجار إن الأسعار تراجعت مع بداية موسم القطاف في الأغوار.")
    assert is_copy(one, near)
    assert not is_copy(one, far)
