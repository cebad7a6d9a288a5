"""Kinds of options that several commands share: how far back, how many, for how long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


class Span(click.ParamType[timedelta]):
    """A duration as in config.toml: "90m", "7d"."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Read it, or fail with what to write."""
        from monitor.config.values import NotationError, duration

        if isinstance(value, timedelta):
            return value
        try:
            return duration(value)
        except NotationError as error:
            self.fail(f"{error.message}; {error.hint}", param, ctx)


class Back(Span):
    """How far back: a duration, or a date (2026-11-24, with a time if wished; UTC unless it says otherwise)."""

    name = "time or date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """A timedelta for a duration, a datetime for a date."""
        if isinstance(value, datetime):
            return value
        try:
            found = datetime.fromisoformat(value) if isinstance(value, str) and "-" in value else None
        except ValueError:
            self.fail(f'"{value}" is not a date; write 2026-11-24 or 2026-11-24T14:00', param, ctx)
        if found is not None:
            return found if found.tzinfo else found.replace(tzinfo=UTC)
        return super().convert(value, param, ctx)


def since_when(back: timedelta | datetime, now: datetime) -> datetime:
    """The time that a `Back` means."""
    return back if isinstance(back, datetime) else now - back


limit_option = click.option(
    "-n", "--limit", type=click.IntRange(1, 100_000), default=30, show_default=True, help="At most so many."
)


def since_option(default: str | None) -> Callable[[Command], Command]:
    """`--since`, with its default as text."""
    return click.option(
        "--since", type=Back(), default=default, show_default=default is not None, help="How far back: 24h, 7d, a date."
    )
