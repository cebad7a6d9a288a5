"""Reads what stands in the history of applied configurations: a rule as it was when an alert was decided. Pure."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import Any

from monitor.config import positions


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleThen:
    """A rule of a former configuration. `table`: its keys and values; `lines`: the same as they were typed."""

    table: dict[str, Any]
    lines: tuple[str, ...]


def rule_then(text: str, name: str) -> RuleThen | None:
    """The rule called `name` in a configuration's `text`; None where it is not there or the text is no TOML."""
    try:
        rules = tomllib.loads(text).get("rules", [])
    except tomllib.TOMLDecodeError:
        return None
    tables = [(index, table) for index, table in enumerate(rules) if isinstance(table, dict)]
    index, found = next(((index, table) for index, table in tables if table.get("name") == name), (0, None))
    if found is None:
        return None
    places = positions.scan(text).places
    lines = []
    for key in found:
        place = places[("rules", index, key)]
        lines.append(f"{key} = {' '.join(text[place.start : place.end].split())}")
    return RuleThen(table=found, lines=tuple(lines))
