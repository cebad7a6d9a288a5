"""All rules over an item: which hold, for which outlet, with which hits; and what no text may do."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import ConfigError
from monitor.rules.ruleset import compile_rules
from monitor.settings import Feed, Rule

FEEDS = (
    Feed(name="الجزيرة", url="https://a.example/", tags=("general",)),
    Feed(name="الرياضية", url="https://b.example/"),
)


def held(rules: list[Rule], title: str, summary: str = "", outlet: str | None = None) -> list[str]:
    return [match.rule for match in compile_rules(rules, FEEDS).match(title, summary, outlet=outlet)]


def test_rules_hold_in_the_order_of_the_configuration() -> None:
    rules = [Rule(name="aid", any=("مساعدات",)), Rule(name="all", query="*"), Rule(name="rafah", any=("رفح", "غزة"))]
    assert held(rules, "غزة: وصول المساعدات") == ["aid", "all", "rafah"]


@pytest.mark.parametrize(
    ("feeds", "outlet", "expected"),
    [
        ((), "الجزيرة", True),
        (("الجزيرة",), "الجزيرة", True),
        (("#general",), "الجزيرة", True),
        (("#general",), "الرياضية", False),
        (("الجزيرة",), "مجهول", False),
        ((), "مجهول", True),
        (("الجزيرة",), None, True),
    ],
)
def test_a_rule_listens_to_its_feeds(feeds: tuple[str, ...], outlet: str | None, expected: bool) -> None:
    assert bool(held([Rule(name="rule", any=("رفح",), feeds=feeds)], "رفح", outlet=outlet)) is expected
    assert bool(held([Rule(name="rule", query="*", feeds=feeds)], "", outlet=outlet)) is expected


def test_a_term_of_one_field_hits_only_there() -> None:
    rule = Rule(name="rule", any=("title:رفح", "summary:غزة"))
    assert held([rule], "رفح")
    assert not held([rule], "غزة", "رفح")


def test_rules_that_share_a_term_are_independent() -> None:
    rules = [Rule(name="a", any=("طاقة",)), Rule(name="b", any=("بطاقة",)), Rule(name="c", all=("طاقة", "شمسية"))]
    assert held(rules, "بطاقة") == ["b"]
    assert held(rules, "الطاقة الشمسية") == ["a", "c"]


def test_widening_is_by_request() -> None:
    assert not held([Rule(name="rule", any=("غارة",))], "غارات")
    assert held([Rule(name="rule", any=("غارة+",))], "الغارات")
    assert held([Rule(name="rule", any=("غارة",), widen=True)], "غارتين")


def test_every_fault_of_every_rule_is_reported_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        compile_rules([Rule(name="good", any=("رفح",)), Rule(name="bad", any=("", '"')), Rule(name="none")])
    assert [fault.where for fault in caught.value.faults] == [
        'rules[1] "bad".any[0]',
        'rules[1] "bad".any[1]',
        'rules[2] "none"',
    ]


def test_no_rules_match_nothing() -> None:
    assert compile_rules([]).match("رفح", "غزة") == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0رفح\0",
        "\ud800 رفح \udfff",
        "😀رفح😀",
        "abc \u202bرفح\u202c def",
        "\u2067رفح\u2069 ׳שלום",
        "رفح" + "\u064e" * 1000,
    ],
    ids=["nothing", "nul", "surrogates", "emoji", "embedding", "isolates", "marks"],
)
def test_offsets_are_right_in_awkward_text(text: str) -> None:
    for match in compile_rules([Rule(name="rule", any=("رفح", "/رفح/"))]).match(text, text):
        for hit in match.hits:
            assert text[hit.start : hit.end] == hit.text
            assert hit.text.startswith("رفح")
    assert bool(compile_rules([Rule(name="rule", any=("رفح",))]).match(text, "")) is ("رفح" in text)


@pytest.mark.parametrize(
    "text",
    [
        "رفح " * 250_000,
        "رفح" * 330_000,
        "ر" * 1_000_000,
        "وبال" * 250_000,
        "<p>&nbsp;رفح،</p>" * 50_000,
        "وقف " * 250_000,
    ],
    ids=["word", "joined", "letter", "clitics", "markup", "phrase-start"],
)
def test_a_megabyte_takes_bounded_time(text: str) -> None:
    ruleset = compile_rules(
        [Rule(name="rule", any=("رفح", "ر*", "وقف إطلاق النار", "/ر+فح/")), Rule(name="near", query="رفح NEAR/3 وقف")]
    )
    start = time.process_time()
    ruleset.match("", text)
    assert time.process_time() - start < 15


SOME = [
    Rule(name="rafah", any=("رفح", "إسرائيل"), none=("مباراة",)),
    Rule(name="truce", any=("وقف إطلاق النار", "هدنة+", "هدن*")),
    Rule(name="aid", query="مساعدات NEAR/3 معبر OR title:AI"),
    Rule(name="gold", any=("الذهب", "=ذهبا", "حزب", "علي", "مستوطنين")),
]
_LISTED = (
    "رفح رفحاء وبرفح رَفَـح وقف إطلاق النار الهدنة هدنتين AI الـAI &quot; &amp; ه الذهب ذهبا ذهبه المساعدات لمعبر "
    "اسرائيل مباراة ٧ 7 . « _ بحزب لعلى مستوطنو ﻣﺴﺎﻋﺪات في"
)
PIECES = st.sampled_from([*_LISTED.split(), "ا\u0654", "\u0651", "\u200f", "\n"])
FIELD = st.lists(PIECES | st.characters(), max_size=9).flatmap(
    lambda pieces: st.sampled_from(["", " ", "  "]).map(lambda between: between.join(pieces))
)


@pytest.mark.parametrize("pattern", [False, True], ids=["words", "with a pattern"])
@given(items=st.lists(st.tuples(FIELD, FIELD), max_size=8))
@settings(max_examples=200, deadline=None)
def test_what_is_left_out_beforehand_matches_nothing(pattern: bool, items: list[tuple[str, str]]) -> None:
    ruleset = compile_rules([*SOME, Rule(name="date", any=("/7 ?أكتوبر/", "رفح"))] if pattern else SOME)
    asked = set(ruleset.may_match(items))
    assert [index for index, item in enumerate(items) if index not in asked and ruleset.match(*item)] == []


def test_most_items_are_left_out_beforehand() -> None:
    items = [("أسعار الخضار", "رفحاء مدينة"), ("قصف", "شرق برفح"), ("", ""), ("الهدنة", ""), ("ترفح", "سلاح")]
    items += [("مباراة في المدينة", ""), ("وقف النار", "إطلاق"), ("معبر", "مغلق")]
    assert compile_rules(SOME).may_match(items) == [1, 3]


def test_rule_without_a_term_leaves_no_item_out() -> None:
    assert list(compile_rules([Rule(name="all", query="*")]).may_match([("أ", ""), ("", "ب")])) == [0, 1]
