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


def around(title: str, summary: str, hits: tuple[Hit, ...], *, colour: bool, room: int | None = None) -> str:
    """The headline with its hits marked, and, where only the summary was hit, the words around the first hit there.

    Args:
        room: cells after which the reader may see nothing; the first hit is then brought into them.
    """
    shown = marked(title, hits, "title", colour=colour)
    below = [hit for hit in hits if hit.field == "summary"]
    if not below or any(hit.field == "title" for hit in hits):
        first_above = min((hit.start for hit in hits), default=0)
        return _from_near(shown, first_above, room)
    if room is not None:
        return _from_near(marked(summary, hits, "summary", colour=colour), min(hit.start for hit in below), room)
    first = below[0]
    start = summary.rfind(" ", 0, max(first.start - _AROUND, 0)) + 1 if first.start > _AROUND else 0
    end = summary.find(" ", min(first.end + _AROUND, len(summary)))
    end = len(summary) if end < 0 else end
    piece = summary[start : first.start] + _mark(first.text, colour) + summary[first.end : end]
    dots = ("… " if start else "", " …" if end < len(summary) else "")
    return f"{shown} ({dots[0]}{piece}{dots[1]})" if shown else f"{dots[0]}{piece}{dots[1]}"


def _from_near(text: str, hit: int, room: int | None) -> str:
    """The text from a little before a place on, where that place would else lie beyond `room`."""
    if room is None or hit < room * 2 // 3:
        return text
    start = text.find(" ", hit - room // 3)
    return f"…{text[start:]}" if 0 <= start < hit else text


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
