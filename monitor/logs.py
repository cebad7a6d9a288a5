"""Structured log records, always to stderr, without secrets: for a person on a terminal, else JSON, one line each.

`configure` is called once by the process that owns the run. Everything else asks `get_logger()` and says facts:
`log.info("feed_polled", feed=name, new=3)`. structlog is imported with the first record that is written, not before.
This module must not know the configuration: secrets are handed to it as plain texts, and are hidden by value wherever
they turn up.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, TextIO
from urllib.parse import quote

Level = Literal["debug", "info", "warning", "error"]

# These name whole URLs in their debug records, and a bot token is part of a URL's path.
_CHATTY = ("apprise", "urllib3", "requests", "asyncio", "apscheduler", "watchfiles", "aiosmtpd", "mail")
_SHORTEST_SECRET = 4
_NARROWEST = 40  # columns; a narrower terminal folds by itself
_TROUBLES = ("warning", "error", "critical")

_TOKEN = re.compile(r"(?<!\d)\d{6,12}:[A-Za-z0-9_-]{30,}")  # a Telegram bot token, wherever it came from
_USERINFO = re.compile(r"://[^\s/@:\"']{1,200}:[^\s/@\"']{1,200}(?=@)")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def escape_controls(text: str) -> str:
    """Write control characters, line separators and direction overrides as `\\u202e`, so that a line stays one line."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class Redactor:
    """Hides known secrets by value, as they stand and percent-encoded, and what looks like a token or a password."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._pattern: re.Pattern[str] | None = None
        self._known: frozenset[str] = frozenset()
        self.learn(secrets)

    def learn(self, secrets: Iterable[str]) -> None:
        """Add secrets (a reload may bring new ones; old ones stay hidden). Texts under four characters are left."""
        fresh = {form for secret in secrets if len(secret) >= _SHORTEST_SECRET for form in (secret, quote(secret, ""))}
        self._known |= fresh
        ordered = sorted(self._known, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def hide(self, text: str) -> str:
        """The text with every secret as `***`."""
        if self._pattern is not None:
            text = self._pattern.sub("***", text)
        if "://" in text:
            text = _USERINFO.sub("://***", text)
        return _TOKEN.sub("***", text) if ":" in text else text


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a record that begins a line of its own; `indent`: how far in, None: neither indented nor folded."""

    text: str
    indent: int | None = None


Render = Callable[[MutableMapping[str, Any]], Iterable[_Piece]]


class _Last:
    """The last step of a record: rendered, without secrets and without control characters, folded for a terminal."""

    def __init__(self, render: Render, redactor: Redactor) -> None:
        self._render = render
        self._redactor = redactor

    def __call__(self, logger: object, name: str, event: MutableMapping[str, Any]) -> str:
        return "\n".join(line for piece in self._render(event) for line in self._lines(piece))

    def _lines(self, piece: _Piece) -> list[str]:
        text = escape_controls(self._redactor.hide(piece.text))
        if piece.indent is None:
            return [text]
        import shutil
        import textwrap

        margin, width = " " * piece.indent, max(shutil.get_terminal_size((80, 24)).columns, _NARROWEST)
        return textwrap.wrap(
            text,
            width,
            initial_indent=margin,
            subsequent_indent=f"{margin}  ",
            break_long_words=False,
            break_on_hyphens=False,
        )


