"""From a rule as the user wrote it to its tree, collecting every fault on the way. Pure."""

from __future__ import annotations

from collections.abc import Callable

from monitor.errors import Fault
from monitor.rules.messages import TermError, sentence
from monitor.rules.terms import parse_term
from monitor.rules.tree import And, Everything, Node, Not, Or
from monitor.settings import Language, Rule


def read_rule(rule: Rule, *, where: str = "", language: Language = "en") -> tuple[Node | None, tuple[Fault, ...]]:
    """The rule's tree, or None with what is wrong with it; `where` names the rule in the faults."""
    faults: list[Fault] = []
    parts: list[Node] = []

    def read(key: str, source: str, parse: Callable[[str], Node]) -> Node | None:
        try:
            return parse(source)
        except TermError as error:
            message, hint = error.said(language)
            at = f"{where}.{key}" if where else key
            place = f" ({error.line}:{error.column})" if error.line > 1 else ""
            faults.append(Fault(message=f"{message}{place}", hint=hint, where=at, column=error.column))
            return None

    def term(source: str) -> Node:
        return parse_term(source, widen=rule.widen)

    def group(key: str, sources: tuple[str, ...]) -> tuple[Node, ...]:
        nodes = (read(f"{key}[{index}]", source, term) for index, source in enumerate(sources))
        return tuple(node for node in nodes if node is not None)

    anything = group("any", rule.any)
    if anything:
        parts.append(Or(anything) if len(anything) > 1 else anything[0])
    parts += group("all", rule.all)
    if rule.query.strip():
        node = read("query", rule.query, lambda text: _parse_query(text, rule.widen))
        if node is not None:
            parts.append(node)
    refused = group("none", rule.none)
    if not parts and not faults:
        message, hint = sentence("no_terms", language)
        faults.append(Fault(message=message, hint=hint, where=where))
    if faults:
        return None, tuple(faults)
    if refused:
        parts.append(Not(Or(refused) if len(refused) > 1 else refused[0]))
    return (And(tuple(parts)) if len(parts) > 1 else parts[0]), ()


def _parse_query(text: str, widen: bool) -> Node:
    if text.strip() == "*":
        return Everything()
    from monitor.rules.query import parse_query  # lark is loaded only where a query is written

    return parse_query(text, widen=widen)
