from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.boilerplate import without_boilerplate


def test_a_heading_alone_takes_the_next_short_line_with_it() -> None:
    lines = "دخلت القافلة.\nاقرأ أيضا:\nأسعار الذهب اليوم\nوقال المتحدث إن الطريق مفتوح."
    assert without_boilerplate(lines) == "دخلت القافلة.\nوقال المتحدث إن الطريق مفتوح."


def test_a_heading_alone_takes_no_paragraph_with_it() -> None:
    paragraph = "وقال المتحدث إن الطريق مفتوح أمام الشاحنات. " * 5
    assert without_boilerplate(f"مواضيع ذات صلة\n{paragraph}") == paragraph.strip()


@pytest.mark.parametrize("spelling", ["اقرأ أيضا", "إقرأ أيضاً", "اقرا ايضا", "اِقرأ أيضًا", "اقـرأ أيضاً"])
def test_spelling_makes_no_difference(spelling: str) -> None:
    assert without_boilerplate(f"نص.\n{spelling}: خبر آخر") == "نص."


@pytest.mark.parametrize(
    "end",
    [
        "… المزيد",
        "... اقرأ المزيد »",
        "… إقرأ المزيد",
        "… تابع القراءة",
        "… Continue reading →",
        "[…]",
        "[...]",
        "… للمزيد",
    ],
)
def test_the_end_of_an_excerpt_is_cut(end: str) -> None:
    assert without_boilerplate(f"دخلت القافلة إلى غزة {end}") == "دخلت القافلة إلى غزة"


@pytest.mark.parametrize(
    "end",
    [
        "اقرأ أيضا: افتتاح معرض الكتاب",
        "لمتابعة آخر الأخبار… إقرأ أيضا: افتتاح معرض الكتاب",
        "اقْرأ أيضاً : افتتاح معرض الكتاب",
        "The post Convoy appeared first on Outlet",
        "ظهرت المقالة القافلة أولاً على الموقع",
    ],
)
def test_what_follows_the_last_sentence_is_cut_at_its_first_word(end: str) -> None:
    assert without_boilerplate(f"قال المتحدث: دخلت القافلة. {end}").startswith("قال المتحدث: دخلت القافلة.")
    assert "معرض" not in without_boilerplate(f"قال المتحدث: دخلت القافلة. {end}")
    assert "على الموقع" not in without_boilerplate(f"قال المتحدث: دخلت القافلة. {end}")


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="غزةرفح .،\n", max_size=80))
def test_news_without_such_words_is_kept(lines: str) -> None:
    assert without_boilerplate(lines).split() == lines.split()
