"""What is wrong, or doubtful, with a rule: for `monitor check`, the settings page and `monitor rules add`. Pure."""

from __future__ import annotations

from monitor.errors import Fault
from monitor.rules.reading import read_rule
from monitor.settings import Language, Rule


def check_rule(rule: Rule, language: Language = "en") -> tuple[Fault, ...]:
    """Errors and warnings for one rule, each with what to write instead; `where` is the rule's name in quotes."""
    _, faults = read_rule(rule, where=f'"{rule.name}"', language=language)
    return faults
