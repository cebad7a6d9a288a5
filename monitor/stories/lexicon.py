"""What grouping knows of words before it has seen an item: empty words, words of one sense, and how common each is.

Constants of the program, read once from the files in `data`; nothing here changes at run time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from monitor.stories.words import core, fold, skeleton

_EMPTY = 1000  # the rate that marks words which carry nothing
# The marks of the kinds in cues.txt, and of a headline in the form of a quotation.
REACTION, COMMENT, BULLETIN, DENIAL, CORRECTION, SERIAL, QUOTE = "r", "o", "b", "d", "c", "s", "q"
_MARKS = {
    "reaction": REACTION,
    "comment": COMMENT,
    "bulletin": BULLETIN,
    "denial": DENIAL,
    "correction": CORRECTION,
    "serial": SERIAL,
}
_TOLL = "toll/"
_PROCLITICS = ("و", "ف", "ب", "ل", "وب", "ول")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`empty`: folded words to leave out. `senses`: core → the stem of its sense. `rates`: term → per thousand."""

    empty: frozenset[str]
    senses: dict[str, str]
    rates: dict[str, float]


@cache
def lexicon() -> Lexicon:
    """The lexicon of the program, from `data/synonyms.txt` and `data/frequencies.tsv`."""
    senses = _read_senses()
    empty: set[str] = set()
    rates: dict[str, float] = {}
    for line in _lines("frequencies.tsv"):
        rate, _, words = line.partition("\t")
        folded = [fold(word) for word in words.split()]
        if float(rate) >= _EMPTY:
            empty.update(folded)
            continue
        for word in folded:
            term = senses.get(core(word)) or skeleton(core(word))
            rates[term] = max(float(rate), rates.get(term, 0.0))
    empty.update(letter + word for word in tuple(empty) for letter in _PROCLITICS if len(word) > 2)
    return Lexicon(frozenset(empty), senses, rates)


def term(word: str) -> str:
    """The term a folded word counts as, or "" for a number and for a word that carries nothing."""
    return _terms[word]


def terms_of(words: Iterable[str]) -> list[str]:
    """The `term` of each word."""
    return list(map(_terms.__getitem__, words))


def cue(word: str) -> str:
    """The mark of the kind of report that a folded word announces, or ""."""
    return _marks_of_words[word]


def cues_of(words: Iterable[str]) -> list[str]:
    """The `cue` of each word."""
    return list(map(_marks_of_words.__getitem__, words))


class _Remembered(dict[str, str]):
    """A function of words that remembers its values: a third of the cost of `lru_cache` where a word is looked up."""

    def __init__(self, function: Callable[[str], str]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, word: str) -> str:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        value = self[word] = self._function(word)
        return value


_MOST_REMEMBERED = 100_000


def _find_term(word: str) -> str:
    known = lexicon()
    if word in known.empty or len(word) < 2 or word[0] <= "9":
        return ""
    bare = _cores[word]
    return known.senses.get(bare) or skeleton(bare)


def _find_cue(word: str) -> str:
    known = _cues()
    return known.get(word) or known.get(_cores[word], "")


_cores = _Remembered(core)
_terms = _Remembered(_find_term)
_marks_of_words = _Remembered(_find_cue)


def toll_kind(word: str) -> str:
    """The kind of toll a folded word counts (dead, hurt, missing, displaced, arrested), or ""."""
    known = _toll_words()
    return known.get(_cores[word]) or (known.get(_cores[word[1:]], "") if len(word) > 4 and word[0] in "وفب" else "")


def toll_noun(kind: str, *, arabic: bool) -> str:
    """What to call a kind of toll."""
    return _toll_nouns()[kind][0 if arabic else 1]


@cache
def _cues() -> dict[str, str]:
    return {bare: _MARKS[kind] for kind, bare in _read_cues() if not kind.startswith(_TOLL)}


@cache
def _toll_words() -> dict[str, str]:
    return {bare: kind.split("/")[1] for kind, bare in _read_cues() if kind.startswith(_TOLL)}


@cache
def _toll_nouns() -> dict[str, tuple[str, str]]:
    kinds = {kind for kind, _ in _read_cues() if kind.startswith(_TOLL)}
    return {name: (arabic, english) for _, name, arabic, english in (kind.split("/") for kind in kinds)}


def _read_cues() -> list[tuple[str, str]]:
    found: dict[tuple[bool, str], str] = {}
    for line in _lines("cues.txt"):
        kind, _, words = line.partition("\t")
        for word in words.split():
            key = fold(word) if kind == "comment" else core(fold(word))
            found.setdefault((kind.startswith(_TOLL), key), kind)
    return [(kind, bare) for (_, bare), kind in found.items()]


def _read_senses() -> dict[str, str]:
    senses: dict[str, str] = {}
    for line in _lines("synonyms.txt"):
        cores = [core(fold(word)) for word in line.split()]
        head = skeleton(cores[0])
        for bare in cores:
            senses.setdefault(bare, head)
    return senses


def _lines(name: str) -> list[str]:
    text = files("monitor.stories").joinpath("data", name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
