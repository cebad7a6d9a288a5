"""The scanner finds every key and value that tomllib finds, at the text that means exactly that value."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config.positions import Path, scan

Choice = TypeVar("Choice")

TEXTS = st.text(alphabet="abAB01 _-.,#=[]{}\"'\\\nرفح،\t", max_size=12)
SCALARS = st.one_of(
    TEXTS,
    st.booleans(),
    st.integers(-(10**6), 10**6),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda value: round(value, 3)),
    st.just(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
    st.just(date(2026, 1, 2)),
    st.just(time(3, 4, 5)),
)
BARE = st.sampled_from(["a", "b-c", "D_1", "99", "from"])
KEYS = st.one_of(BARE, TEXTS)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=6,
)
TABLES = st.dictionaries(KEYS, VALUES, max_size=4)


class Writer:
    """Writes data as TOML in one of the many ways in which a person may."""

    def __init__(self, draw: st.DataObject) -> None:
        self._draw = draw

    def document(self, top: dict[str, Any], tables: dict[str, dict[str, Any]], lists: dict[str, list[Any]]) -> str:
        lines = [self._pair(key, value) for key, value in top.items()]
        for name, table in tables.items():
            lines += [self._comment(), f"[{self._blank()}{self.key(name)}{self._blank()}]{self._comment()}"]
            lines += [self._pair(key, value) for key, value in table.items()]
        for name, rows in lists.items():
            for row in rows:
                lines += [f"[[{self.key(name)}]]{self._comment()}"]
                lines += [f"{self._blank()}{self._pair(key, value)}" for key, value in row.items()]
        return "\n".join(lines) + self._pick("", "\n", "\n\n# the end")

    def key(self, name: str) -> str:
        if name and name.isascii() and name.replace("-", "").replace("_", "").isalnum():
            return self._pick(name, self._basic(name))
        if name and "'" not in name and "\n" not in name and self._pick(True, False):
            return f"'{name}'"
        return self._basic(name)

    def value(self, value: Any) -> str:
        match value:
            case bool():
                return str(value).lower()
            case str():
                return self._text(value)
            case list():
                return self._array(value)
            case dict():
                pairs = ", ".join(self._pair(key, inner) for key, inner in value.items())
                return f"{{{self._blank()}{pairs}{self._blank()}}}"
            case datetime() | date() | time():
                return value.isoformat()
            case _:
                return repr(value)

    def _pair(self, key: str, value: Any) -> str:
        return f"{self.key(key)}{self._blank()}={self._blank()}{self.value(value)}"

    def _array(self, values: list[Any]) -> str:
        gap = self._pick("", " ", "\n", ' # a comment, with ] and "\n  ')
        comma = self._pick("", ",") if values else ""
        return "[" + gap + f",{gap}".join(self.value(value) for value in values) + comma + gap + "]"

    def _text(self, value: str) -> str:
        choices = [self._basic(value), self._multiline(value)]
        if "'" not in value and "\n" not in value:
            choices.append(f"'{value}'")
        if "'''" not in value and not value.endswith("'") and not value.startswith("\n"):
            choices.append(f"'''{value}'''")
        return self._pick(*choices)

    def _basic(self, value: str) -> str:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
        return f'"{escaped}"'

    def _multiline(self, value: str) -> str:
        opening = "\n" if value.startswith("\n") else self._pick("", "\n")
        escaped = value.replace("\\", "\\\\").replace('"""', '""\\"')
        if escaped.endswith('"'):
            escaped = escaped[:-1] + '\\"'
        return f'"""{opening}{escaped}"""'

    def _comment(self) -> str:
        return self._pick("", " # [[not]] = a 'table'")

    def _blank(self) -> str:
        return self._pick("", " ", "\t ")

    def _pick(self, *choices: Choice) -> Choice:
        return self._draw.draw(st.sampled_from(choices))


def paths(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every path of some data with its value, as tomllib gives them."""
    if path:
        yield path, value
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield from paths(inner, (*path, step))


@settings(max_examples=200, deadline=None)
@given(data=st.data(), top=TABLES, tables=st.dictionaries(KEYS, TABLES, max_size=2), lists=st.data())
def test_every_value_stands_where_the_scanner_says(
    data: st.DataObject, top: dict[str, Any], tables: dict[str, dict[str, Any]], lists: st.DataObject
) -> None:
    tables = {name: table for name, table in tables.items() if name not in top}
    rows = lists.draw(st.dictionaries(KEYS, st.lists(TABLES, min_size=1, max_size=3), max_size=2))
    rows = {name: row for name, row in rows.items() if name not in top and name not in tables}
    text = Writer(data).document(top, tables, rows)

    found = scan(text)

    for path, value in paths(tomllib.loads(text)):
        assert path in found.places, path
        place = found.places[path]
        is_header = isinstance(value, dict) and text[place.start] != "{"
        is_list_of_headers = isinstance(value, list) and text.startswith("[[", place.start) and path[0] in rows
        if not is_header and not (is_list_of_headers and len(path) == 1):
            assert tomllib.loads(f"x = {text[place.start : place.end]}") == {"x": value}
        line, column = found.line_and_column(place.start)
        assert text.split("\n")[line - 1][column - 1 :] == text[place.start :].split("\n", 1)[0]


DOTTED = """\
# before
a.b.c = 1            # dotted
"quoted key" . 'and' = 2

[polling]
every = "5m"

[[rules]]
name = "x"
any = [
    "هدنة",          # one
    "رفح",
]
[rules.inner]
deep = { one = 1, two.three = [ { x = "y" } ] }

[[rules]]
name = "z"
"""


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("a", "b", "c"), (2, 5), (2, 9)),
        (("quoted key", "and"), (3, 16), (3, 24)),
        (("polling",), (5, 1), (5, 1)),
        (("polling", "every"), (6, 1), (6, 9)),
        (("rules", 0), (8, 1), (8, 1)),
        (("rules", 0, "any", 1), (12, 5), (12, 5)),
        (("rules", 0, "inner", "deep", "two", "three", 0, "x"), (15, 35), (15, 39)),
        (("rules", 1, "name"), (18, 1), (18, 8)),
    ],
)
def test_places_of_keys_and_values(path: Path, key: tuple[int, int], value: tuple[int, int]) -> None:
    found = scan(DOTTED)

    assert found.of_key(path) == key
    assert found.of_value(path) == value


def test_a_path_that_is_not_there_gives_the_table_around_it() -> None:
    assert scan(DOTTED).of_value(("rules", 1, "any", 3)) == (17, 1)
    assert scan(DOTTED).of_value(("nothing",)) == (1, 1)


def test_comments_are_noted_and_marks_inside_texts_are_not() -> None:
    text = 'a = "# no"  # yes\n# also\nb = [1, # and\n2]\n'

    assert [text[start:end] for start, end in scan(text).comments] == ["# yes", "# also", "# and"]
