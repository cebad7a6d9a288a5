"""The word of a text that comes nearest to a word of a rule without being a form of it, and why it is none. Pure.

The matcher has already said no; this says what the reader may have taken for a yes. What is compared is letters, in a
bounded number of ways; no claim is made about roots or meanings beyond the lists that ship with the package.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from monitor.arabic.clean import Cleaned, fold_cleaned
from monitor.arabic.clitics import LEFTS, LONGEST_LEFT, WITH_ARTICLE
from monitor.arabic.forms import ARABIC_WORD, Form, right_forms, without_article
from monitor.arabic.letters import same_letters
from monitor.arabic.lexicon import lexicon
from monitor.rules.suggest import other_forms
from monitor.rules.tree import Word

MOST_WORDS = 400  # of one item that are looked at
_WORD = re.compile(r"[^\W_]+")
_FEWEST_LETTERS = 3  # of a word whose letters inside another one say anything
_FEWEST_FOR_A_SLIP = 4  # of a word that may be one letter apart from another; رفع says nothing about رفح

_NISBA = ("ي", "ية", "يه", "يون", "يين", "يات")
_VERB_ENDINGS = ("ت", "وا", "تا", "تم")
_VERB_BEGINNINGS = "يتنا"
_JOINED = tuple("بكلفس")  # letters that are written with a stroke to the next
_WEAK = str.maketrans("", "", "اويءة")
_ENDINGS = ("ات", "ون", "ين", "ان", "ها", "هم", "ية", "ة", "ه", "ي")


@dataclass(frozen=True, slots=True)
class Near:
    """A word of the text, as written there, and why it is no form of the rule's word.

    `code`: a sentence of `miss_words`, filled with `values`. `closeness`: 0..1, to choose among several.
    """

    word: str
    code: str
    closeness: float
    values: tuple[tuple[str, str], ...] = ()


class Token:
    """One word of a text: as written, cleaned, folded, and the ways to take a clitic off it."""

    def __init__(self, written: str, cleaned: str) -> None:
        self.written = written
        self.cleaned = cleaned
        self.folded = fold_cleaned(cleaned)

    @cached_property
    def splits(self) -> tuple[tuple[str, str], ...]:
        """(clitics, rest), the whole word first; folded."""
        longest = min(LONGEST_LEFT, len(self.folded) - 2)
        lengths = (length for length in range(longest + 1) if self.folded[:length] in LEFTS)
        return tuple((self.folded[:length], self.folded[length:]) for length in lengths) or (("", self.folded),)

    @cached_property
    def skeleton(self) -> frozenset[str]:
        """Its firm letters, with and without what may be clitics."""
        return frozenset(filter(None, (_skeleton(rest) for _, rest in self.splits)))


def tokens_of(texts: Iterable[Cleaned]) -> list[Token]:
    """The words of cleaned texts, each once, in order, at most `MOST_WORDS`."""
    found: dict[str, Token] = {}
    for text in texts:
        for word in _WORD.finditer(text.text):
            if word[0] not in found:
                start, end = text.span(word.start(), word.end())
                found[word[0]] = Token(text.original[start:end], word[0])
            if len(found) >= MOST_WORDS:
                return list(found.values())
    return list(found.values())


def nearest(word: Word, tokens: Sequence[Token]) -> Near | None:
    """The token nearest to `word`, which stands in none of its forms among them; None when nothing is like it."""
    wanted = _Wanted(word)
    best: Near | None = None
    for token in tokens:
        found = next(wanted.near(token), None)
        if found is not None and (best is None or found.closeness > best.closeness):
            best = found
    return best


class _Wanted:
    """The rule's word, ready to be compared with many."""

    def __init__(self, word: Word) -> None:
        self._word = word
        self._arabic = ARABIC_WORD.fullmatch(word.text) is not None
        self._stem = without_article(word.text, lexicon()) if self._arabic else word.text
        self._folded = fold_cleaned(self._stem)

    @cached_property
    def _forms(self) -> dict[str, Form]:
        return {fold_cleaned(form.text): form for form in right_forms(self._stem, lexicon(), in_phrase=True)}

    @cached_property
    def _others(self) -> dict[str, str]:
        """Other numbers of the word, folded → what they are."""
        if not self._arabic:
            return {}
        return {fold_cleaned(each.form): each.kind.replace("sound ", "") for each in other_forms(self._stem)}

    @cached_property
    def _skeleton(self) -> str:
        return _skeleton(self._folded)

    def near(self, token: Token) -> Iterator[Near]:
        """Why the token is none of the word's forms, the most telling reason first; nothing where it is far off."""
        if not self._arabic or self._word.mode == "prefix":
            yield from self._around(token)
            return
        for left, rest in token.splits:
            yield from self._as_stem(token, left, rest)
        if token.folded not in lexicon().closed:
            for left, rest in token.splits:
                yield from self._as_relative(token, left, rest)
            yield from self._around(token)
            yield from self._by_letters(token)

    def _as_stem(self, token: Token, left: str, rest: str) -> Iterator[Near]:
        """The same letters, or those of one of its forms, and yet refused."""
        form = self._forms.get(rest)
        if form is None:
            return
        if self._word.mode == "exact":
            yield Near(token.written, "exact", 1.0)
        written = token.cleaned[len(left) :]
        kind = LEFTS[left].kind
        if pair := _other_letter(form.text, written):
            yield Near(token.written, "spelling", 0.95, (("ours", pair[0]), ("theirs", pair[1])))
        if self._stem != self._word.text and not kind & WITH_ARTICLE and not self._word.in_phrase:
            yield Near(token.written, "article", 0.95, (("bare", self._stem),))
        if not kind & form.lefts and left and rest == self._folded:
            yield Near(token.written, "clitic", 0.9, (("left", left),))
        ending = rest[len(self._folded) :] if rest.startswith(self._folded) else ""
        parts = (
            f"{left}ـ" if left[-1:] in _JOINED else left,
            rest.removesuffix(ending),
            f"ـ{ending}" if ending else "",
        )
        yield Near(token.written, "own_word", 0.9, (("parts", " + ".join(filter(None, parts))),))

    def _as_relative(self, token: Token, left: str, rest: str) -> Iterator[Near]:
        """Its plural, a verb, an adjective made of it."""
        if rest in self._others:
            yield Near(token.written, self._others[rest], 0.85, (("term", self._word.text),))
        base = self._folded.removesuffix("ة")
        if len(base) < _FEWEST_LETTERS or rest == self._folded:
            return
        if rest.startswith(base) and rest[len(base) :] in _NISBA:
            yield Near(token.written, "nisba", 0.8)
        if LEFTS[left].kind & WITH_ARTICLE or len(self._folded) > _FEWEST_FOR_A_SLIP:
            return
        if rest.startswith(self._folded) and rest[len(self._folded) :] in _VERB_ENDINGS:
            yield Near(token.written, "verb", 0.75)
        if rest[0] in _VERB_BEGINNINGS and rest[1:].startswith(self._folded) and len(rest) <= len(self._folded) + 3:
            yield Near(token.written, "verb", 0.75)

    def _around(self, token: Token) -> Iterator[Near]:
        """A longer word with the letters of the term in it."""
        if len(self._folded) < _FEWEST_LETTERS and self._arabic:
            return
        if self._folded not in token.folded or not self._folded:
            return
        share = len(self._folded) / len(token.folded)
        begins = any(rest.startswith(self._folded) for _, rest in token.splits)
        yield Near(token.written, "begins" if begins else "inside", (0.6 if begins else 0.45) * (0.7 + 0.3 * share))

    def _by_letters(self, token: Token) -> Iterator[Near]:
        if len(self._skeleton) >= _FEWEST_LETTERS and self._skeleton in token.skeleton:
            yield Near(token.written, "akin", 0.5)
        if len(self._folded) >= _FEWEST_FOR_A_SLIP and any(one_apart(self._folded, rest) for _, rest in token.splits):
            yield Near(token.written, "letter", 0.4)


def _other_letter(ours: str, theirs: str) -> tuple[str, str] | None:
    """The first letter that makes another word of the same fold: its hamza, or its dots."""
    for our, their in zip(ours, theirs, strict=True):
        if our != their and (not same_letters(our, their) or {our, their} == {"ي", "ى"}):
            return our, their
    return None


def one_apart(one: str, other: str) -> bool:
    """Whether one letter more, less, another, or two swapped make `other` of `one`."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    tail, its = one[start:], other[start:]
    if len(tail) == len(its):
        return tail[1:] == its[1:] or (tail[:2] == its[1::-1] and tail[2:] == its[2:])
    return tail[1:] == its or tail == its[1:]


def _skeleton(folded: str) -> str:
    """The firm letters of a word: without what bends (ا و ي), a common ending, and a م or ت before three letters."""
    for ending in _ENDINGS:
        if folded.endswith(ending) and len(folded) - len(ending) >= _FEWEST_LETTERS:
            folded = folded.removesuffix(ending)
            break
    firm = folded.translate(_WEAK)
    return firm[1:] if len(firm) > _FEWEST_LETTERS and firm[0] in "مت" else firm
