"""Warnings that need the store: rules that match nothing or nearly everything, or that no living feed can reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import Fault, StorageError

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.cli.session import Session
    from monitor.settings import Config, Rule

MONTH = timedelta(days=30)
TOO_MUCH = 0.2  # of everything
ENOUGH_ITEMS = 200  # below that a share says nothing


def habit_warnings(config: Config, session: Session, path: Path) -> tuple[Fault, ...]:
    """What the stored items of the last 30 days say of the rules; nothing where too little is stored to tell.

    Args:
        path: of the configuration, as the user named it.
    """
    from monitor.store.files import has_database

    if not has_database(config.state):
        return ()
    from monitor.store.database import Store
    from monitor.store.habits import dead_feeds, items_since

    now = session.clock()
    try:
        with Store.open(config.state, session.clock) as store:
            items, held, first = store.read(items_since, now - MONTH)
            dead = store.read(dead_feeds)
            known = [one.text for one in store.read(lambda tx: tx.configs.newest()) if one.at > now - MONTH]
    except StorageError as error:
        return (Fault(message=str(error), path=str(path), severity="warning", where="state"),)
    said = []
    for number, rule in enumerate(config.rules):
        count = held.get(rule.name, 0)
        doubts = list(_unreached(rule, config, dead))
        if count or not _is_young(rule, known):
            doubts += _share(rule, count, items, first, now)
        said += [(number, rule, message, hint) for message, hint in doubts[:1]]
    return _placed(said, path)


def _unreached(rule: Rule, config: Config, dead: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """A rule all of whose feeds bring nothing."""
    wanted = set(rule.feeds)
    read = [
        feed.name
        for feed in config.feeds
        if not wanted or feed.name in wanted or wanted.intersection(f"#{tag}" for tag in feed.tags)
    ]
    if read and all(name in dead for name in read):
        why = "; ".join(f"{name}: {dead[name]}" for name in read[:3]) + (" …" if len(read) > 3 else "")
        yield f"no feed can reach this rule ({why})", 'mend the feeds, or name others in its feeds; see "monitor feeds"'


def _share(rule: Rule, count: int, items: int, first: datetime | None, now: datetime) -> Iterator[tuple[str, str]]:
    """A rule that holds for nothing, or for too much, of a month's items."""
    if count == 0 and first is not None and first <= now - MONTH:
        yield "matched nothing in 30 days", f'"monitor rules show {rule.name}" tells what it looks for'
    elif items >= ENOUGH_ITEMS and count > TOO_MUCH * items and rule.query.strip() != "*":
        hint = "is a term too common? add a word it must stand with, or a `none` term"
        yield f"matched {count / items:.0%} of {items:,} items in 30 days", hint


def _is_young(rule: Rule, applied: Iterable[str]) -> bool:
    """Whether a rule has not stood, with these very terms, in all of the configurations that were `applied`.

    Then what the store counts under its name says nothing of it: it was not tried on the items before it.
    """
    from monitor.config.history import rule_then

    terms = {key: list(getattr(rule, key)) for key in ("any", "all", "none", "feeds")}
    for text in applied:
        then = rule_then(text, rule.name)
        if then is None or then.table.get("query", "") != rule.query:
            return True
        if any(then.table.get(key, []) != values for key, values in terms.items()):
            return True
    return False


def _placed(said: list[tuple[int, Rule, str, str]], path: Path) -> tuple[Fault, ...]:
    if not said:
        return ()
    from dataclasses import replace

    from monitor.config import document as documents
    from monitor.config.arabic import language_of, spoken

    document = documents.read(path)
    faults = (
        document.fault(message, hint, ("rules", number, "name"), where=f'rules[{number + 1}] "{rule.name}"')
        for number, rule, message, hint in said
    )
    return tuple(spoken((replace(fault, severity="warning") for fault in faults), language_of(document.data)))
