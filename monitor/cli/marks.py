"""A text with the words that hit marked in it: coloured on a terminal, in brackets when piped. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.model import FieldName, Hit

_AROUND = 40


def marked(text: str, hits: Iterable[Hit], field: FieldName, *, colour: bool) -> str:
    """The whole of a field with its hits marked."""
    spans = merged([(hit.start, hit.end) for hit in hits if hit.field == field])
    parts, at = [], 0
    for start, end in spans:
        parts += [text[at:start], _mark(text[start:end], colour)]
        at = end
    return "".join([*parts, text[at:]])


def around(title: str, summary: str, hits: tuple[Hit, ...], *, colour: bool) -> str:
    """The headline with its hits marked, and, where only the summary was hit, the words around the first hit there."""
    shown = marked(title, hits, "title", colour=colour)
    below = [hit for hit in hits if hit.field == "summary"]
    if not below or any(hit.field == "title" for hit in hits):
        return shown
    first = below[0]
    start = summary.rfind(" ", 0, max(first.start - _AROUND, 0)) + 1 if first.start > _AROUND else 0
    end = summary.find(" ", min(first.end + _AROUND, len(summary)))
    end = len(summary) if end < 0 else end
    piece = summary[start : first.start] + _mark(first.text, colour) + summary[first.end : end]
    dots = ("… " if start else "", " …" if end < len(summary) else "")
    return f"{shown} ({dots[0]}{piece}{dots[1]})" if shown else f"{dots[0]}{piece}{dots[1]}"


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that touch or overlap made one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _mark(text: str, colour: bool) -> str:
    if not colour:
        return f"«{text}»"
    import click

    return click.style(text, bold=True, fg="yellow")
