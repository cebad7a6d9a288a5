"""The lists of the language that ship with the package, read once: plain text, one entry a line, `#` starts a comment.

They hold knowledge no rule can derive: that بطاقة is a word (so طاقة is not in it), that سوريا is a name and no tanwin.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources

from monitor.arabic.clean import clean, fold_cleaned
from monitor.arabic.clitics import LEFTS, LONGEST_LEFT

_COMMENT = re.compile(r"#[^\n]*")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The lists, ready for lookups.

    `attested`: folded word → its spellings, for words that begin like a clitic or end like a pronoun or tanwin.
    `closed`: folded closed-class words, with و and ف before them; `closed_as_written`: as spelled. `own_article`:
    folded word → its spellings, for words whose ال is their own. `feminine`: folded common words in ة.
    `behind`: what is left of attested words → the clitic strings that stand before it there (طاقة → ب, for بطاقة).
    """

    attested: Mapping[str, tuple[str, ...]]
    closed: frozenset[str]
    closed_as_written: frozenset[str]
    own_article: Mapping[str, tuple[str, ...]]
    feminine: frozenset[str]
    behind: Mapping[str, tuple[str, ...]]


def entries(name: str) -> Iterator[str]:
    """The cleaned entries of the data file `name`, in its order; several may stand on a line."""
    text = resources.files("monitor.arabic").joinpath("data", name).read_text(encoding="utf-8")
    yield from clean(_COMMENT.sub("", text)).text.split()


@functools.cache
def lexicon() -> Lexicon:
    """The lists as shipped. They never change while the program runs, so they are read once."""
    closed_as_written = frozenset(entries("closed.txt"))
    closed = {fold_cleaned(word) for word in closed_as_written}
    attested = _by_fold("stems.txt", "places.txt", "own_article.txt")
    return Lexicon(
        attested=attested,
        closed=frozenset(closed | {conjunction + word for word in closed for conjunction in "وف"}),
        closed_as_written=closed_as_written,
        own_article=_by_fold("own_article.txt"),
        feminine=frozenset(map(fold_cleaned, entries("feminine.txt"))),
        behind=_behind_clitics(attested),
    )


def _by_fold(*names: str) -> dict[str, tuple[str, ...]]:
    """Folded word → the spellings the files give for it."""
    spellings: dict[str, tuple[str, ...]] = {}
    for name in names:
        words = list(entries(name))
        # Folding goes letter for letter: all words at once cost less than one by one, at every start of the program.
        for word, folded in zip(words, fold_cleaned(" ".join(words)).split(" "), strict=True):
            known = spellings.setdefault(folded, ())
            if word not in known:
                spellings[folded] = (*known, word)
    return spellings


def _behind_clitics(attested: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What stands behind a clitic string at the begin of an attested word → those strings, in the order of `LEFTS`."""
    found: dict[str, list[str]] = {}
    for word in attested:
        for length in range(1, min(LONGEST_LEFT, len(word)) + 1):
            if word[:length] in LEFTS:
                found.setdefault(word[length:], []).append(word[:length])
    order = {left: place for place, left in enumerate(LEFTS)}
    return {tail: tuple(sorted(lefts, key=order.__getitem__)) for tail, lefts in found.items()}
