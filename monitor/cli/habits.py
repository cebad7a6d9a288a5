"""Warnings that need the store: rules that matched nothing for a month, rules that match nearly everything."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.errors import Fault, StorageError

if TYPE_CHECKING:
    from monitor.cli.session import Session
    from monitor.settings import Config

MONTH = timedelta(days=30)
TOO_MUCH = 0.2  # of everything
ENOUGH_ITEMS = 200  # below that a share says nothing


def habit_warnings(config: Config, session: Session) -> tuple[Fault, ...]:
    """What the stored items of the last 30 days say of the rules; nothing where too little is stored to tell."""
    from monitor.store.files import has_database

    if not has_database(config.state):
        return ()
    from monitor.store.database import Store
    from monitor.store.habits import items_since

    now = session.clock()
    try:
        with Store.open(config.state, session.clock) as store:
            items, held, first = store.read(items_since, now - MONTH)
    except StorageError as error:
        return (Fault(message=str(error), path=str(config.path), severity="warning", where="state"),)
    warnings = []
    for number, rule in enumerate(config.rules, start=1):
        count = held.get(rule.name, 0)
        if count == 0 and first is not None and first <= now - MONTH:
            message, hint = "matched nothing in 30 days", f'"monitor rules show {rule.name}" tells what it looks for'
        elif items >= ENOUGH_ITEMS and count > TOO_MUCH * items and rule.query.strip() != "*":
            message = f"matched {count / items:.0%} of {items:,} items in 30 days"
            hint = "is a term too common? add a word it must stand with, or a `none` term"
        else:
            continue
        where = f'rules[{number}] "{rule.name}"'
        warnings.append(Fault(message=message, hint=hint, where=where, path=str(config.path), severity="warning"))
    return tuple(warnings)
