"""The text of a Telegram message: HTML of the Bot API's dialect, within its size, right to left. Pure.

Telegram counts 4096 UTF-16 units after the entities are parsed. We stay well below, and cut before there is markup.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Sequence

from monitor.alerts.compose import note as notes
from monitor.alerts.compose import words
from monitor.alerts.compose.note import Frame, Note
from monitor.alerts.compose.text import FSI, PDI, Marked, cut, decorate, host_of, isolated, line_mark, units

MESSAGE_UNITS = 3500
LINE_HEADLINE_UNITS = 160
_BOLD = ("<b>", "</b>")
_UNDERLINED = ("<u>", "</u>")


def escape(text: str) -> str:
    """Escape for Telegram's HTML; quotes too, for a link stands in an attribute."""
    return html.escape(text, quote=True)


def single(note: Note, frame: Frame) -> str:
    """One item: sign and labels, headline, excerpt, outlet and time, outlets, link."""
    w = words.words(frame.language)
    mark = line_mark("", frame.language)
    head = " · ".join((*notes.flags_of(note, frame.language), *note.labels))
    lines = [mark + decorate(Marked(f"{words.SIGNS[note.severity]} {head}"), escape=escape)]
    lines += [_line(Marked(aside), frame, outer=("<i>", "</i>")) for aside in notes.asides_of(frame)]
    lines.append(_line(note.headline, frame, outer=_BOLD, mark=_UNDERLINED))
    if note.difference:
        lines.append(_line(Marked(note.difference), frame, outer=("<i>", "</i>")))
    if note.excerpt.text:
        lines += ["", _line(note.excerpt, frame, mark=_BOLD)]
    lines += ["", mark + _source(note, frame)]
    if carried := notes.outlets_of(note, frame.language):
        lines.append(_line(Marked(carried), frame))
    if note.link:
        lines.append(f"{mark}{w.link} {FSI}{_anchor(note.link, escape(host_of(note.link)))}{PDI}")
    return "\n".join(lines)


def grouped(group: Sequence[Note], frame: Frame) -> str:
    """Many items: a heading with the count and the time it covers, a line or two each, counts for the rest."""
    mark = line_mark("", frame.language)
    lines = [f"{mark}🗂 <b>{escape(notes.title_of(frame, len(group)))}</b>"]
    if span := notes.span_of(frame):
        lines.append(_line(Marked(span), frame, outer=("<i>", "</i>")))
    lines += [_line(Marked(aside), frame, outer=("<i>", "</i>")) for aside in notes.asides_of(frame)]
    size = sum(units(line) + 1 for line in lines)
    left = dict(frame.occasion.by_rule) or dict(Counter(label for note in group for label in note.labels))
    listed = 0
    for note in group:
        entry = _entry(note, frame)
        # The link's own text counts, its address does not; counting the markup too keeps us on the safe side.
        needed = units(entry) - (units(escape(note.link)) + 15 if note.link else 0) + 2
        if listed and size + needed > MESSAGE_UNITS:
            break
        lines += ["", entry]
        size += needed
        listed += 1
        for label in note.labels:
            left[label] = left.get(label, 0) - 1
    shown = sum(len(note.labels) for note in group[:listed])
    if rest := notes.rest_of(frame, shown, left):
        lines += ["", _line(cut(Marked(rest), 400), frame)]
    return "\n".join(lines)


def notice(subject: str, body: str, frame: Frame) -> str:
    """What the monitor says of itself."""
    lines = [_line(Marked(f"🛠 {subject}"), frame, outer=_BOLD)]
    lines += [_line(cut(Marked(line), 1000), frame) for line in body.splitlines() if line.strip()]
    return "\n".join(lines[:30])


def plain_text(text: str, frame: Frame) -> str:
    """A user's own text as Telegram HTML: nothing in it is markup."""
    lines = [_line(cut(Marked(line), MESSAGE_UNITS), frame) if line.strip() else "" for line in text.splitlines()]
    kept: list[str] = []
    for line in lines:
        if sum(units(k) + 1 for k in kept) + units(line) > MESSAGE_UNITS:
            break
        kept.append(line)
    return "\n".join(kept)


def _entry(note: Note, frame: Frame) -> str:
    headline = decorate(cut(note.headline, LINE_HEADLINE_UNITS), escape=escape, mark=_UNDERLINED)
    flags = notes.flags_of(note, frame.language)
    head = " · ".join((*(f for f in flags if f != words.words(frame.language).urgent), *note.labels))
    title = _anchor(note.link, headline) if note.link else headline
    first = f"{line_mark(note.headline.text, frame.language)}{words.SIGNS[note.severity]} {title}"
    return f"{first}\n{line_mark('', frame.language)}{_source(note, frame, labels=head)}"


def _source(note: Note, frame: Frame, labels: str = "") -> str:
    parts = [isolated(escape(part)) for part in (labels, note.outlet) if part]
    time = words.short_time if labels else words.local_time
    parts.append(isolated(escape(time(note.at, frame.zone, frame.language, frame.now))))
    if not labels:
        parts.append(escape(notes.when_of(note, frame)))
    elif note.outlets > 1:
        parts.append(escape(words.count(note.outlets, "outlet", frame.language)))
    return " · ".join(parts)


def _anchor(link: str, shown: str) -> str:
    return f'<a href="{escape(link)}">{shown}</a>'


def _line(text: Marked, frame: Frame, *, outer: tuple[str, str] = ("", ""), mark: tuple[str, str] = ("", "")) -> str:
    return line_mark(text.text, frame.language) + outer[0] + decorate(text, escape=escape, mark=mark) + outer[1]
