"""The tree of a rule."""

from __future__ import annotations

import pytest

from monitor.rules.query import parse_query
from monitor.rules.tree import Or, Term, interned, is_any_of, needs_a_term, terms_of


@pytest.mark.parametrize(
    ("query", "needs"),
    [
        ("رفح", True),
        ("رفح AND NOT غزة", True),
        ("NOT غزة", False),
        ("رفح OR NOT غزة", False),
        ("* AND رفح", True),
        ("*", False),
    ],
)
def test_a_tree_knows_whether_it_needs_a_hit(query: str, needs: bool) -> None:
    assert needs_a_term(parse_query(query)) is needs


def test_equal_terms_become_one_object() -> None:
    known: dict[Term, Term] = {}
    first = interned(parse_query("رفح OR غزة"), known)
    second = interned(parse_query("غزة AND NOT رفح NEAR/2 رفح"), known)
    assert isinstance(first, Or)
    assert terms_of(second)[0] is first.children[1]
    assert len(known) == 2


def test_a_list_of_alternatives_is_plain() -> None:
    assert is_any_of(parse_query("رفح OR غزة"))
    assert not is_any_of(parse_query("رفح OR (غزة AND معبر)"))
