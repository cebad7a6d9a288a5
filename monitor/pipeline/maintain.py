"""The housekeeping of a running monitor: forgets what is no longer needed, step by step between the polls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.settings import Items
from monitor.store.database import Store
from monitor.store.pruning import (
    STEP,
    prune_alerts,
    prune_identities,
    prune_notices,
    prune_stories,
    prune_texts,
    touch_shown,
)
from monitor.store.tables import Tables

KEEP_POLLS = timedelta(days=30)
KEEP_NOTICES = timedelta(days=30)
IDENTITIES_FOR = 2  # times `keep`: how long an item that left its feed is still known


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintained:
    """How many rows each step dropped."""

    texts: int
    identities: int
    alerts: int
    stories: int
    polls: int
    notices: int
    silences: int
    configs: int


async def maintain(store: Store, items: Items, now: datetime) -> Maintained:
    """Prune everything that is due. Each step is a small write of its own, so that polls get between them.

    Raises:
        StorageError: the database refused; what was done before that step stays done.
    """
    kept_since = now - items.keep
    known_since = now - IDENTITIES_FOR * items.keep
    await store.write(touch_shown, kept_since, now)
    return Maintained(
        texts=await _all(store, prune_texts, kept_since),
        alerts=await _all(store, prune_alerts, known_since),
        identities=await _all(store, prune_identities, known_since),
        stories=await _all(store, prune_stories, known_since),
        polls=await _all(store, _prune_polls, now - KEEP_POLLS),
        notices=await store.write(prune_notices, now - KEEP_NOTICES),
        silences=await store.write(_prune_silences, now),
        configs=await store.write(_prune_configs, kept_since),
    )


async def _all(store: Store, prune: Callable[[Tables, datetime], int], before: datetime) -> int:
    total = 0
    while True:
        dropped = await store.write(prune, before)
        total += dropped
        if dropped < STEP:
            return total


def _prune_polls(tx: Tables, before: datetime) -> int:
    return tx.polls.prune(before, STEP)


def _prune_silences(tx: Tables, now: datetime) -> int:
    return tx.silences.prune(now)


def _prune_configs(tx: Tables, before: datetime) -> int:
    return tx.configs.prune(before)
