"""The items of the window by their terms: how common each term is, and which items share the rare ones. Pure memory.

Everything here is a function of the items that were added and not removed, in their order; so a rebuild from the store
gives the same index, and taking back the last item leaves no trace.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from math import log
from typing import Final

from monitor.stories.entry import Entry
from monitor.stories.lexicon import lexicon

START_ITEMS: Final = 60  # how many items the start table counts for beside those of the window
START_RATE: Final = 30.0  # per thousand, of a term that the start table does not know
LIGHTEST: Final = 0.05
POSTED: Final = 48  # how many of the latest items of a term are looked at
QUERIED: Final = 12  # how many of an item's heaviest terms are looked up
_EXACT_COUNT: Final = 64  # up to here every item changes the weights; above, every 1.6 to 3 per cent more items


class TermWeights(dict[str, float]):
    """Squared weights of terms, computed on first use: inverse frequency in the window and the start table together."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: dict[str, int] = defaultdict(int)
        self._items = 0
        self._steady = 0

    def __missing__(self, term: str) -> float:
        share = (lexicon().rates.get(term, START_RATE) / 1000 * START_ITEMS + self.counts.get(term, 0)) or 1.0
        weight = max(LIGHTEST, log((START_ITEMS + self._steady) / share)) ** 2
        self[term] = weight
        return weight

    def count(self, terms: Iterable[str], change: int) -> None:
        """Count an item's terms in (1) or out (-1)."""
        self._items += change
        steady = self._items if self._items < _EXACT_COUNT else _leading_bits(self._items)
        if steady != self._steady:
            self._steady = steady
            self.clear()
        counts = self.counts
        for term in terms:
            left = counts[term] + change
            if left:
                counts[term] = left
            else:
                del counts[term]
            self.pop(term, None)


def _leading_bits(number: int) -> int:
    """The number with all but its six leading bits cleared."""
    low = number.bit_length() - 6
    return number >> low << low


class Index:
    """Finds the items that share an item's heaviest terms."""

    def __init__(self) -> None:
        self.weights = TermWeights()
        self._postings: dict[str, list[Entry]] = {}

    def add(self, entry: Entry) -> None:
        """Take an item in."""
        postings = self._postings
        for term in entry.text.terms:
            if term in postings:
                postings[term].append(entry)
            else:
                postings[term] = [entry]
        self.weights.count(entry.text.terms, 1)

    def take_back(self, entry: Entry) -> None:
        """Undo the latest `add`, which was of this item."""
        for term in entry.text.terms:
            posted = self._postings[term]
            posted.pop()
            if not posted:
                del self._postings[term]
        self.weights.count(entry.text.terms, -1)

    def expire(self, entry: Entry) -> None:
        """Let go of the oldest item."""
        for term in entry.text.terms:
            posted = self._postings.get(term)
            if posted and posted[0] is entry:
                del posted[0]
                if not posted:
                    del self._postings[term]
        self.weights.count(entry.text.terms, -1)

    def trim(self, entry: Entry) -> None:
        """Shorten the lists that a kept item made long; to be called when it can no longer be taken back."""
        for term in entry.text.terms:
            posted = self._postings[term]
            if len(posted) > 2 * POSTED:
                del posted[:-POSTED]

    def near(self, terms: tuple[str, ...], limit: int) -> list[Entry]:
        """The items that share most of the weight of an item's heaviest terms, best first, at most `limit`."""
        weights = self.weights
        postings = self._postings
        known = [term for term in terms if term in postings]
        shared: dict[Entry, float] = defaultdict(float)
        for term in sorted(known, key=weights.__getitem__, reverse=True)[:QUERIED]:
            weight = weights[term]
            for entry in postings[term][-POSTED:]:
                shared[entry] += weight
        return sorted(shared, key=shared.__getitem__, reverse=True)[:limit]
