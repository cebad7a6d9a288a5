"""Matches many stored texts at once: a pass over all of them leaves out what no rule can concern. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Protocol, TypeVar

from monitor.rules.ruleset import RuleMatch, Ruleset

CHUNK = 1_000


class Text(Protocol):
    """What the rules are asked about: an event of the past."""

    @property
    def title(self) -> str:
        """The headline."""
        ...

    @property
    def summary(self) -> str:
        """The opening."""
        ...

    @property
    def outlet(self) -> str:
        """The feed."""
        ...


AnyText = TypeVar("AnyText", bound=Text)


def match_many(ruleset: Ruleset, texts: Sequence[Text]) -> Mapping[int, tuple[RuleMatch, ...]]:
    """The matches of those `texts` that have any, by their index, in order: what `match` gives for each."""
    return matches_of(ruleset, texts, ruleset.may_match([(one.title, one.summary) for one in texts]))


def matches_of(ruleset: Ruleset, texts: Sequence[Text], asked: Iterable[int]) -> dict[int, tuple[RuleMatch, ...]]:
    """As `match_many`, of the texts at these indices."""
    found = {}
    for index in asked:
        text = texts[index]
        if matches := ruleset.match(text.title, text.summary, outlet=text.outlet):
            found[index] = matches
    return found


def chunks(texts: Iterable[AnyText]) -> Iterator[list[AnyText]]:
    """The texts in portions that are worth a pass and do not fill the memory."""
    rest = iter(texts)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
