"""What the language of rules says of each rule, put at its place in the file; and terms that can never alert. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from monitor.config import build
from monitor.config.arabic import language_of
from monitor.config.document import Document
from monitor.config.positions import Path
from monitor.config.references import tables_of
from monitor.config.substitution import place_name
from monitor.config.values import NotationError
from monitor.errors import Fault
from monitor.settings import Rule

_PART = re.compile(r"\.?(any|all|none|query)(?:\[(\d+)\])?$")
_INNER_PLACE = re.compile(r" \((\d+):(\d+)\)$")
_TERM_KEYS = {"any": list, "all": list, "none": list, "query": str, "widen": bool}
_DECORATION = re.compile(r'^(?:title|summary):|~\d+\s*$|["*]')


def check_rules(document: Document, data: dict[str, Any]) -> list[Fault]:
    """Faults and warnings of every rule's terms, whatever else is wrong with the rule."""
    from monitor.rules.check import check_rule

    found: list[Fault] = []
    language = language_of(data)
    for index, table in tables_of(data, "rules"):
        try:
            rule = build.rule({"name": "…", **_readable(table)})
        except NotationError:
            continue
        if not (rule.any or rule.all or rule.query):
            continue  # reported as a rule without terms
        faults = [_placed(fault, document, index) for fault in check_rule(rule, language)]
        found += faults
        if all(fault.severity == "warning" for fault in faults):
            found += _cancelled(rule, document, index)
    return found


def _readable(table: dict[str, Any]) -> dict[str, Any]:
    """The keys that bear terms, where they have the right type; a fault in another key does not hide theirs."""
    kept = {key: table[key] for key, wanted in _TERM_KEYS.items() if isinstance(table.get(key), wanted)}
    return {
        key: value
        for key, value in kept.items()
        if not isinstance(value, list) or all(isinstance(term, str) for term in value)
    }


def _placed(fault: Fault, document: Document, index: int) -> Fault:
    """The rule's fault at the place of its term; a column inside the term moves it further."""
    part = _PART.search(fault.where)
    path: Path = ("rules", index)
    key = ""
    if part:
        path = (*path, part.group(1), *((int(part.group(2)),) if part.group(2) else ()))
        key = f"{part.group(1)}[{int(part.group(2)) + 1}]: " if part.group(2) else f"{part.group(1)}: "
    inner = _INNER_PLACE.search(fault.message)
    inner_line, inner_column = (int(inner.group(1)), int(inner.group(2))) if inner else (1, fault.column)
    line, column = _inside(document, path, inner_line, inner_column)
    return replace(
        fault,
        message=key + _INNER_PLACE.sub("", fault.message),
        where=place_name(document.data, ("rules", index, "name")),
        path=document.shown,
        line=line,
        column=column,
    )


def _inside(document: Document, path: Path, line: int, column: int) -> tuple[int, int]:
    """The place in the file of a place inside a text; exact unless the text holds escapes."""
    place = document.places.places.get(path)
    if place is None or not column or len(path) < 3:
        return document.places.of_value(path)
    quotes = 3 if document.text.startswith(('"""', "'''"), place.start) else 1
    start_line, start_column = document.places.line_and_column(place.start)
    opens_with_break = quotes == 3 and document.text.startswith("\n", place.start + 3)
    if line == 1 and not opens_with_break:
        return start_line, start_column + quotes + column - 1
    return start_line + line - 1 + opens_with_break, column


def _cancelled(rule: Rule, document: Document, index: int) -> Iterator[Fault]:
    """Terms of `any` and `all` whose own words already hold a term of `none`, so that they can never count."""
    from monitor.rules.ruleset import compile_rules

    if not rule.none:
        return
    refusing = compile_rules([Rule(name=term, any=(term,), widen=rule.widen) for term in dict.fromkeys(rule.none)])
    for key in ("any", "all"):
        for place, term in enumerate(getattr(rule, key)):
            wanted_too = term in rule.none and (key == "all" or len(rule.any) == 1)
            if wanted_too or term.strip().startswith("/"):  # the first was told: the rule can never hold
                continue
            bare = " ".join(_DECORATION.sub(" ", term).split())
            refused = refusing.match("" if term.startswith("summary:") else bare, bare)
            if refused:
                path: Path = ("rules", index, key, place)
                message = f'{key}[{place + 1}]: "{term}" is always cancelled by none "{refused[0].rule}"'
                fault = document.fault(
                    message, "remove one of the two", path, where=place_name(document.data, path[:2])
                )
                where = place_name(document.data, ("rules", index, "name"))
                yield replace(fault, where=where, severity="warning")
