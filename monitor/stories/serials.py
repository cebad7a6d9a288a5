"""Finds the serial numbers in a text (convoy 24, the third batch), and tells dates from other numbers. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from monitor.stories.lexicon import SERIAL, cue, term
from monitor.stories.words import fold

_UNITS = "اول ثاني ثالث رابع خامس سادس سابع ثامن تاسع عاشر"
_TENS = {"عشر": 10, "عشره": 10, "عشرون": 20, "عشرين": 20, "ثلاثون": 30, "ثلاثين": 30, "اربعون": 40, "اربعين": 40}
_TENS |= {"خمسون": 50, "خمسين": 50, "ستون": 60, "ستين": 60, "سبعون": 70, "سبعين": 70, "ثمانون": 80, "ثمانين": 80}
_TENS |= {"تسعون": 90, "تسعين": 90}
_MONTHS = "يناير فبراير مارس ابريل مايو يونيو يوليو اغسطس سبتمبر اكتوبر نوفمبر ديسمبر كانون شباط اذار نيسان ايار"
_MONTHS += " حزيران تموز اب ايلول تشرين جانفي فيفري افريل ماي جوان جويلية اوت رمضان شوال رجب شعبان محرم صفر ربيع"
_DAYS = "السبت الاحد الاثنين الثلاثاء الاربعاء الخميس الجمعه"
_DATED = frozenset((_MONTHS + " " + _DAYS).split())
_YEAR = re.compile(r"(?:19|20)\d\d$")
_CLOCK_OR_DATE = re.compile(r"\d+[:/-]\d+")
_CLOSE, _SPACED = 2, 10  # how many words may stand before a bare number, before one with the article or رقم


def plain(number: str) -> str:
    """A number without its separators of thousands: `2,800` → `2800`, `6,8` → `6.8`."""
    if re.fullmatch(r"\d{1,3}(?:[,.]\d{3})+", number):
        return number.replace(",", "").replace(".", "")
    return number.replace(",", ".")


def serials_of(words: Sequence[str]) -> set[str]:
    """The first number of each series that a text names, as `noun:number`."""
    found: dict[str, str] = {}
    for at, word in enumerate(words):
        if word[0] > "9" and cue(word) == SERIAL and (noun := term(word)) not in found:
            number = _number_after(words[at + 1 : at + 1 + _SPACED])
            if number:
                found[noun] = f"{noun}:{number}"
    return set(found.values())


def _number_after(words: Sequence[str]) -> int:
    """The serial number that follows a noun: `رقم 33`, `… ال 19`, `الرابعة والعشرين`; 0 where there is none."""
    for at, word in enumerate(words):
        if word.isdigit() and len(word) <= 3 and (at < _CLOSE or words[at - 1] in ("ال", "رقم")):
            return int(word)
        if at >= _CLOSE:
            continue
        if unit := _ordinals().get(word, 0):
            following = words[at + 1].removeprefix("و").removeprefix("ال") if at + 1 < len(words) else ""
            return unit + _TENS.get(following, 0)
        if at == 0 and (ten := _TENS.get(word.removeprefix("ال"), 0)):
            return ten
    return 0


@cache
def _ordinals() -> dict[str, int]:
    forms: dict[str, int] = {}
    for value, masculine in enumerate(_UNITS.split(), start=1):
        for form in _ordinal_forms(masculine):
            forms["ال" + form] = value
    return forms


def _ordinal_forms(masculine: str) -> Iterator[str]:
    yield masculine
    yield fold("أولى") if masculine == "اول" else masculine + "ه"
    if masculine == "اول":
        yield from ("حادي", "حاديه")


def is_dated(words: Sequence[str], at: int) -> bool:
    """Whether the digits at a place are a year, a clock time, a date or the day of a month."""
    word = words[at]
    if _CLOCK_OR_DATE.match(word) or _YEAR.match(word):
        return True
    return len(word) <= 2 and any(near in _DATED for near in words[max(0, at - 1) : at + 3])
