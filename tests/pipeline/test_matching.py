"""Many texts at once give what one text at a time gives."""

from __future__ import annotations

from monitor.pipeline.matching import CHUNK, chunks, match_many, matches_of
from monitor.rules.ruleset import compile_rules
from monitor.settings import Rule
from monitor.store.past import StoredText
from tests.support.world import RAFAH, TRUCE, feed

TITLES = ("قصف على رفح", "أسعار الذهب", "هدنة في رفح", "مدينة رفحاء", "وقف فوري لإطلاق النار", "إطلاق النار في السوق")
TEXTS = [
    StoredText(number, ("alpha", "beta")[number % 2], title, "")  # type: ignore[arg-type]
    for number, title in enumerate(TITLES)
]


def test_texts_are_matched_as_one_by_one() -> None:
    feeds = (feed("alpha"), feed("beta"))
    ruleset = compile_rules([RAFAH, TRUCE, Rule(name="gold", any=("الذهب",), feeds=("alpha",))], feeds)
    one_by_one = {n: ruleset.match(text.title, text.summary, outlet=text.outlet) for n, text in enumerate(TEXTS)}

    assert match_many(ruleset, TEXTS) == {n: found for n, found in one_by_one.items() if found}
    assert list(match_many(ruleset, TEXTS)) == [0, 2, 4]
    assert list(matches_of(ruleset, TEXTS, [2, 3])) == [2]


def test_nothing_is_lost_between_portions() -> None:
    texts = TEXTS * (CHUNK // len(TEXTS) + 1)
    portions = list(chunks(texts))
    assert [len(portion) for portion in portions] == [CHUNK, len(texts) - CHUNK]
    assert [text for portion in portions for text in portion] == texts
