"""Puts a configuration into the store, whole: feeds, what waits in the outbox, the history. One transaction.

What it returns is what the one who edits is told. It swaps no running part; that follows when this is committed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.pipeline.digest import FORSAKEN_FOR, reschedule
from monitor.settings import Config, Feed
from monitor.store.tables import Tables

CONFIG_STATUS = "config_status"  # in the store: what came of the last look at config.toml, for `reload` and `doctor`


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """`config_id`: the configuration's row in the history; `changes`: one line each."""

    config_id: int
    changes: tuple[str, ...]


def agree(tx: Tables, old: Config | None, new: Config, changes: Sequence[str], now: datetime) -> Agreed:
    """Make the store agree with `new`.

    Args:
        old: what was in force until now; None at a start.
        changes: from `old` to `new`, in words.
    """
    tx.feeds.sync(new.feeds, now)
    changes = (*changes, *_left_waiting(tx, old, new))
    if old is not None:  # at a start the deliverer takes the outbox up itself
        _hasten(tx, old, new, now)
        reschedule(tx, new, now)
    say_status(tx, now, ok=True, changes=changes)
    return Agreed(config_id=tx.configs.applied(new.text, changes, now), changes=tuple(changes))


def say_status(tx: Tables, now: datetime, *, ok: bool, changes: Sequence[str] = (), faults: Sequence[str] = ()) -> None:
    """Write down what came of a look at config.toml."""
    status = {"at": now.isoformat(), "ok": ok, "changes": list(changes), "faults": list(faults)}
    tx.meta.set(CONFIG_STATUS, json.dumps(status, ensure_ascii=False))


def _left_waiting(tx: Tables, old: Config | None, new: Config) -> Iterator[str]:
    """What to say of channels that leave while deliveries wait for them, and of those that find some on coming back."""
    waiting = tx.outbox.open_by_channel()
    after = {channel.name for channel in new.channels}
    before = set(waiting) if old is None else {channel.name for channel in old.channels}
    for name, count in waiting.items():
        if name in before - after:
            yield (
                f'channel "{name}": {_counted(count)} for it; kept for {FORSAKEN_FOR.days} days and sent '
                f'if a channel of this name comes back (see "monitor outbox list --channel {name}")'
            )
        elif name in after - before:
            yield f'channel "{name}": {_counted(count)} for it, and can be sent again'


def _counted(count: int) -> str:
    return "1 delivery waits" if count == 1 else f"{count:,} deliveries wait"


def _hasten(tx: Tables, old: Config, new: Config, now: datetime) -> None:
    """A shorter interval counts from now on, not from the next poll on."""
    before = {feed.name: _longest_wait(feed, old) for feed in old.feeds}
    for feed in new.feeds:
        longest = _longest_wait(feed, new)
        if longest < before.get(feed.name, longest):
            tx.feeds.hasten((feed.name,), now + longest)


def _longest_wait(feed: Feed, config: Config) -> timedelta:
    return feed.every or config.polling.max
