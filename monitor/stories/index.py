"""The items of the window by their terms: how common each term is, and which items share the rare ones. Pure memory.

Everything here is a function of the items that were added and not removed, in their order; so a rebuild from the store
gives the same index, and taking back the last item leaves no trace.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from math import log
from operator import itemgetter
from typing import Final

from monitor.stories.entry import Entry
from monitor.stories.lexicon import lexicon

START_ITEMS: Final = 60  # how many items the start table counts for beside those of the window
START_RATE: Final = 30.0  # per thousand, of a term that the start table does not know
LIGHTEST: Final = 0.05
POSTED: Final = 32  # how many of the latest items of a term are looked at
QUERIED: Final = 12  # how many of an item's heaviest terms are looked up
_EXACT_ITEMS: Final = 64
_EXACT_COUNT: Final = 16  # up to here weights follow every item; above, every 6 to 12 per cent more, which costs less


class TermWeights(dict[str, float]):
    """Squared weights of terms, computed on first use: inverse frequency in the window and the start table together.

    `postings`: term → its items; `trimmed`: term → how many more it had. The index keeps both.
    """

    def __init__(self, postings: Mapping[str, list[Entry]], trimmed: Mapping[str, int]) -> None:
        super().__init__()
        self._postings = postings
        self._trimmed = trimmed
        self._rates = lexicon().rates
        self._items = 0
        self._steady = 0
        self._squares: dict[float, dict[int, float]] = defaultdict(dict)

    def __missing__(self, term: str) -> float:
        # The hottest place of the grouping: a new item makes the weights of its terms stale, and others ask for them.
        posted = self._postings.get(term)
        count = 0
        if posted is not None:
            count = len(posted)
            if count >= _EXACT_COUNT:
                count = _steady(count + self._trimmed.get(term, 0))
        rate = self._rates.get(term, START_RATE)
        known = self._squares[rate]
        weight = known.get(count)
        if weight is None:
            share = rate / 1000 * START_ITEMS + count
            weight = known[count] = max(LIGHTEST, log((START_ITEMS + self._steady) / share)) ** 2
        self[term] = weight
        return weight

    def count(self, term: str) -> int:
        """How many items of the window carry a term in headline or lead."""
        posted = self._postings.get(term)
        return len(posted) + self._trimmed.get(term, 0) if posted else 0

    def resize(self, change: int) -> None:
        """Follow the number of items in the window; above some, only its leading bits count."""
        self._items += change
        steady = self._items if self._items < _EXACT_ITEMS else _steady(self._items)
        if steady != self._steady:
            self._steady = steady
            self.clear()
            self._squares.clear()


def _steady(count: int, bits: int = 4) -> int:
    """A count with all but its leading bits cleared."""
    low = count.bit_length() - bits
    return count >> low << low if low > 0 else count


class Index:
    """Finds the items that share an item's heaviest terms. Items are known by the terms of their headline and lead."""

    def __init__(self) -> None:
        self._postings: dict[str, list[Entry]] = {}
        self._trimmed: dict[str, int] = {}
        self.weights = TermWeights(self._postings, self._trimmed)

    def add(self, entry: Entry) -> None:
        """Take an item in."""
        postings, weights = self._postings, self.weights
        weights.resize(1)
        for term in entry.posted:
            posted = postings.get(term)
            if posted is None:
                postings[term] = [entry]
            else:
                posted.append(entry)
        if weights:
            self._reweigh(entry)

    def restore(self, entries: Collection[Entry]) -> None:
        """Take in many items at once, in order, as `add` and `trim` would one by one."""
        postings: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            for term in entry.posted:
                postings[term].append(entry)
        for term, posted in postings.items():
            if term in self._postings:
                self._postings[term] += posted
            else:
                self._postings[term] = posted
            self._shorten(term, self._postings[term])
        self.weights.resize(len(entries))

    def take_back(self, entry: Entry) -> None:
        """Undo the latest `add`, which was of this item."""
        self.weights.resize(-1)
        self._reweigh(entry)
        for term in entry.posted:
            posted = self._postings[term]
            posted.pop()
            if not posted:
                del self._postings[term]

    def expire(self, entry: Entry) -> None:
        """Let go of the oldest item."""
        self.weights.resize(-1)
        self._reweigh(entry)
        for term in entry.posted:
            posted = self._postings[term]
            if posted[0] is not entry:
                self._trimmed[term] -= 1
                continue
            del posted[0]
            if not posted:
                del self._postings[term]

    def trim(self, entry: Entry) -> None:
        """Shorten the lists that a kept item made long; to be called when it can no longer be taken back."""
        for term in entry.posted:
            posted = self._postings[term]
            self._shorten(term, posted)

    def near(self, entry: Entry, limit: int, *, lone: bool = False) -> list[Entry]:
        """The items that share most of the weight of an item's heaviest terms, best first, at most `limit`.

        One heavy term in common is chance: in a full window there are hundreds of such items, and none of them could
        join. `lone`: whether they are wanted all the same.
        """
        weights = self.weights
        postings = self._postings
        known = [term for term in entry.posted if term in postings]
        shared: dict[Entry, float] = {}
        often: dict[Entry, float] = {}
        for term in sorted(known, key=weights.__getitem__, reverse=True)[:QUERIED]:
            weight = weights[term]
            for other in postings[term][-POSTED:]:
                before = shared.get(other)
                if before is None:
                    shared[other] = weight
                else:
                    often[other] = shared[other] = before + weight
        found = shared if lone else often
        best = sorted(found.items(), key=itemgetter(1), reverse=True)[:limit]
        return [other for other, _ in best]

    def _shorten(self, term: str, posted: list[Entry]) -> None:
        if len(posted) > 2 * POSTED:
            self._trimmed[term] = self._trimmed.get(term, 0) + len(posted) - POSTED
            del posted[:-POSTED]

    def _reweigh(self, entry: Entry) -> None:
        """Forget the weights that an item coming or going changes."""
        weights = self.weights
        for term in entry.posted:
            if term in weights:
                count = weights.count(term)
                if count < _EXACT_COUNT or _steady(count) == count:
                    del weights[term]
