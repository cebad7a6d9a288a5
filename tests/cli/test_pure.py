"""What a person sees, piece by piece: monitor.cli.table, monitor.cli.wording, monitor.cli.marks, monitor.cli.output."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.cli.marks import around, marked, merged
from monitor.cli.output import json_line
from monitor.cli.table import Column, clean_cell, cut, display_width, fold, render
from monitor.cli.wording import ago, counted, local, span
from monitor.model import Hit

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
TITLE = "قصف على رفح وهدنة"


def hit(text: str, start: int) -> Hit:
    return Hit(term=text, field="title", start=start, end=start + len(text), text=text, how="exact")


@pytest.mark.parametrize(("text", "cells"), [("abc", 3), ("رفح", 3), ("رَفَح", 3), ("新闻", 4), ("", 0)])
def test_width_is_counted_in_cells(text: str, cells: int) -> None:
    assert display_width(text) == cells


@given(st.text(max_size=60), st.integers(min_value=1, max_value=40))
def test_cut_text_fits(text: str, width: int) -> None:
    assert display_width(cut(clean_cell(text), width)) <= width


@given(st.text(max_size=200), st.integers(min_value=8, max_value=60))
def test_folded_text_keeps_its_words(text: str, width: int) -> None:
    clean = clean_cell(text)
    assert "".join(" ".join(fold(clean, width)).split()) == "".join(clean.split())


def test_cell_has_no_line_breaks_or_controls() -> None:
    assert clean_cell("سطر\nآخر\x1b[31m\u202e") == "سطر آخر[31m"


def test_table_fits_a_terminal_and_is_not_cut_when_piped() -> None:
    columns = (Column("ID", right=True), Column("HEADLINE", flexible=True))
    rows = [(1, "عنوان " * 40)]
    assert all(display_width(line) <= 80 for line in render(columns, rows, width=80, colour=False))
    assert any("عنوان " * 39 in line for line in render(columns, rows, width=None, colour=False))


def test_a_sentence_that_does_not_fit_stands_whole_under_its_row() -> None:
    columns = (Column("FEED", flexible=True), Column("STATE"), Column("WHAT IS WRONG", flexible=True, colour="red"))
    wrong = "صفحة عنوانها غير معروف and no feed: the page links to the feed https://outlet.example/feed.xml " * 2
    rows = [("الصحيفة", "active", wrong.strip()), ("وكالة", "active", "")]
    narrow = render(columns, rows, width=80, below=True)
    assert all(display_width(line) <= 80 for line in narrow)
    assert " ".join(wrong.split()) in " ".join(" ".join(narrow).replace("\u2068", "").replace("\u2069", "").split())
    assert [line.startswith("    ") for line in narrow] == [False, False, *[True] * (len(narrow) - 3), False]
    assert len(render(columns, rows, width=300, below=True)) == 3


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (NOW, "14:00"),
        (NOW - timedelta(days=1), "24 Nov 14:00"),
        (NOW - timedelta(days=365), "2025-11-25 14:00"),
        (None, ""),
    ],
)
def test_times_are_local_and_short(moment: datetime | None, shown: str) -> None:
    assert local(moment, "Asia/Gaza", NOW) == shown


@pytest.mark.parametrize(("length", "shown"), [(45, "45s"), (300, "5m"), (7200, "2h"), (3 * 86400, "3d")])
def test_lengths_in_their_largest_unit(length: int, shown: str) -> None:
    assert span(timedelta(seconds=length)) == shown


def test_how_long_ago() -> None:
    assert ago(None, NOW) == "never"
    assert ago(NOW - timedelta(hours=3), NOW) == "3h ago"
    assert ago(NOW + timedelta(minutes=5), NOW) == "in 5m"


def test_counts_agree_with_their_noun() -> None:
    assert [counted(1, "feed"), counted(1204, "feed"), counted(2, "story", "stories")] == [
        "1 feed",
        "1,204 feeds",
        "2 stories",
    ]


def test_hits_are_marked_in_the_headline() -> None:
    hits = (hit("رفح", TITLE.index("رفح")), hit("هدنة", TITLE.index("هدنة")))
    assert marked(TITLE, hits, "title", colour=False) == "قصف على «رفح» و«هدنة»"


def test_hit_in_the_summary_shows_the_words_around_it() -> None:
    below = Hit(term="رفح", field="summary", start=4, end=7, text="رفح", how="exact")
    assert around("عنوان", "شرق رفح اليوم", (below,), colour=False) == "عنوان (شرق «رفح» اليوم)"


def test_hit_beyond_the_room_is_brought_into_it() -> None:
    title = f"{'كلمة ' * 20}رفح اليوم"
    late = hit("رفح", title.index("رفح"))
    assert around(title, "", (late,), colour=False, room=40) == "… كلمة كلمة «رفح» اليوم"
    assert around(TITLE, "", (hit("رفح", TITLE.index("رفح")),), colour=False, room=40).startswith("قصف")
    below = Hit(term="رفح", field="summary", start=100, end=103, text="رفح", how="exact")
    assert around("عنوان", title, (below,), colour=False, room=40) == "… كلمة كلمة «رفح» اليوم"


def test_overlapping_spans_become_one() -> None:
    assert merged([(5, 9), (0, 3), (8, 12)]) == [(0, 3), (5, 12)]


def test_json_keeps_arabic_and_survives_lone_surrogates() -> None:
    assert json_line({"a": "رفح"}) == '{"a": "رفح"}'
    assert json_line({"a": "\ud800"}) == '{"a": "\\ud800"}'
