"""How grouping decides: monitor.stories.entry, monitor.stories.index, monitor.stories.memory, monitor.stories.scoring,
monitor.stories.verdict, monitor.stories.vetoes, through the grouper that uses them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import ItemId
from monitor.settings import Stories
from monitor.stories.grouper import Grouper
from monitor.stories.item import StoryItem
from monitor.stories.scoring import scoring
from tests.support.stories import NOON, assigned, grouped, item

QUAKE = item(
    1,
    "زلزال بقوة 6.1 درجات يضرب سواحل كريت",
    "ضرب زلزال بلغت قوته 6.1 درجات سواحل جزيرة كريت اليونانية فجر اليوم، ولم ترد أنباء عن ضحايا.",
)
QUAKE_AGAIN = item(
    2,
    "هزة أرضية عنيفة قبالة جزيرة كريت اليونانية",
    "شعر سكان جزيرة كريت بزلزال قوته 6.1 درجات فجر اليوم، وقالت السلطات اليونانية إنه لم يوقع ضحايا.",
    hours=1,
)
MARKET = item(3, "أسعار الخضار تتراجع في أسواق نابلس", "قال تجار إن الأسعار تراجعت مع بداية الموسم.", hours=2)
DAYS_LATER = NOON + timedelta(days=5)


def test_one_event_in_two_wordings_is_one_story() -> None:
    first, second = grouped(QUAKE, QUAKE_AGAIN)
    assert (first.role, second.story_id) == ("opens", first.story_id)
    assert second.role in ("repeats", "updates")
    assert 0 < second.score <= 1
    assert second.reason


def test_another_event_opens_another_story() -> None:
    assert [one.role for one in grouped(QUAKE, MARKET)] == ["opens", "opens"]


def test_next_number_of_a_series_is_a_new_story() -> None:
    text = "عبرت القافلة {} من المساعدات الإنسانية معبر رفح في طريقها إلى قطاع غزة محملة بالغذاء والدواء."
    title = "انطلاق القافلة {} من المساعدات إلى قطاع غزة"
    first, second = grouped(
        item(1, title.format(23), text.format(23)), item(2, title.format(24), text.format(24), hours=20)
    )
    assert second.story_id != first.story_id
    assert second.role == "opens"


def test_next_days_bulletin_is_a_new_story() -> None:
    title, text = "أسعار الذهب اليوم في الأسواق المحلية", "سجل سعر غرام الذهب عيار 21 نحو {} دينارا في الأسواق المحلية."
    first, second = grouped(item(1, title, text.format(71)), item(2, title, text.format(72), hours=24))
    assert second.story_id != first.story_id


def test_story_does_not_live_beyond_its_window() -> None:
    late = item(2, QUAKE.title, QUAKE.summary, hours=24 * 5)
    first, second = grouped(QUAKE, late)
    assert second.story_id != first.story_id


def test_items_without_headline_or_summary_and_in_english_are_grouped() -> None:
    bare = item(1, "", QUAKE.summary)
    short = item(2, "زلزال يضرب سواحل كريت اليونانية", hours=1)
    english = item(3, "Ceasefire talks resume in Cairo", "Mediators met on Sunday in Cairo to resume ceasefire talks.")
    again = item(4, "Mediators resume ceasefire talks in Cairo", "Talks on a ceasefire resumed in Cairo on Sunday.")
    found = grouped(bare, short, english, again)
    assert found[2].story_id != found[0].story_id
    assert found[3].story_id == found[2].story_id
    assert grouped(item(1, ""))[0].role == "opens"


def test_reasons_and_scores_come_from_committed_weights() -> None:
    weights = scoring()
    assert 0 < weights.score([0.0] * len(weights.weights)) < 1


def stream(numbers: list[int]) -> list[StoryItem]:
    texts = [QUAKE, QUAKE_AGAIN, MARKET]
    return [
        StoryItem(
            id=ItemId(place + 1),
            outlet=f"outlet-{place % 4}",
            title=texts[number % 3].title,
            summary=f"{texts[number % 3].summary} {number}",
            at=NOON + timedelta(minutes=7 * place),
            link=f"https://example.org/{place}",
        )
        for place, number in enumerate(numbers)
    ]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 8), max_size=14), st.lists(st.integers(0, 8), min_size=1, max_size=6))
def test_what_is_rolled_back_leaves_no_trace(kept: list[int], tried: list[int]) -> None:
    items = stream(kept + tried + kept)
    plain, disturbed = Grouper(Stories()), Grouper(Stories())
    first = items[: len(kept)]
    assert assigned(plain, *first) == assigned(disturbed, *first)
    for one in items[len(kept) : len(kept) + len(tried)]:
        disturbed.assign(one, one.at)
    disturbed.rollback()
    rest = items[len(kept) + len(tried) :]
    assert assigned(plain, *rest) == assigned(disturbed, *rest)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 8), min_size=1, max_size=16), st.lists(st.integers(0, 8), min_size=1, max_size=5))
def test_loaded_grouper_decides_as_the_one_that_lived_through_it(before: list[int], after: list[int]) -> None:
    items = stream(before + after)
    past, coming = items[: len(before)], items[len(before) :]
    lived = Grouper(Stories())
    given_before = assigned(lived, *past)
    loaded = Grouper(Stories(), next_id=max(one.story_id for one in given_before) + 1)
    loaded.load(
        StoryItem(
            id=one.id, outlet=one.outlet, title=one.title, summary=one.summary, at=one.at, link=one.link,
            story_id=told.story_id, role=told.role,
        )
        for one, told in zip(past, given_before, strict=True)
    )  # fmt: skip
    expected = [(one.story_id, one.role) for one in assigned(lived, *coming)]
    assert [(one.story_id, one.role) for one in assigned(loaded, *coming)] == expected


@pytest.mark.parametrize(
    ("told", "next_event"),
    [
        ("قصف عنيف على رفح", "إعادة فتح معبر رفح أمام المسافرين"),
        ("قصف على رفح", "قصف على خان يونس"),
        ("رفح", "رفح تستقبل الجرحى"),
        ("وصول مساعدات", "تأخر مساعدات"),
    ],
)
def test_short_headlines_that_share_a_word_or_two_are_not_one_story(told: str, next_event: str) -> None:
    first, second = grouped(item(1, told), item(2, next_event, hours=2))
    assert second.role == "opens"
    assert second.story_id != first.story_id
    assert first.reason
