"""Prints alerts for `terminal://`: colours where a terminal is at the other end, plain lines where not."""

from __future__ import annotations

import threading
from typing import TextIO

from monitor.alerts.compose.terminal import without_colours
from monitor.model import Message
from monitor.outcomes import SendOutcome, Sent, Temporary

_lock = threading.Lock()  # two channels on one terminal must not mix their lines


def print_message(stream: TextIO, message: Message) -> SendOutcome:
    """Write the message and an empty line, and flush: the reader sees it now."""
    try:
        text = message.body if stream.isatty() else without_colours(message.body)
        with _lock:
            stream.write(_writable(f"{text}\n\n", stream.encoding))
            stream.flush()
    except (OSError, ValueError) as error:
        return Temporary(reason=f"the terminal is gone ({type(error).__name__})")
    return Sent(detail="printed")


def _writable(text: str, encoding: str | None) -> str:
    """`text` with `?` for what a terminal of another encoding cannot show; better than an alert that never prints."""
    if encoding is None or encoding.lower().replace("-", "") == "utf8":
        return text
    return text.encode(encoding, "replace").decode(encoding)
