"""Rules in one line, for tests that ask whether a term matches a text."""

from __future__ import annotations

from monitor.model import Hit
from monitor.rules.ruleset import compile_rules
from monitor.settings import Rule


def hits(term: str, text: str, summary: str = "", *, widen: bool = False) -> tuple[Hit, ...]:
    """The hits of a rule of one term in a title (and a summary)."""
    return hits_of(Rule(name="rule", any=(term,), widen=widen), text, summary)


def hits_of(rule: Rule, title: str, summary: str = "") -> tuple[Hit, ...]:
    """The hits of `rule`; () when it does not hold, and for a rule that needs none."""
    return tuple(hit for match in compile_rules([rule]).match(title, summary) for hit in match.hits)


def holds(rule: Rule, title: str, summary: str = "") -> bool:
    """Whether `rule` holds for an item."""
    return bool(compile_rules([rule]).match(title, summary))
