"""From a rule as written to its tree or its faults."""

from __future__ import annotations

from monitor.rules.reading import read_rule
from monitor.rules.tree import And, Everything, Not, Or, Term
from monitor.settings import Rule


def test_lists_become_one_tree() -> None:
    tree, faults = read_rule(Rule(name="rule", any=("أ ب", "غزة"), all=("رفح",), none=("رياضة", "كرة القدم")))
    assert faults == ()
    assert isinstance(tree, And)
    assert [type(child) for child in tree.children] == [Or, Term, Not]


def test_a_star_is_everything() -> None:
    assert read_rule(Rule(name="rule", query=" * "))[0] == Everything()


def test_a_query_and_lists_hold_together() -> None:
    tree, _ = read_rule(Rule(name="rule", query="رفح", none=("رياضة",)))
    assert isinstance(tree, And)


def test_a_rule_without_terms_is_told_what_to_write() -> None:
    tree, faults = read_rule(Rule(name="rule", none=("رياضة",)), where='rules[0] "rule"')
    assert tree is None
    assert faults[0].where == 'rules[0] "rule"'
    assert 'query = "*"' in faults[0].hint


def test_faults_are_told_in_arabic_on_request() -> None:
    _, faults = read_rule(Rule(name="rule", any=("",)), language="ar")
    assert faults[0].message == "مصطلح فارغ"
