"""Asking a rule's tree: does it hold, given where its terms hit? Pure."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.model import Hit
from monitor.rules.fieldtext import FieldText, Place
from monitor.rules.tree import And, Everything, Near, Node, Not, Or, Term


@dataclass(frozen=True, slots=True)
class Asked:
    """Where each term hit, for one item."""

    places: dict[Term, list[tuple[FieldText, Place]]]


_Where = tuple[Term, FieldText, Place]


def evaluate(tree: Node, asked: Asked) -> tuple[Hit, ...] | None:
    """The hits that make the tree hold, in the order title, summary, offset, or None when it does not hold."""
    where = _holds(tree, asked)
    if where is None:
        return None
    hits = dict.fromkeys(field.hit(term, place) for term, field, place in where)
    return tuple(sorted(hits, key=lambda hit: (hit.field != "title", hit.start, hit.end)))


def _holds(node: Node, asked: Asked) -> list[_Where] | None:
    match node:
        case Term():
            places = asked.places.get(node)
            return [(node, field, place) for field, place in places] if places else None
        case And(children):
            return _all(children, asked)
        case Or(children):
            answers = [answer for child in children if (answer := _holds(child, asked)) is not None]
            return [where for answer in answers for where in answer] if answers else None
        case Not(child):
            return [] if _holds(child, asked) is None else None
        case Near(left, right, distance):
            return _near(_holds(left, asked), _holds(right, asked), distance)
        case Everything():
            return []


def _all(children: tuple[Node, ...], asked: Asked) -> list[_Where] | None:
    together: list[_Where] = []
    for child in children:
        answer = _holds(child, asked)
        if answer is None:
            return None
        together += answer
    return together


def _near(left: list[_Where] | None, right: list[_Where] | None, distance: int) -> list[_Where] | None:
    if not left or not right:
        return None
    close: dict[_Where, None] = {}
    for ours in left:
        for theirs in right:
            if ours[1] is theirs[1] and _gap(ours[1], ours[2], theirs[2]) <= distance:
                close.update({ours: None, theirs: None})
    return list(close) or None


def _gap(field: FieldText, one: Place, other: Place) -> int:
    first, second = sorted((one, other), key=lambda place: place.start)
    return field.words_between(first.end, second.start) if first.end <= second.start else 0