class _CurrentStderr:
    """stderr as it is at the moment of writing, so that a replaced stream (a test, a supervisor) is honoured."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()

    def isatty(self) -> bool:
        return sys.stderr.isatty()


def configure(
    level: Level = "info",
    *,
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
    form: Literal["auto", "terminal", "json"] = "auto",
) -> Redactor:
    """Send all records of this process, also those of libraries, through one formatter to `stream` (None: stderr).

    Returns the redactor, so that a reload can teach it new secrets.
    """
    target = stream or _CurrentStderr()
    redactor = Redactor(secrets)
    personal = form == "terminal" or (form == "auto" and target.isatty())
    handler = logging.StreamHandler(target)  # type: ignore[type-var, unused-ignore]
    handler.setFormatter(_Formatter(_for_a_person if personal else _as_json, redactor))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    return redactor


class _Formatter(logging.Formatter):
    """Every record, ours and those of libraries. Builds its parts with the first one."""

    def __init__(self, render: Render, redactor: Redactor) -> None:
        super().__init__()
        self._render = render
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        return self._parts.format(record)

    @cached_property
    def _parts(self) -> logging.Formatter:
        from structlog.stdlib import ProcessorFormatter

        last = _Last(self._render, self._redactor)
        return ProcessorFormatter(
            foreign_pre_chain=_facts(), processors=[ProcessorFormatter.remove_processors_meta, last]
        )


def _facts() -> list[Any]:
    """What is added to every record."""
    import structlog

    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]


def _as_json(event: MutableMapping[str, Any]) -> Iterator[_Piece]:
    yield _Piece(json.dumps(dict(event), ensure_ascii=False, default=str))


def _for_a_person(event: MutableMapping[str, Any]) -> Iterator[_Piece]:
    """Time, trouble, event, fields that say something; then the texts of lists and a traceback on their own lines."""
    trace = str(event.pop("exception", "") or "").splitlines()
    level = str(event.pop("level", "info"))
    words = [
        _local(str(event.pop("timestamp", ""))),
        *([level.upper()] if level in _TROUBLES else []),
        str(event.pop("event")),
    ]
    lists = [value for value in event.values() if isinstance(value, (list, tuple))]
    fields = [(key, value) for key, value in event.items() if not isinstance(value, (list, tuple))]
    words += [f"{key}={_plain(value)}" for key, value in fields if value]
    yield _Piece(" ".join(words), 0)
    yield from (_Piece(str(text), 2) for texts in lists for text in texts)
    yield from (_Piece(f"  {line}") for line in trace)


def _local(timestamp: str) -> str:
    """A person's day instead of a program's second."""
    try:
        return _clock_time(datetime.fromisoformat(timestamp))
    except ValueError:
        return timestamp


def _clock_time(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"


def _plain(value: object) -> str:
    text = _clock_time(value) if isinstance(value, datetime) else str(value)
    return f'"{text}"' if " " in text else text


class Logger:
    """Says facts. A thin front that imports structlog with the first record that is wanted."""

    def __init__(self, **bound: object) -> None:
        self._bound = bound

    def bind(self, **fields: object) -> Logger:
        """The same logger with more fields on every record."""
        return Logger(**{**self._bound, **fields})

    def debug(self, event: str, /, **fields: object) -> None:
        """A detail, for the one who looks for a fault."""
        self._say(logging.DEBUG, event, fields)

    def info(self, event: str, /, **fields: object) -> None:
        """One unit of work, done."""
        self._say(logging.INFO, event, fields)

    def warning(self, event: str, /, **fields: object) -> None:
        """Something a person should know of, that mends itself or waits."""
        self._say(logging.WARNING, event, fields)

    def error(self, event: str, /, **fields: object) -> None:
        """Something that needs a person."""
        self._say(logging.ERROR, event, fields)

    def exception(self, event: str, /, **fields: object) -> None:
        """An error with the traceback of the exception in hand; call it in an `except` block only."""
        self._say(logging.ERROR, event, {"exc_info": True, **fields})

    def _say(self, level: int, event: str, fields: dict[str, object]) -> None:
        target = logging.getLogger("monitor")
        if not target.isEnabledFor(level):
            return
        import structlog

        log = structlog.wrap_logger(
            target,
            processors=[*_facts(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
            wrapper_class=structlog.stdlib.BoundLogger,
        )
        log.log(level, event, **{**self._bound, **fields})


class CalmLogger(Logger):
    """Says warnings as details: for a time in which everybody knows why they come."""

    def warning(self, event: str, /, **fields: object) -> None:
        """As `debug`."""
        self.debug(event, **fields)


def get_logger(**bound: object) -> Logger:
    """A logger with these fields on every record."""
    return Logger(**bound)
