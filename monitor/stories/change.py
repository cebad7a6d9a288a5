"""Tells what changed materially between two texts of one report: a toll, a denial, a correction. Pure.

Rewording is no change; outlets polish. The difference is written in the item's own language, to be shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from monitor.stories.lexicon import CORRECTION, DENIAL, cue, toll_noun
from monitor.stories.tolls import tolls_of
from monitor.stories.words import tokens

_OPENING = 25  # words of the summary in which a denial counts as the report's own, not as background


class Text(Protocol):
    """Anything with a headline and a summary: an Item, a ParsedItem, a StoryItem."""

    @property
    def title(self) -> str:
        """The headline; may be empty."""
        ...

    @property
    def summary(self) -> str:
        """The opening; may be empty."""
        ...


def material_change(old: Text, new: Text) -> str:
    """What `new` says that `old` did not: another toll, a denial, a correction; "" where nothing material changed."""
    before, after = tokens(f"{old.title}\n{old.summary}"), tokens(f"{new.title}\n{new.summary}")
    if before == after:
        return ""
    arabic = any(word[0] > "\u0600" for word in after)
    parts = toll_change(tolls_of(before), tolls_of(after), arabic=arabic)
    for mark, label in ((DENIAL, "نفي" if arabic else "denied"), (CORRECTION, "تصحيح" if arabic else "corrected")):
        if _announces(new, mark) and not _announces(old, mark):
            said = (new.title or new.summary).strip()
            parts.append(f"{label}: {said if len(said) <= 160 else said[:159] + '…'}")
    return "؛ ".join(parts) if arabic else "; ".join(parts)


def toll_change(before: Mapping[str, int], after: Mapping[str, int], *, arabic: bool = True) -> list[str]:
    """Each toll that differs, in words: "القتلى: من 53 إلى 111", or "القتلى: 53" where none was given before."""
    parts = []
    for kind, number in after.items():
        known = before.get(kind)
        if known == number:
            continue
        noun = toll_noun(kind, arabic=arabic)
        if known is None:
            parts.append(f"{noun}: {number}")
        else:
            parts.append(f"{noun}: من {known} إلى {number}" if arabic else f"{noun}: from {known} to {number}")
    return parts


def _announces(text: Text, mark: str) -> bool:
    words = tokens(text.title) + tokens(text.summary)[:_OPENING]
    return any(cue(word) == mark for word in words)
