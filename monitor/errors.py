"""The errors a person may see: what failed, on what, why, and what to do about it.

    MonitorError
    ├── ConfigError        a faulty config.toml (carries every fault found)
    ├── RuleSyntaxError    a term or query that cannot be read
    ├── FeedError          a feed that cannot be used at all
    ├── StorageError       the database refused
    ├── DeliveryError      a channel that cannot be used at all
    └── AlreadyRunningError     a second daemon on one state folder

Expected outcomes (304, 429, a duplicate, a bad date) are values in `model`, never exceptions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


class MonitorError(Exception):
    """Root of every error this program raises on purpose.

    Args:
        message: what failed, on what, and why; one line.
        hint: what the user can do; one line, or "".
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with a configuration, and what to write instead.

    `line` and `column` are 1-based, 0 where the place is not known (a missing key: its table's line).
    `where` names the thing in the user's words, e.g. `rules[2] "rafah"` or `channels.desk.rate`.
    """

    message: str
    hint: str = ""
    where: str = ""
    path: str = ""
    line: int = 0
    column: int = 0
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}: " if self.line else f"{self.path}: " if self.path else ""
        subject = f"{self.where}: " if self.where else ""
        return f"{place}{subject}{self.words}"

    @property
    def words(self) -> str:
        """What is wrong and what to write instead, without the place; the mark between them is that of the script."""
        mark = "؛" if "\u0600" <= self.hint[:1] <= "\u06ff" else ";"
        return self.message + (f"{mark} {self.hint}" if self.hint else "")


class ConfigError(MonitorError):
    """A configuration that cannot be used; `faults` holds all of them, in the file's order."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    @property
    def errors(self) -> tuple[Fault, ...]:
        """Those for which it cannot be used, without the warnings beside them."""
        return tuple(fault for fault in self.faults if fault.severity == "error") or self.faults


class RuleSyntaxError(MonitorError):
    """A term or query that cannot be read; `line` and `column` are 1-based within its own text."""

    def __init__(self, message: str, *, line: int = 1, column: int = 1, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.line = line
        self.column = column


class FeedError(MonitorError):
    """A feed that cannot be used at all: an address that is none, an OPML file that cannot be read."""


class StorageError(MonitorError):
    """The database could not be opened, read or written."""


class DeliveryError(MonitorError):
    """A channel that cannot be used at all: an address Apprise does not understand, no recipient in it."""


class AlreadyRunningError(MonitorError):
    """Another process holds this state folder."""
