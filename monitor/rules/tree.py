"""The meaning of a rule as a tree: terms joined by AND, OR, NOT, NEAR; `any`/`all`/`none` and `query` give the same.

Values only: reading a text into a tree is `terms` and `query`, asking a tree is `evaluate`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from monitor.model import FieldName

WordMode = Literal["form", "exact", "prefix"]


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a term, cleaned. `mode`: in every written form, exactly as typed, or as a beginning."""

    text: str
    mode: WordMode = "form"
    in_phrase: bool = False
    widen: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """One term. `source` as typed. `slop`: other words allowed inside, in total. `field` None: either field.

    Exactly one of `words` and `pattern` (a regular expression on cleaned text) is given.
    """

    source: str
    words: tuple[Word, ...] = ()
    slop: int = 0
    field: FieldName | None = None
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class And:
    """Every child holds."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one child holds."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The child does not hold; brings no hits."""

    child: Node


@dataclass(frozen=True, slots=True)
class Near:
    """Something of `left` and something of `right` in one field with at most `distance` words between, in any order."""

    left: Node
    right: Node
    distance: int


@dataclass(frozen=True, slots=True)
class Everything:
    """Holds for every item."""


Node = Term | And | Or | Not | Near | Everything


def terms_of(node: Node) -> tuple[Term, ...]:
    """Every term in the tree, in the order written, those under NOT too."""
    match node:
        case Term():
            return (node,)
        case And(children) | Or(children):
            return tuple(term for child in children for term in terms_of(child))
        case Not(child):
            return terms_of(child)
        case Near(left, right, _):
            return terms_of(left) + terms_of(right)
        case Everything():
            return ()


def needs_a_term(node: Node) -> bool:
    """Whether the tree can only hold when one of its terms hits: what never hits need then not be asked."""
    match node:
        case Term() | Near():
            return True
        case And(children):
            return any(map(needs_a_term, children))
        case Or(children):
            return all(map(needs_a_term, children))
        case Not() | Everything():
            return False


def interned(node: Node, known: dict[Term, Term]) -> Node:
    """The same tree with one object for equal terms, across all trees that share `known`."""
    match node:
        case Term():
            return known.setdefault(node, node)
        case And(children):
            return And(tuple(interned(child, known) for child in children))
        case Or(children):
            return Or(tuple(interned(child, known) for child in children))
        case Not(child):
            return Not(interned(child, known))
        case Near(left, right, distance):
            return Near(interned(left, known), interned(right, known), distance)
        case Everything():
            return node


def is_any_of(node: Node) -> bool:
    """Whether the tree is one term or a plain list of alternatives."""
    return isinstance(node, Term) or (isinstance(node, Or) and all(isinstance(child, Term) for child in node.children))
