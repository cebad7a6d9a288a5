"""The grammar of `query`, its meaning, and what it says when it is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.rules.messages import TermError
from monitor.rules.query import parse_query
from monitor.rules.reading import read_rule
from monitor.rules.terms import parse_term
from monitor.rules.tree import And, Everything, Near, Not, Or
from monitor.settings import Rule

RAFAH, GAZA, AID = parse_term("رفح"), parse_term("غزة"), parse_term("مساعدات")


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("رفح", RAFAH),
        ("(رفح)", RAFAH),
        ("رفح AND غزة", And((RAFAH, GAZA))),
        ("رفح OR غزة AND مساعدات", Or((RAFAH, And((GAZA, AID))))),
        ("(رفح OR غزة) AND مساعدات", And((Or((RAFAH, GAZA)), AID))),
        ("رفح AND NOT غزة", And((RAFAH, Not(GAZA)))),
        ("NOT (رفح OR غزة)", Not(Or((RAFAH, GAZA)))),
        ("رفح NEAR/5 غزة", Near(RAFAH, GAZA, 5)),
        ("معبر رفح", parse_term("معبر رفح")),
        ('"هدنة" OR مساعد*', Or((parse_term('"هدنة"'), parse_term("مساعد*")))),
        ("وقف إطلاق النار ~1 OR رفح", Or((parse_term("وقف إطلاق النار ~1"), RAFAH))),
        ("/هدن[ةه]/ AND رفح", And((parse_term("/هدن[ةه]/"), RAFAH))),
        ("* AND NOT رفح", And((Everything(), Not(RAFAH)))),
        ("رفح\nOR\nغزة", Or((RAFAH, GAZA))),
    ],
)
def test_a_query_means_its_tree(query: str, tree: object) -> None:
    assert parse_query(query) == tree


def test_a_field_holds_for_all_in_its_parentheses() -> None:
    tree = parse_query("title:(رفح OR غزة) AND summary:مساعدات")
    assert isinstance(tree, And)
    assert [term.field for term in tree.children[0].children] == ["title", "title"]  # type: ignore[union-attr]
    assert tree.children[1].field == "summary"  # type: ignore[union-attr]


def test_lists_and_query_give_the_same_tree() -> None:
    lists, _ = read_rule(Rule(name="a", any=("رفح", "غزة"), all=("مساعدات",), none=("رياضة",)))
    query, _ = read_rule(Rule(name="b", query="(رفح OR غزة) AND مساعدات AND NOT رياضة"))
    assert lists == query


@pytest.mark.parametrize(
    ("query", "code", "line", "column"),
    [
        ("(رفح", "open_parenthesis", 1, 5),
        ("رفح)", "closing_parenthesis", 1, 4),
        ("رفح AND", "operator_at_end", 1, 8),
        ("AND رفح", "operator_at_start", 1, 1),
        ("رفح AND OR غزة", "two_operators", 1, 9),
        ('رفح AND "غزة', "open_quote", 1, 9),
        ("()", "empty_group", 1, 2),
        ("رفح NEAR غزة", "near_number", 1, 5),
        ("رفح (غزة)", "missing_operator", 1, 5),
        ("رفح\nAND\n(غزة OR )", "operator_before_parenthesis", 3, 9),
        ("رفح OR /[/", "bad_pattern", 1, 8),
        ("رفح OR !!", "no_word", 1, 8),
        ("(" * 500 + "رفح" + ")" * 500, "too_deep", 1, 101),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_to_write(query: str, code: str, line: int, column: int) -> None:
    with pytest.raises(TermError) as caught:
        parse_query(query)
    assert (caught.value.code, caught.value.line, caught.value.column) == (code, line, column)
    assert caught.value.hint
    assert caught.value.said("ar") != caught.value.said("en")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(["رفح", "غزة", "AND", "OR", "NOT", "(", ")", '"', "~2", "*", "/", "NEAR/3", "title:", "\n"])
    )
)
def test_no_text_breaks_the_reader(pieces: list[str]) -> None:
    query = " ".join(pieces)
    found = outcome(query)
    assert not isinstance(found, TermError) or 1 <= found.line <= query.count("\n") + 1


def outcome(query: str) -> object:
    """The tree of a query, or what is wrong with it."""
    try:
        return parse_query(query)
    except TermError as error:
        return error
