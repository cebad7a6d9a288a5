"""The lists of the language that ship with the package, read once: plain text, one entry a line, `#` starts a comment.

They hold knowledge no rule can derive: that بطاقة is a word (so طاقة is not in it), that سوريا is a name and no tanwin.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources

from monitor.arabic.clean import clean, fold_cleaned


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The lists, ready for lookups.

    `attested`: folded word → its spellings, for words that begin like a clitic or end like a pronoun or tanwin.
    `closed`: folded closed-class words, with و and ف before them. `places`: folded names in ا. `own_article`: folded
    words whose ال is their own. `plurals`: cleaned word → its other numbers, both ways.
    """

    attested: Mapping[str, tuple[str, ...]]
    closed: frozenset[str]
    places: frozenset[str]
    own_article: frozenset[str]


def entries(name: str) -> Iterator[str]:
    """The cleaned entries of the data file `name`, in its order; several may stand on a line."""
    text = resources.files("monitor.arabic").joinpath("data", name).read_text(encoding="utf-8")
    for line in text.splitlines():
        yield from clean(line.partition("#")[0]).text.split()


@functools.cache
def lexicon() -> Lexicon:
    """The lists as shipped. They never change while the program runs, so they are read once."""
    attested: dict[str, tuple[str, ...]] = {}
    own = tuple(entries("own_article.txt"))
    places = tuple(entries("places.txt"))
    for word in (*entries("stems.txt"), *own, *places):
        key = fold_cleaned(word)
        spellings = attested.get(key, ())
        if word not in spellings:
            attested[key] = (*spellings, word)
    closed = {fold_cleaned(word) for word in entries("closed.txt")}
    closed |= {conjunction + word for word in closed for conjunction in "وف"}
    return Lexicon(
        attested=attested,
        closed=frozenset(closed),
        places=frozenset(map(fold_cleaned, places)),
        own_article=frozenset(map(fold_cleaned, own)),
    )
