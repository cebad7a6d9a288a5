"""What `monitor check` says of a rule."""

from __future__ import annotations

import pytest

from monitor.rules.check import check_rule
from monitor.settings import Rule


@pytest.mark.parametrize(
    ("rule", "severity", "words"),
    [
        (Rule(name="r"), "error", "no terms"),
        (Rule(name="r", any=("",)), "error", "empty"),
        (Rule(name="r", any=("؟!",)), "error", "only signs"),
        (Rule(name="r", any=('"هدنة',)), "error", "not closed"),
        (Rule(name="r", any=("/(/",)), "error", "does not compile"),
        (Rule(name="r", any=("رفح ~2",)), "error", "one word"),
        (Rule(name="r", query="رفح AND"), "error", "ends with an operator"),
        (Rule(name="r", none=("رفح",)), "error", "no terms"),
        (Rule(name="r", any=("و",)), "warning", "only a prefix"),
        (Rule(name="r", any=("ال",)), "warning", "only a prefix"),
        (Rule(name="r", any=("ر",)), "warning", "one letter"),
        (Rule(name="r", any=("حق",)), "warning", "two letters"),
        (Rule(name="r", any=("في",)), "warning", "almost every text"),
        (Rule(name="r", any=("مس*",)), "warning", "begins so"),
        (Rule(name="r", any=("رفحAI",)), "warning", "Latin"),
        (Rule(name="r", any=("هدنة", "هدنة")), "warning", "twice"),
        (Rule(name="r", all=("هدنة",), none=("هدنة",)), "warning", "never hold"),
        (Rule(name="r", query="title:رفح NEAR/3 summary:معبر"), "warning", "never be found"),
        (Rule(name="r", query="رفح and غزة"), "warning", "capitals"),
        (Rule(name="r", query="NOT رفح"), "warning", "only refuses"),
        (Rule(name="r", any=("titel:رفح",)), "warning", "titel: is no field"),
        (Rule(name="r", query="رفح AND titel:معبر"), "warning", "titel: is no field"),
        (Rule(name="r", any=("رفح AND معبر",)), "warning", "AND in a list"),
        (Rule(name="r", all=("رفح",), none=("رياضة OR كرة",)), "warning", "OR in a list"),
        (Rule(name="r", any=("رفح NEAR/5 معبر",)), "warning", "NEAR/5 in a list"),
        (Rule(name="r", query="رفح && معبر"), "warning", "&& is no operator"),
        (Rule(name="r", query="رفح أو معبر"), "warning", "write OR"),
    ],
)
def test_bad_input_is_an_error_or_a_warning_with_what_to_write(rule: Rule, severity: str, words: str) -> None:
    (fault,) = check_rule(rule)
    assert fault.severity == severity
    assert words in str(fault)
    assert '"r"' in fault.where
    assert fault.hint
    (told,) = check_rule(rule, "ar")
    assert told.message != fault.message


@pytest.mark.parametrize(
    "rule",
    [
        Rule(name="r", any=("وقف إطلاق النار ~2", "هدنة", "هدن", "تهدئة")),
        Rule(name="r", query="رفح AND (معبر OR اجتياح) AND NOT title:رياضة"),
        Rule(name="r", query="*"),
        Rule(name="r", query="* AND NOT رياضة"),
        Rule(name="r", any=("F-35", "AI", "7 أكتوبر", "/هدن[ةه]/", "مساعد*", '"هدنة"')),
        Rule(name="r", query='"and" OR رفح'),
        Rule(name="r", query="هدنة + OR معبر"),
        Rule(name="r", query='"حي أو ميت" OR title:رفح'),
        Rule(name="r", any=("title:رفح", "Summary: معبر", '"Johnson AND Johnson"', "/AND|OR/", "عاجل: رفح", "19:30")),
    ],
)
def test_a_sound_rule_is_left_in_peace(rule: Rule) -> None:
    assert check_rule(rule) == ()


@pytest.mark.parametrize(
    ("rule", "where", "column"),
    [
        (Rule(name="r", any=("هدنة", "حق")), '"r".any[1]', 0),
        (Rule(name="r", all=("رفح",), none=("في",)), '"r".none[0]', 0),
        (Rule(name="r", query="رفح AND حق"), '"r".query', 9),
        (Rule(name="r", query='"رفح وغزة" and معبر'), '"r".query', 12),
        (Rule(name="r", any=("هدنة", "رفح OR معبر")), '"r".any[1]', 5),
        (Rule(name="r", any=("هدنة", "رفح", "هدنة")), '"r".any[2]', 0),
        (Rule(name="r", query="NOT رفح"), '"r"', 0),
    ],
)
def test_doubt_stands_where_its_words_stand(rule: Rule, where: str, column: int) -> None:
    (fault,) = check_rule(rule)
    assert (fault.where, fault.column) == (where, column)


def test_doubts_about_good_terms_are_told_beside_the_faults_of_others() -> None:
    found = check_rule(Rule(name="r", any=("رفح", "", "حق"), none=("في",)))
    assert [(fault.severity, fault.where) for fault in found] == [
        ("error", '"r".any[1]'),
        ("warning", '"r".any[2]'),
        ("warning", '"r".none[0]'),
    ]
