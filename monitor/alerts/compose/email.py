"""The parts of an e-mail: subject, HTML for narrow views, plain text with its links, headers that thread. Pure.

Mail programs keep little of CSS: inline styles, one column, tables only for rows; no images, no remote parts.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from monitor.alerts.compose import note as notes
from monitor.alerts.compose import words
from monitor.alerts.compose.note import Frame, Note
from monitor.alerts.compose.text import Marked, cut, decorate, host_of, isolated
from monitor.model import Severity

SUBJECT_UNITS = 110  # some servers refuse header lines beyond 998 bytes; Arabic costs six bytes a letter when encoded
ROWS = 200
_DOMAIN = "news-monitor.invalid"  # RFC 2606: names no host, and none of ours leaks
_COLOURS = {Severity.URGENT: "#b3261e", Severity.NORMAL: "#1a56a0", Severity.LOW: "#5f6368"}
_FONT = "font-family:'Segoe UI',Tahoma,Arial,sans-serif;"
_HIT = ('<span style="background-color:#fff1b8;">', "</span>")


def _escape(text: str) -> str:
    return html.escape(text, quote=True)


def subject(group: Sequence[Note], frame: Frame) -> str:
    """The subject line: labels and headline, or the heading of a group."""
    if frame.occasion.kind != "alert":
        text = f"🗂 {notes.title_of(frame, len(group))}"
    else:
        note = group[0]
        flags = notes.flags_of(note, frame.language)
        head = " · ".join((*flags, *note.labels))
        text = f"{words.SIGNS[note.severity]} {cut(Marked(head), 50).text}: {note.headline.text}"
    if frame.repeat:
        text = f"[{words.words(frame.language).repeat}] {text}"
    return cut(Marked(text), SUBJECT_UNITS).text


def headers(group: Sequence[Note], frame: Frame, channel: str) -> Mapping[str, str]:
    """Message-ID stable over repeats; References that tie the mails of one story; marks of an automatic mail."""
    found = {
        "Message-ID": f"<{frame.key}@{_DOMAIN}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": frame.language,
    }
    if frame.occasion.kind == "alert" and len(group) == 1:
        # A root that no mail has: clients thread by the common reference, and no order of arrival is needed.
        root = f"<story-{group[0].story_id}@{_DOMAIN}>"
        found["References"] = root
        found["In-Reply-To"] = root
    return found


def single(note: Note, frame: Frame) -> str:
    """One item as HTML."""
    w = words.words(frame.language)
    head = " · ".join((*notes.flags_of(note, frame.language), *note.labels))
    rows = [_block(f"{words.SIGNS[note.severity]} {_text(Marked(head))}", size=14, colour=_COLOURS[note.severity])]
    rows += [_block(_text(Marked(aside)), size=13, colour="#5f6368") for aside in notes.asides_of(frame)]
    title = decorate(note.headline, escape=_escape, mark=_HIT)
    rows.append(_block(f"<strong>{title}</strong>", size=20, top=6))
    if note.difference:
        rows.append(_block(f"<em>{_text(Marked(note.difference))}</em>", size=15, top=8))
    if note.excerpt.text:
        rows.append(_block(decorate(note.excerpt, escape=_escape, mark=_HIT), size=16, top=10))
    rows.append(_block(_source(note, frame), size=13, top=12, colour="#5f6368"))
    if carried := notes.outlets_of(note, frame.language):
        rows.append(_block(_text(Marked(carried)), size=13, colour="#5f6368"))
    if note.link:
        link = f'{_escape(w.link)} <bdi dir="ltr">{_anchor(note.link, _escape(host_of(note.link)))}</bdi>'
        rows.append(_block(link, size=15, top=12))
    return page("".join(rows), frame)


def grouped(group: Sequence[Note], frame: Frame) -> str:
    """A table by rule and story: one heading row a rule, the most severe rule first."""
    rows = [_block(f"<strong>{_escape(notes.title_of(frame, len(group)))}</strong>", size=19)]
    if span := notes.span_of(frame):
        rows.append(_block(_text(Marked(span)), size=14, top=4, colour="#5f6368"))
    rows += [_block(_text(Marked(aside)), size=13, colour="#5f6368") for aside in notes.asides_of(frame)]
    listed = group[:ROWS]
    sections: dict[str, list[Note]] = {}
    for note in listed:  # a note of several rules stands under its first, and names the others
        sections.setdefault(note.labels[0], []).append(note)
    left = dict(frame.occasion.by_rule)
    cells = []
    for label, members in sections.items():
        colour = _COLOURS[max(note.severity for note in members)]
        cells.append(
            f'<tr><td style="padding:16px 0 4px 0;border-bottom:2px solid {colour};{_FONT}font-size:15px;'
            f'font-weight:bold;color:{colour};">{_text(Marked(label))}</td></tr>'
        )
        cells.extend(_row(note, frame) for note in members)
        for note in members:
            for name in note.labels:
                left[name] = left.get(name, 0) - 1
    rows.append(
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" '
        f'style="border-collapse:collapse;">{"".join(cells)}</table>'
    )
    shown = sum(len(note.labels) for note in listed)
    if rest := notes.rest_of(frame, shown, left):
        rows.append(_block(_text(cut(Marked(rest), 600)), size=14, top=14))
    return page("".join(rows), frame)


def notice(title: str, body: str, frame: Frame) -> str:
    """What the monitor says of itself."""
    rows = [_block(f"<strong>🛠 {_text(Marked(title))}</strong>", size=18)]
    rows += [_block(_text(Marked(line)), size=15, top=6) for line in body.splitlines() if line.strip()]
    return page("".join(rows), frame)


def text_page(text: str, frame: Frame) -> str:
    """A user's own text as HTML, line for line; nothing in it is markup."""
    return page("".join(_block(_text(Marked(line)) or "&nbsp;", size=16) for line in text.splitlines()), frame)


