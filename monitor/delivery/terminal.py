"""Prints alerts for `terminal://`: colours where a terminal is at the other end, plain lines where not."""

from __future__ import annotations

import shutil
import threading
from typing import TextIO

from monitor.alerts.compose.terminal import without_colours
from monitor.model import Message
from monitor.outcomes import SendOutcome, Sent, Temporary

_RLM = "\u200f"
_lock = threading.Lock()  # two channels on one terminal must not mix their lines


def print_message(stream: TextIO, message: Message) -> SendOutcome:
    """Write the message and an empty line, and flush: the reader sees it now."""
    try:
        text = without_colours(message.body)
        if stream.isatty():
            width = shutil.get_terminal_size((80, 24)).columns
            text = "\n".join(part for line in message.body.split("\n") for part in folded(line, width))
        with _lock:
            stream.write(_writable(f"{text}\n\n", stream.encoding))
            stream.flush()
    except (OSError, ValueError) as error:
        return Temporary(reason=f"the terminal is gone ({type(error).__name__})")
    return Sent(detail="printed")


def folded(line: str, width: int) -> list[str]:
    """A line in pieces of at most `width` cells, broken between words; each begins right-to-left where the line does.

    Terminals break wherever the row ends, in the middle of a word. Colour codes take no cells and stay where they are.
    A word longer than a row (an address) keeps a row of its own and is broken by the terminal.
    """
    from wcwidth import wcswidth

    mark = _RLM if line.startswith(_RLM) else ""
    pieces: list[str] = []
    piece, used = "", 0
    for word in line.split(" "):
        cells = max(0, wcswidth(without_colours(word)))
        if piece and used + 1 + cells > width:
            pieces.append(piece)
            piece, used = mark + word, cells
        else:
            piece, used = (f"{piece} {word}", used + 1 + cells) if piece else (word, cells)
    return [*pieces, piece]


def _writable(text: str, encoding: str | None) -> str:
    """`text` with `?` for what a terminal of another encoding cannot show; better than an alert that never prints."""
    if encoding is None or encoding.lower().replace("-", "") == "utf8":
        return text
    return text.encode(encoding, "replace").decode(encoding)
