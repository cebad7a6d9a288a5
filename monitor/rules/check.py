"""What is wrong, or doubtful, with a rule: for `monitor check`, the settings page and `monitor rules add`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.arabic.clean import clean, fold_cleaned
from monitor.arabic.clitics import LONE_CLITICS
from monitor.arabic.forms import ARABIC_WORD, without_article
from monitor.arabic.lexicon import lexicon
from monitor.errors import Fault
from monitor.rules.messages import TermError, sentence
from monitor.rules.reading import read_rule
from monitor.rules.terms import parse_term
from monitor.rules.tree import And, Near, Node, Not, Or, Term, needs_a_term, terms_of
from monitor.settings import Language, Rule

_LONG_PHRASE = 8
_LETTERS_BEFORE_STAR = 3
_OPERATOR = re.compile(r"(?<!\S)(and|or|not|And|Or|Not)(?!\S)")
_OPERATOR_IN_LIST = re.compile(r"(?<!\S)(AND|OR|NOT|NEAR/\d+)(?!\S)")
# What people write for an operator: signs of other tools, and the Arabic words.
_TAKEN_FOR_OPERATORS = {"&&": "AND", "&": "AND", "و": "AND", "||": "OR", "|": "OR", "أو": "OR", "او": "OR"}
_NO_OPERATOR = re.compile(rf"(?<!\S)({'|'.join(map(re.escape, _TAKEN_FOR_OPERATORS))})(?!\S)")
_NO_FIELD = re.compile(r"\s*(?!(?:title|summary)\s*:)([a-z]+)\s*:", re.IGNORECASE)
_MIXED = re.compile(r"[\u0621-\u064a][a-zA-Z]|[a-zA-Z][\u0621-\u064a]")


def check_rule(rule: Rule, language: Language = "en") -> tuple[Fault, ...]:
    """Errors and warnings for one rule, each with what to write instead.

    `where` is the rule's name in quotes, with the place that is known: `"rafah".any[2]` (from 0), `"rafah".query`;
    `column` counts inside that text, 0 is all of it.
    """
    where = f'"{rule.name}"'
    tree, faults = read_rule(rule, where=where, language=language)
    warning = _Warner(where, language)
    if tree is None:
        return (*faults, *_doubts_of_terms(rule, warning))
    return tuple(_doubts(rule, tree, warning))


class _Warner:
    """Makes the warnings of one rule."""

    def __init__(self, where: str, language: Language) -> None:
        self._where = where
        self._language = language

    def __call__(self, code: str, place: tuple[str, int] = ("", 0), /, **values: object) -> Fault:
        at, column = place
        message, hint = sentence(code, self._language, **values)
        where = f"{self._where}.{at}" if at else self._where
        return Fault(message=message, hint=hint, where=where, column=column, severity="warning")


def _doubts_of_terms(rule: Rule, warning: _Warner) -> Iterator[Fault]:
    """What is doubtful about those terms of the lists that can be read, where another one cannot."""
    for key, index, source in _listed(rule):
        try:
            term = parse_term(source, widen=rule.widen)
        except TermError:
            continue
        for code, values in _of_term(term):
            yield warning(code, (f"{key}[{index}]", 0), **values)


def _doubts(rule: Rule, tree: Node, warning: _Warner) -> Iterator[Fault]:
    for term in dict.fromkeys(terms_of(tree)):
        for code, values in _of_term(term):
            yield warning(code, _place_of(term, rule), **values)
    for code, place, values in _operators(rule):
        yield warning(code, place, **values)
    if not needs_a_term(tree) and terms_of(tree) and rule.query.strip() != "*" and "*" not in rule.query.split():
        yield warning("only_refused")
    if any(_sides_apart(near) for near in _nears(tree)):
        yield warning("near_fields", ("query", 0))
    for term in _contradictions(tree):
        yield warning("contradiction", _place_of(term, rule), text=term.source)
    listed = [(key, source) for key, _, source in _listed(rule)]
    for number, (key, index, source) in enumerate(_listed(rule)):
        if (key, source) in listed[:number]:
            yield warning("repeated", (f"{key}[{index}]", 0), text=source)


def _operators(rule: Rule) -> Iterator[tuple[str, tuple[str, int], dict[str, object]]]:
    """What was meant for an operator and is none: code, place, column, values."""
    for pattern, code in ((_OPERATOR, "lower_case_operator"), (_NO_OPERATOR, "no_operator")):
        for found in pattern.finditer(_without_quotes(rule.query)):
            upper = _TAKEN_FOR_OPERATORS.get(found[1], found[1].upper())
            yield code, ("query", found.start() + 1), {"text": found[1], "upper": upper}
    for key, index, source in _listed(rule):
        for found in _OPERATOR_IN_LIST.finditer(_without_quotes(source)):
            yield "operator_in_list", (f"{key}[{index}]", found.start() + 1), {"text": found[1]}


def _listed(rule: Rule) -> Iterator[tuple[str, int, str]]:
    """Key, index and text of every term in the rule's lists."""
    for key in ("any", "all", "none"):
        for index, source in enumerate(getattr(rule, key)):
            yield key, index, source


