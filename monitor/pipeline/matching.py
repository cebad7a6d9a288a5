"""Matches many stored texts at once, on every core. The matcher is the one a poll uses; only the work is shared out.

It must not read the store.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice

from monitor.rules.ruleset import RuleMatch, Ruleset, compile_rules
from monitor.settings import Feed, Rule

CHUNK = 1_000
WORTH_IT = 6_000  # texts; below, starting processes costs more than they save
IN_HAND = 3  # chunks a worker may have waiting

Text = tuple[str, str, str]  # title, summary, outlet
Matches = tuple[RuleMatch, ...]


def match_all(texts: Iterable[Text], count: int, rules: Sequence[Rule], feeds: Sequence[Feed]) -> Iterator[Matches]:
    """The matches of each text, in order.

    Args:
        texts: read as they are needed, never all at once.
        count: about how many there are.

    Raises:
        ConfigError: a rule cannot be read.
    """
    ruleset = compile_rules(rules, feeds)
    workers = os.cpu_count() or 1
    if count < WORTH_IT or workers == 1:
        for title, summary, outlet in texts:
            yield ruleset.match(title, summary, outlet=outlet)
        return
    # Feeds go along without headers and proxies: a worker needs names and tags only.
    bare = [Feed(name=feed.name, url="", tags=feed.tags) for feed in feeds]
    context = multiprocessing.get_context("spawn")  # threads of ours may hold locks; a fork would copy them held
    with ProcessPoolExecutor(workers, context, initializer=_prepare, initargs=(tuple(rules), bare)) as pool:
        yield from _spread(pool, iter(texts), workers * IN_HAND)


def _spread(pool: ProcessPoolExecutor, texts: Iterator[Text], most: int) -> Iterator[Matches]:
    waiting: deque[Future[list[Matches]]] = deque()
    while chunk := list(islice(texts, CHUNK)):
        waiting.append(pool.submit(_match_chunk, chunk))
        if len(waiting) >= most:
            yield from waiting.popleft().result()
    while waiting:
        yield from waiting.popleft().result()


class _Worker:
    """What a worker process holds; it is set once, before its first chunk."""

    ruleset: Ruleset


def _prepare(rules: Sequence[Rule], feeds: Sequence[Feed]) -> None:
    _Worker.ruleset = compile_rules(rules, feeds)


def _match_chunk(chunk: Sequence[Text]) -> list[Matches]:
    match = _Worker.ruleset.match
    return [match(title, summary, outlet=outlet) for title, summary, outlet in chunk]
