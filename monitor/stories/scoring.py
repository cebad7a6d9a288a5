"""How likely an item belongs to a story: a few values, a logistic function, weights from `data/weights.toml`. Pure.

The weights are made by `tools/train_stories.py`; the file is readable and says what each value means.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from math import exp, sqrt

from monitor.stories.entry import Entry
from monitor.stories.features import Features
from monitor.stories.index import TermWeights
from monitor.stories.lexicon import QUOTE, REACTION

VALUES = ("whole", "whole_best", "focus", "head", "days", "outlet", "stance")
_HEAD = 3  # the first terms of a headline: who does what
_DAYS = 3 * 86_400
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Scoring:
    """Weights in the order of `VALUES`, and the thresholds between the outcomes.

    From `join` on an item belongs to the story. It may repeat it silently when its score, and `told` times the share of
    its headline that the story's reports already hold, reach `repeat` together. Below `join`, from `tie` on, the story
    may be its parent.
    """

    intercept: float
    weights: tuple[float, ...]
    join: float
    repeat: float
    told: float
    tie: float

    def score(self, values: Sequence[float]) -> float:
        """The probability, 0..1."""
        total = self.intercept + sum(map(float.__mul__, self.weights, values))
        return 1 / (1 + exp(-total)) if total > -30 else 0.0


@cache
def scoring() -> Scoring:
    """The committed weights."""
    table = tomllib.loads(files("monitor.stories").joinpath("data", "weights.toml").read_text(encoding="utf-8"))
    weights = tuple(float(table["weights"][name]) for name in VALUES)
    return Scoring(
        float(table["weights"]["intercept"]), weights, **{k: float(v) for k, v in table["thresholds"].items()}
    )


class Probe:
    """An item prepared to be compared with many: its sets and norms, under the weights of this moment."""

    def __init__(self, entry: Entry, weights: TermWeights) -> None:
        text = entry.text
        self.entry = entry
        self._weigh = weights.__getitem__
        self._text = text
        self._all = frozenset(text.terms)
        self._all_norm = sum(map(self._weigh, text.terms)) + _TINY
        self._cosines: dict[Entry, float] = {}

    # Most items are far from all others: what only a near one is asked for is made with the first that is.

    @cached_property
    def _lead(self) -> frozenset[str]:
        return frozenset(self._text.terms[: self._text.lead])

    @cached_property
    def _focus(self) -> frozenset[str]:
        return frozenset(self._text.terms[: self._text.focus])

    @cached_property
    def _head(self) -> frozenset[str]:
        return frozenset(self._text.terms[:_HEAD])

    @cached_property
    def _head_mass(self) -> float:
        return sum(map(self._weigh, self._head)) + _TINY

    @cached_property
    def _focus_norm(self) -> float:
        return sum(map(self._weigh, self._focus)) + _TINY

    @cached_property
    def _stance(self) -> bool:
        return takes_stance(self._text)

    def values(self, members: Sequence[Entry]) -> tuple[float, ...]:
        """The `VALUES` of the item against some items of one story, at least one."""
        whole = focus = head = outlet = stance = best = 0.0
        earliest = members[0].at
        for member in members:
            text = member.text
            cosine = self.whole(member)
            whole += cosine
            if cosine > best:
                best = cosine
            focus += self._focused(text)
            head += self._headed(text)
            outlet += member.outlet == self.entry.outlet
            stance += takes_stance(text) != self._stance
            if member.at < earliest:
                earliest = member.at
        count = len(members)
        days = abs(self.entry.at - earliest) / _DAYS
        return whole / count, best, focus / count, head / count, days, outlet / count, stance / count

    def told(self, members: Sequence[Entry]) -> float:
        """The share (0..1) of what the headline says is new that the story's headlines and leads already hold."""
        known = {term for member in members for term in member.text.terms[: member.text.lead]}
        return sum(map(self._weigh, self._focus & known)) / self._focus_norm

    def shared(self, members: Sequence[Entry]) -> int:
        """How many terms the item has in common with the nearest of them."""
        return max(len(self._all.intersection(member.text.terms)) for member in members)

    def whole(self, other: Entry) -> float:
        """The cosine of all terms, 0..1."""
        known = self._cosines.get(other)
        if known is None:
            weigh, terms = self._weigh, other.text.terms
            shared = sum(map(weigh, self._all.intersection(terms)))
            known = self._cosines[other] = shared / sqrt(self._all_norm * (sum(map(weigh, terms)) + _TINY))
        return known

    def _focused(self, other: Features) -> float:
        weigh = self._weigh
        theirs = other.terms[: other.focus]
        shared = self._focus.intersection(theirs)
        return sum(map(weigh, shared)) / sqrt(self._focus_norm * (sum(map(weigh, theirs)) + _TINY)) if shared else 0.0

    def _headed(self, other: Features) -> float:
        """How far each one's first words stand in the other's opening, on average of both ways."""
        weigh = self._weigh
        theirs = other.terms[:_HEAD]
        ours = sum(map(weigh, self._head.intersection(other.terms[: other.lead]))) / self._head_mass
        back = sum(map(weigh, self._lead.intersection(theirs))) / (sum(map(weigh, theirs)) + _TINY)
        return (ours + back) / 2


def takes_stance(text: Features) -> bool:
    """Whether a headline reports what somebody thinks of an event, rather than the event."""
    return REACTION in text.marks or QUOTE in text.marks
