"""Cleaning, cutting, excerpts, directions and links."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts.compose.text import (
    Marked,
    clean,
    cut,
    decorate,
    excerpt,
    host_of,
    is_arabic,
    isolated,
    line_mark,
    marked,
    safe_link,
    spans_of,
    units,
)
from tests.support.alerts import hit


def test_controls_overrides_and_spaces_go() -> None:
    assert clean("  خبر\x00\u202e عاجل\r\n\tمن\u2066 غزة\u2028الآن \ud800") == "خبر عاجل من غزة الآن"


def test_spans_move_with_what_was_taken_out() -> None:
    text = "\u200f  قال:  هدنة\u00ad قريبة"
    start = text.index("هدنة")
    found = marked(text, [(start, start + 4)])
    assert [found.text[a:b] for a, b in found.spans] == ["هدنة"]


def test_spans_that_touch_become_one() -> None:
    assert marked("abcdef", [(3, 5), (0, 2), (1, 4)]).spans == ((0, 5),)


def test_hits_that_no_longer_fit_the_text_are_left_out() -> None:
    one = hit("قال: هدنة", "title", "هدنة")
    assert spans_of([one], "title", "قال: هدنة") == [(5, 9)]
    assert spans_of([one], "title", "نص آخر طويل") == []
    assert spans_of([one], "summary", "قال: هدنة") == []


def test_cut_ends_after_a_word_and_says_so() -> None:
    assert cut(Marked("كلمة أولى ثم كلمة ثانية"), 14).text == "كلمة أولى ثم…"
    assert cut(Marked("قصير"), 14).text == "قصير"
    assert cut(Marked("ا" * 50), 10).text == "ا" * 9 + "…"


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(alphabet="ابجد َُ🔴abc .،\u0301", max_size=200),
    limit=st.integers(2, 80),
    start=st.integers(0, 200),
    size=st.integers(1, 30),
)
def test_cut_and_excerpt_keep_their_limit_and_their_spans_inside(text: str, limit: int, start: int, size: int) -> None:
    source = marked(text, [(start, start + size)])
    for made in (cut(source, limit), excerpt(source, max(limit, 12))):
        assert units(made.text) <= max(limit, 12)
        assert all(0 <= a < b <= len(made.text) for a, b in made.spans)


def test_an_excerpt_is_the_sentence_of_the_hit_and_the_next() -> None:
    text = "جملة أولى. ثانية فيها هدنة هنا. ثالثة بعدها. رابعة."
    found = excerpt(marked(text, [(text.index("هدنة"), text.index("هدنة") + 4)]), 200)
    assert found.text == "ثانية فيها هدنة هنا. ثالثة بعدها."
    assert [found.text[a:b] for a, b in found.spans] == ["هدنة"]


def test_the_hit_is_seen_even_in_an_endless_sentence() -> None:
    text = "كلمة " * 300 + "هدنة" + " كلمة" * 300
    found = excerpt(marked(text, [(1500, 1504)]), 100)
    assert "هدنة" in found.text
    assert found.text.startswith("…")
    assert [found.text[a:b] for a, b in found.spans] == ["هدنة"]


@pytest.mark.parametrize(
    ("text", "arabic"), [("Reuters: هدنة في غزة", True), ("Gaza news من", False), ("123", False), ("", False)]
)
def test_direction_is_that_of_most_letters(text: str, arabic: bool) -> None:
    assert is_arabic(text) is arabic
    assert line_mark(text, "en") == ("\u200f" if arabic else "\u200e")
    assert line_mark(text, "ar") == "\u200f"


def test_isolates_pair_around_runs_and_outside_marks() -> None:
    shown = decorate(Marked("قال Gaza Strip أمس", ((4, 8),)), mark=("[", "]"))
    assert shown == "قال \u2068[Gaza] Strip\u2069 أمس"
    assert decorate(Marked("All Latin.")) == "\u2068All Latin.\u2069"
    assert isolated("Sky News عربية")[0] == "\u2067"
    assert isolated("BBC")[0] == "\u2068"
    assert isolated("") == ""


@pytest.mark.parametrize(
    "link", ["ftp://x", "http:///x", "http://[::1", "https://x/\u202e", "https://x/" + "a" * 3000, "//x", ""]
)
def test_links_that_are_refused(link: str) -> None:
    assert safe_link(link) is None


def test_hosts_are_shown_without_www_and_in_punycode() -> None:
    assert safe_link("https://www.example.org/ا?q=1") is not None
    assert host_of("https://www.example.org/x") == "example.org"
    assert host_of("https://раураl.com/") == "xn--l-7sba6dbr.com"
