"""What Arabic may join to the left of a word, and what each string of it means. A closed list; pure data.

A stem says with a mask which kinds it takes; a string that is not in `LEFTS` is not a stack of clitics at all.
"""

from __future__ import annotations

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


def _lefts() -> dict[str, tuple[int, str]]:
    lefts = {"": (BARE, "")}
    for first in _CONJUNCTIONS:
        start = f"prefix {first}" if first else ""
        if first:
            lefts[first] = (CONJUNCTION, start)
        for letter in "بكل":
            lefts[first + letter] = (PREPOSITION, f"prefix {first}{letter}")
        for letter in ("", "ب", "ك"):
            joined = f"prefix {first}{letter} + " if first or letter else ""
            lefts[f"{first}{letter}ال"] = (ARTICLE, f"{joined}article")
        lefts[f"{first}لل"] = (LAM_ARTICLE, f"prefix {first}ل + article")
        lefts[f"{first}س"] = (FUTURE, f"prefix {first}س")
    return lefts


# The clitic string as written → its kind, and how to say it.
LEFTS = _lefts()
LAST_LETTERS = frozenset(left[-1] for left in LEFTS if left)
LONGEST_LEFT = max(map(len, LEFTS))

# Written apart after a tatweel (لـ "إطلاق") these are words of the text but no words of a phrase.
LONE_CLITICS = frozenset(left for left in LEFTS if left and "س" not in left)

# ي and ني are refused: nisba adjectives end in ي and are everywhere (قانون would match قانوني).
PRONOUNS = ("ه", "ها", "هم", "هن", "هما", "نا", "كم", "كن", "كما", "ك")
