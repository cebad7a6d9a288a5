"""What pydantic found, in the user's words: place, thing, what is wrong, what to write instead. Pure.

No value of a secret key is ever quoted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from monitor.config import positions
from monitor.config.document import Document
from monitor.config.nearest import did_you_mean
from monitor.config.substitution import place_name
from monitor.errors import Fault

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_SECRET_KEYS = frozenset({"url", "proxy", "headers"})
_OLD_KEYS = {"interval": "every", "feed": "feeds", "rule": "rules", "channel": "channels", "keywords": "any"}
_OLD_KEYS |= {"terms": "any", "tag": "tags", "title": "name", "exclude": "none", "tz": "timezone", "cron": "digest"}


def from_pydantic(errors: Iterable[ErrorDetails], document: Document, keys: dict[str, Any]) -> list[Fault]:
    """One fault for each thing that is wrong, without the echoes of unions.

    Args:
        keys: the known keys as a tree: {"polling": {"every": {}}, "feeds": {"name": {}}, …}.
    """
    faults: dict[positions.Path, Fault] = {}
    for error in errors:
        path = _real_path(error["loc"], document.data)
        faults.setdefault(path, _fault(error, path, document, keys))
    return list(faults.values())


def _fault(error: ErrorDetails, path: positions.Path, document: Document, keys: dict[str, Any]) -> Fault:
    kind, where = error["type"], place_name(document.data, path)
    key = _key_of(path)
    if kind == "extra_forbidden":
        return _unknown_key(path, document, where, keys)
    if kind == "missing":
        message, hint = f"{key} is missing", _missing_hint(path)
        return document.fault(message, hint, path[:-1], where=where, key=True)
    message, hint = _wording(error, path)
    return document.fault(f"{key}: {message}", hint, path, where=where)


def _wording(error: ErrorDetails, path: positions.Path) -> tuple[str, str]:
    kind, context, value = error["type"], error.get("ctx", {}), error["input"]
    secret = bool(_SECRET_KEYS & set(path))
    shown = "this" if secret else _shown(value)
    match kind:
        case "notation":
            return str(context["said"]), str(context["hint"])
        case "literal_error":
            allowed = [word.strip("'") for word in str(context["expected"]).replace(" or ", ", ").split(", ")]
            guess = did_you_mean(value, allowed) if isinstance(value, str) else None
            hint = f'write "{guess}"' if guess else "write " + " or ".join(f'"{word}"' for word in allowed)
            return f"{shown} is not one of {', '.join(allowed)}", hint
        case "bool_type":
            return f"{shown} is not true or false", "write true or false, without quotes"
        case "int_type":
            return f"{shown} is not a whole number", "write it without quotes, e.g. 5"
        case "greater_than_equal":
            return f"{shown} is too small", f"write {context['ge']} or more"
        case "less_than_equal":
            return f"{shown} is too large", f"write {context['le']} or less"
        case "string_type":
            return f"{shown} is not a text", f'write it in quotes: "{value}"' if _is_plain(value) else 'write "…"'
        case "string_too_short":
            return "it is empty", "write something, or leave the key out"
        case "tuple_type" | "list_type":
            example = f"[{_shown(value)}]" if isinstance(value, str) and not secret else '["…", "…"]'
            return _list_message(shown, path), _list_hint(path, example)
        case "model_type" | "dict_type" | "model_attributes_type":
            return f"{shown} is not a table", _table_hint(path)
        case _:
            return str(error["msg"]).lower(), "see the starter configuration"


def _list_message(shown: str, path: positions.Path) -> str:
    return "this is one table, not a list of tables" if len(path) == 1 else f"{shown} is not a list"


def _list_hint(path: positions.Path, example: str) -> str:
    return f"write [[{path[0]}]], in double brackets" if len(path) == 1 else f"write {example}"


def _table_hint(path: positions.Path) -> str:
    if len(path) == 1:
        return f"begin a line with [{path[0]}] and write its keys below"
    if path[-1] == "quiet" or path[-2:-1] == ("quiet",):
        return 'write quiet = { from = "23:00", to = "07:00" }'
    return f"begin a line with [[{path[0]}]] and write its keys below"


def _missing_hint(path: positions.Path) -> str:
    examples = {
        ("feeds", "name"): 'add name = "…", as alerts shall show it',
        ("feeds", "url"): 'add url = "https://…"',
        ("rules", "name"): 'add name = "…", a short one',
        ("channels", "name"): 'add name = "…", so that rules can name it',
        ("channels", "url"): 'add url = "terminal://" or an Apprise address',
    }
    return examples.get((str(path[0]), str(path[-1])), 'add from = "23:00", to = "07:00"')


def _unknown_key(path: positions.Path, document: Document, where: str, keys: dict[str, Any]) -> Fault:
    known: Any = keys
    for step in path[:-1]:
        known = known.get(step, {}) if isinstance(step, str) else known
    wrong = str(path[-1])
    usual = _OLD_KEYS.get(wrong.lower())
    guess = usual if usual in known else did_you_mean(wrong, known)
    elsewhere = next((name for name, inner in keys.items() if wrong in inner and name != path[0]), None)
    if guess:
        hint = f'write "{guess}"'
    elif len(path) == 1 and elsewhere:
        hint = f"it belongs below [{elsewhere}]"
    elif wrong in keys:
        hint = f'"{wrong}" belongs at the top of the file, above the first [table]'
    else:
        hint = "remove it; known here: " + ", ".join(known)
    return document.fault(f'unknown key "{wrong}"', hint, path, where=where, key=True)


def _real_path(loc: tuple[int | str, ...], data: Any) -> positions.Path:
    """Drop the steps that pydantic adds for unions and validators: keep what is there in the data, and a last key."""
    path: list[str | int] = []
    for index, step in enumerate(loc):
        inside = (isinstance(data, dict) and step in data) or (
            isinstance(data, list) and isinstance(step, int) and 0 <= step < len(data)
        )
        if inside:
            path.append(step)
            data = data[step]
        elif index == len(loc) - 1 and isinstance(data, dict) and isinstance(step, str):
            path.append(step)
    return tuple(path)


def _key_of(path: positions.Path) -> str:
    """The key's name, with the number of the element where it stands in a list: `any[2]`."""
    numbers = ""
    for step in reversed(path):
        if isinstance(step, str):
            return f"{step}{numbers}"
        numbers = f"[{step + 1}]{numbers}"
    return numbers


def _shown(value: object) -> str:
    if isinstance(value, str):
        return json.dumps(value if len(value) <= 60 else value[:59] + "…", ensure_ascii=False)
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else "this"


def _is_plain(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
