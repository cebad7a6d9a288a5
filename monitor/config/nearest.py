"""Did you mean …? The nearest of the words that would have been right, or none when nothing is near. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

_FOLD = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ـ": None, "-": "_", " ": "_"})


def did_you_mean(word: str, known: Iterable[str], *, tails: bool = False) -> str | None:
    """The known word nearest to `word`: equal but for case, hamza, ة/ه or the article, else similar enough.

    Args:
        tails: compare also with what follows the last "/" ("Gaza" finds "Asia/Gaza").
    """
    from difflib import get_close_matches

    by_fold: dict[str, str] = {}
    for candidate in sorted(known):
        by_fold.setdefault(_fold(candidate), candidate)
        by_fold.setdefault(_fold(candidate).removeprefix("ال"), candidate)
        if tails:
            by_fold.setdefault(_fold(candidate.rpartition("/")[2]), candidate)
    folded = _fold(word)
    exact = by_fold.get(folded) or by_fold.get(folded.removeprefix("ال"))
    if exact is not None:
        return exact
    near = get_close_matches(folded, by_fold, n=1, cutoff=0.7)
    return by_fold[near[0]] if near else None


def _fold(word: str) -> str:
    bare = "".join(letter for letter in unicodedata.normalize("NFKC", word) if not unicodedata.combining(letter))
    return bare.casefold().translate(_FOLD).strip("_# ")
