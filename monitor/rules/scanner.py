"""Finding every word of every rule in one pass over a text: an Aho-Corasick automaton over the folded right-hand forms.

A form stands in the automaton with the word's end behind it; what is left up to the word's start must be a stack of
clitics that the form takes. Then the letters as written are compared and the guards asked. So the cost of a word of
text does not grow with the number of rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from monitor.arabic.clean import Cleaned, fold_cleaned
from monitor.arabic.clitics import ANY_NOUN, BARE, LAST_LETTERS, LEFTS, LONGEST_LEFT, WITH_ARTICLE
from monitor.arabic.forms import ARABIC_WORD, Form, right_forms, without_article
from monitor.arabic.guards import Guards, guards_of
from monitor.arabic.habits import dots_final_yeh, writes_hamza, writes_heh_for_teh
from monitor.arabic.letters import could_be, same_letters
from monitor.arabic.lexicon import Lexicon
from monitor.rules.tree import Word

# The letters of nearly all words first, as a set, which is twice as fast as asking \w of each.
_SEPARATOR = re.compile(r"[^ \u0621-\u064aa-z0-9](?<![^\W_])")
# After one of these a noun is genitive, and an alef at its end is no tanwin: إلى ليبيا.
_GENITIVE_AFTER = frozenset(("في", "الي", "علي", "عن", "من", "لدي", "عند", "مع", "بين", "ضد", "منذ", "خلال"))


class Place(NamedTuple):
    """Where a word or a term of a rule stands in a cleaned text, `start:end` with its clitics, and in which way."""

    start: int
    end: int
    how: str


class _Record:
    """One form of one word of the rules, as the automaton holds it. `length` counts the end of the word too."""

    __slots__ = (
        "closed",
        "definite",
        "exact",
        "guards",
        "heh",
        "how",
        "lefts",
        "length",
        "plain",
        "prefix",
        "text",
        "word",
    )

    def __init__(
        self,
        word: int,
        form: Form,
        *,
        mode: str,
        guards: Guards | None = None,
        closed: bool = False,
        definite: bool = False,
    ) -> None:
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
        self.definite = definite
        # Spelled as typed, it needs no closer look.
        self.plain = guards is None and not form.heh and form.how not in ("tanwin", "pronoun ه") and not self.prefix


class Scanner:
    """The automaton for a sequence of distinct words; `scan` answers by their index."""

    def __init__(self, words: Sequence[Word], lexicon: Lexicon) -> None:
        import ahocorasick

        self._lexicon = lexicon
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
            definite = word.in_phrase and stem != word.text
            for form in right_forms(word.text, lexicon, in_phrase=word.in_phrase, widen=word.widen):
                guards = guards_of(stem, form, lexicon)
                yield (
                    fold_cleaned(form.text) + " ",
                    _Record(index, form, mode=mode, guards=guards, closed=closed, definite=definite),
                )

    def scan(self, text: Cleaned) -> dict[int, list[Place]]:
        """The words of the rules that stand in a cleaned text, each with its places in order."""
        found: dict[int, list[Place]] = {}
        if self._automaton is None:
            return found
        # One space before the text and one behind: every word has both its ends; offsets are one more than the text's.
        folded = f" {_SEPARATOR.sub(' ', fold_cleaned(text.text))} "
        written = text.text
        closed = self._lexicon.closed
        reading: _Reading | None = None
        for last, records in self._automaton.iter(folded):
            for record in records:
                start = last - record.length + 1
                before = folded[start - 1]
                if before == " ":
                    begin, left = start, ""
                elif before in LAST_LETTERS:
                    begin = folded.rfind(" ", max(0, start - LONGEST_LEFT - 1), start) + 1
                    left = folded[begin:start] if begin else "-"
                else:
                    continue
                kind = LEFTS.get(left)
                if kind is None or not kind.kind & record.lefts:
                    continue
                # Nearly all are spelled as typed and no word of the lists; the rest get a closer look.
                if (
                    record.plain
                    and written[begin - 1 : last - 1] == left + record.text
                    and folded[begin:last] not in closed
                ):
                    said = kind.how_definite if record.definite else kind.how
                    how = f"{said}, {record.how}" if said and record.how else said or record.how or "exact"
                else:
                    if reading is None:
                        reading = _Reading(self._lexicon, text, folded)
                    how = reading.how(record, left, start)
                if how:
                    end = folded.find(" ", last + 1) if record.prefix else last
                    place = Place(begin - 1, end - 1, how)
                    if record.word in found:
                        found[record.word].append(place)
                    else:
                        found[record.word] = [place]
        return found

    def touched(self, texts: Sequence[str]) -> Iterator[tuple[int, set[int]]]:
        """Index of a cleaned text and the words that `scan` may find in it, in order; nothing else is found anywhere.

        One pass over all texts, without the closer looks: most texts of a store concern no rule.
        """
        if self._automaton is None:
            return
        # As `scan` has it, every text with a space at both its ends; two neighbours share one.
        joined = "\n".join(texts)
        folded = f" {_SEPARATOR.sub(' ', fold_cleaned(joined))} "
        index, end = -1, 0  # the text at hand, and where it ends
        words: set[int] = set()
        for last, records in self._automaton.iter(folded):
            fitting = [record.word for record in records if _clitics_fit(folded, last, record)]
            if not fitting:
                continue
            if last > end:
                if words:
                    yield index, words
                words = set()
                while last > end:
                    index += 1
                    end += len(texts[index]) + 1
            words.update(fitting)
        if words:
            yield index, words


def _clitics_fit(folded: str, last: int, record: _Record) -> bool:
    """Whether what stands between a form and the beginning of its word is a stack of clitics that it takes."""
    start = last - record.length + 1
    begin = folded.rfind(" ", max(0, start - LONGEST_LEFT - 1), start) + 1
    kind = LEFTS.get(folded[begin:start] if begin else "-")
    return kind is not None and bool(kind.kind & record.lefts)


class _Reading:
    """A closer look at one text, where the automaton has found a form with clitics it takes.

    What the whole text tells of its writer is asked at most once, and only where it decides something.
    """

    __slots__ = ("_folded", "_heh", "_lexicon", "_text", "_written")

    def __init__(self, lexicon: Lexicon, text: Cleaned, folded: str) -> None:
        self._lexicon = lexicon
        self._text = text
        self._written = text.text
        self._folded = folded
        self._heh: bool | None = None

    def how(self, record: _Record, left: str, start: int) -> str:
        """The way in which the form stands at `start` of the folded text behind `left`; "" when it is another word."""
        begin, end = start - len(left) - 1, start + len(record.text) - 1
        written = self._written[start - 1 : end]
        how = record.how
        if written != record.text:
            if record.exact or not same_letters(record.text, written) or self._is_other_of_pair(record, written):
                return ""
            how = _joined(how, _spelling(record.text, written))
        kind = LEFTS[left].kind
        if kind & WITH_ARTICLE and self._written[start - 3 : start - 1] not in ("ال", "لل"):
            return ""  # أل and إل are no article
        if not record.closed and self._is_closed(record, begin, end):
            return ""
        if record.guards is not None and self._is_another_word(record, left, start - 1, end):
            return ""
        if how and self._is_misread(record, kind, begin):
            return ""
        return _joined(LEFTS[left].how_definite if record.definite else LEFTS[left].how, how) or "exact"

    def _is_other_of_pair(self, record: _Record, written: str) -> bool:
        """Whether a known word stands there that differs by one letter, from a writer who tells the two apart."""
        known = self._lexicon.attested.get(fold_cleaned(written), ())
        if written not in known:
            return False
        if written[-1] == "ى" and record.text[-1] == "ي":
            return dots_final_yeh(self._written)
        return record.text in known and writes_hamza(self._written)

    def _is_closed(self, record: _Record, begin: int, end: int) -> bool:
        """Whether the word is one of the closed class and not just what was typed, or that after و or ف."""
        if self._folded[begin + 1 : end + 1] not in self._lexicon.closed or self._folded[end + 1] != " ":
            return False
        word = self._written[begin:end]
        return record.text not in (word, word[1:]) or bool(record.how)

    def _is_another_word(self, record: _Record, left: str, start: int, end: int) -> bool:
        guards = record.guards
        if guards is None:
            return False
        if any(could_be(word, self._written[start:end]) for word in guards.whole):
            # A written tanwin settles it: مقدونيًا is no country.
            return not (record.how == "tanwin" and self._has_tanwin(end))
        # The proof may be of fewer clitics than stand there: بطاقة speaks against وبطاقة.
        return any(
            could_be(word[:agreeing], self._written[start - _clitics_in(word, left) : end])
            for word, agreeing in guards.after.get(left, ())
        )

    def _has_tanwin(self, end: int) -> bool:
        start, after = self._text.span(end - 2, end)
        return "\u064b" in self._text.original[start:after]

    def _is_misread(self, record: _Record, kind: int, begin: int) -> bool:
        """Whether the ending is not what the form takes it for, by the text around it."""
        if record.how == "tanwin":
            previous = self._folded.rfind(" ", max(0, begin - 7), max(0, begin))
            return self._folded[previous + 1 : max(0, begin)] in _GENITIVE_AFTER
        if record.heh:
            return not kind & WITH_ARTICLE and not self._writes_heh()
        if record.how == "pronoun ه":
            as_teh = f"{fold_cleaned(record.text)[:-1]}ة"
            known = as_teh in self._lexicon.attested or as_teh in self._lexicon.feminine
            return known and self._writes_heh()
        return False

    def _writes_heh(self) -> bool:
        if self._heh is None:
            self._heh = writes_heh_for_teh(self._folded, self._lexicon)
        return self._heh


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
