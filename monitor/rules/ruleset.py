"""All rules compiled into one matcher: `compile_rules` once, `Ruleset.match` for every item. Pure.

One pass of the scanner finds the words of all rules; only terms whose words were found are looked at, and only rules
that have such a term are asked. So what does not concern an item costs it nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from monitor.arabic.clean import clean, clean_text
from monitor.arabic.lexicon import lexicon
from monitor.errors import ConfigError, Fault
from monitor.model import FieldName, Hit
from monitor.rules.evaluate import Where, evaluate, hits_of, may_hold
from monitor.rules.fieldtext import FieldText
from monitor.rules.patterns import Pattern
from monitor.rules.reading import read_rule
from monitor.rules.scanner import Place, Scanner
from monitor.rules.tree import Node, Term, Word, interned, is_any_of, needs_a_term, terms_of
from monitor.settings import Feed, Rule

# Places of one term in one field that are kept: no reader wants more, and a hostile megabyte would have a million.
_MOST_PLACES = 1_000


@dataclass(frozen=True, slots=True)
class RuleMatch:
    """A rule that holds for an item. `hits` in the order title, summary, offset; empty for `query = "*"`."""

    rule: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Examined:
    """A text as the rules saw it, to explain a miss. `places`: a term's `id` → where it hit; `fields`: both."""

    places: Mapping[int, list[Where]]
    fields: tuple[FieldText, ...]
    words: Mapping[Word, int]

    def numbers(self, term: Term) -> tuple[int, ...]:
        """The term's words as `FieldText.found` has them."""
        return tuple(self.words[word] for word in term.words)

    def elsewhere(self, term: Term) -> FieldName | None:
        """The other field that holds a term of one field, or None."""
        for field in self.fields:
            if field.name != term.field and term.words:
                numbers = self.numbers(term)
                if field.phrase(numbers, term.slop) if len(numbers) > 1 else field.found.get(numbers[0]):
                    return field.name
        return None


