"""Alerts as plain text: for the terminal, for e-mail's plain part, and for every service we know nothing of. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from monitor.alerts.compose import note as notes
from monitor.alerts.compose import words
from monitor.alerts.compose.note import Frame, Note
from monitor.alerts.compose.text import Marked, decorate, isolated, line_mark

Marks = tuple[str, str]
HIT: Marks = ("«", "»")


def single(note: Note, frame: Frame, *, hit: Marks = HIT, bold: Marks = ("", "")) -> str:
    """One item on a few lines, the link on the last, by itself, so that anything makes it clickable."""
    head = " · ".join((*notes.flags_of(note, frame.language), *note.labels))
    lines = [_line(Marked(f"{words.SIGNS[note.severity]} {head}"), frame)]
    lines += [_line(Marked(aside), frame) for aside in notes.asides_of(frame)]
    mark = line_mark(note.headline.text, frame.language)
    lines.append(mark + bold[0] + decorate(note.headline, mark=hit) + bold[1])
    if note.difference:
        lines.append(_line(Marked(note.difference), frame))
    if note.excerpt.text:
        lines.append(line_mark(note.excerpt.text, frame.language) + decorate(note.excerpt, mark=hit))
    lines.append(line_mark("", frame.language) + _source(note, frame))
    if carried := notes.outlets_of(note, frame.language):
        lines.append(_line(Marked(carried), frame))
    if note.link:
        lines.append(note.link)
    return "\n".join(lines)


def grouped(group: Sequence[Note], frame: Frame, *, limit: int, hit: Marks = HIT) -> str:
    """Many items under a heading, at most about `limit` characters, counts for the rest."""
    lines = [_line(Marked(f"🗂 {notes.title_of(frame, len(group))}"), frame)]
    if span := notes.span_of(frame):
        lines.append(_line(Marked(span), frame))
    lines += [_line(Marked(aside), frame) for aside in notes.asides_of(frame)]
    left = dict(frame.occasion.by_rule) or dict(Counter(label for note in group for label in note.labels))
    size, listed = sum(map(len, lines)), 0
    for note in group:
        headline = decorate(note.headline, mark=hit)
        entry = f"{line_mark(note.headline.text, frame.language)}{words.SIGNS[note.severity]} {headline}\n"
        labels = " · ".join(note.labels)
        entry += f"{line_mark('', frame.language)}{isolated(labels)} · {_source(note, frame)}"
        entry += f"\n{note.link}" if note.link else ""
        if listed and size + len(entry) > limit:
            break
        lines += ["", entry]
        size += len(entry) + 2
        listed += 1
        for label in note.labels:
            left[label] = left.get(label, 0) - 1
    shown = sum(len(note.labels) for note in group[:listed])
    if rest := notes.rest_of(frame, shown, left):
        lines += ["", _line(Marked(rest), frame)]
    return "\n".join(lines)


def _source(note: Note, frame: Frame) -> str:
    at = words.local_time(note.at, frame.zone, frame.language, frame.now)
    return " · ".join((isolated(note.outlet), isolated(at), notes.when_of(note, frame)))


def _line(text: Marked, frame: Frame) -> str:
    return line_mark(text.text, frame.language) + decorate(text)
