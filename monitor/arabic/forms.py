"""From a word as typed to the forms it has on its right: case endings, pronouns, the changes they make. Pure.

No stemming: the word stays whole, and each form says what may stand on its left (`clitics`) and why it was built.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.arabic import clitics
from monitor.arabic.clean import fold_cleaned
from monitor.arabic.clitics import ANY_NOUN, BARE, CONJUNCTION, NO_ARTICLE, PREPOSITION, PRONOUNS
from monitor.arabic.letters import could_be
from monitor.arabic.lexicon import Lexicon

ARABIC_WORD = re.compile("[\u0620-\u063f\u0641-\u064a\u066e-\u06d3\u06ee\u06ef\u06fa-\u06ff]+")

_LETTERS_WITH_ARTICLE = 4
_LETTERS_FOR_PREPOSITION = 3
_LETTERS_FOR_PRONOUN = 3
_LETTERS_FOR_FUTURE = 3
_LETTERS_FOR_ME = 4
_VERB_LETTERS = "يتنأ"
_LETTERS_FOR_PLURAL = 3
_LETTERS_FOR_CONSTRUCT = 4


@dataclass(frozen=True, slots=True)
class Form:
    """One right-hand form. `text` is cleaned, hamzas as typed; `lefts` a mask of `clitics`; `how` is "" for as typed.

    `heh`: written with ه for ة; believed after the article or from a source that writes so. `doubtful`: its ending may
    be letters of another word (مال + ك, مالك).
    """

    text: str
    lefts: int
    how: str = ""
    heh: bool = False
    doubtful: bool = False


def right_forms(word: str, lexicon: Lexicon, *, in_phrase: bool = False, widen: bool = False) -> Iterator[Form]:
    """Every right-hand form of the cleaned Arabic `word`.

    Args:
        in_phrase: the article is optional, typed or not; else a typed ال is part of the word and required.
        widen: also the dual and, of a word in ة, the plural in ات.
    """
    stem = without_article(word, lexicon)
    if stem == word:
        yield from _forms_of_stem(word, ANY_NOUN, widen)
    elif in_phrase:
        yield from _forms_of_stem(stem, ANY_NOUN, widen)
    else:
        for form in _endings(stem, widen):
            yield Form(f"ال{form.text}", NO_ARTICLE, form.how)
            yield Form(f"لل{form.text}", BARE | CONJUNCTION, _joined("prefix ل", form.how))


def without_article(word: str, lexicon: Lexicon) -> str:
    """`word` without the article its typist put there; unchanged when ال belongs to the word (التزام, الله)."""
    if not word.startswith("ال") or len(word) < _LETTERS_WITH_ARTICLE:
        return word
    own = lexicon.own_article.get(fold_cleaned(word), ())
    return word if any(could_be(spelling, word) for spelling in own) else word[2:]


def _forms_of_stem(stem: str, lefts: int, widen: bool) -> Iterator[Form]:
    if len(stem) < _LETTERS_FOR_PREPOSITION:
        lefts &= ~PREPOSITION
    future = clitics.FUTURE if len(stem) >= _LETTERS_FOR_FUTURE and stem[0] in _VERB_LETTERS else 0
    for form in _endings(stem, widen):
        yield Form(form.text, lefts | future, form.how, form.heh, form.doubtful)
    yield from _construct(stem, lefts)
    yield from _tanwin(stem, lefts)
    yield from _with_pronouns(stem, (lefts & NO_ARTICLE) | future)


def _endings(stem: str, widen: bool) -> Iterator[Form]:
    """The forms that may follow an article: the word itself, its other case, its widening."""
    yield Form(stem, ANY_NOUN)
    if stem.endswith("ة"):
        yield Form(f"{stem[:-1]}ه", ANY_NOUN, "spelling ة/ه", heh=True, doubtful=True)
    base = stem[:-2]
    if stem.endswith("ون") and len(base) >= _LETTERS_FOR_PLURAL:
        yield Form(f"{base}ين", ANY_NOUN, "case ون/ين")
    elif stem.endswith("ين") and len(base) >= _LETTERS_FOR_PLURAL:
        yield Form(f"{base}ون", ANY_NOUN, "case ون/ين")
    if widen:
        yield from _widened(stem)


def _widened(stem: str) -> Iterator[Form]:
    if stem.endswith("ة"):
        base = stem[:-1]
        yield Form(f"{base}ات", ANY_NOUN, "plural ات")
        for ending in ("تان", "تين", "تا", "تي"):
            yield Form(base + ending, ANY_NOUN, "dual")
    else:
        base = f"{stem[:-1]}ي" if stem.endswith("ى") else stem
        for ending in ("ان", "ين"):
            yield Form(base + ending, ANY_NOUN, "dual")


def _tanwin(stem: str, lefts: int) -> Iterator[Form]:
    # An accusative never follows ب ل ك.
    if len(stem) >= 2 and stem[-1] not in "ةىاأ" and not stem.endswith("اء"):
        yield Form(f"{stem}ا", lefts & (BARE | CONJUNCTION), "tanwin", doubtful=True)


def _with_pronouns(stem: str, lefts: int) -> Iterator[Form]:
    if len(stem) < _LETTERS_FOR_PRONOUN:
        return
    # ني after what looks like a verb; after a noun it would be a nisba.
    me = ("ني",) if len(stem) >= _LETTERS_FOR_ME and stem[0] in _VERB_LETTERS else ()
    for base, note in _bases_for_pronoun(stem):
        for pronoun in PRONOUNS if note else PRONOUNS + me:
            yield Form(base + pronoun, lefts, _joined(note, f"pronoun {pronoun}"), doubtful=True)


def _bases_for_pronoun(stem: str) -> Iterator[tuple[str, str]]:
    if stem.endswith("ة"):
        yield f"{stem[:-1]}ت", ""
    elif stem.endswith("ى"):
        yield f"{stem[:-1]}ا", ""
    elif stem.endswith("وا"):
        yield stem[:-1], ""
    else:
        yield stem, ""
    if stem.endswith(("ون", "ين")) and len(stem) - 2 >= _LETTERS_FOR_CONSTRUCT:
        for letter in "وي":
            yield stem[:-2] + letter, "case و/ي"


def _construct(stem: str, lefts: int) -> Iterator[Form]:
    """The sound plural before another noun: مستوطنو, مستوطني."""
    if stem.endswith(("ون", "ين")) and len(stem) - 2 >= _LETTERS_FOR_CONSTRUCT:
        for letter in "وي":
            yield Form(stem[:-2] + letter, lefts & NO_ARTICLE, "case و/ي")


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
