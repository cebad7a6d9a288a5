"""Takes a headline and an opening apart: what is new in them, and what is only background. Pure.

"Strike in the West Bank after the killing of X" reports a strike; every report of that day carries the killing. So the
clause behind بعد، إثر، عقب … is background, and so is all that follows "وكان …" in the opening.
"""

from __future__ import annotations

import re

from monitor.stories.words import fold, tokens, words_in

_BREAK = re.compile(r"[:؛;،,.…|!?؟«»\"“”()\[\]\n–—-]+|\s-\s")
_BEHIND_WORDS = "بعد عقب اثر غداه جراء بسبب ردا احتجاجا تزامنا خلفيه قبيل منذ رغم باعقاب اعقاب تنديدا حدادا"
_BACKGROUND_WORDS = "وكان وكانت وكانوا يذكر يشار وسبق وياتي وتاتي ياتي تاتي ومنذ يجدر والجدير الجدير جدير ويذكر ويشار"
_BEHIND, _BACKGROUND = frozenset(_BEHIND_WORDS.split()), frozenset(_BACKGROUND_WORDS.split())
_QUOTED = re.compile(r"^[^:]{3,80}:\s*\S")
_SPEAKER_WORDS, _QUOTE_WORDS = 8, 3


def split_headline(title: str) -> tuple[list[str], list[str]]:
    """The words of a headline, folded, as (what is new, background). The whole is new where all were background."""
    focus: list[str] = []
    behind: list[str] = []
    for part in _BREAK.split(fold(title)):
        into = focus
        for word in words_in(part):
            if word in _BEHIND:
                into = behind
            into.append(word)
    return (focus, behind) if len(focus) > 1 else (behind + focus, [])


def before_background(words: list[str], limit: int) -> int:
    """How many of the first `limit` words of an opening stand before its background begins; at least 8."""
    opening = words[8:limit]
    if not _BACKGROUND.isdisjoint(opening):
        return 8 + next(at for at, word in enumerate(opening) if word in _BACKGROUND)
    return min(limit, len(words))


def is_quote(title: str) -> bool:
    """Whether a headline has the form "speaker: what was said"."""
    if ":" not in title or not _QUOTED.match(title):
        return False
    speaker, _, said = title.partition(":")
    return len(tokens(speaker)) <= _SPEAKER_WORDS and len(tokens(said)) >= _QUOTE_WORDS
