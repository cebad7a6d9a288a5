"""Finding every word of every rule in one pass over a text: an Aho-Corasick automaton over the folded right-hand forms.

A form stands in the automaton with the word's end behind it; what is left of it up to the word's start must be a stack of
clitics that the form takes. Then the letters as written are compared. So the cost of a word does not grow with the rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.arabic.clean import fold_cleaned
from monitor.arabic.clitics import BARE, LEFTS, LONGEST_LEFT, WITH_ARTICLE
from monitor.arabic.forms import ARABIC_WORD, right_forms
from monitor.arabic.letters import same_letters
from monitor.arabic.lexicon import Lexicon
from monitor.rules.tree import Word

_SEPARATOR = re.compile(r"[^\w ]|_")


@dataclass(frozen=True, slots=True)
class Found:
    """A word of the text that is a word of a rule: `start:end` in the cleaned text, the whole word with its clitics."""

    start: int
    end: int
    how: str


@dataclass(frozen=True, slots=True)
class _Record:
    """One form of one word of the rules, as the automaton holds it."""

    word: int
    text: str
    lefts: int
    how: str
    heh: bool
    exact: bool
    prefix: bool
    blocked: dict[str, tuple[str, ...]] | None


class Scanner:
    """The automaton for a sequence of distinct words; `scan` answers by their index."""

    def __init__(self, words: Sequence[Word], lexicon: Lexicon) -> None:
        import ahocorasick

        self._lexicon = lexicon
        self._closed = lexicon.closed
        patterns: dict[str, list[_Record]] = {}
        for index, word in enumerate(words):
            for pattern, record in self._records(index, word):
                patterns.setdefault(pattern, []).append(record)
        self._automaton: Any = None
        if patterns:
            automaton = ahocorasick.Automaton()
            for pattern, records in patterns.items():
                automaton.add_word(pattern, tuple(records))
            automaton.make_automaton()
            self._automaton = automaton

    def _records(self, index: int, word: Word) -> Iterable[tuple[str, _Record]]:
        exact = word.mode == "exact"
        if exact or not ARABIC_WORD.fullmatch(word.text):
            prefix = word.mode == "prefix"
            end = "" if prefix else " "
            yield fold_cleaned(word.text) + end, _Record(index, word.text, BARE, "", False, exact, prefix, None)
            return
        if word.mode == "prefix":
            from monitor.arabic.clitics import ANY_NOUN

            yield fold_cleaned(word.text), _Record(index, word.text, ANY_NOUN, "", False, False, True, None)
            return
        for form in right_forms(word.text, self._lexicon, in_phrase=word.in_phrase, widen=word.widen):
            yield (
                fold_cleaned(form.text) + " ",
                _Record(index, form.text, form.lefts, form.how, form.heh, False, False, None),
            )

    def scan(self, cleaned: str) -> dict[int, list[Found]]:
        """The words of the rules that stand in a cleaned text, each with its places in order."""
        found: dict[int, list[Found]] = {}
        if self._automaton is None or not cleaned:
            return found
        folded = fold_cleaned(cleaned)
        text = _SEPARATOR.sub(" ", folded) + " "
        heh_habit: bool | None = None
        for last, records in self._automaton.iter(text):
            for record in records:
                length = len(record.text)
                end = last if not record.prefix else last + 1
                start = end - length
                left = ""
                begin = start
                if start and text[start - 1] != " ":
                    begin = text.rfind(" ", max(0, start - LONGEST_LEFT - 1), start) + 1
                    if not begin and start > LONGEST_LEFT:
                        continue
                    left = text[begin:start]
                kind = LEFTS.get(left)
                if kind is None or not kind[0] & record.lefts:
                    continue
                written = cleaned[start:end]
                how = record.how
                if written != record.text:
                    if record.exact or not same_letters(record.text, written):
                        continue
                    how = f"{how}, spelling {record.text}/{written}" if how else f"spelling {record.text}/{written}"
                if kind[0] & WITH_ARTICLE and not cleaned.endswith(("ال", "لل"), 0, start):
                    continue
                if record.heh and not kind[0] & WITH_ARTICLE:
                    if heh_habit is None:
                        heh_habit = False
                    if not heh_habit:
                        continue
                if record.prefix:
                    end = text.find(" ", end)
                if text[begin:end] in self._closed and cleaned[begin:end] != record.text:
                    continue
                if kind[1]:
                    how = f"{kind[1]}, {how}" if how else kind[1]
                found.setdefault(record.word, []).append(Found(begin, end, how or "exact"))
        return found
