"""Tables for a terminal, by display width, with right-to-left text isolated. Pure: rows in, lines out.

On a terminal of W columns the flexible columns are cut so that a row fits; when piped nothing is cut, coloured or
isolated, so that what arrives is exactly the values.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_FSI, _PDI = "\u2068", "\u2069"
_GAP = "  "
_INDENT = "    "
_SHORTEST = 8


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `flexible`: may be cut; `right`: numbers stand at the right; `colour`: a click colour name."""

    title: str
    flexible: bool = False
    right: bool = False
    colour: str | None = None


def display_width(text: str) -> int:
    """Cells that a terminal uses for a text without control characters."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth

    return max(int(wcswidth(text)), 0)


def is_right_to_left(text: str) -> bool:
    """Whether a text holds letters that run from right to left."""
    return not text.isascii() and any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)


def isolate(text: str) -> str:
    """The text between FSI and PDI where it needs that, so that it cannot turn its neighbours around."""
    return f"{_FSI}{text}{_PDI}" if is_right_to_left(text) else text


def clean_cell(value: object) -> str:
    """One line of plain text: no control characters, no direction overrides, no isolates of its own."""
    text = " ".join(str(value).split())
    if text.isascii() and text.isprintable():
        return text
    kept = (letter for letter in text if unicodedata.category(letter) not in ("Cc", "Cs", "Cn"))
    return "".join(letter for letter in kept if letter not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def cut(text: str, width: int) -> str:
    """At most `width` cells of the text; what was cut shows as …"""
    if display_width(text) <= width:
        return text
    kept = ""
    used = 0
    for letter in text:
        cells = display_width(letter)
        if used + cells > width - 1:
            break
        kept += letter
        used += cells
    return kept.rstrip() + "…"


def render(
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    *,
    width: int | None,
    colour: bool = False,
    below: bool = False,
) -> list[str]:
    """The lines of a table, its title line first.

    Args:
        width: cells of the terminal; None when piped: nothing is cut or isolated.
        below: the last column is a sentence; where it does not fit it stands whole under its row.
    """
    cells = [[clean_cell(value) for value in row] for row in rows]
    widths = [
        max([display_width(column.title), *(display_width(row[index]) for row in cells)])
        for index, column in enumerate(columns)
    ]
    if width is not None:
        if below and sum(widths) + len(_GAP) * (len(widths) - 1) > width:
            return _with_sentences(columns, cells, width, colour)
        widths = _fit(widths, columns, width)
    lines = [_line([column.title for column in columns], columns, widths, width is not None, title=True, colour=colour)]
    lines += [_line(row, columns, widths, width is not None, title=False, colour=colour) for row in cells]
    return lines


def _with_sentences(columns: Sequence[Column], cells: list[list[str]], width: int, colour: bool) -> list[str]:
    """The table without its last column, whose text stands folded under each row."""
    title, *lines = render(columns[:-1], [row[:-1] for row in cells], width=width, colour=colour)
    shown = [title]
    for line, row in zip(lines, cells, strict=True):
        shown.append(line)
        for part in fold(row[-1], width - len(_INDENT)) if row[-1] else ():
            text = isolate(part)
            shown.append(_INDENT + (_coloured(text, columns[-1], False) if colour and columns[-1].colour else text))
    return shown


def _fit(widths: list[int], columns: Sequence[Column], width: int) -> list[int]:
    """Take cells from the widest flexible column until the row fits."""
    fitted = list(widths)
    room = width - len(_GAP) * (len(columns) - 1)
    flexible = [index for index, column in enumerate(columns) if column.flexible]
    while sum(fitted) > room:
        widest = max(flexible, key=lambda index: fitted[index], default=None)
        if widest is None or fitted[widest] <= _SHORTEST:
            break
        others = max((fitted[index] for index in flexible if index != widest), default=0)
        spare = sum(fitted) - room
        fitted[widest] -= max(1, min(spare, fitted[widest] - max(others, _SHORTEST)))
    return fitted


def _line(
    row: Sequence[str], columns: Sequence[Column], widths: Sequence[int], terminal: bool, *, title: bool, colour: bool
) -> str:
    parts = []
    for index, (cell, column, width) in enumerate(zip(row, columns, widths, strict=True)):
        text = cut(cell, width) if terminal else cell
        padding = " " * max(0, width - display_width(text))
        shown = isolate(text) if terminal else text
        if colour and (title or column.colour):
            shown = _coloured(shown, column, title)
        last = index == len(columns) - 1
        parts.append(padding + shown if column.right else shown if last else shown + padding)
    return _GAP.join(parts).rstrip()


def _coloured(text: str, column: Column, title: bool) -> str:
    import click

    return click.style(text, bold=True) if title else click.style(text, fg=column.colour)


def fold(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells, broken between words; a longer word stands alone."""
    lines: list[str] = []
    line, used = "", 0
    for word in text.split(" "):
        cells = display_width(word)
        if line and used + 1 + cells > width:
            lines.append(line)
            line, used = word, cells
        else:
            line, used = (f"{line} {word}", used + 1 + cells) if line else (word, cells)
    return [*lines, line] if line else lines
