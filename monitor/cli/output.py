"""Writes rows to stdout, as a table for people or as JSON lines for programs; words and progress go to stderr."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from monitor.cli.table import Column, clean_cell, fold, isolate, render

T = TypeVar("T")
_WAIT_SECONDS = 1.0
_STEP_SECONDS = 0.1


def to_terminal() -> bool:
    """Whether stdout is a terminal."""
    return sys.stdout.isatty()


def width() -> int | None:
    """Columns of the terminal, or None when piped."""
    return shutil.get_terminal_size((80, 24)).columns if to_terminal() else None


def colour() -> bool:
    """Whether stdout may be coloured."""
    if not to_terminal():
        return False
    from monitor.config.environment import colour_wanted

    return colour_wanted()


def json_line(row: object) -> str:
    """One row as JSON on one line; Arabic as it is, and escapes where a text cannot be UTF-8."""
    text = json.dumps(row, ensure_ascii=False, default=str)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(row, default=str)
    return text


def write_json(rows: Iterable[object]) -> None:
    """Each row as a line of JSON."""
    for row in rows:
        click.echo(json_line(row))


def write_table(
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    *,
    nothing: str = "nothing here",
    below: bool = False,
) -> None:
    """A table; for no rows, `nothing` on stderr. `below`: see `table.render`."""
    listed = list(rows)
    if not listed:
        say(nothing)
        return
    for line in render(columns, listed, width=width(), colour=colour(), below=below):
        click.echo(line)


def write_rows(
    rows: Iterable[Mapping[str, Any]], columns: Mapping[str, Column], *, as_json: bool, nothing: str = "nothing here"
) -> None:
    """Rows as JSON lines with all their fields, or as a table of `columns` (field → column)."""
    if as_json:
        write_json(rows)
        return
    write_table(tuple(columns.values()), ([row.get(field, "") for field in columns] for row in rows), nothing=nothing)


def say(words: str) -> None:
    """A line for the person, on stderr."""
    click.echo(words, err=True)


@contextmanager
def progress(label: str, total: int | None = None) -> Iterator[Progress]:
    """A progress line on stderr for what takes over a second; silent where stderr is no terminal."""
    bar = Progress(label, total)
    try:
        yield bar
    finally:
        bar.finish()


class Progress:
    """Counts steps and redraws its line at most ten times a second."""

    def __init__(self, label: str, total: int | None) -> None:
        self._label = label
        self._total = total
        self._done = 0
        self._begun = time.monotonic()
        self._drawn = 0.0
        self._shown = False

    def step(self, count: int = 1) -> None:
        """So many more are done."""
        self.reach(self._done + count)

    def reach(self, done: int, total: int | None = None) -> None:
        """So many are done, of `total` where that became known."""
        self._done = done
        self._total = total if total is not None else self._total
        now = time.monotonic()
        if now - self._begun >= _WAIT_SECONDS and now - self._drawn >= _STEP_SECONDS and sys.stderr.isatty():
            self._drawn, self._shown = now, True
            sys.stderr.write(f"\r{self._line()}\x1b[K")
            sys.stderr.flush()

    def over(self, rows: Iterable[T]) -> Iterator[T]:
        """The rows, counted as they pass."""
        for row in rows:
            yield row
            self.step()

    def finish(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def _line(self) -> str:
        if not self._total:
            return f"{self._label} {self._done:,}"
        share = min(self._done / self._total, 1.0)
        filled = round(share * 24)
        return f"{self._label} [{'#' * filled}{'.' * (24 - filled)}] {share:4.0%} {self._done:,} of {self._total:,}"


def write_facts(facts: Iterable[tuple[str, object]]) -> None:
    """Names and values below each other, long texts folded at the terminal's width; an empty line at the end."""
    listed = [(name, clean_cell(value)) for name, value in facts]
    indent = max((len(name) for name, _ in listed), default=0) + 2
    room = max((width() or 10_000) - indent, 20)
    for name, value in listed:
        lines = fold(value, room) or [""]
        shown = click.style(name.ljust(indent), bold=True) if colour() else name.ljust(indent)
        for line in lines:
            click.echo((shown + (isolate(line) if to_terminal() else line)).rstrip())
            shown = " " * indent
    click.echo()


def write_folded(
    text: str, *, indent: str = "", hang: str = "    ", shade: str | None = None, bold: bool = False
) -> None:
    """A long line: on a terminal folded at its width, each line isolated where it needs that; piped as it is.

    Args:
        indent: before the first line; `hang`: before the others.
        shade: a click colour name for all of it; `bold`: likewise.
    """
    columns = width()
    lines = [text] if columns is None else fold(text, max(columns - max(len(indent), len(hang)), 20)) or [""]
    for number, line in enumerate(lines):
        shown = click.style(isolated(line), fg=shade, bold=bold or None) if colour() else isolated(line)
        click.echo(f"{hang if number else indent}{shown}")


def hanging(text: str, indent: int) -> str:
    """As `write_folded`, for what stands behind or among other text: the lines joined, all but the first indented."""
    columns = width()
    if columns is None:
        return text
    return ("\n" + " " * indent).join(map(isolated, fold(text, max(columns - indent, 20))))


def isolated(text: str) -> str:
    """The text isolated where it runs from right to left and stdout is a terminal; else as it is."""
    return isolate(text) if to_terminal() else text
