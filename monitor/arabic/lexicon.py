"""The lists of the language that ship with the package, read once: plain text, one entry a line, `#` starts a comment.

They hold knowledge no rule can derive: that بطاقة is a word (so طاقة is not in it), that سوريا is a name and no tanwin.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources

from monitor.arabic.clean import clean, fold_cleaned
from monitor.arabic.clitics import LEFTS

_LEFTS = tuple(filter(None, LEFTS))
_COMMENT = re.compile(r"#[^\n]*")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The lists, ready for lookups.

    `attested`: folded word → its spellings, for words that begin like a clitic or end like a pronoun or tanwin.
    `closed`: folded closed-class words, with و and ف before them; `closed_as_written`: as spelled. `own_article`:
    folded word → its spellings, for words whose ال is their own. `feminine`: folded common words in ة.
    """

    attested: Mapping[str, tuple[str, ...]]
    closed: frozenset[str]
    closed_as_written: frozenset[str]
    own_article: Mapping[str, tuple[str, ...]]
    feminine: frozenset[str]

    def before(self, base: str) -> tuple[str, ...]:
        """The clitic strings that make an attested word when they stand before `base` (ب before طاقة, for بطاقة).

        Asked for each form of a term; a table of all answers would cost each start as much as some thousand terms.
        """
        attested = self.attested
        return tuple([left for left in _LEFTS if left + base in attested])


def entries(name: str) -> Iterator[str]:
    """The cleaned entries of the data file `name`, in its order; several may stand on a line."""
    text = resources.files("monitor.arabic").joinpath("data", name).read_text(encoding="utf-8")
    yield from clean(_COMMENT.sub("", text)).text.split()


@functools.cache
def lexicon() -> Lexicon:
    """The lists as shipped. They never change while the program runs, so they are read once."""
    closed_as_written = frozenset(entries("closed.txt"))
    closed = {fold_cleaned(word) for word in closed_as_written}
    return Lexicon(
        attested=_by_fold("stems.txt", "places.txt", "own_article.txt"),
        closed=frozenset(closed | {conjunction + word for word in closed for conjunction in "وف"}),
        closed_as_written=closed_as_written,
        own_article=_by_fold("own_article.txt"),
        feminine=frozenset(map(fold_cleaned, entries("feminine.txt"))),
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
