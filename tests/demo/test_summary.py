"""The last words of the demo."""

from __future__ import annotations

from monitor.demo.summary import DayFigures, count, summary_lines
from monitor.store.figures import Figures, SilentItem

NOTHING = Figures(
    feeds=5, failing=(), polls=1, items=0, matched=0, stories=0, told=0, alerts=0, deliveries={}, messages=0
)


def test_counts_are_words() -> None:
    assert [count(n, "story", "stories") for n in (0, 1, 2)] == ["0 stories", "1 story", "2 stories"]


def test_a_day_without_news_says_what_to_do_next() -> None:
    text = "\n".join(summary_lines(DayFigures(figures=NOTHING, silent=(), unmatched=()), by_itself=False))
    assert text.strip().startswith("Stopped.")
    assert "not alerted" not in text
    assert "monitor check" in text


def test_what_was_not_alerted_has_its_reason() -> None:
    backlog = SilentItem(title="خبر", outlet="صحيفة", rule="r", status="backlog", reason="", story="")
    repeat = SilentItem(title="خبر", outlet="صحيفة", rule="r", status="fresh", reason="the same link", story="s")
    day = DayFigures(figures=NOTHING, silent=(backlog, repeat), unmatched=(("صحيفة", "رياضة"),))
    text = "\n".join(summary_lines(day, by_itself=True))
    assert "was there before" in text
    assert "the same link" in text
    assert "\u2068رياضة\u2069" in text
