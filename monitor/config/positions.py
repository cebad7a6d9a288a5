"""Where each key and value of a TOML text stands. It reads only texts that `tomllib` has accepted; it judges nothing.

`tomllib` gives values without places, and a fault without a place sends a person searching. This scanner walks the same
text once and notes, for every path that `tomllib` would return, where its key and its value begin and end.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

Path = tuple[str | int, ...]

_BLANK = re.compile(r"[ \t]*")
_SPACE = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_COMMENT = re.compile(r"#[^\n]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\n\r]+")
_STRINGS = {
    '"""': re.compile(r'"""(?:\\.|(?!""").)*"""(?:"(?!")|""(?!"))?', re.DOTALL),
    "'''": re.compile(r"'''(?:(?!''').)*'''(?:'(?!')|''(?!'))?", re.DOTALL),
    '"': re.compile(r'"(?:\\.|[^"\\\n])*"'),
    "'": re.compile(r"'[^'\n]*'"),
}
_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(["\\bfnrte]))')
_PLAIN_ESCAPES = {'"': '"', "\\": "\\", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "e": "\x1b"}


@dataclass(frozen=True, slots=True)
class Place:
    """Offsets of a key and of its value in the text; for an element of an array both are the element's."""

    key: int
    start: int
    end: int


@dataclass(slots=True)
class Positions:
    """Places by path: `("rules", 1, "any", 0)` is the first `any` term of the second rule."""

    text: str
    places: dict[Path, Place] = field(default_factory=dict)
    comments: list[tuple[int, int]] = field(default_factory=list)
    _lines: list[int] = field(default_factory=list)

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """1-based line and column (in code points) of an offset."""
        if not self._lines:
            self._lines = [0, *(match.end() for match in re.finditer("\n", self.text))]
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def of_key(self, path: Path) -> tuple[int, int]:
        """Line and column of the key, or of the nearest table around it; (1, 1) where nothing is known."""
        place = self._nearest(path)
        return self.line_and_column(place.key) if place else (1, 1)

    def of_value(self, path: Path) -> tuple[int, int]:
        """Line and column of the value, or of the nearest table around it."""
        place = self._nearest(path)
        return self.line_and_column(place.start) if place else (1, 1)

    def _nearest(self, path: Path) -> Place | None:
        for length in range(len(path), 0, -1):
            place = self.places.get(path[:length])
            if place is not None:
                return place
        return None


def scan(text: str) -> Positions:
    """Note every key and value of `text`, which must be valid TOML with "\\n" or "\\r\\n" line ends."""
    scanner = _Scanner(text)
    scanner.document()
    return scanner.found


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found = Positions(text)
        self.table: Path = ()
        self.arrays: dict[Path, int] = {}

    def document(self) -> None:
        while True:
            self._skip_space()
            if self.at >= len(self.text):
                return
            if self.text[self.at] == "[":
                self._header()
            else:
                self._pair(self.table)

    def _header(self) -> None:
        start = self.at
        is_array = self.text.startswith("[[", self.at)
        self.at += 2 if is_array else 1
        names = [name for name, _ in self._key()]
        self._skip_blank()
        self.at += 2 if is_array else 1
        path = self._resolve(names[:-1], start)
        here: Path = (*path, names[-1])
        if is_array:
            self.arrays[here] = self.arrays.get(here, -1) + 1
            self._note(here, start, start, self.at)
            here = (*here, self.arrays[here])
        elif here in self.arrays:  # not valid TOML, yet harmless to read
            here = (*here, self.arrays[here])
        self._note(here, start, start, self.at)
        self.table = here

    def _resolve(self, names: list[str], start: int) -> Path:
        path: Path = ()
        for name in names:
            path = (*path, name)
            self._note(path, start, start, start)
            if path in self.arrays:
                path = (*path, self.arrays[path])
        return path

    def _pair(self, table: Path) -> None:
        path = table
        key_at = self.at
        for name, key_at in self._key():
            path = (*path, name)
            self._note(path, key_at, key_at, key_at)
        self._skip_blank()
        self.at += 1  # "="
        self._skip_blank()
        start = self.at
        self._value(path)
        self.found.places[path] = Place(key_at, start, self.at)

    def _key(self) -> Iterator[tuple[str, int]]:
        """The parts of a dotted key with their offsets; leaves `at` behind the last one."""
        while True:
            self._skip_blank()
            start = self.at
            if self.text[self.at] in "\"'":
                quote = self.text[self.at]
                self._string()
                name = self.text[start + 1 : self.at - 1]
                yield (_unescape(name) if quote == '"' else name), start
            else:
                match = _BARE_KEY.match(self.text, self.at)
                if match is None:
                    raise ValueError(f"no key at offset {self.at}")
                self.at = match.end()
                yield match.group(), start
            before = self.at
            self._skip_blank()
            if not self.text.startswith(".", self.at):
                self.at = before
                return
            self.at += 1

    def _value(self, path: Path) -> None:
        opening = self.text[self.at]
        if opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline_table(path)
        elif opening in "\"'":
            self._string()
        else:
            match = _SCALAR.match(self.text, self.at)
            if match is None:
                raise ValueError(f"no value at offset {self.at}")
            self.at += len(match.group().rstrip())

    def _array(self, path: Path) -> None:
        self.at += 1
        index = 0
        while True:
            self._skip_space()
            if self.text[self.at] == "]":
                self.at += 1
                return
            start = self.at
            self._value((*path, index))
            self._note((*path, index), start, start, self.at)
            index += 1
            self._skip_space()
            if self.text[self.at] == ",":
                self.at += 1

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        while True:
            self._skip_space()
            if self.text[self.at] == "}":
                self.at += 1
                return
            self._pair(path)
            self._skip_space()
            if self.text[self.at] == ",":
                self.at += 1

    def _string(self) -> None:
        for mark, pattern in _STRINGS.items():
            if self.text.startswith(mark, self.at):
                match = pattern.match(self.text, self.at)
                if match is None:
                    break
                self.at = match.end()
                return
        raise ValueError(f"no string at offset {self.at}")

    def _note(self, path: Path, key: int, start: int, end: int) -> None:
        self.found.places.setdefault(path, Place(key, start, end))

    def _skip_blank(self) -> None:
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def _skip_space(self) -> None:
        match = _SPACE.match(self.text, self.at)
        if match is None or match.end() == self.at:
            return
        # Every "#" in such a run opens a comment: strings never reach this place.
        self.found.comments += [found.span() for found in _COMMENT.finditer(self.text, self.at, match.end())]
        self.at = match.end()


def _unescape(text: str) -> str:
    def replace(match: re.Match[str]) -> str:
        code = match.group(1) or match.group(2)
        return chr(int(code, 16)) if code else _PLAIN_ESCAPES[match.group(3)]

    return _ESCAPE.sub(replace, text)
