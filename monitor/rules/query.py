"""Reading a `query` into a tree with a real grammar (lark); the terms in it are read by `terms`. Pure."""

from __future__ import annotations

import functools
from importlib import resources
from typing import Any

from monitor.rules.terms import parse_term
from monitor.rules.tree import Node


@functools.cache
def _parser() -> Any:
    import lark

    grammar = resources.files("monitor.rules").joinpath("grammar.lark").read_text(encoding="utf-8")
    return lark.Lark(grammar, parser="lalr", propagate_positions=True)


def parse_query(text: str, *, widen: bool = False) -> Node:
    """The tree that `text` writes."""
    return parse_term(text, widen=widen)
