"""Leaves out of a summary what is not news: links to other articles, channels to follow, signatures. Pure."""

from __future__ import annotations

import re
from functools import cache, cached_property
from importlib import resources


def without_boilerplate(lines: str) -> str:
    """`lines` without what is about other articles, channels to follow or the page itself."""
    patterns = _boilerplate()
    kept: list[str] = []
    skip_next = False
    for raw_line in lines.split("\n"):
        # Single spaces first: the patterns are only linear on those.
        line = " ".join(raw_line.split())
        if not line:
            continue
        found = patterns.whole_line.match(line) if len(line) < _WHOLE and patterns.may_start(line) else None
        if found:
            # A heading alone ("اقرأ أيضا:") belongs to the link that follows it.
            skip_next = not line[found.end() :].strip(" :.…-–|")
            continue
        if skip_next and len(line) < _LINK_LENGTH:
            skip_next = False
            continue
        skip_next = False
        kept.append(patterns.line_end.sub("", line) if patterns.may_end(line) else line)
    return "\n".join(kept)


_LINK_LENGTH = 150
_WHOLE = 300
"""Characters; a longer line that begins like boilerplate holds a whole text without blocks, and is kept."""


class _Boilerplate:
    """The phrases as patterns.

    These are slow, also to compile, and nearly all lines are news, so the first words of all phrases, with one spelling
    of alef, are looked at before.
    """

    def __init__(self, phrases: list[str]) -> None:
        self._phrases = phrases
        self.first_words = frozenset([*(_bare(phrase.split()[0]) for phrase in phrases), "the", "ظهر", "ظهرت"])

    @cached_property
    def _any_phrase(self) -> str:
        return "|".join(_spelled_loosely(phrase) for phrase in sorted(self._phrases, key=len, reverse=True))

    @cached_property
    def whole_line(self) -> re.Pattern[str]:
        """A line that is boilerplate."""
        bullets = re.escape(_BULLETS)
        return re.compile(rf"[{bullets}]*(?:(?:{self._any_phrase})(?!\w)|(?:{_SIGNATURE})\s*$)", re.IGNORECASE)

    @cached_property
    def line_end(self) -> re.Pattern[str]:
        """The end of a line that is boilerplate."""
        return re.compile(rf"(?<=[.!؟?…])\s*(?:(?:{self._any_phrase})\s*:.*|{_SIGNATURE})\s*$|{_MORE}", re.IGNORECASE)

    def may_start(self, line: str) -> bool:
        """Whether a line could be boilerplate, by its first word."""
        words = line[:60].lstrip(_BULLETS).split(None, 1)
        return bool(words) and _bare(words[0]) in self.first_words

    def may_end(self, line: str) -> bool:
        """Whether a line could end in boilerplate: a phrase with a colon, a signature, or "[…]"."""
        if line.endswith(_ENDINGS):
            end = line[-20:].lower()
            if "[" in end[-12:] or any(word in end for word in _ENDS_EXCERPT):
                return True
        if ":" in line and any(_bare(before) in self.first_words for before in _BEFORE_COLON.findall(line)):
            return True
        return "he post " in line or "ظهر" in line


_SIGNATURE = (
    r"the post .{1,400}? (?:appeared first on|first appeared on) .{1,200}"
    r"|ظهرت? .{1,400}? (?:لأول مرة|أولاً?|اولا) (?:على|في) .{1,200}"
)
_MORE = (
    r"\s*(?:\[(?:…|\.\.\.)\]|(?:…|\.\.\.)\s*"
    r"(?:(?:[اإأ]قر[أا]\s)?المزيد|للمزيد|تابع القراءة|(?:read more|continue reading)(?:\s→)?)\s*[….»>]*)\s*$"
)
_BULLETS = "•-–—|*»«>[( \t"
_ENDINGS = ("]", "المزيد", "القراءة", "more", "MORE", "More", "ing", "→", ".", "»", ">", "…", "للمزيد")
_ENDS_EXCERPT = ("المزيد", "القراءة", "more", "reading")
# The word a sentence begins with, where a colon follows before long.
_BEFORE_COLON = re.compile(r"[.!؟?…]\s?(\w{2,20})[^.:]{0,60}:")


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
