"""Leaves out of a summary what is not news: links to other articles, channels to follow, signatures. Pure."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources


def without_boilerplate(lines: str) -> str:
    """`lines` without what is about other articles, channels to follow or the page itself."""
    phrases = _boilerplate()
    kept: list[str] = []
    skip_next = False
    for raw_line in lines.split("\n"):
        # Single spaces first: the patterns are only linear on those.
        line = " ".join(raw_line.split())
        if not line:
            continue
        found = phrases.at_start(line) if len(line) < _WHOLE else None
        if found:
            # A heading alone ("اقرأ أيضا:") belongs to the link that follows it.
            skip_next = not line[found.end() :].strip(" :.…-–|")
            continue
        if skip_next and len(line) < _LINK_LENGTH:
            skip_next = False
            continue
        skip_next = False
        kept.append(line[: phrases.at_end(line)])
    return "\n".join(kept)


_LINK_LENGTH = 150
_WHOLE = 300
"""Characters; a longer line that begins like boilerplate holds a whole text without blocks, and is kept."""


class _Boilerplate:
    """The phrases, by their first words with one spelling of alef.

    Nearly all lines are news, and patterns for all spellings of a phrase are slow, to compile as well: those of a first
    word are made when a line has that word where the phrase could stand.
    """

    def __init__(self, phrases: list[str]) -> None:
        self._loose: dict[str, list[str]] = {}
        for phrase in sorted(phrases, key=len, reverse=True):
            self._loose.setdefault(_bare(phrase.split()[0]), []).append(phrase)
        self._starts: dict[str, re.Pattern[str]] = {}
        self._ends: dict[str, re.Pattern[str]] = {}

    def at_start(self, line: str) -> re.Match[str] | None:
        """The phrase that a line begins with, or the signature that it is."""
        words = line[:60].lstrip(_BULLETS).split(None, 1)
        first = _bare(words[0]) if words else ""
        if first not in self._loose:
            return _SIGNED.match(line) if first in _SIGNING else None
        pattern = self._starts.get(first)
        if pattern is None:
            spelled = rf"[{re.escape(_BULLETS)}]*(?:{self._spelled(first)})(?!\w)"
            pattern = self._starts[first] = re.compile(spelled, re.IGNORECASE)
        return pattern.match(line)

    def at_end(self, line: str) -> int:
        """Where the boilerplate at a line's end begins: a phrase with a colon, a signature, "[…]". Else its length."""
        cuts = [len(line)]
        if _may_break_off(line) and (found := _CUT_OFF.search(line)):
            cuts.append(found.start())
        if ("he post " in line or "ظهر" in line) and (found := _SIGNED_END.search(line)):
            cuts.append(found.start())
        if ":" in line:
            for first in {_bare(before) for before in _SENTENCE_BEGINS.findall(line)} & self._loose.keys():
                pattern = self._ends.get(first)
                if pattern is None:
                    spelled = rf"(?<=[.!؟?…])\s*(?:{self._spelled(first)})\s*:.*$"
                    pattern = self._ends[first] = re.compile(spelled, re.IGNORECASE)
                if found := pattern.search(line):
                    cuts.append(found.start())
        return min(cuts)

    def _spelled(self, first: str) -> str:
        return "|".join(map(_spelled_loosely, self._loose[first]))


def _may_break_off(line: str) -> bool:
    end = line[-20:].lower()
    return line.endswith(_ENDINGS) and ("[" in end[-12:] or any(word in end for word in _ENDS_EXCERPT))


_SIGNATURE = (
    r"the post .{1,400}? (?:appeared first on|first appeared on) .{1,200}"
    r"|ظهرت? .{1,400}? (?:لأول مرة|أولاً?|اولا) (?:على|في) .{1,200}"
)
_SIGNING = frozenset({"the", "ظهر", "ظهرت"})
_MORE = (
    r"\s*(?:\[(?:…|\.\.\.)\]|(?:…|\.\.\.)\s*"
    r"(?:(?:[اإأ]قر[أا]\s)?المزيد|للمزيد|تابع القراءة|(?:read more|continue reading)(?:\s→)?)\s*[….»>]*)\s*$"
)
_BULLETS = "•-–—|*»«>[( \t"
_SIGNED = re.compile(rf"[{re.escape(_BULLETS)}]*(?:{_SIGNATURE})\s*$", re.IGNORECASE)
_SIGNED_END = re.compile(rf"(?<=[.!؟?…])\s*(?:{_SIGNATURE})\s*$", re.IGNORECASE)
_CUT_OFF = re.compile(_MORE, re.IGNORECASE)
_ENDINGS = ("]", "المزيد", "القراءة", "more", "MORE", "More", "ing", "→", ".", "»", ">", "…", "للمزيد")
_ENDS_EXCERPT = ("المزيد", "للمزيد", "القراءة", "more", "reading")
_SENTENCE_BEGINS = re.compile(r"[.!؟?…]\s?([^\s.:!؟?…]{2,25})")


def _bare(word: str) -> str:
    """A word with one spelling of alef, without marks and signs around it, in lower case."""
    return _one_alef(_VOWELS.sub("", word)).strip(" :.،").lower()


_VOWELS = re.compile("[\u064b-\u0652\u0640]")


@cache
def _boilerplate() -> _Boilerplate:
    source = resources.files("monitor.feeds").joinpath("data/boilerplate.txt").read_text(encoding="utf-8")
    phrases = [line.strip() for line in source.splitlines() if line.strip() and not line.startswith("#")]
    return _Boilerplate(phrases)


def _one_alef(text: str) -> str:
    return text.replace("أ", "ا").replace("إ", "ا").replace("آ", "ا")


def _spelled_loosely(phrase: str) -> str:
    """A pattern for `phrase` whatever its hamzas, vowel marks and spaces."""
    marks = "[\u064b-\u0652\u0640]*"
    letters = []
    for letter in phrase:
        if letter in "اأإآ":
            letters.append(f"[اأإآ]{marks}")
        elif letter == " ":
            letters.append(r"\s+")
        elif letter.isascii():
            letters.append(re.escape(letter))
        else:
            letters.append(f"{letter}{marks}")
    return "".join(letters)
