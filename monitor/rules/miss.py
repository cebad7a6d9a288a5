"""Why a rule does not hold for an item, in the user's language: what came nearest, what is missing. Pure.

It walks the rule's tree beside what the matcher found in the text (`Ruleset.examine`), so it cannot disagree with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.rules.evaluate import evaluate, holding
from monitor.rules.fieldtext import FieldText
from monitor.rules.miss_words import counted_words, field_name, listed, said
from monitor.rules.nearest import Token, nearest, tokens_of
from monitor.rules.ruleset import Examined
from monitor.rules.tree import And, Everything, Near, Node, Not, Or, Term, Word, terms_of
from monitor.settings import Language

_MOST_TERMS = 60  # of one list that are compared with the text
_FAR = 10_000
_NAMED = 3  # hits named in a sentence


@dataclass(frozen=True, slots=True)
class Miss:
    """Why something does not hold. `closeness`: 0..1; 0 says that nothing is like it."""

    closeness: float
    why: str


def why_not(tree: Node, examined: Examined, language: Language = "en") -> str:
    """Why the rule does not hold for the text, in a sentence or two."""
    miss = _Reasons(examined, language).of(tree)
    return miss.why if miss.closeness else said("nothing", language)


def not_covered(feeds: Sequence[str], outlet: str, language: Language = "en") -> str:
    """That a rule for `feeds` holds for the text, but not for what `outlet` brings."""
    return said("feeds", language, outlet=outlet, feeds=listed(list(feeds), language))


class _Reasons:
    def __init__(self, examined: Examined, language: Language) -> None:
        self._examined = examined
        self._places = examined.places
        self._language = language
        self._tokens: list[Token] | None = None

    def of(self, node: Node) -> Miss:
        """Why `node`, which does not hold, does not."""
        match node:
            case Term():
                return self._term(node)
            case Or(children):
                return self._any(children)
            case And(children):
                return self._all(children)
            case Near(left, right, distance):
                return self._near(node, left, right, distance)
            case Not(child):
                return self._refused(child)
            case Everything():
                return Miss(0.0, "")

    def _say(self, code: str, **values: object) -> str:
        return said(code, self._language, **values)

    def _any(self, children: Sequence[Node]) -> Miss:
        best = max((self.of(child) for child in children[:_MOST_TERMS]), key=lambda miss: miss.closeness)
        if best.closeness:
            return best
        names = [_name(term) for child in children for term in terms_of(child)]
        more = ["…"] if len(names) > _NAMED else []
        return Miss(0.0, self._say("none_of", terms=listed([*map(_quoted, names[:_NAMED]), *more], self._language)))

    def _all(self, children: Sequence[Node]) -> Miss:
        failing = [child for child in children if evaluate(child, self._places) is None]
        wanted = [child for child in failing if not isinstance(child, Not)]
        misses = [self.of(child) for child in wanted or failing]
        why = self._joined(*dict.fromkeys(miss.why for miss in misses))
        hits = [hit for child in children if child not in failing for hit in evaluate(child, self._places) or ()]
        if wanted and hits:
            named = listed([_quoted(text) for text in dict.fromkeys(hit.text for hit in hits)][:_NAMED], self._language)
            return Miss(0.97, self._say("but", hits=named, why=why))
        return Miss(0.99 if not wanted else max(miss.closeness for miss in misses), why)

    def _refused(self, child: Node) -> Miss:
        hit = next(iter(evaluate(child, self._places) or ()), None)
        if hit is None:
            return Miss(0.0, "")
        field = field_name(hit.field, self._language)
        return Miss(0.99, self._say("refused", text=_quoted(hit.text), field=field, term=_quoted(hit.term)))

    def _near(self, node: Near, left: Node, right: Node, distance: int) -> Miss:
        sides = [holding(side, self._places) for side in (left, right)]
        if not all(sides):
            return self._all([left, right])
        names = [_quoted(f[0][1].hit(f[0][0], f[0][2]).text) for f in sides if f]
        loose = replace(node, distance=_FAR)
        if evaluate(loose, self._places) is None:
            return Miss(0.98, self._say("near_fields", left=names[0], right=names[1]))
        between = next(n for n in range(distance + 1, _FAR) if evaluate(replace(node, distance=n), self._places))
        return Miss(0.98, self._say(
            "too_far", left=names[0], right=names[1], between=self._count(between), allowed=self._limit(distance)
        ))  # fmt: skip

    def _joined(self, *reasons: str) -> str:
        return ("؛ " if self._language == "ar" else "; ").join(reasons)

    def _count(self, words: int) -> str:
        return counted_words(words, self._language)

    def _limit(self, words: int) -> str:
        return counted_words(words, self._language) if self._language == "ar" else f"at most {words}"

    def _term(self, term: Term) -> Miss:
        other = self._other_field(term)
        if other is not None:
            return other
        if term.pattern:
            return Miss(0.05, self._say("pattern", term=term.pattern))
        if len(term.words) > 1:
            return self._phrase(term)
        return self._word(term.words[0], _name(term))

    def _other_field(self, term: Term) -> Miss | None:
        if term.field is None:
            return None
        there = self._examined.elsewhere(term)
        if there is None:
            return None
        names = field_name(there, self._language), field_name(term.field, self._language)
        return Miss(0.98, self._say("field", term=_quoted(_name(term)), there=names[0], here=names[1]))

    def _word(self, word: Word, name: str) -> Miss:
        found = nearest(word, self._words())
        if found is None:
            return Miss(0.0, self._say("absent", term=_quoted(name)))
        why = self._say(found.code, **dict(found.values))
        return Miss(found.closeness, self._say("not_a_form", word=found.word, term=name, why=why))

    def _words(self) -> list[Token]:
        if self._tokens is None:
            self._tokens = tokens_of(field.cleaned for field in self._examined.fields)
        return self._tokens

    def _phrase(self, term: Term) -> Miss:
        fields = [field for field in self._examined.fields if term.field in (None, field.name)]
        numbers = self._examined.numbers(term)
        anywhere = {number for field in fields for number in numbers if field.found.get(number)}
        best: FieldText | None = max(
            fields, key=lambda field: sum(bool(field.found.get(n)) for n in numbers), default=None
        )
        if best is None or not anywhere:
            misses = [self._word(word, word.text) for word in term.words]
            return replace(max(misses, key=lambda miss: miss.closeness), closeness=max(m.closeness for m in misses) / 2)
        if all(best.found.get(number) for number in numbers):
            return self._out_of_place(term, numbers, best)
        if anywhere.issuperset(numbers):
            return Miss(0.9, self._say("fields", term=_quoted(_name(term))))
        present = [word.text for word, number in zip(term.words, numbers, strict=True) if number in anywhere]
        missing = [word for word, number in zip(term.words, numbers, strict=True) if number not in anywhere]
        why = self._say(
            "part",
            term=_quoted(_name(term)),
            present=_quoted(" ".join(present)),
            missing=_quoted(" ".join(word.text for word in missing)),
        )
        like = max((self._word(word, word.text) for word in missing), key=lambda miss: miss.closeness)
        closeness = 0.8 * len(present) / len(numbers)
        return Miss(closeness, self._joined(why, like.why) if like.closeness else why)

    def _out_of_place(self, term: Term, numbers: Sequence[int], field: FieldText) -> Miss:
        """All words of a phrase stand in one field, and yet it is not there."""
        if not field.phrase(numbers, _FAR):
            return Miss(0.9, self._say("order", term=_quoted(_name(term))))
        between = next(slop for slop in range(term.slop + 1, _FAR) if field.phrase(numbers, slop))
        return Miss(0.95, self._say(
            "apart", term=_quoted(_name(term)), between=self._count(between), allowed=self._limit(term.slop)
        ))  # fmt: skip


def _name(term: Term) -> str:
    """The term as a reader knows it: without its field and its signs, in the letters it was typed in."""
    bare = term.source.partition(":")[2] if term.field else term.source
    bare = bare.partition("~")[0].strip().strip('"«»“”+*')
    return bare if len(bare.split()) == len(term.words) else " ".join(word.text for word in term.words) or term.source


def _quoted(text: str) -> str:
    return f"«{text}»"
