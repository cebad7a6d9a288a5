"""The real clock: its only reader. Everyone else is handed a clock, or a time.

It stands apart from `app` so that a command that only looks loads none of the running parts.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The present moment, aware and in UTC."""
    return datetime.now(UTC)