class Ruleset:
    """The rules of a configuration, ready to be asked; never changes. `trees`: what each of `rules` says."""

    def __init__(self, rules: Sequence[tuple[Rule, Node]], feeds: Sequence[Feed]) -> None:
        self.rules = tuple(rule for rule, _ in rules)
        known: dict[Term, Term] = {}
        self._numbers: dict[Word, int] = {}
        self.trees = tuple(interned(tree, known) for _, tree in rules)
        self._terms = tuple(known.values())
        self._rules_of_term: dict[int, list[int]] = {id(term): [] for term in self._terms}
        self._always: list[int] = []
        # Most rules only say "any of these": what hit is all there is to know of them.
        self._plain = frozenset(index for index, tree in enumerate(self.trees) if is_any_of(tree))
        for index, tree in enumerate(self.trees):
            for term in terms_of(tree):
                self._rules_of_term[id(term)].append(index)
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
        places: dict[int, list[Where]] = {}
        self._look("title", title, places)
        self._look("summary", summary, places)
        if not places and not self._always:
            return ()
        hits = self._hits(places, outlet)
        return tuple([RuleMatch(self.rules[index].name, hits[index]) for index in sorted(hits)])

    def examine(self, title: str, summary: str) -> Examined:
        """What of the rules' words and terms stands in a text, whatever feed brought it."""
        places: dict[int, list[Where]] = {}
        fields = []
        names: tuple[tuple[FieldName, str], ...] = (("title", title), ("summary", summary))
        for name, text in names:
            cleaned = clean(text)
            fields.append(FieldText(name, cleaned, self._scanner.scan(cleaned)))
            self._find(fields[-1], places)
        return Examined(places, tuple(fields), self._numbers)

    def may_match(self, items: Sequence[tuple[str, str]]) -> Sequence[int]:
        """The indices of the items (title, summary) that `match` has to be asked about; it has nothing on the others.

        For many items at once this costs a third of asking `match` of each.
        """
        if self._always:
            return range(len(items))
        texts = [clean_text(text) for item in items for text in item]
        terms: dict[int, set[int]] = {}
        for index, words in self._scanner.touched(texts):
            here = [id(term) for word in words for term in self._single.get(word, ())]
            phrases = (phrase for word in words for phrase in self._phrases.get(word, ()))
            here += [id(term) for term, numbers in phrases if words.issuperset(numbers)]
            terms.setdefault(index // 2, set()).update(here)
        for term, pattern in self._patterns:
            for index, text in enumerate(texts):
                if any(pattern.places(text)):
                    terms.setdefault(index // 2, set()).add(id(term))
        return sorted(index for index, found in terms.items() if self._may_hold(found))

    def _may_hold(self, terms: set[int]) -> bool:
        asked = {index for term in terms for index in self._rules_of_term[term]}
        return any(may_hold(self.trees[index], terms) for index in asked)

    def _hits(self, places: Mapping[int, list[Where]], outlet: str | None) -> dict[int, tuple[Hit, ...]]:
        """Rule → its hits, for the rules that hold and listen to `outlet`."""
        admitted = None if outlet is None else self._admitted.get(outlet, self._everywhere)
        plain: dict[int, list[Where]] = {}
        asked = set(self._always)
        for term, where in places.items():
            for index in self._rules_of_term[term]:
                if index not in self._plain:
                    asked.add(index)
                elif index in plain:
                    plain[index] = plain[index] + where
                else:
                    plain[index] = where
        hits = {index: hits_of(where) for index, where in plain.items() if admitted is None or index in admitted}
        for index in asked if admitted is None else asked & admitted:
            found = evaluate(self.trees[index], places)
            if found is not None:
                hits[index] = found
        return hits

    def _compile_words(self) -> None:
        words = self._numbers
        # Word → the single-word terms it is, and the phrases it is the anchor of.
        self._single: dict[int, list[Term]] = {}
        self._phrases: dict[int, list[tuple[Term, tuple[int, ...]]]] = {}
        self._patterns: list[tuple[Term, Pattern]] = []
        for term in self._terms:
            numbers = tuple(words.setdefault(word, len(words)) for word in term.words)
            if term.pattern:
                self._patterns.append((term, Pattern(term.pattern)))
            elif len(numbers) == 1:
                self._single.setdefault(numbers[0], []).append(term)
            else:
                # The longest word of a phrase is the rarest guess; the phrase is looked at only where it stands.
                anchor = max(range(len(numbers)), key=lambda place, t=term: len(t.words[place].text))  # type: ignore[misc]
                self._phrases.setdefault(numbers[anchor], []).append((term, numbers))
        self._scanner = Scanner(tuple(words), lexicon())

    def _look(self, name: FieldName, text: str, places: dict[int, list[Where]]) -> None:
        """Adds to `places` where each term hit in the field `name`."""
        if not text:
            return
        cleaned = clean(text)
        found = self._scanner.scan(cleaned)
        if not found and not self._patterns:
            return
        self._find(FieldText(name, cleaned, found), places)

    def _find(self, field: FieldText, places: dict[int, list[Where]]) -> None:
        """Adds to `places` where the terms of the words in `field` hit, and the patterns."""
        name = field.name
        for word, where in field.found.items():
            for term in self._single.get(word, ()):
                if term.field is None or term.field == name:
                    places.setdefault(id(term), []).extend([(term, field, place) for place in where[:_MOST_PLACES]])
            for term, numbers in self._phrases.get(word, ()):
                if (term.field is None or term.field == name) and (hits := field.phrase(numbers, term.slop)):
                    places.setdefault(id(term), []).extend([(term, field, place) for place in hits[:_MOST_PLACES]])
        for term, pattern in self._patterns:
            if term.field is None or term.field == name:
                hits = [
                    Place(start, end, "pattern")
                    for start, end in islice(pattern.places(field.cleaned.text), _MOST_PLACES)
                ]
                if hits:
                    places.setdefault(id(term), []).extend([(term, field, place) for place in hits])


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
