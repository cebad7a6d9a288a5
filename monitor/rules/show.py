"""What a rule's terms match and what they deliberately do not, by example: behind `monitor rules show`. Pure.

Every example has been through the matcher itself, so what is shown is what runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.arabic.clitics import LEFTS
from monitor.arabic.forms import ARABIC_WORD, right_forms, without_article
from monitor.arabic.guards import guards_of
from monitor.arabic.lexicon import entries, lexicon
from monitor.errors import ConfigError
from monitor.rules.reading import read_rule
from monitor.rules.ruleset import Ruleset
from monitor.rules.suggest import suggest
from monitor.rules.tree import Term, Word, terms_of
from monitor.settings import Rule

_SHOWN_LEFTS = ("", "و", "ب", "ل", "ال", "وال", "بال", "لل")
_SHOWN_FILLERS = ("فوري", "ودائم", "جديد", "آخر", "شامل")

_LONGER_WORDS = 8


@dataclass(frozen=True, slots=True)
class Example:
    """A text and why it is matched or not: `why` is the hit's `how`, or the reason for refusing."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One term: how it is read, what it matches, what it deliberately does not."""

    term: str
    reading: str
    matches: tuple[Example, ...]
    refuses: tuple[Example, ...]


def show(rule: Rule) -> tuple[Shown, ...]:
    """The terms of `rule`, each with its examples, in the order written.

    Raises:
        ConfigError: the rule cannot be read.
    """
    tree, faults = read_rule(rule, where=f'"{rule.name}"')
    if tree is None:
        raise ConfigError(faults)
    return tuple(_shown(term) for term in dict.fromkeys(terms_of(tree)))


def _shown(term: Term) -> Shown:
    ruleset = Ruleset([(Rule(name="term"), term)], ())
    matches = []
    for text in dict.fromkeys(_candidates(term)):
        title, summary = ("", text) if term.field == "summary" else (text, "")
        matches += [Example(text, match.hits[0].how) for match in ruleset.match(title, summary)]
    refused = {
        example.text: example
        for example in _refusals(term)
        if not ruleset.match(example.text, "") and not ruleset.match("", example.text)
    }
    return Shown(term.source, _reading(term), tuple(matches), tuple(refused.values()))


def _reading(term: Term) -> str:
    """How the term is understood, in a few words."""
    parts = [f"in the {term.field}"] if term.field else []
    if term.pattern:
        return ", ".join(["a regular expression on cleaned text", *parts])
    modes = {word.mode for word in term.words}
    if len(term.words) > 1:
        between = f"up to {term.slop} other words between" if term.slop else "nothing between"
        parts = ["a phrase", between, *parts]
    if "exact" in modes:
        parts.insert(0, "exactly as typed")
    if "prefix" in modes:
        parts.insert(0, "every word that begins so")
    if any(word.widen for word in term.words):
        parts.append("with its dual and ة→ات")
    return ", ".join(parts) or "the word in every written form"


def _candidates(term: Term) -> Iterator[str]:
    if term.pattern:
        return
    if len(term.words) == 1:
        yield from _candidates_of(term.words[0])
        return
    words = [word.text for word in term.words]
    yield " ".join(words)
    yield "ل" + " ".join(words)
    yield "#" + "_".join(words)
    yield " ".join([words[0], f"«{' '.join(words[1:])}»"])
    for count in range(1, min(term.slop, len(_SHOWN_FILLERS)) + 1):
        yield " ".join([words[0], *_SHOWN_FILLERS[:count], *words[1:]])


def _candidates_of(word: Word) -> Iterator[str]:
    yield word.text
    if word.mode == "prefix":
        yield from (f"{left}{word.text}{ending}" for left in ("", "و", "ال") for ending in ("ة", "ات", "ين"))
    if word.mode != "form" or not ARABIC_WORD.fullmatch(word.text):
        return
    lists = lexicon()
    for index, form in enumerate(right_forms(word.text, lists, widen=word.widen)):
        for left in _SHOWN_LEFTS if index == 0 else ("", "ال"):
            # لالنار is how nobody writes ل + النار; للنار is a form of its own.
            if LEFTS[left].kind & form.lefts and not (left == "ل" and form.text.startswith("ال")):
                yield left + form.text


def _refusals(term: Term) -> Iterator[Example]:
    if len(term.words) != 1 or term.words[0].mode != "form" or not ARABIC_WORD.fullmatch(term.words[0].text):
        return
    word = term.words[0]
    lists = lexicon()
    stem = without_article(word.text, lists)
    for form in right_forms(word.text, lists, widen=word.widen):
        guards = guards_of(stem, form, lists)
        if guards is not None:
            for other in (*guards.whole, *(other for proofs in guards.after.values() for other, _ in proofs)):
                yield Example(other, "another word")
    yield Example(f"{stem.removesuffix('ة')}ي", "an adjective made of it: add it if you want it")
    yield from _longer_words(stem)
    for spelling in lists.attested.get(stem, ()):
        yield Example(spelling, "another spelling, another word")
    for suggestion in suggest(word.text):
        if suggestion.sure:
            yield Example(suggestion.form, f"{suggestion.kind}: add it if you want it")


def _longer_words(stem: str) -> Iterator[Example]:
    """Listed words with the letters of `stem` within them, the shortest first: what a search for letters would find."""
    lists = lexicon()
    found = {
        spelling
        for folded, spellings in (*lists.attested.items(), *lists.own_article.items())
        if stem in folded and folded != stem
        for spelling in spellings
    } | {name for name in entries("names.txt") if stem in name and stem != name}
    for spelling in sorted(found, key=lambda word: (len(word), word))[:_LONGER_WORDS]:
        yield Example(spelling, "another word")
