"""All rules compiled into one matcher: `compile_rules` once, `Ruleset.match` for every item. Pure.

One pass of the scanner finds the words of all rules; only terms whose words were found are looked at, and only rules that
have such a term are asked. So what does not concern an item costs it nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.arabic.clean import clean
from monitor.arabic.lexicon import lexicon
from monitor.errors import ConfigError, Fault
from monitor.model import FieldName, Hit
from monitor.rules.evaluate import Asked, evaluate
from monitor.rules.fieldtext import FieldText, Place
from monitor.rules.patterns import Pattern
from monitor.rules.reading import read_rule
from monitor.rules.scanner import Scanner
from monitor.rules.tree import Node, Term, Word, needs_a_term, terms_of
from monitor.settings import Feed, Rule


@dataclass(frozen=True, slots=True)
class RuleMatch:
    """A rule that holds for an item. `hits` in the order title, summary, offset; empty for `query = "*"`."""

    rule: str
    hits: tuple[Hit, ...]


class Ruleset:
    """The rules of a configuration, ready to be asked. Never changes once built."""

    def __init__(self, rules: Sequence[tuple[Rule, Node]], feeds: Sequence[Feed]) -> None:
        self.rules = tuple(rule for rule, _ in rules)
        self._trees = tuple(tree for _, tree in rules)
        self._terms: list[Term] = []
        self._term_index: dict[Term, int] = {}
        self._rules_of_term: list[list[int]] = []
        self._always: list[int] = []
        for index, tree in enumerate(self._trees):
            for term in terms_of(tree):
                self._rules_of_term[self._add_term(term)].append(index)
            if not needs_a_term(tree):
                self._always.append(index)
        self._compile_words()
        self._admitted = _admitted(self.rules, feeds)
        self._everywhere = frozenset(index for index, rule in enumerate(self.rules) if not rule.feeds)

    def match(self, title: str, summary: str, *, outlet: str | None = None) -> tuple[RuleMatch, ...]:
        """The rules that hold for an item, in the order of the configuration.

        Args:
            title: as the feed gave it; entities and marks are no hindrance.
            summary: likewise.
            outlet: the feed's name; None asks every rule whatever its `feeds`.
        """
        fields = [self._field("title", title), self._field("summary", summary)]
        places: dict[int, list[tuple[FieldText, Place]]] = {}
        for field in fields:
            self._places(field, places)
        asked = self._asked(places, outlet)
        if not asked:
            return ()
        answer = Asked({self._terms[index]: where for index, where in places.items()})
        matches = []
        for index in asked:
            hits = evaluate(self._trees[index], answer)
            if hits is not None:
                matches.append(RuleMatch(self.rules[index].name, hits))
        return tuple(matches)

    def _add_term(self, term: Term) -> int:
        index = self._term_index.setdefault(term, len(self._terms))
        if index == len(self._terms):
            self._terms.append(term)
            self._rules_of_term.append([])
        return index

    def _compile_words(self) -> None:
        words: dict[Word, int] = {}
        self._words_of_term: list[tuple[int, ...]] = []
        self._terms_of_word: dict[int, list[int]] = {}
        self._patterns: list[tuple[int, Pattern]] = []
        for index, term in enumerate(self._terms):
            numbers = tuple(words.setdefault(word, len(words)) for word in term.words)
            self._words_of_term.append(numbers)
            if term.pattern:
                self._patterns.append((index, Pattern(term.pattern)))
            else:
                # The longest word of a phrase is the rarest guess; the phrase is looked at only where it stands.
                anchor = max(range(len(numbers)), key=lambda place, t=term: len(t.words[place].text))
                self._terms_of_word.setdefault(numbers[anchor], []).append(index)
        self._scanner = Scanner(tuple(words), lexicon())

    def _field(self, name: FieldName, text: str) -> FieldText:
        cleaned = clean(text)
        return FieldText(name, cleaned, self._scanner.scan(cleaned.text))

    def _places(self, field: FieldText, places: dict[int, list[tuple[FieldText, Place]]]) -> None:
        """Adds where each term hit in `field`."""
        for word, found in field.found.items():
            for index in self._terms_of_word.get(word, ()):
                term = self._terms[index]
                if term.field not in (None, field.name):
                    continue
                numbers = self._words_of_term[index]
                if len(numbers) == 1:
                    hits = [Place(each.start, each.end, each.how) for each in found]
                else:
                    hits = field.phrase(numbers, term.slop)
                if hits:
                    places.setdefault(index, []).extend((field, hit) for hit in hits)
        for index, pattern in self._patterns:
            if self._terms[index].field in (None, field.name):
                hits = [Place(start, end, "pattern") for start, end in pattern.places(field.cleaned.text)]
                if hits:
                    places.setdefault(index, []).extend((field, hit) for hit in hits)

    def _asked(self, places: dict[int, list[tuple[FieldText, Place]]], outlet: str | None) -> list[int]:
        """The rules worth asking, in their order."""
        candidates = set(self._always)
        for index in places:
            candidates.update(self._rules_of_term[index])
        if outlet is not None:
            candidates &= self._admitted.get(outlet, self._everywhere)
        return sorted(candidates)


def compile_rules(rules: Sequence[Rule], feeds: Sequence[Feed] = ()) -> Ruleset:
    """The matcher for `rules`; `feeds` tell which outlets a rule's `#tags` mean.

    Raises:
        ConfigError: at least one rule cannot be read; carries every fault, `where='rules[2] "rafah"'`.
    """
    trees: list[tuple[Rule, Node]] = []
    faults: list[Fault] = []
    for index, rule in enumerate(rules):
        tree, wrong = read_rule(rule, where=f'rules[{index}] "{rule.name}"')
        faults += wrong
        if tree is not None:
            trees.append((rule, tree))
    if faults:
        raise ConfigError(faults)
    return Ruleset(trees, feeds)


def _admitted(rules: Sequence[Rule], feeds: Sequence[Feed]) -> dict[str, frozenset[int]]:
    """Outlet → the rules that listen to it."""
    admitted: dict[str, frozenset[int]] = {}
    for feed in feeds:
        names = {feed.name, *(f"#{tag}" for tag in feed.tags)}
        admitted[feed.name] = frozenset(
            index for index, rule in enumerate(rules) if not rule.feeds or names.intersection(rule.feeds)
        )
    return admitted
