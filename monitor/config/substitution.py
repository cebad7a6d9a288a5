"""Which values may hold `${…}`, and which are secret. Pure: a parsed document in, an expanded copy and faults out.

`${…}` is filled in where secrets belong (channel addresses, a feed's headers and proxy). Elsewhere it is refused,
because the value would be shown, stored or logged. Rules and templates are left alone: `${` may be their own.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from monitor.config.document import Document
from monitor.config.environment import PLACEHOLDER, Environment, is_name
from monitor.config.nearest import did_you_mean
from monitor.config.positions import Path
from monitor.errors import Fault

_CREDENTIALS = re.compile(r"://[^/?#]*[^/?#\s]@")
_TOKEN = re.compile(r"[A-Za-z0-9_:+=-]{16,}")
_SECRET_HEADERS = re.compile(r"authorization|cookie|key|token|secret", re.IGNORECASE)
_MEANINGFUL = re.compile(r"[@/?#\s]")


def secret_paths(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """Every text of the document that may be secret, with its path, in no promised order."""
    for index, channel in enumerate(_tables(data, "channels")):
        yield from _texts(("channels", index), channel, ("url",))
    for index, feed in enumerate(_tables(data, "feeds")):
        yield from _texts(("feeds", index), feed, ("proxy",))
        headers = feed.get("headers")
        if isinstance(headers, dict):
            yield from _texts(("feeds", index, "headers"), headers, tuple(headers))


def expand(document: Document, environment: Environment) -> tuple[dict[str, Any], list[Fault]]:
    """A copy of the data with `${…}` filled in, and a fault for each that is unset, misspelt or misplaced.

    A value with a faulty placeholder stays as it was typed.
    """
    data = copy.deepcopy(document.data)
    faults: list[Fault] = []
    allowed = set()
    for path, text in list(secret_paths(data)):
        allowed.add(path)
        expanded, missing = environment.expand(text)
        faults += [_unset(document, path, name, environment) for name in dict.fromkeys(missing)]
        if not missing:
            _put(data, path, expanded)
            faults += _unsafe(document, path, text, environment)
    faults += _misplaced(document, allowed)
    return data, faults


def inline_secret(path: Path, text: str) -> bool:
    """Whether a text of `secret_paths` holds a secret in the file itself, rather than by `${…}`."""
    bare = PLACEHOLDER.sub("", text)
    if path[0] == "feeds" and "headers" in path:
        return bool(_SECRET_HEADERS.search(str(path[-1]))) and len(bare.split()[-1:] or [""]) > 0 and bare == text
    return bool(_CREDENTIALS.search(bare)) or bool(path[0] == "channels" and _TOKEN.search(bare.partition("://")[2]))


def _texts(path: Path, table: dict[str, Any], keys: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
    for key in keys:
        value = table.get(key)
        if isinstance(value, str):
            yield (*path, key), value


def _tables(data: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """The tables of a list, with an empty one for whatever is no table, so that indexes stay true."""
    found = data.get(key)
    return [table if isinstance(table, dict) else {} for table in found] if isinstance(found, list) else []


def _put(data: Any, path: Path, value: str) -> None:
    for step in path[:-1]:
        data = data[step]
    data[path[-1]] = value


def _unset(document: Document, path: Path, name: str, environment: Environment) -> Fault:
    if not is_name(name):
        hint = "write ${NAME} with Latin letters, digits and _"
        return document.fault(f"${{{name}}} cannot name a variable", hint, path, where=place_name(document.data, path))
    guess = did_you_mean(name, (known for known, value in environment.values.items() if value))
    meant = f" (did you mean ${{{guess}}}?)" if guess else ""
    hint = f"write {name}=… into {environment.source}, or set it in the environment{meant}"
    return document.fault(f"${{{name}}} is not set", hint, path, where=place_name(document.data, path))


def _unsafe(document: Document, path: Path, text: str, environment: Environment) -> list[Fault]:
    """A warning for a name or password whose own letters would break the address that it is put into."""
    login, at, _ = text.partition("://")[2].rpartition("@")
    faults = []
    for found in PLACEHOLDER.finditer(login if at else ""):
        if _MEANINGFUL.search(environment.values.get(found.group(2) or "", "")):
            message = f"{found.group()} holds a space or one of @ / ? #, which mean something in an address"
            hint = "write them percent-encoded in the variable: @ as %40, / as %2F, # as %23, ? as %3F"
            fault = document.fault(message, hint, path, where=place_name(document.data, path))
            faults.append(replace(fault, severity="warning"))
    return faults


def _misplaced(document: Document, allowed: set[Path]) -> list[Fault]:
    faults = []
    for path, text in _all_texts((), document.data):
        if path in allowed or path[0] == "rules" or path[-1] == "template" or "${" not in text:
            continue
        hint = "write the value itself; ${…} is for channels' url, feeds' headers and proxy"
        faults.append(document.fault("${…} is not filled in here", hint, path, where=place_name(document.data, path)))
    return faults


def _all_texts(path: Path, value: object) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _all_texts((*path, key), inner)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _all_texts((*path, index), inner)


def place_name(data: dict[str, Any], path: Path) -> str:
    """A path in the user's words: `rules[2] "rafah"`, `channels[1] "desk" quiet`, `polling`; "" for the top level.

    Tables of a list are counted from 1.
    """
    if not path:
        return ""
    if path[0] in ("feeds", "rules", "channels") and len(path) > 1 and isinstance(path[1], int):
        table = _tables(data, str(path[0]))[path[1]] if path[1] < len(_tables(data, str(path[0]))) else {}
        name = table.get("name")
        words = [f"{path[0]}[{path[1] + 1}]"]
        if isinstance(name, str) and name:
            words.append(f'"{name}"')
        rest = path[2:]
    else:
        words, rest = [str(path[0])] if len(path) > 1 else [], path[1:] if len(path) > 1 else ()
    inner = [step for step in rest if isinstance(step, str)][:-1]
    return " ".join([*words, *inner])
