"""Asks one rule, perhaps not yet written down, about stored items: what it would hit, where, how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.model import Item
from monitor.pipeline.matching import match_all
from monitor.rules.ruleset import RuleMatch
from monitor.settings import Config, Rule
from monitor.store.database import Store
from monitor.store.item_lists import count_items, walk_items
from monitor.store.tables import Tables

_STEP = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """`items`: asked; `hits`: how many the rule holds for; `newest`: the latest of those, the newest first.

    `by_outlet` and `by_text`: hits by feed, and by the words that were hit, the most frequent first.
    """

    items: int
    hits: int
    newest: tuple[tuple[Item, RuleMatch], ...]
    by_outlet: Mapping[str, int]
    by_text: Mapping[str, int]


def try_rule(
    store: Store,
    rule: Rule,
    config: Config,
    *,
    since: datetime,
    limit: int = 50,
    progress: Callable[[int, int], object] | None = None,
) -> Trial:
    """Ask `rule` about every item first seen since `since`; `config` says which feeds have which tags.

    Raises:
        ConfigError: the rule cannot be read.
        StorageError: the database refused.
    """
    return store.read(_run, rule, config, since, limit, progress)


def _run(
    tx: Tables,
    rule: Rule,
    config: Config,
    since: datetime,
    limit: int,
    progress: Callable[[int, int], object] | None,
) -> Trial:
    total = count_items(tx, since)
    texts = ((one.item.title, one.item.summary, one.item.outlet) for one in walk_items(tx, since))
    matches = match_all(texts, total, [replace(rule, channels=())], config.feeds)
    outlets: Counter[str] = Counter()
    words: Counter[str] = Counter()
    newest: list[tuple[Item, RuleMatch]] = []
    done = 0
    for done, (listed, found) in enumerate(zip(walk_items(tx, since), matches, strict=True), start=1):
        if progress is not None and done % _STEP == 0:
            progress(done, total)
        if not found:
            continue
        outlets[listed.item.outlet] += 1
        words.update({hit.text for hit in found[0].hits})
        newest.append((listed.item, found[0]))
        if len(newest) > 2 * limit:
            del newest[:-limit]
    return Trial(
        items=done,
        hits=outlets.total(),
        newest=tuple(reversed(newest[-limit:])),
        by_outlet=dict(outlets.most_common()),
        by_text=dict(words.most_common()),
    )
