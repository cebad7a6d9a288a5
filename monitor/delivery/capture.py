"""Catches what Apprise logs while it sends, per thread, and lets none of it out.

Apprise tells why a send failed only in its log, and at DEBUG the log holds tokens. So the `apprise` logger is ours
while a Sender lives: WARNING and above, handed to the send that caused it, never passed on.
"""

from __future__ import annotations

import contextlib
import logging
import re
import sys
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.delivery.outcome import Record

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/{1,2}\S+")
_TOKEN = re.compile(r"\b\d{5,}:[A-Za-z0-9_-]{10,}")
# Their DEBUG lines hold request paths, and a path holds Telegram's token.
_LOUD = ("urllib3", "requests")


def redacted(text: str) -> str:
    """`text` without addresses and tokens."""
    return _TOKEN.sub("***", _URL.sub("***", text))


class LogCapture(logging.Handler):
    """Collects records per sending thread. `install` once; `collect` around each send."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._local = threading.local()
        self._before: list[tuple[logging.Logger, int, bool]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line for the thread's send; nobody's line is dropped in silence by anyone else's."""
        lines: list[Record] | None = getattr(self._local, "lines", None)
        if lines is not None and len(lines) < 50:
            # Apprise logs inside its `except` blocks: the exception at hand says more than the line.
            from monitor.delivery.outcome import Record

            lines.append(Record(level=record.levelno, text=redacted(record.getMessage()), error=sys.exc_info()[1]))

    @contextlib.contextmanager
    def collect(self) -> Iterator[list[Record]]:
        """The records of this thread while the block runs."""
        lines: list[Record] = []
        self._local.lines = lines
        try:
            yield lines
        finally:
            self._local.lines = None

    def install(self) -> None:
        """Take over the `apprise` logger and quieten the libraries below it."""
        logger = logging.getLogger("apprise")
        self._before = [(logger, logger.level, logger.propagate)]
        logger.addHandler(self)
        logger.setLevel(logging.WARNING)
        logger.propagate = False
        for name in _LOUD:
            loud = logging.getLogger(name)
            self._before.append((loud, loud.level, loud.propagate))
            loud.setLevel(logging.WARNING)

    def remove(self) -> None:
        """Give the loggers back as they were."""
        logging.getLogger("apprise").removeHandler(self)
        for logger, level, propagate in self._before:
            logger.setLevel(level)
            logger.propagate = propagate
        self._before = []
