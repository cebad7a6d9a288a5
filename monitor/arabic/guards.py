"""What keeps a word from being read into another: attested stems, asked once when a rule is compiled. Pure.

اللجنة exists, and the article never stands before another clitic; so لجنة is a word and not ل + جنة. The same proof
says that مالك is not مال + ك. So a form knows beforehand which clitics would make it another word, and can show it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.arabic.clean import fold_cleaned
from monitor.arabic.clitics import ARTICLE, LEFTS
from monitor.arabic.forms import Form
from monitor.arabic.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Guards:
    """The other words a form could be. `whole`: the form itself; `after`: clitic string → the word it would make.

    Each is a pair of the other word and how many of its letters must agree with the text.
    """

    whole: tuple[str, ...]
    after: Mapping[str, tuple[tuple[str, int], ...]]


_CLITICS = tuple(left for left in LEFTS if left)


def _covered(clitic: str) -> tuple[str, ...]:
    """The clitic strings that a proof for `clitic` speaks against: بطاقة is a word, so وبطاقة holds no طاقة either."""
    if clitic == "ال":
        return tuple(left for left, what in LEFTS.items() if what.kind == ARTICLE)
    if clitic == "ل":
        return ("ل", "ول", "فل", "لل", "ولل", "فلل")
    return tuple(left for left in (clitic, f"و{clitic}", f"ف{clitic}") if left in LEFTS)


_COVERED = {clitic: _covered(clitic) for clitic in _CLITICS}


def guards_of(stem: str, form: Form, lexicon: Lexicon) -> Guards | None:
    """The guards of one `form` of `stem`; None when nothing in the lists collides with it."""
    attested = lexicon.attested
    folded_stem, folded = fold_cleaned(stem), fold_cleaned(form.text)
    whole = attested.get(folded, ()) if form.doubtful else ()
    after: dict[str, tuple[tuple[str, int], ...]] = {}
    bases = {folded_stem: len(stem) - 1, folded: len(folded)}
    if stem.endswith("ا"):
        bases.setdefault(folded_stem[:-1], len(stem) - 1)  # فعليا is فعلي with tanwin, so it holds no عليا
    for base, agreeing in bases.items():
        for clitic in lexicon.before(base):
            proofs = tuple((word, len(clitic) + agreeing) for word in attested[clitic + base])
            for left in _COVERED[clitic]:
                after[left] = after.get(left, ()) + proofs
    return Guards(whole, after) if whole or after else None
