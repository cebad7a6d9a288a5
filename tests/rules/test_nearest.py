"""The word that comes nearest without being a form of the term, and the reason a reader of Arabic finds right."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.arabic.clean import clean
from monitor.rules.nearest import MOST_WORDS, Near, nearest, one_apart, tokens_of
from monitor.rules.terms import parse_term


def near(term: str, text: str) -> Near | None:
    return nearest(parse_term(term).words[0], tokens_of([clean(text)]))


@pytest.mark.parametrize(
    ("term", "text", "word", "code"),
    [
        pytest.param("رفح", "افتتاح مستشفى في رفحاء", "رفحاء", "begins", id="a longer word"),
        pytest.param("مال", "دبابات في شمال القطاع", "شمال", "inside", id="letters inside another word"),
        pytest.param("طاقة", "بطاقة هوية جديدة", "بطاقة", "own_word", id="no clitic but a letter of its own"),
        pytest.param("مال", "وصل المالك الجديد", "المالك", "own_word", id="no pronoun but a letter of its own"),
        pytest.param("ليبي", "ليبيا تفوز", "ليبيا", "own_word", id="no tanwin but a name"),
        pytest.param("أمن", "المكان آمن", "آمن", "spelling", id="another hamza"),
        pytest.param("علي", "على الطريق", "على", "spelling", id="another yeh"),
        pytest.param("النار", "نار في السوق", "نار", "article", id="without the term's article"),
        pytest.param("قانون", "المستشار القانوني", "القانوني", "nisba", id="adjective"),
        pytest.param("قصف", "الطائرات تقصف أحياء المدينة", "تقصف", "verb", id="present"),
        pytest.param("قصف", "قصفت الطائرات الحي", "قصفت", "verb", id="past"),
        pytest.param("مستشفى", "نقص في المستشفيات", "المستشفيات", "plural", id="plural"),
        pytest.param("أسرى", "الأسير المحرر يصل", "الأسير", "singular", id="singular"),
        pytest.param("هدنة", "هدنتان في أسبوع", "هدنتان", "dual", id="dual"),
        pytest.param("مساعدات", "وصول مساعدة طبية", "مساعدة", "singular", id="singular by rule"),
        pytest.param("مظاهرات", "تظاهرة في المدينة", "تظاهرة", "akin", id="like letters"),
        pytest.param("أونروا", "بيان أونرو أمس", "أونرو", "letter", id="a letter left out"),
        pytest.param("زلزال", "هزة وزلزل في الأخبار", "وزلزل", "akin", id="a weak letter left out"),
        pytest.param("الكوليرا", "تفشي الكوليدا", "الكوليدا", "letter", id="a slip of the pen"),
        pytest.param('"رفح"', "قصف برفح", "برفح", "exact", id="a term in quotes"),
        pytest.param("AI", "AIR France", "AIR", "begins", id="Latin"),
        pytest.param("هدن*", "المهادنة مستمرة والهدنات", "والهدنات", "begins", id="a beginning"),
    ],
)
def test_nearest_word_and_why(term: str, text: str, word: str, code: str) -> None:
    found = near(term, text)
    assert found is not None
    assert (found.word, found.code) == (word, code)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        pytest.param("رفح", "المجلس يرفع رسوم النقل", id="one letter of three says nothing"),
        pytest.param("هدنة", "طقس معتدل اليوم", id="nothing alike"),
        pytest.param("رفح", "", id="no words"),
        pytest.param("من", "منزل في المدينة", id="two letters are in every word"),
    ],
)
def test_far_words_are_not_named(term: str, text: str) -> None:
    assert near(term, text) is None


def test_nearest_of_several_is_the_most_telling() -> None:
    found = near("رفح", "ترفحاتهم ورفحاء وسيرفح")
    assert found is not None
    assert found.word == "وسيرفح"


def test_word_is_named_as_it_is_written() -> None:
    found = near("رفح", "في رَفْحَاء")
    assert found is not None
    assert found.word == "رَفْحَاء"


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("قصف", "قصفت", True),
        ("قصفت", "قصف", True),
        ("قصف", "قذف", True),
        ("قصف", "صقف", True),
        ("قصف", "قصف", False),
        ("قصف", "فصق", False),
        ("قصف", "قصوفا", False),
        ("", "ق", True),
    ],
)
def test_words_one_letter_apart(one: str, other: str, apart: bool) -> None:
    assert one_apart(one, other) is apart


@given(st.text(st.sampled_from("ابتقصفلوي"), max_size=6), st.data())
@settings(max_examples=200, deadline=None)
def test_any_one_edit_is_one_apart(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word)))
    assert one_apart(word, f"{word[:at]}م{word[at:]}")


@given(st.text(max_size=80), st.sampled_from(["رفح", "مساعدات", "النار", "AI", "ة", "لا", "هدن*", '"علي"']))
@settings(max_examples=200, deadline=None)
def test_no_text_breaks_it(text: str, term: str) -> None:
    found = near(term, text)
    assert found is None or 0 < found.closeness <= 1


def test_cost_is_bounded() -> None:
    tokens = tokens_of([clean(" ".join(f"كلمة{number} " for number in range(50_000)))])
    assert len(tokens) == MOST_WORDS
    words = [parse_term(term).words[0] for term in ("رفح", "مساعدات", "مستوطنين", "هدنة")]
    start = time.process_time()
    for word in words:
        nearest(word, tokens)
    assert time.process_time() - start < 1
