"""Reading a `query` into a tree with a real grammar (lark); the terms in it are read by `terms`. Pure.

An error says where, what was expected there, and what to write; the tree is the one that any/all/none would give.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

from monitor.model import FieldName
from monitor.rules.messages import TermError
from monitor.rules.terms import parse_term
from monitor.rules.tree import And, Everything, Near, Node, Not, Or, Term

_MAX_DEPTH = 100


@functools.cache
def _parser() -> Any:
    import lark

    grammar = resources.files("monitor.rules").joinpath("grammar.lark").read_text(encoding="utf-8")
    return lark.Lark(grammar, parser="lalr", propagate_positions=True)


def parse_query(text: str, *, widen: bool = False) -> Node:
    """The tree that `text` writes.

    Raises:
        TermError: with line and column in `text`, what was expected there, and a suggestion.
    """
    import lark

    _check_depth(text)
    try:
        parsed = _parser().parse(text)
    except lark.exceptions.UnexpectedInput as error:
        raise _explained(text, error) from error
    return _Reader(text, widen).node(parsed.children[0], None)


@dataclass(frozen=True, slots=True)
class _Reader:
    """From lark's tree to ours."""

    text: str
    widen: bool

    def node(self, tree: Any, field: FieldName | None) -> Node:
        if tree.data == "term":
            return self._term(tree, field)
        if tree.data == "everything":
            return Everything()
        if tree.data == "negated":
            return Not(self.node(tree.children[1], field))
        if tree.data == "group":
            first = tree.children[0]
            inner = _field(str(first)) if first.type == "FIELD" else field
            return self.node(tree.children[-2], inner)
        return self._joined(tree, field)

    def _joined(self, tree: Any, field: FieldName | None) -> Node:
        children = tuple(self.node(child, field) for child in tree.children if hasattr(child, "data"))
        if len(children) == 1:
            return children[0]
        if tree.data != "proximity":
            return Or(children) if tree.data == "disjunction" else And(children)
        node = children[0]
        signs = [child for child in tree.children if not hasattr(child, "data")]
        for sign, child in zip(signs, children[1:], strict=True):
            node = Near(node, child, int(sign.partition("/")[2]))
        return node

    def _term(self, tree: Any, field: FieldName | None) -> Term:
        start, end = tree.meta.start_pos, tree.meta.end_pos
        try:
            term = parse_term(self.text[start:end], widen=self.widen)
        except TermError as error:
            line, column = tree.meta.line, tree.meta.column + error.column - 1
            raise TermError(error.code, line=line, column=column, **error.values) from error
        return replace(term, field=term.field or field)


def _field(sign: str) -> FieldName:
    return "title" if sign.lower().startswith("title") else "summary"


def _check_depth(text: str) -> None:
    """Refuses parentheses nested deeper than anyone writes, before anything recurses into them."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth > _MAX_DEPTH:
            raise TermError("too_deep", line=text.count("\n", 0, place) + 1, column=_column(text, place))


def _column(text: str, place: int) -> int:
    return place - (text.rfind("\n", 0, place) + 1) + 1


def _explained(text: str, error: Any) -> TermError:
    place = _place(text, error)
    line, column = text.count("\n", 0, place) + 1, _column(text, place)
    found = text[place:].split(maxsplit=1)[0][:20] if text[place:].strip() else ""
    for code, holds in _MISTAKES:
        if holds(text, place, found):
            return TermError(code, line=line, column=column, text=found)
    expected = getattr(error, "expected", None) or getattr(error, "allowed", None) or ()
    names = {sign: None for token in sorted(expected) if (sign := _SIGNS.get(token))}
    return TermError("unexpected", line=line, column=column, text=found or "…", expected=", ".join(names) or "AND")


def _place(text: str, error: Any) -> int:
    place = getattr(error, "pos_in_stream", None)
    if place is None or getattr(getattr(error, "token", None), "type", "") == "$END":
        return len(text.rstrip())
    return int(place)


_OPERATORS = ("AND", "OR", "NOT", "NEAR")
_SIGNS = {
    "WORD": "a word",
    "QUOTED": '"…"',
    "OPEN": "(",
    "CLOSE": ")",
    "AND": "AND",
    "OR": "OR",
    "NOT": "NOT",
    "NEAR": "NEAR/5",
}


def _last_word(text: str, place: int) -> str:
    words = text[:place].replace("(", " ( ").split()
    return words[-1] if words else ""


# The mistakes people make, tried in order: text, where it stopped, and what stands there.
_MISTAKES: tuple[tuple[str, Callable[[str, int, str], bool]], ...] = (
    ("open_quote", lambda text, place, found: text.count('"') % 2 == 1 or text.count("«") != text.count("»")),
    ("empty_group", lambda text, place, found: found.startswith(")") and _last_word(text, place) == "("),
    ("closing_parenthesis", lambda text, place, found: found.startswith(")") and text.count(")") > text.count("(")),
    ("near_number", lambda text, place, found: found.startswith("NEAR") or _last_word(text, place) == "NEAR"),
    ("operator_at_end", lambda text, place, found: not found and _last_word(text, place) in _OPERATORS),
    ("open_parenthesis", lambda text, place, found: not found and text.count("(") > text.count(")")),
    ("two_operators", lambda text, place, found: found in _OPERATORS and _last_word(text, place) in _OPERATORS),
    ("operator_at_start", lambda text, place, found: found in _OPERATORS and _last_word(text, place) in ("", "(")),
    ("operator_before_parenthesis", lambda text, place, found: found.startswith(")") and bool(_last_word(text, place))),
    ("missing_operator", lambda text, place, found: bool(found)),
)
