"""One field of an item on its way through the rules: cleaned, its rule words found, its phrases joined. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from monitor.arabic.clean import Cleaned
from monitor.arabic.clitics import LONE_CLITICS
from monitor.model import FieldName, Hit
from monitor.rules.scanner import Place
from monitor.rules.tree import Term

_WORD = re.compile(r"[^\W_]+")
_BREAK = re.compile(r"[!?؟…\n\r]|\.(?!\d)")


class FieldText:
    """A cleaned field with what the scanner found in it; word counting is put off until a phrase needs it."""

    def __init__(self, name: FieldName, cleaned: Cleaned, found: dict[int, list[Place]]) -> None:
        self.name = name
        self.cleaned = cleaned
        self.found = found
        self._starts: list[int] | None = None
        self._breaks: list[int] | None = None

    def hit(self, term: Term, place: Place) -> Hit:
        """The place in the text as given."""
        start, end = self.cleaned.span(place.start, place.end)
        text = self.cleaned.original[start:end]
        return Hit(term.source, self.name, start, end, text, place.how)

    def phrase(self, words: Sequence[int], slop: int) -> list[Place]:
        """Where the words stand in this order with at most `slop` other words between them, inside one sentence."""
        places: list[Place] = []
        lists = [self.found.get(word) for word in words]
        if not all(lists):
            return places
        known = [(each, [found.start for found in each]) for each in lists if each]
        free_from = 0
        for first in known[0][0]:
            if first.start < free_from:
                continue
            place = self._phrase_from(first, known[1:], slop)
            if place:
                places.append(place)
                free_from = place.end
        return places

    def _phrase_from(self, first: Place, rest: list[tuple[list[Place], list[int]]], slop: int) -> Place | None:
        used = 0
        parts = [first]
        for found, starts in rest:
            at = bisect_left(starts, parts[-1].end)
            if at == len(found):
                return None
            between = self.words_between(parts[-1].end, found[at].start)
            used += between
            if used > slop or self.broken_between(parts[-1].end, found[at].start):
                return None
            parts.append(found[at])
        ways = [part.how for part in parts if part.how != "exact"]
        if used:
            ways.append(f"slop {used}")
        return Place(first.start, parts[-1].end, ", ".join(dict.fromkeys(ways)) or "exact")

    def words_between(self, start: int, end: int) -> int:
        """Words from `start` to `end`, not counting a clitic written apart (لـ "إطلاق")."""
        starts = self._word_starts()
        low, high = bisect_left(starts, start), bisect_left(starts, end)
        if high - low > 64:
            return high - low
        return sum(1 for word in _WORD.findall(self.cleaned.text, start, end) if word not in LONE_CLITICS)

    def broken_between(self, start: int, end: int) -> bool:
        """Whether a sentence ends between the two offsets."""
        if self._breaks is None:
            self._breaks = [found.start() for found in _BREAK.finditer(self.cleaned.text)]
        at = bisect_left(self._breaks, start)
        return at < len(self._breaks) and self._breaks[at] < end

    def _word_starts(self) -> list[int]:
        if self._starts is None:
            self._starts = [found.start() for found in _WORD.finditer(self.cleaned.text)]
        return self._starts
