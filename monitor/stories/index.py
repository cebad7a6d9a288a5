"""The items of the window by their terms: how common each term is, and which items share the rare ones. Pure memory.

Everything here is a function of the items that were added and not removed, in their order; so a rebuild from the store
gives the same index, and taking back the last item leaves no trace.
"""

from __future__ import annotations

from collections import Counter, defaultdict
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
    """Squared weights of terms, computed on first use: inverse frequency in the window and the start table together."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()
        self._rates = lexicon().rates
        self._items = 0
        self._steady = 0
        self._squares: dict[float, dict[int, float]] = defaultdict(dict)

    def __missing__(self, term: str) -> float:
        rate, count = self._rates.get(term, START_RATE), _steady(self.counts[term])
        known = self._squares[rate]
        weight = known.get(count)
        if weight is None:
            share = rate / 1000 * START_ITEMS + count
            weight = known[count] = max(LIGHTEST, log((START_ITEMS + self._steady) / share)) ** 2
        self[term] = weight
        return weight

    def count_in(self, terms: tuple[str, ...]) -> None:
        """Count an item's terms."""
        self._resize(1)
        counts = self.counts
        counts.update(terms)
        if self:
            for term in terms:
                count = counts[term]
                if count < _EXACT_COUNT or _steady(count) == count:
                    self.pop(term, None)

    def count_out(self, terms: tuple[str, ...]) -> None:
        """Forget an item's terms."""
        self._resize(-1)
        counts = self.counts
        for term in terms:
            count = counts[term]
            if count > 1:
                counts[term] = count - 1
            else:
                del counts[term]
            if count < _EXACT_COUNT or _steady(count) == count:
                self.pop(term, None)

    def _resize(self, change: int) -> None:
        self._items += change
        steady = self._items if self._items < _EXACT_ITEMS else _steady(self._items, 5)
        if steady != self._steady:
            self._steady = steady
            self.clear()
            self._squares.clear()


def _steady(count: int, bits: int = 4) -> int:
    """A count with all but its leading bits cleared."""
    low = count.bit_length() - bits
    return count >> low << low if low > 0 else count


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
        self.weights.count_in(entry.text.terms)

    def take_back(self, entry: Entry) -> None:
        """Undo the latest `add`, which was of this item."""
        for term in entry.text.terms:
            posted = self._postings[term]
            posted.pop()
            if not posted:
                del self._postings[term]
        self.weights.count_out(entry.text.terms)

    def expire(self, entry: Entry) -> None:
        """Let go of the oldest item."""
        for term in entry.text.terms:
            posted = self._postings.get(term)
            if posted and posted[0] is entry:
                del posted[0]
                if not posted:
                    del self._postings[term]
        self.weights.count_out(entry.text.terms)

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
        best = sorted(shared.items(), key=itemgetter(1), reverse=True)[:limit]
        return [entry for entry, _ in best]
