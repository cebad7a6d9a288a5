"""Asking a rule's tree: does it hold, given where its terms hit? Pure."""

from __future__ import annotations

from collections.abc import Container, Mapping

from monitor.model import Hit
from monitor.rules.fieldtext import FieldText
from monitor.rules.scanner import Place
from monitor.rules.tree import And, Everything, Near, Node, Not, Or, Term

# Where a term hit. Terms are told apart by identity: a ruleset keeps one object for equal terms (`tree.interned`), and
# asking thousands of rules would spend its time hashing them.
Where = tuple[Term, FieldText, Place]
Places = Mapping[int, list[Where]]


def evaluate(tree: Node, places: Places) -> tuple[Hit, ...] | None:
    """The hits that make the tree hold, in the order title, summary, offset, or None when it does not hold.

    Args:
        places: `id` of a term of the tree → where it hit; a term that did not hit is absent.
    """
    where = _holds(tree, places)
    return None if where is None else hits_of(where)


def holding(tree: Node, places: Places) -> list[Where] | None:
    """As `evaluate`, the places themselves."""
    return _holds(tree, places)


def may_hold(tree: Node, terms: Container[int]) -> bool:
    """Whether the tree can hold where at most these terms (by `id`) hit. False is sure, True is a perhaps."""
    match tree:
        case Term():
            return id(tree) in terms
        case Or(children):
            return any(may_hold(child, terms) for child in children)
        case And(children):
            return all(may_hold(child, terms) for child in children)
        case Near(left, right, _):
            return may_hold(left, terms) and may_hold(right, terms)
        case Not() | Everything():
            return True


def hits_of(where: list[Where]) -> tuple[Hit, ...]:
    """The places as hits, each once, in the order title, summary, offset."""
    if len(where) == 1:
        term, field, place = where[0]
        return (field.hit(term, place),)
    each = {(id(term), field.name, place.start, place.end): (term, field, place) for term, field, place in where}
    hits = [field.hit(term, place) for term, field, place in each.values()]
    hits.sort(key=lambda hit: (hit.field != "title", hit.start, hit.end))
    return tuple(hits)


def _holds(node: Node, places: Places) -> list[Where] | None:
    match node:
        case Term():
            return places.get(id(node))
        case Or(children):
            return _any(children, places)
        case And(children):
            return _all(children, places)
        case Not(child):
            return [] if _holds(child, places) is None else None
        case Near(left, right, distance):
            return _near(_holds(left, places), _holds(right, places), distance)
        case Everything():
            return []


def _any(children: tuple[Node, ...], places: Places) -> list[Where] | None:
    together: list[Where] | None = None
    for child in children:
        answer = _holds(child, places)
        if answer is not None:
            together = answer if together is None else together + answer
    return together


def _all(children: tuple[Node, ...], places: Places) -> list[Where] | None:
    together: list[Where] = []
    for child in children:
        answer = _holds(child, places)
        if answer is None:
            return None
        together = together + answer
    return together


def _near(left: list[Where] | None, right: list[Where] | None, distance: int) -> list[Where] | None:
    """Each place of either side that has one of the other side near it."""
    if not left or not right:
        return None
    sides = [(where, 0) for where in left] + [(where, 1) for where in right]
    sides.sort(key=lambda side: (side[0][1].name, side[0][2].start))
    last: list[Where | None] = [None, None]
    close: dict[int, Where] = {}
    for where, side in sides:
        other = last[1 - side]
        if other is not None and other[1] is where[1] and _gap(other, where) <= distance:
            close.update({id(other): other, id(where): where})
        last[side] = where
    return list(close.values()) or None


def _gap(first: Where, second: Where) -> int:
    """Words between; the first begins no later than the second."""
    start, end = first[2].end, second[2].start
    return first[1].words_between(start, end) if start <= end else 0
