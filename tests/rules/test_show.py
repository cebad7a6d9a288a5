"""What a rule is shown to match and to refuse."""

from __future__ import annotations

import pytest

from monitor.errors import ConfigError
from monitor.rules.show import show
from monitor.settings import Rule
from tests.support.rules import hits


def test_a_term_shows_what_it_matches_and_what_it_deliberately_does_not() -> None:
    (shown,) = show(Rule(name="rule", any=("طاقة",)))
    assert {"طاقة", "بالطاقة", "طاقتها"} <= {example.text for example in shown.matches}
    assert ("بطاقة", "another word") in [(example.text, example.why) for example in shown.refuses]


@pytest.mark.parametrize("term", ["هدنة", "مال", "النار", "وقف إطلاق النار", "مساعد*", 'title:"رفح"', "غارة+", "AI"])
def test_every_example_is_what_the_matcher_does(term: str) -> None:
    (shown,) = show(Rule(name="rule", any=(term,)))
    assert shown.matches
    assert shown.reading
    assert all(hits(term, example.text) for example in shown.matches)
    assert not any(hits(term, example.text) for example in shown.refuses)


def test_an_expression_has_a_reading_and_no_examples() -> None:
    (shown,) = show(Rule(name="rule", any=("/هدن[ةه]/",)))
    assert shown.matches == ()
    assert "regular expression" in shown.reading


def test_a_rule_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ConfigError):
        show(Rule(name="rule", any=("",)))


def test_names_with_the_term_within_them_are_shown_as_other_words() -> None:
    (shown,) = show(Rule(name="rule", any=("رفح",)))
    assert {"رفحاء", "رفحي"} <= {example.text for example in shown.refuses}
