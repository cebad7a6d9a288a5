"""Why a rule does not hold, in both languages: monitor.rules.miss with the sentences of monitor.rules.miss_words."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.rules import miss_words
from monitor.rules.miss import not_covered, why_not
from monitor.rules.ruleset import compile_rules
from monitor.settings import Language, Rule


def why(title: str, summary: str = "", language: Language = "en", **rule: Any) -> str:
    ruleset = compile_rules([Rule(name="other", any=("سوق",)), Rule(name="rule", **rule)])
    assert "rule" not in [match.rule for match in ruleset.match(title, summary)]
    return why_not(ruleset.trees[1], ruleset.examine(title, summary), language)


CASES = [
    pytest.param(
        {"any": ("هدنة", "رفح")}, "افتتاح مستشفى في رفحاء", "",
        "رفحاء: not a written form of رفح (a longer word, another one)",
        "رفحاء: ليست من صيغ رفح (كلمة أخرى أطول منها)",
        id="nearest word of the nearest term",
    ),
    pytest.param(
        {"any": ("طاقة",)}, "بطاقة هوية جديدة", "",
        "بطاقة: not a written form of طاقة (a word of its own, not بـ + طاقة)",
        "بطاقة: ليست من صيغ طاقة (كلمة قائمة بذاتها، لا بـ + طاقة)",
        id="what a clitic would be",
    ),
    pytest.param(
        {"any": ("رفح", "هدنة")}, "طقس معتدل اليوم", "",
        "none of its words are there, nor any like them",
        "لا شيء من كلماتها في الخبر ولا ما يشبهها",
        id="nothing alike",
    ),
    pytest.param(
        {"any": ("رفح",), "none": ("مباراة",)}, "فريق رفح يستعد", "موعد المباراة غدا",
        "«المباراة» stands in the summary, and the rule refuses «مباراة»",
        "في الملخص «المباراة»، والقاعدة تستبعد «مباراة»",
        id="refused",
    ),
    pytest.param(
        {"query": "رفح AND (معبر OR اجتياح)"}, "هدوء في رفح", "",
        "«رفح» is there, but: none of «معبر», «اجتياح» is there",
        "«رفح» في الخبر، لكن: ليس في الخبر شيء من «معبر»، «اجتياح»",
        id="one of two parts",
    ),
    pytest.param(
        {"all": ("رفح", "معبر", "اجتياح")}, "فتح المعبر اليوم", "",
        "«المعبر» is there, but: «رفح» is not there; «اجتياح» is not there",
        "«المعبر» في الخبر، لكن: «رفح» ليست في الخبر؛ «اجتياح» ليست في الخبر",
        id="several missing",
    ),
    pytest.param(
        {"any": ("وقف إطلاق النار",)}, "توقف إطلاق سراح المعتقلين", "",
        "of the phrase «وقف إطلاق النار» only «إطلاق» is there, not «وقف النار»; "
        "توقف: not a written form of وقف (a verb form; add it if you want it)",
        "من عبارة «وقف إطلاق النار» في الخبر «إطلاق» فقط دون «وقف النار»؛ "
        "توقف: ليست من صيغ وقف (صيغة فعل؛ أضفها إن أردتها)",
        id="a part of a phrase",
    ),
    pytest.param(
        {"any": ("وقف إطلاق النار~1",)}, "وقف جديد ودائم وفوري وشامل لكل إطلاق على النار", "",
        "the words of «وقف إطلاق النار» are there, but with 6 other words between them, at most 1 allowed",
        "كلمات عبارة «وقف إطلاق النار» في الخبر، لكن بينها 6 كلمات والمسموح كلمة واحدة",
        id="a phrase with too much in it",
    ),
    pytest.param(
        {"any": ("وقف إطلاق النار",)}, "إطلاق النار مستمر ولا وقف قريبا", "",
        "the words of «وقف إطلاق النار» are there, but not in this order in one sentence",
        "كلمات عبارة «وقف إطلاق النار» في الخبر، لكن ليس بهذا الترتيب في جملة واحدة",
        id="a phrase out of order",
    ),
    pytest.param(
        {"any": ("وقف إطلاق النار",)}, "إطلاق سراح", "وقف النار",
        "the words of «وقف إطلاق النار» are there, but some in the title and some in the summary",
        "كلمات عبارة «وقف إطلاق النار» في الخبر، لكن بعضها في العنوان وبعضها في الملخص",
        id="a phrase over two fields",
    ),
    pytest.param(
        {"query": "رفح NEAR/3 معبر"}, "رفح تشهد هدوءا بعد ليلة طويلة قرب المعبر", "",
        "«رفح» and «المعبر» are there, but with 6 other words between them, at most 3 allowed",
        "«رفح» و«المعبر» في الخبر، لكن بينهما 6 كلمات والمسموح 3 كلمات",
        id="too far apart",
    ),
    pytest.param(
        {"query": "رفح NEAR/3 معبر"}, "رفح هادئة", "فتح المعبر",
        "«رفح» and «المعبر» are there, but not in one field",
        "«رفح» و«المعبر» في الخبر، لكن ليستا معا في العنوان أو في الملخص",
        id="near, in two fields",
    ),
    pytest.param(
        {"query": "رفح NEAR/3 معبر"}, "رفح هادئة", "",
        "«رفح» is there, but: «معبر» is not there",
        "«رفح» في الخبر، لكن: «معبر» ليست في الخبر",
        id="near nothing",
    ),
    pytest.param(
        {"any": ("title:رياضة",)}, "أخبار المدينة", "فوز في الرياضة",
        "«رياضة» stands in the summary, but the rule asks for it in the title",
        "«رياضة» في الملخص، والقاعدة تطلبها في العنوان",
        id="in the other field",
    ),
    pytest.param(
        {"any": ("/رف[هج]/",)}, "حاجز الدوحة", "", "/رف[هج]/ is found nowhere", "لا شيء يطابق /رف[هج]/", id="a pattern"
    ),
    pytest.param(
        {"query": "رفح AND NOT معبر"}, "رفح: إغلاق المعبر", "",
        "«المعبر» stands in the title, and the rule refuses «معبر»",
        "في العنوان «المعبر»، والقاعدة تستبعد «معبر»",
        id="refused in a query",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "title", "summary", "english", "arabic"), CASES)
def test_reason_is_said_in_both_languages(
    rule: dict[str, Any], title: str, summary: str, english: str, arabic: str
) -> None:
    assert why(title, summary, **rule) == english
    assert why(title, summary, "ar", **rule) == arabic


def test_rule_of_other_feeds_names_them() -> None:
    assert not_covered(("#general", "beta"), "alpha") == (
        "its words are there, but the rule does not cover alpha (it covers #general, beta)"
    )
    assert not_covered(("#general",), "alpha", "ar") == "كلماتها في الخبر، لكن القاعدة لا تشمل alpha (تشمل #general)"


def test_every_sentence_has_both_languages_with_the_same_blanks() -> None:
    blanks = re.compile(r"{(\w+)}")
    for code, sentences in miss_words._SENTENCES.items():
        found = {language: set(blanks.findall(text)) for language, text in sentences.items()}
        assert found.keys() == {"en", "ar"}, code
        assert found["en"] == found["ar"], code


@pytest.mark.parametrize(
    ("count", "words"), [(1, "كلمة واحدة"), (2, "كلمتان"), (3, "3 كلمات"), (10, "10 كلمات"), (11, "11 كلمة")]
)
def test_words_are_counted_as_arabic_counts(count: int, words: str) -> None:
    assert miss_words.counted_words(count, "ar") == words


RULES = [
    Rule(name="a", any=("رفح", "وقف إطلاق النار"), all=("غزة",), none=("مباراة", "title:الدوري")),
    Rule(name="b", query="(رفح NEAR/2 معبر) AND NOT (هدنة OR summary:ذهب)"),
    Rule(name="c", query="رفح OR NOT معبر"),
    Rule(name="d", any=("/[0-9]+ قتيل/", "هدن*", '"علي"')),
    Rule(name="e", query="(رفح AND NOT معبر) OR (رفح OR غزة) NEAR/2 (هدنة OR ذهب)"),
]
_LISTED = "رفح رفحاء وقف إطلاق النار غزة مباراة الدوري معبر المعبر هدنة ذهب الذهب علي على 7 قتيل مهادنة ! . نص آخر"
PIECES = _LISTED.split()


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.lists(st.sampled_from(PIECES), max_size=12))
@settings(max_examples=150, deadline=None)
def test_every_rule_that_does_not_hold_has_a_reason(title: list[str], summary: list[str]) -> None:
    ruleset = compile_rules(RULES)
    texts = " ".join(title), " ".join(summary)
    held = {match.rule for match in ruleset.match(*texts)}
    examined = ruleset.examine(*texts)
    for rule, tree in zip(ruleset.rules, ruleset.trees, strict=True):
        if rule.name not in held:
            assert why_not(tree, examined, "en")
            assert why_not(tree, examined, "ar")
