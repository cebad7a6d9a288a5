"""A TOML file as data with places: read, decoded, parsed. Every way in which a file can be no TOML is one Fault."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from monitor.config import positions
from monitor.errors import ConfigError, Fault

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_LOOK_ALIKES = {
    "،": 'that is an Arabic comma; between values write ","',
    "؛": "that is an Arabic semicolon; TOML needs none here",
    "“": 'that is a curly quote; write the straight "',
    "”": 'that is a curly quote; write the straight "',
    "„": 'that is a curly quote; write the straight "',
    "«": 'that is a guillemet; write the straight "',
    "»": 'that is a guillemet; write the straight "',
    "‘": "that is a curly quote; write the straight '",
    "’": "that is a curly quote; write the straight '",
    "\u00a0": "that is a no-break space; write an ordinary space",
    "\u200f": "an invisible right-to-left mark stands here; delete it",
    "\u200e": "an invisible left-to-right mark stands here; delete it",
}
_HINTS = (
    ("Unclosed array", 'close the list with "]" and put a comma between its values'),
    ("Unclosed inline table", 'close it with "}" on the same line'),
    ("Unterminated string", "close the text with the quote that opened it, on the same line"),
    ("Illegal character '\\n'", "close the text with the quote that opened it, on the same line"),
    ("Expected '=' after a key", 'write key = value; a comment begins with "#"'),
    ("Invalid initial character for a key", "a key is made of Latin letters, digits, - and _; quote anything else"),
    ("Invalid value", 'texts need quotes: write "…"'),
    ("Invalid statement", 'write key = value, or begin the line with "#" if it is a comment'),
    ("Expected newline or end of document", "one setting a line; texts need quotes on both sides"),
    ("Cannot overwrite a value", "this key stands here twice; keep one"),
    ("Duplicate inline table key", "this key stands here twice; keep one"),
    ("twice", "this table stands here twice; join the two, or write [[…]] for a list"),
    ("Cannot mutate immutable namespace", "this table is already complete above; write everything in one place"),
    ("Unescaped '\\'", "write \\\\ for a backslash, or put the text in single quotes"),
    ("Unclosed", "close what was opened here"),
    ("Expected ']", "a table's name stands in brackets: [polling], a list's in two: [[feeds]]"),
)


@dataclass(frozen=True)
class Document:
    """A parsed file: `text` without a byte order mark and with "\\n" line ends, `data` as tomllib gives it."""

    path: Path
    shown: str
    text: str
    data: dict[str, Any]

    @cached_property
    def places(self) -> positions.Positions:
        """Where each key and value stands; found out with the first fault."""
        return positions.scan(self.text)

    def fault(self, message: str, hint: str, path: positions.Path, *, where: str = "", key: bool = False) -> Fault:
        """A fault at the value (or, with `key`, at the key) that stands at `path`."""
        line, column = self.places.of_key(path) if key else self.places.of_value(path)
        return Fault(message=message, hint=hint, where=where, path=self.shown, line=line, column=column)


def read(path: Path) -> Document:
    """Read and parse a file.

    Raises:
        ConfigError: it is not there, not readable, not UTF-8, or not TOML.
    """
    shown = str(path)
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        fault = Fault(message="no such file", hint="write one, or name it with --config", path=shown)
        raise ConfigError([fault]) from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError([Fault(message=f"cannot be read: {reason}", hint="", path=shown)]) from error
    return parse(decode(raw, shown), path)


def decode(raw: bytes, shown: str) -> str:
    """UTF-8, with or without a byte order mark, as text with plain line ends."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        good = raw[: error.start].decode("utf-8-sig", "replace")
        line = good.count("\n") + 1
        column = len(good) - (good.rfind("\n") + 1) + 1
        fault = Fault(
            message="the file is not UTF-8",
            hint='save it as UTF-8 (in most editors: "Save with encoding")',
            path=shown,
            line=line,
            column=column,
        )
        raise ConfigError([fault]) from error
    return text.replace("\r\n", "\n")


def parse(text: str, path: Path) -> Document:
    """Parse a text that stands, or is about to stand, at `path`."""
    shown = str(path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_in_its_language(_syntax_fault(str(error), text, shown), text)) from error
    except RecursionError as error:
        fault = Fault(message="lists or tables are nested too deeply", hint="nothing here needs that", path=shown)
        raise ConfigError(_in_its_language(fault, text)) from error
    return Document(path, shown, text, data)


def _in_its_language(fault: Fault, text: str) -> list[Fault]:
    from monitor.config.arabic import language_of_text, spoken

    return spoken([fault], language_of_text(text))


def _syntax_fault(message: str, text: str, shown: str) -> Fault:
    place = _PLACE.search(message)
    what = re.sub(r"\((?:'[^']*',? ?)+\)", _table_name, _PLACE.sub("", message))
    lines = text.split("\n")
    if place is None or place.group(1) is None:
        line, column = len(lines), len(lines[-1]) + 1
    else:
        line, column = int(place.group(1)), int(place.group(2))
    hint = next((advice for start, advice in _HINTS if start in what), "see https://toml.io for the notation")
    if place is not None and place.group(1) is None and "overwrite" not in what:
        hint = "the file ends too early: close the list, table or text that is open"
    strange, column = _look_alike(lines[line - 1] if line <= len(lines) else "", column)
    return Fault(
        message=f"this is not TOML: {what[:1].lower()}{what[1:]}",
        hint=strange or hint,
        path=shown,
        line=line,
        column=column,
    )


def _table_name(parts: re.Match[str]) -> str:
    return "[" + ".".join(re.findall(r"'([^']*)'", parts.group())) + "]"


def _look_alike(line: str, column: int) -> tuple[str, int]:
    """The advice for a character that only looks right, outside of quoted text at or after the fault; else ""."""
    bare = re.sub(r'"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*', lambda quoted: " " * len(quoted.group()), line)
    at = next((index for index in range(max(column - 2, 0), len(bare)) if bare[index] in _LOOK_ALIKES), None)
    if at is None:
        return "", column
    return _LOOK_ALIKES[bare[at]], at + 1
