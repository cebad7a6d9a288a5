"""Other forms of a word for the user to add: plurals, duals, feminines. Nothing here widens a rule by itself. Pure.

Strict matching is the product's promise (مساعدات is aid, مساعد an assistant), so the other numbers are proposed, with
what each would newly hit, and the user decides. Broken plurals come from a hand-made list, the rest from rules.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from itertools import islice
from typing import Literal

from monitor.arabic.clean import clean, fold_cleaned
from monitor.arabic.forms import ARABIC_WORD, without_article
from monitor.arabic.lexicon import lexicon
from monitor.rules.ruleset import compile_rules
from monitor.settings import Rule

Kind = Literal["plural", "singular", "sound plural", "dual", "feminine"]

_SAMPLES = 3
_AT_ONCE = 1_000  # items
_LETTERS_FOR_SOUND_PLURAL = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A form to add. `new_items`: how many of the given items it alone would hit; `samples`: three of their titles.

    `sure`: from the list, or by a rule without exceptions; else a form that may not be a word.
    """

    form: str
    kind: Kind
    sure: bool
    new_items: int = 0
    samples: tuple[str, ...] = ()


def suggest(term: str, rule: Rule | None = None, items: Iterable[tuple[str, str]] = ()) -> tuple[Suggestion, ...]:
    """The other forms of a one-word `term`; () for phrases, quoted terms and words that are not Arabic.

    Args:
        term: as typed.
        rule: the rule it stands in, whose own hits are not new; None: the term alone.
        items: stored items as (title, summary), to count what each form would newly hit.
    """
    forms = list(other_forms(term))
    base = rule or Rule(name="term", any=(term,))
    return tuple(_counted(forms, base, items)) if forms else ()


def other_forms(term: str) -> tuple[Suggestion, ...]:
    """As `suggest`, without counting."""
    words = clean(term).text.split()
    if len(words) != 1 or not ARABIC_WORD.fullmatch(words[0]):
        return ()
    stem = without_article(words[0], lexicon())
    unique: dict[str, Suggestion] = {}
    for suggestion in (*_from_list(stem), *_by_rule(stem)):
        if suggestion.form != stem:
            unique.setdefault(suggestion.form, suggestion)
    # A plural from the list says that the one by rule is no word: كتب, not كتابات by force.
    if any(each.kind == "plural" for each in unique.values()):
        unique = {form: each for form, each in unique.items() if each.sure or each.kind != "sound plural"}
    return tuple(unique.values())


def _from_list(stem: str) -> Iterator[Suggestion]:
    plurals, singulars = _plurals()
    for form in plurals.get(fold_cleaned(stem), ()):
        yield Suggestion(form=form, kind="plural", sure=True)
    for form in singulars.get(fold_cleaned(stem), ()):
        yield Suggestion(form=form, kind="singular", sure=True)


def _by_rule(stem: str) -> Iterator[Suggestion]:
    base = stem[:-1]
    if stem.endswith("ة"):
        yield Suggestion(form=f"{base}ات", kind="sound plural", sure=False)
        yield Suggestion(form=f"{base}تان", kind="dual", sure=True)
        yield Suggestion(form=f"{base}تين", kind="dual", sure=True)
    elif stem.endswith("ات") and len(stem) > _LETTERS_FOR_SOUND_PLURAL:
        yield Suggestion(form=f"{stem[:-2]}ة", kind="singular", sure=False)
    elif stem.endswith(("ون", "ين")) and len(stem) > _LETTERS_FOR_SOUND_PLURAL:
        yield Suggestion(form=stem[:-2], kind="singular", sure=False)
        yield Suggestion(form=f"{stem[:-2]}ات", kind="feminine", sure=False)
    elif stem.endswith("ي") and len(stem) >= _LETTERS_FOR_SOUND_PLURAL:
        yield Suggestion(form=f"{stem}ة", kind="feminine", sure=True)
        yield Suggestion(form=f"{stem}ون", kind="sound plural", sure=True)
        yield Suggestion(form=f"{stem}ات", kind="sound plural", sure=False)
    else:
        if stem.startswith("م") and len(stem) >= _LETTERS_FOR_SOUND_PLURAL:
            yield Suggestion(form=f"{stem}ون", kind="sound plural", sure=False)
            yield Suggestion(form=f"{stem}ات", kind="sound plural", sure=False)
            yield Suggestion(form=f"{stem}ة", kind="feminine", sure=False)
        yield Suggestion(form=f"{stem}ان", kind="dual", sure=False)
        yield Suggestion(form=f"{stem}ين", kind="dual", sure=False)


def _counted(suggestions: list[Suggestion], rule: Rule, items: Iterable[tuple[str, str]]) -> Iterator[Suggestion]:
    """The suggestions with what each would newly hit; one pass over the items for all of them."""
    forms = [Rule(name=str(number), any=(each.form,)) for number, each in enumerate(suggestions)]
    ruleset = compile_rules([replace(rule, name="rule", feeds=()), *forms])
    titles: dict[str, list[str]] = {form.name: [] for form in forms}
    rest = iter(items)
    while some := list(islice(rest, _AT_ONCE)):
        for title, summary in (some[index] for index in ruleset.may_match(some)):
            held = {match.rule for match in ruleset.match(title, summary)}
            if "rule" not in held:
                for name in held:
                    titles[name].append(title)
    for form, suggestion in zip(forms, suggestions, strict=True):
        found = titles[form.name]
        yield replace(suggestion, new_items=len(found), samples=tuple(found[:_SAMPLES]))


@functools.cache
def _plurals() -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]:
    """Folded singular → plurals, folded plural → singulars, from the list that ships with the package."""
    plurals: dict[str, tuple[str, ...]] = {}
    singulars: dict[str, tuple[str, ...]] = {}
    text = resources.files("monitor.arabic").joinpath("data", "plurals.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        singular, *others = clean(line.partition("#")[0]).text.split() or [""]
        for plural in others:
            plurals[fold_cleaned(singular)] = (*plurals.get(fold_cleaned(singular), ()), plural)
            singulars[fold_cleaned(plural)] = (*singulars.get(fold_cleaned(plural), ()), singular)
    return plurals, singulars