def page(inner: str, frame: Frame) -> str:
    """The frame around a mail: direction, language, one column that fits a phone, a small footer."""
    direction, side = ("rtl", "right") if frame.language == "ar" else ("ltr", "left")
    footer = _block(_escape(words.words(frame.language).footer), size=12, top=18, colour="#80868b")
    return (
        f'<div dir="{direction}" lang="{frame.language}" style="direction:{direction};text-align:{side};{_FONT}'
        f'max-width:600px;margin:0 auto;padding:8px 4px;color:#202124;">{inner}{footer}</div>'
    )


def _block(inner: str, *, size: int, top: int = 2, colour: str = "#202124") -> str:
    style = f"{_FONT}font-size:{size}px;line-height:1.6;margin:{top}px 0 0 0;color:{colour};"
    # dir=auto would let a headline's first word decide; the parent's direction is what we want.
    return f'<div style="{style}">{inner}</div>'


def _row(note: Note, frame: Frame) -> str:
    headline = decorate(note.headline, escape=_escape, mark=_HIT)
    title = _anchor(note.link, headline) if note.link else headline
    # The sign says how urgent it is; a list need not say it twice.
    flags = (flag for flag in notes.flags_of(note, frame.language) if flag != words.words(frame.language).urgent)
    extra = [*flags, *note.labels[1:]]
    outlets = words.count(note.outlets, "outlet", frame.language) if note.outlets > 1 else ""
    at = words.short_time(note.at, frame.zone, frame.language, frame.now)
    parts = [*extra, note.outlet, at, outlets]
    below = " · ".join(isolated(_escape(part)) for part in parts if part)
    return (
        f'<tr><td style="padding:8px 0;border-bottom:1px solid #e0e0e0;{_FONT}font-size:16px;line-height:1.5;">'
        f'{words.SIGNS[note.severity]} {title}<div style="font-size:13px;color:#5f6368;">{below}</div></td></tr>'
    )


def _source(note: Note, frame: Frame) -> str:
    at = words.local_time(note.at, frame.zone, frame.language, frame.now)
    return " · ".join((isolated(_escape(note.outlet)), isolated(_escape(at)), _escape(notes.when_of(note, frame))))


def _text(text: Marked) -> str:
    return decorate(text, escape=_escape)


def _anchor(link: str, shown: str) -> str:
    return f'<a href="{_escape(link)}" style="color:#1a56a0;text-decoration:none;">{shown}</a>'
