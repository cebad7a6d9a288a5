"""What Arabic may join to the left of a word, and what each string of it means. A closed list; pure data.

A stem says with a mask which kinds it takes; a string that is not in `LEFTS` is not a stack of clitics at all.
"""

from __future__ import annotations

from typing import NamedTuple

BARE = 1
CONJUNCTION = 2
PREPOSITION = 4
ARTICLE = 8
LAM_ARTICLE = 16  # ل + ال + X is written للX
FUTURE = 32

WITH_ARTICLE = ARTICLE | LAM_ARTICLE
NO_ARTICLE = BARE | CONJUNCTION | PREPOSITION
ANY_NOUN = NO_ARTICLE | WITH_ARTICLE

_CONJUNCTIONS = ("", "و", "ف")


class Left(NamedTuple):
    """What a clitic string is. `how`: to say it; `how_definite`: of a word typed with its article, then no change."""

    kind: int
    how: str
    how_definite: str


def _lefts() -> dict[str, Left]:
    lefts = {"": Left(BARE, "", "without article")}

    def add(text: str, kind: int, prefix: str) -> None:
        said = f"prefix {prefix}" if prefix else ""
        if kind & WITH_ARTICLE:
            lefts[text] = Left(kind, f"{said} + article" if said else "article", said)
        else:
            lefts[text] = Left(kind, said, f"{said} without article")

    for first in _CONJUNCTIONS:
        if first:
            add(first, CONJUNCTION, first)
        for letter in "بكل":
            add(first + letter, PREPOSITION, first + letter)
        for letter in ("", "ب", "ك"):
            add(f"{first}{letter}ال", ARTICLE, first + letter)
        add(f"{first}لل", LAM_ARTICLE, f"{first}ل")
        add(f"{first}س", FUTURE, f"{first}س")
    return lefts


# The clitic string as written → what it is.
LEFTS = _lefts()
LAST_LETTERS = frozenset(left[-1] for left in LEFTS if left)
LONGEST_LEFT = max(map(len, LEFTS))

# Written apart after a tatweel (لـ "إطلاق") these are words of the text but no words of a phrase.
LONE_CLITICS = frozenset(left for left in LEFTS if left and "س" not in left)

# ي and ني are refused: nisba adjectives end in ي and are everywhere (قانون would match قانوني).
PRONOUNS = ("ه", "ها", "هم", "هن", "هما", "نا", "كم", "كن", "كما", "ك")
