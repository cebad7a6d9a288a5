"""Alerts for a terminal: a frame-less block, the hits and the severity in ANSI colours. Pure.

Colours are put in always; who prints (`delivery`) takes them out where no terminal is at the other end. Texts were
cleaned of controls before, so every escape in here is ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.alerts.compose import plain
from monitor.alerts.compose.note import Frame, Note
from monitor.model import Severity

RESET = "\x1b[0m"
_COLOURS = {Severity.URGENT: "\x1b[1;31m", Severity.NORMAL: "\x1b[1;34m", Severity.LOW: "\x1b[2m"}
_HIT = ("\x1b[4m", "\x1b[24m")
_ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def single(note: Note, frame: Frame) -> str:
    """One item; the first line carries the severity's colour, the headline is bold, the hits underlined."""
    first, _, rest = plain.single(note, frame, hit=_HIT, bold=("\x1b[1m", "\x1b[22m")).partition("\n")
    return f"{_COLOURS[note.severity]}{first}{RESET}\n{rest}"


def grouped(group: Sequence[Note], frame: Frame, *, limit: int) -> str:
    """Many items under a heading."""
    first, _, rest = plain.grouped(group, frame, limit=limit, hit=_HIT).partition("\n")
    return f"\x1b[1m{first}{RESET}\n{rest}"


def without_colours(text: str) -> str:
    """The same text for a pipe or a file; hits in guillemets, as in plain text."""
    marked = text.replace(_HIT[0], plain.HIT[0]).replace(_HIT[1], plain.HIT[1])
    return _ESCAPE.sub("", marked)