def _place_of(term: Term, rule: Rule) -> tuple[str, int]:
    """Where a term was written: `any[2]`, or `query` with its column; `("", 0)` where that cannot be told."""
    for key, index, source in _listed(rule):
        if source.strip() == term.source:
            return f"{key}[{index}]", 0
    column = rule.query.find(term.source) + 1
    return ("query", column) if column else ("", 0)


def _of_term(term: Term) -> Iterator[tuple[str, dict[str, object]]]:
    if _MIXED.search(term.source) and not term.pattern:
        yield "mixed_scripts", {"text": term.source}
    if (no_field := _NO_FIELD.match(term.source)) and not term.pattern:
        yield "no_field", {"text": no_field[1]}
    if len(term.words) > _LONG_PHRASE:
        yield "too_long", {"count": len(term.words)}
    if len(term.words) != 1:
        return
    word = term.words[0]
    lists = lexicon()
    stem = without_article(word.text, lists)
    if word.mode == "prefix" and len(word.text) < _LETTERS_BEFORE_STAR:
        yield "broad_prefix", {"text": term.source}
    elif word.text in LONE_CLITICS:
        yield "only_clitic", {"text": term.source}
    elif len(word.text) == 1:
        yield "one_letter", {"text": term.source}
    elif fold_cleaned(word.text) in lists.closed and word.text in lists.closed_as_written:
        yield "closed_class", {"text": term.source}
    elif len(stem) == 2 and word.mode == "form" and ARABIC_WORD.fullmatch(stem):
        yield "two_letters", {"text": term.source}


def _contradictions(tree: Node) -> Iterator[Term]:
    """Terms a conjunction both requires and refuses."""
    if not isinstance(tree, And):
        return
    required = {_key(term): term for child in tree.children for term in _alternatives_of_one(child)}
    for child in tree.children:
        if isinstance(child, Not):
            for term in _any_of(child.child):
                if _key(term) in required:
                    yield required[_key(term)]
        else:
            yield from _contradictions(child)


def _nears(node: Node) -> Iterator[Near]:
    match node:
        case Near(left, right, _):
            yield node
            yield from (*_nears(left), *_nears(right))
        case And(children) | Or(children):
            for child in children:
                yield from _nears(child)
        case Not(child):
            yield from _nears(child)
        case _:
            return


def _sides_apart(near: Near) -> bool:
    left, right = ({term.field for term in terms_of(side)} for side in (near.left, near.right))
    return None not in left | right and not left & right


def _alternatives_of_one(node: Node) -> tuple[Term, ...]:
    if isinstance(node, Term):
        return (node,)
    return tuple(t for child in node.children for t in _alternatives_of_one(child)) if isinstance(node, And) else ()


def _any_of(node: Node) -> tuple[Term, ...]:
    if isinstance(node, Term):
        return (node,)
    return tuple(term for child in node.children for term in _any_of(child)) if isinstance(node, Or) else ()


def _key(term: Term) -> object:
    return (term.words, term.slop, term.field, term.pattern)


def _without_quotes(query: str) -> str:
    text = clean(query).text if "&" in query else query
    return re.sub(r'"[^"]*"|«[^»]*»|“[^”]*”|/[^/]*/', lambda quoted: " " * len(quoted[0]), text)
