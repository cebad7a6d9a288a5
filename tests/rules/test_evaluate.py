"""AND, OR, NOT, NEAR over what hit."""

from __future__ import annotations

import pytest

from monitor.settings import Rule
from tests.support.rules import hits_of, holds


@pytest.mark.parametrize(
    ("query", "title", "expected"),
    [
        ("رفح AND معبر", "فتح معبر رفح", True),
        ("رفح AND معبر", "فتح المعبر", False),
        ("رفح OR معبر", "فتح المعبر", True),
        ("رفح AND NOT رياضة", "رفح اليوم", True),
        ("رفح AND NOT رياضة", "رياضة في رفح", False),
        ("NOT رياضة", "أخبار", True),
        ("NOT رياضة", "الرياضة", False),
        ("رفح NEAR/2 معبر", "المعبر القديم في رفح", True),
        ("رفح NEAR/2 معبر", "رفح ثم المعبر", True),
        ("رفح NEAR/1 معبر", "المعبر القديم المغلق في رفح", False),
        ("(رفح OR غزة) NEAR/1 معبر", "معبر غزة", True),
        ("معبر رفح NEAR/3 إغلاق", "إغلاق إسرائيل لمعبر رفح", True),
        ("*", "", True),
        ("* AND NOT رياضة", "أخبار", True),
    ],
)
def test_a_query_holds_or_not(query: str, title: str, expected: bool) -> None:
    assert holds(Rule(name="rule", query=query), title) is expected


def test_hits_come_once_in_the_order_title_summary_offset() -> None:
    rule = Rule(name="rule", query="(رفح AND معبر) OR رفح")
    found = hits_of(rule, "رفح ومعبر رفح", "معبر")
    assert [(hit.field, hit.start) for hit in found] == [("title", 0), ("title", 4), ("title", 10), ("summary", 0)]


def test_near_reports_only_what_is_near() -> None:
    found = hits_of(Rule(name="rule", query="رفح NEAR/1 معبر"), "رفح بعيدة جدا عن هنا ومعبر رفح")
    assert [hit.text for hit in found] == ["ومعبر", "رفح"]
    assert found[1].start == 27


def test_near_needs_one_field() -> None:
    assert not holds(Rule(name="rule", query="رفح NEAR/5 معبر"), "رفح", "معبر")


def test_what_is_refused_brings_no_hits() -> None:
    assert [hit.term for hit in hits_of(Rule(name="rule", query="رفح AND NOT رياضة"), "رفح")] == ["رفح"]
