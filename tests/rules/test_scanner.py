"""Words in running text: every written form of a word, and no other word."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.arabic.clean import clean
from monitor.arabic.clitics import ANY_NOUN, LEFTS
from monitor.arabic.lexicon import lexicon
from monitor.rules.scanner import Scanner
from monitor.rules.tree import Word
from tests.support.rules import hits

MATCHED = {
    "هدنة": "والهدنة بهدنة للهدنة كالهدنة فبالهدنة وبهدنة هدنتهم هُدنةً الهدنه هـدنة",
    "رفح": "برفح ورفح لرفح (رفح) «رفح» رفح؛ رفح/غزة #رفح فلرفح ولرفح",
    "مساعدات": "المساعدات والمساعدات لمساعداتهم وبالمساعدات مساعداتنا",
    "مستشفى": "المستشفى مستشفاها بمستشفى للمستشفى",
    "إسرائيل": "اسرائيل بإسرائيل وإسرائيل إسـرائيل",
    "حزب": "حزبا الحزب حزبهم لحزب حزبًا",
    "لاعب": "اللاعب للاعب لاعبا ولاعبه",
    "التزام": "الالتزام التزامها بالتزام والتزاما للالتزام",
    "مستوطنين": "مستوطنون المستوطنون مستوطنو ومستوطنيه للمستوطنين",
    "شؤون": "شئون الشؤون لشؤونها",
    "يعلن": "سيعلن وسيعلن ويعلن ليعلن يعلنها",
    "النار": "بالنار والنار للنار",
    "مصري": "المصرى مصرى ومصريا",
    "علي": "وعلي لعلي",
    "AI": "ai (AI) الـAI AI-مدعوم",
    "7": "٧ (7) ۷",
}
REFUSED = {
    "هدنة": "هدن هدنات مهادنة هدنتان",
    "رفح": "رفحاء مرفحة رفحي ترفح",
    "طاقة": "بطاقة البطاقة وبطاقتها للبطاقة طاقات",
    "كرة": "فكرة الفكرة مذكرة فكرتها",
    "جنة": "لجنة ولجنتهم اللجنة",
    "مال": "مالك المالك كمال شمال المالي",
    "مساعدات": "مساعد مساعدة مساعدي",
    "ليبي": "ليبيا وليبيا",
    "أمن": "آمن",
    "قانون": "قانوني قانونية",
    "موسيقى": "موسيقي",
    "علي": "على عليها وعلى",
    "النار": "نار الإنارة نارهم",
    "نار": "أنار إنارة منارة ألنار",
    "وحدة": "وحده وحدها",
    "عليا": "فعليا",
    "AI": "AIR paid OpenAIs",
    "7": "17 77 7a",
    "إلى": "الي إلي",
}


def pairs(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(term, text) for term, texts in table.items() for text in texts.split()]


@pytest.mark.parametrize(("term", "text"), pairs(MATCHED))
def test_a_written_form_is_found(term: str, text: str) -> None:
    assert hits(term, f"قالت {text} أمس")


@pytest.mark.parametrize(("term", "text"), pairs(REFUSED))
def test_another_word_is_not_found(term: str, text: str) -> None:
    assert not hits(term, f"قالت {text} أمس")


@pytest.mark.parametrize(
    ("term", "text", "how"),
    [
        ("هدنة", "هدنة", "exact"),
        ("هدنة", "لهدنة", "prefix ل"),
        ("هدنة", "الهدنة", "article"),
        ("هدنة", "وبالهدنة", "prefix وب + article"),
        ("هدنة", "للهدنة", "prefix ل + article"),
        ("هدنة", "هدنتها", "pronoun ها"),
        ("حزب", "وحزبا", "prefix و, tanwin"),
        ("أمن", "امن", "spelling أ/ا"),
        ("مصري", "مصرى", "spelling ي/ى"),
        ("مدرسة", "المدرسه", "article, spelling ة/ه"),
        ("مستوطنين", "المستوطنون", "article, case ون/ين"),
        ("يعلن", "سيعلن", "prefix س"),
    ],
)
def test_a_hit_says_how(term: str, text: str, how: str) -> None:
    assert [hit.how for hit in hits(term, text)] == [how]


def test_heh_for_teh_marbuta_counts_from_a_writer_who_does_so() -> None:
    assert hits("هدنة", "الحكومه تعلن هدنه جديده")
    assert not hits("مدرسة", "الحكومة تكرم مدرسه وزميله")


def test_yeh_of_a_writer_who_dots_it_tells_words_apart() -> None:
    assert hits("موسيقي", "مهرجان موسيقى فى القاهره")
    assert not hits("موسيقي", "مهرجان موسيقى في القاهرة")


def test_after_a_preposition_an_alef_is_no_tanwin() -> None:
    assert hits("كلاغوني", "كان كلاغونيا")
    assert not hits("كلاغوني", "سافر إلى كلاغونيا")


def test_a_written_tanwin_settles_what_a_name_leaves_open() -> None:
    assert hits("ليبي", "كان جيشاً ليبياً كبيرا")
    assert not hits("ليبي", "كانت ليبيا كبيرة")


NOUNS = st.text(st.sampled_from("جحخدرزشصضطعغقمنه"), min_size=4, max_size=8)


@settings(max_examples=120, deadline=None)
@given(NOUNS, st.sampled_from([left for left, what in LEFTS.items() if what.kind & ANY_NOUN]))
def test_a_word_matches_itself_with_every_licensed_clitic(word: str, left: str) -> None:
    scanner = Scanner((Word(word),), lexicon())
    found = scanner.scan(clean(f"قبل {left}{word} بعد"))
    assert [(place.start, place.end) for place in found[0]] == [(4, 4 + len(left) + len(word))]


@settings(max_examples=120, deadline=None)
@given(st.sampled_from([pair for pair in pairs(MATCHED) if pair[1].isalpha()]), st.data())
def test_marks_do_not_disturb_a_match(pair: tuple[str, str], data: st.DataObject) -> None:
    marks = st.sampled_from(["", "\u064e", "\u0640", "\u200f", "\u200b", "\u202b", "\u2069"])
    text = "".join(letter + data.draw(marks) for letter in pair[1])
    assert hits(pair[0], text)


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("رفح وبال«»&;\u064e\u200f\0😀\ud800\n"), max_size=40))
def test_every_hit_is_a_slice_that_holds_the_word(text: str) -> None:
    for hit in hits("رفح", text):
        assert text[hit.start : hit.end] == hit.text
        assert "رفح" in clean(hit.text).text
