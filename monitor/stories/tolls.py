"""Finds the tolls a text gives: how many dead, wounded, missing, displaced, arrested. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from monitor.stories.lexicon import toll_kind
from monitor.stories.serials import is_dated, plain
from monitor.stories.words import fold

# Small numbers are written as words; from eleven on newsrooms write digits.
_WORDS = "ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة|ثلاث أربع خمس ست سبع ثماني تسع عشر"
_THOUSANDS = {"الف": 1_000, "الاف": 1_000, "الفا": 1_000, "مليون": 1_000_000, "ملايين": 1_000_000}
# What follows a number that counts no people: "عن 88 عاما", "24 ساعة".
_UNITS = (
    "عام",
    "سنه",
    "سنوات",
    "ساع",
    "يوم",
    "ايام",
    "درج",
    "دقيق",
    "كيلو",
    "كم",
    "متر",
    "طن",
    "years",
    "hours",
    "days",
)
_AHEAD, _BACK = 3, 4  # how far the counted noun stands from its number


def tolls_of(words: Sequence[str]) -> dict[str, int]:
    """Kind of toll → the largest number given for it, from folded words."""
    found: dict[str, int] = {}
    small = _small_numbers()
    for at in [at for at, word in enumerate(words) if word[0] <= "9" or word in small]:
        number = _number(words, at)
        if not number or (at + 1 < len(words) and words[at + 1].startswith(_UNITS)):
            continue
        kind = next(filter(None, map(toll_kind, words[at + 1 : at + 1 + _AHEAD])), "")
        kind = kind or next(filter(None, map(toll_kind, reversed(words[max(0, at - _BACK) : at]))), "")
        if kind:
            found[kind] = max(number, found.get(kind, 0))
    return found


def _number(words: Sequence[str], at: int) -> int:
    """The whole number at a place, with its thousands; 0 where none stands or it belongs to a date."""
    word = words[at]
    if word[0] <= "9":
        digits = plain(word)
        if not digits.isdigit() or len(digits) > 8 or is_dated(words, at):
            return 0
        number = int(digits)
    else:
        number = _small_numbers().get(word, 0)
    following = words[at + 1] if at + 1 < len(words) else ""
    return number * _THOUSANDS.get(following, 1)


@cache
def _small_numbers() -> dict[str, int]:
    return {fold(word): value for row in _WORDS.split("|") for value, word in enumerate(row.split(), start=3)}
