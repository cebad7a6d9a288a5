"""What is said of a configuration, said again in Arabic, for a file that asks for it with `language = "ar"`.

As in gettext, a sentence is found by its English: `faults_ar.tsv` pairs both, with <blanks> for what is filled in. So
whoever reports a fault writes it once, in English; tests/config/test_arabic.py finds sentences without a translation.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from monitor.errors import Fault
from monitor.settings import Language

_BLANK = re.compile(r"<(\w+)>")
_KEY = re.compile(r"((?:[a-z_]+(?:\[\d+\])*|\[\d+\]): )(.+)", re.DOTALL)
_ASKED = re.compile(r"^[ \t]*language[ \t]*=[ \t]*[\"']ar[\"']", re.MULTILINE)
# What a blank may hold, where it is not just anything: values are quoted, or written as they stand in the file.
_PATTERNS = {"words": r"[\"'\[{#$].+|\w+ = .+|[\w.+-]+://.*", "count": r"[\d,]+", "low": r"[\w\"]+", "high": r"[\w\"]+"}
_SENTENCES_INSIDE = frozenset({"why", "what"})
_LISTS = frozenset({"words", "listed", "times"})


def language_of(data: Mapping[str, Any]) -> Language:
    """The language in which a file's faults are told: Arabic for a file that asks for it, else English."""
    return "ar" if data.get("language") == "ar" else "en"


def language_of_text(text: str) -> Language:
    """As `language_of`, of a text that cannot be parsed."""
    return "ar" if _ASKED.search(text) else "en"


def spoken(faults: Iterable[Fault], language: Language) -> list[Fault]:
    """The faults in `language`; a sentence that has no translation stays in English."""
    if language == "en":
        return list(faults)
    return [replace(fault, message=_said(fault.message), hint=_said(fault.hint)) for fault in faults]


def arabic(sentence: str) -> str | None:
    """The Arabic of a sentence, its key in front kept; None where there is none."""
    keyed = _KEY.fullmatch(sentence)
    if keyed and (inner := arabic(keyed[2])) is not None:
        return f"{keyed[1]}{inner}"
    for pattern, template in _catalogue():
        if found := pattern.fullmatch(sentence):
            return _BLANK.sub(lambda blank, found=found: _filled(blank[1], found[blank[1]]), template)  # type: ignore[misc]
    return None


def _said(sentence: str) -> str:
    return (arabic(sentence) if sentence else "") or sentence


def _filled(name: str, value: str) -> str:
    if name in _SENTENCES_INSIDE:
        return _said(value)
    if name in _LISTS:
        return value.replace(" or ", " أو ").replace(", ", "، ")
    return value


@functools.cache
def _catalogue() -> tuple[tuple[re.Pattern[str], str], ...]:
    """English patterns and their Arabic, those that say most first."""
    lines = Path(__file__).with_name("faults_ar.tsv").read_text("utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if not line.startswith("#")]
    pairs.sort(key=lambda pair: -len(_BLANK.sub("", pair[0])))
    return tuple((re.compile(_pattern(english), re.DOTALL), arabic) for english, arabic in pairs)


def _pattern(english: str) -> str:
    parts = _BLANK.split(english)  # text, name, text, name, … text
    literal, names = map(re.escape, parts[::2]), parts[1::2]
    blanks = [f"(?P<{name}>{_PATTERNS.get(name, '.+?')})" for name in names]
    return "".join(text + blank for text, blank in zip(literal, [*blanks, ""], strict=True))
