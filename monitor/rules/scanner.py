"""Finding every word of every rule in one pass over a text: an Aho-Corasick automaton over the folded right-hand forms.

A form stands in the automaton with the word's end behind it; what is left up to the word's start must be a stack of
clitics that the form takes. Then the letters as written are compared and the guards asked. So the cost of a word of text
does not grow with the number of rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.arabic.clean import fold_cleaned
from monitor.arabic.clitics import ANY_NOUN, BARE, CONJUNCTION, LEFTS, LONGEST_LEFT, WITH_ARTICLE
from monitor.arabic.forms import ARABIC_WORD, Form, right_forms, without_article
from monitor.arabic.guards import Guards, guards_of
from monitor.arabic.habits import dots_final_yeh, writes_hamza, writes_heh_for_teh
from monitor.arabic.letters import could_be, same_letters
from monitor.arabic.lexicon import Lexicon
from monitor.rules.tree import Word

_SEPARATOR = re.compile(r"[^\w ]|_")
# After one of these a noun is genitive, and an alef at its end is no tanwin: إلى ليبيا.
_GENITIVE_AFTER = frozenset(("في", "الي", "علي", "عن", "من", "لدي", "عند", "مع", "بين", "ضد", "منذ", "خلال"))


@dataclass(frozen=True, slots=True)
class Found:
    """A word of the text that is a word of a rule: `start:end` in the cleaned text, the whole word with its clitics."""

    start: int
    end: int
    how: str


class _Record:
    """One form of one word of the rules, as the automaton holds it. `length` counts the end of the word too."""

    __slots__ = ("closed", "exact", "guards", "heh", "how", "lefts", "length", "prefix", "text", "word")

    def __init__(self, word: int, form: Form, *, mode: str, guards: Guards | None = None, closed: bool = False) -> None:
        self.word = word
        self.text = form.text
        self.lefts = form.lefts
        self.how = form.how
        self.heh = form.heh
        self.exact = mode == "exact"
        self.prefix = mode == "prefix"
        self.length = len(form.text) + (not self.prefix)
        self.guards = guards
        self.closed = closed


class Scanner:
    """The automaton for a sequence of distinct words; `scan` answers by their index."""

    def __init__(self, words: Sequence[Word], lexicon: Lexicon) -> None:
        import ahocorasick

        self._lexicon = lexicon
        self._closed = lexicon.closed
        patterns: dict[str, tuple[_Record, ...]] = {}
        for index, word in enumerate(words):
            for pattern, record in self._records(index, word):
                patterns[pattern] = (*patterns.get(pattern, ()), record)
        self._automaton: Any = None
        if patterns:
            self._automaton = ahocorasick.Automaton()
            for pattern, records in patterns.items():
                self._automaton.add_word(pattern, records)
            self._automaton.make_automaton()

    def _records(self, index: int, word: Word) -> Iterator[tuple[str, _Record]]:
        lexicon, mode = self._lexicon, word.mode
        end = "" if mode == "prefix" else " "
        if mode == "exact" or not ARABIC_WORD.fullmatch(word.text):
            yield fold_cleaned(word.text) + end, _Record(index, Form(word.text, BARE), mode=mode, closed=True)
        elif mode == "prefix":
            yield fold_cleaned(word.text), _Record(index, Form(word.text, ANY_NOUN), mode=mode)
        else:
            closed = word.text in lexicon.closed_as_written
            stem = without_article(word.text, lexicon)
            for form in right_forms(word.text, lexicon, in_phrase=word.in_phrase, widen=word.widen):
                guards = guards_of(stem, form, lexicon)
                yield fold_cleaned(form.text) + " ", _Record(index, form, mode=mode, guards=guards, closed=closed)

    def scan(self, cleaned: str) -> dict[int, list[Found]]:
        """The words of the rules that stand in a cleaned text, each with its places in order."""
        found: dict[int, list[Found]] = {}
        if self._automaton is None or not cleaned:
            return found
        # One space before the text and one behind: every word has both its ends, and offsets are one more than cleaned's.
        text = f" {_SEPARATOR.sub(' ', fold_cleaned(cleaned))} "
        habit: list[bool] = []
        for last, records in self._automaton.iter(text):
            for record in records:
                start = last - record.length + 1
                if text[start - 1] == " ":
                    begin = start
                    left = ""
                else:
                    begin = text.rfind(" ", max(0, start - LONGEST_LEFT - 1), start) + 1
                    if not begin:
                        continue
                    left = text[begin:start]
                kind = LEFTS.get(left)
                if kind is None or not kind[0] & record.lefts:
                    continue
                how = self._how(record, cleaned, text, (begin, start), habit)
                if how:
                    end = text.find(" ", last + 1) if record.prefix else last
                    found.setdefault(record.word, []).append(Found(begin - 1, end - 1, how))
        return found

    def _how(self, record: _Record, cleaned: str, text: str, place: tuple[int, int], habit: list[bool]) -> str:
        """The way in which the form is there, or "" when a closer look says it is not."""
        begin, start = place
        left = text[begin:start]
        kind, clitics = LEFTS[left]
        end = start + len(record.text)
        written = cleaned[start - 1 : end - 1]
        how = record.how
        if written != record.text:
            if record.exact or not same_letters(record.text, written):
                return ""
            if written in self._lexicon.attested.get(fold_cleaned(written), ()) and self._is_pair(record, written, cleaned):
                return ""
            how = _joined(how, _spelling(record.text, written))
        if kind & WITH_ARTICLE and cleaned[start - 3 : start - 1] not in ("ال", "لل"):
            return ""  # أل and إل are no article
        if not record.closed and self._is_closed(record, text, cleaned, begin, end):
            return ""
        if record.guards is not None and _is_another_word(record.guards, left, cleaned, start - 1, end - 1):
            return ""
        if how and self._is_misread(record, kind, text, begin, habit):
            return ""
        return _joined(clitics, how) or "exact"

    def _is_pair(self, record: _Record, written: str, cleaned: str) -> bool:
        """Whether a known word stands there that differs from ours by one letter, from a writer who tells them apart."""
        if written[-1] == "ى" and record.text[-1] == "ي":
            return dots_final_yeh(cleaned)
        return record.text in self._lexicon.attested[fold_cleaned(written)] and writes_hamza(cleaned)

    def _is_closed(self, record: _Record, text: str, cleaned: str, begin: int, end: int) -> bool:
        """Whether the word is one of the closed class and not just what was typed, or that after و or ف."""
        if text[begin:end] not in self._closed or text[end] != " ":
            return False
        word = cleaned[begin - 1 : end - 1]
        return record.text not in (word, word[1:]) or bool(record.how)

    def _is_misread(self, record: _Record, kind: int, text: str, begin: int, habit: list[bool]) -> bool:
        """Whether the ending is not what the form takes it for, by the text around it."""
        if record.how == "tanwin":
            previous = text.rfind(" ", max(0, begin - 8), begin - 1)
            return text[previous + 1 : begin - 1] in _GENITIVE_AFTER
        if record.heh:
            return not kind & WITH_ARTICLE and not self._writes_heh(text, habit)
        if record.how == "pronoun ه":
            as_teh = f"{fold_cleaned(record.text)[:-1]}ة"
            known = as_teh in self._lexicon.attested or as_teh in self._lexicon.feminine
            return known and self._writes_heh(text, habit)
        return False

    def _writes_heh(self, text: str, habit: list[bool]) -> bool:
        # Asked at most once per text, and only where it decides something.
        if not habit:
            habit.append(writes_heh_for_teh(text, self._lexicon))
        return habit[0]


def _is_another_word(guards: Guards, left: str, cleaned: str, start: int, end: int) -> bool:
    if any(could_be(word, cleaned[start:end]) for word in guards.whole):
        return True
    # The proof may be of fewer clitics than stand there: بطاقة speaks against وبطاقة.
    return any(
        could_be(word[:agreeing], cleaned[start - _clitics_in(word, left) : end])
        for word, agreeing in guards.after.get(left, ())
    )


def _clitics_in(word: str, left: str) -> int:
    """How many letters of `left`, from its end, the attested word begins with."""
    for count in range(len(left), 0, -1):
        if fold_cleaned(word[:count]) == left[-count:]:
            return count
    return 0


def _spelling(wanted: str, written: str) -> str:
    pairs = {f"{ours}/{theirs}": None for ours, theirs in zip(wanted, written, strict=True) if ours != theirs}
    return f"spelling {' '.join(pairs)}"


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
