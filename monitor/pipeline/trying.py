"""Asks one rule, perhaps not yet written down, about stored items: what it would hit, where, how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.model import Item, ItemId
from monitor.pipeline.matching import chunks, match_many
from monitor.rules.ruleset import RuleMatch, compile_rules
from monitor.settings import Config, Rule
from monitor.store.database import Store
from monitor.store.past import count_arrivals, details, stored_texts
from monitor.store.tables import Tables


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
    total = count_arrivals(tx, since)
    ruleset = compile_rules([replace(rule, channels=())], config.feeds)
    outlets: Counter[str] = Counter()
    words: Counter[str] = Counter()
    newest: list[tuple[ItemId, RuleMatch]] = []
    done = 0
    for chunk in chunks(stored_texts(tx, since)):
        for index, (match,) in match_many(ruleset, chunk).items():
            outlets[chunk[index].outlet] += 1
            words.update({hit.text for hit in match.hits})
            newest.append((chunk[index].item_id, match))
        del newest[:-limit]
        done += len(chunk)
        if progress is not None:
            progress(done, total)
    items = details(tx, [item_id for item_id, _ in newest])
    return Trial(
        items=done,
        hits=outlets.total(),
        newest=tuple((items[item_id].item, match) for item_id, match in reversed(newest)),
        by_outlet=dict(outlets.most_common()),
        by_text=dict(words.most_common()),
    )
