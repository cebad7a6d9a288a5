from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.identity import Identified, identify, is_news, likeness
from monitor.feeds.known import KnownItem, KnownItems
from monitor.model import ItemId
from monitor.outcomes import ParsedItem
from monitor.settings import Feed, Items
from tests.support.feed_bodies import FEED, NOW

NONE: frozenset[bytes] = frozenset()
ALL = Items(first_poll="all", max_age=None)
SPORT = Feed(name="الشروق رياضة", url="https://www.example.org/sport/rss")
OTHER = Feed(name="وكالة أخرى", url="https://agency.example.net/rss")

STORY = ParsedItem(
    title="وصول قافلة مساعدات إلى شمال قطاع غزة",
    summary="دخلت عشرون شاحنة عبر معبر كرم أبو سالم.",
    guid="1001",
    link="https://news.example.org/story/1001",
    published=NOW - timedelta(hours=2),
)
ANOTHER = replace(
    STORY,
    title="مجلس الأمن يعقد جلسة طارئة بشأن السودان",
    summary="دعت أربع دول إلى الجلسة.",
    guid="1002",
    link="https://news.example.org/story/1002",
    published=NOW - timedelta(hours=1),
)


class Memory:
    """Remembers what was new, as the store does."""

    def __init__(self) -> None:
        self.rows: list[KnownItem] = []

    def poll(
        self, *items: ParsedItem, feed: Feed = FEED, after: timedelta = timedelta(), standing: frozenset[bytes] = NONE
    ) -> list[Identified]:
        now = NOW + after
        decided = identify(items, KnownItems(self.rows), feed, now, ALL, standing=standing)
        for one in decided:
            if one.status == "new":
                self._add(one, feed, after)
            elif one.status == "revised":
                self._revise(one)
            elif one.rekeyed:
                self._rekey(one)
        return decided

    def _add(self, one: Identified, feed: Feed, after: timedelta) -> None:
        keys = one.keys
        self.rows.append(
            KnownItem(
                id=ItemId(len(self.rows) + 1),
                outlet=feed.name,
                site="example.org" if feed is not OTHER else "example.net",
                guid=keys.guid,
                link_key=keys.link_key,
                title_key=keys.title_key,
                content_hash=keys.content_hash,
                first_seen=NOW + after,
                published=one.item.published,
                digest=one.item.digest,
            )
        )

    def _rekey(self, one: Identified) -> None:
        place = next(place for place, row in enumerate(self.rows) if row.id == one.item_id)
        row = self.rows[place]
        self.rows[place] = replace(row, guid=one.keys.guid or row.guid, link_key=one.keys.link_key or row.link_key)

    def _revise(self, one: Identified) -> None:
        place = next(place for place, row in enumerate(self.rows) if row.id == one.item_id)
        row = self.rows[place]
        self.rows[place] = replace(
            row,
            title_key=one.keys.title_key,
            content_hash=one.keys.content_hash,
            past_hashes=row.past_hashes | {row.content_hash},
        )


def statuses(decided: Sequence[Identified]) -> list[str]:
    return [one.status for one in decided]


@pytest.fixture
def memory() -> Memory:
    memory = Memory()
    assert statuses(memory.poll(STORY, ANOTHER)) == ["new", "new"]
    return memory


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param({}, "same guid and link", id="nothing"),
        pytest.param({"guid": "https://news.example.org/?p=1001"}, "guid changed", id="the guid"),
        pytest.param({"guid": None}, "same link", id="the guid is gone"),
        pytest.param({"link": "https://news.example.org/2026/11/1001"}, "link changed", id="the link"),
        pytest.param({"link": None}, "same guid", id="the link is gone"),
        pytest.param({"link": STORY.link + "?utm_source=rss"}, "same guid and link", id="tracking parameters"),  # type: ignore[operator]
        pytest.param({"published": NOW}, "same guid and link", id="the date"),
        pytest.param({"published": None}, "same guid and link", id="the date is gone"),
        pytest.param({"title": "وصول قافلة مساعدات الى شمال قطاع غزّة"}, "same guid and link", id="only marks"),
        pytest.param({"guid": "x", "link": "https://news.example.org/x"}, "same title", id="guid and link"),
        pytest.param({"guid": None, "link": None}, "same title and day", id="guid and link are gone"),
    ],
)
def test_the_same_article_is_seen_whatever_changes_around_it(
    memory: Memory, change: dict[str, object], reason: str
) -> None:
    [one] = memory.poll(replace(STORY, **change))  # type: ignore[arg-type]
    assert one.status == "seen"
    assert one.item_id == 1
    assert reason in one.reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param({"title": "وصول قافلة مساعدات ثانية إلى شمال قطاع غزة"}, "title edited", id="the title"),
        pytest.param({"title": "تفاصيل جديدة من كرم أبو سالم"}, "title edited", id="the whole title"),
        pytest.param({"summary": "دخلت ثلاثون شاحنة."}, "summary edited", id="the summary"),
        pytest.param(
            {"title": "وصول قافلة مساعدات ثانية إلى شمال قطاع غزة", "link": "https://news.example.org/story/1001-b"},
            "title edited",
            id="the title and the link made of it",
        ),
    ],
)
def test_an_edit_in_place_is_a_revision(memory: Memory, change: dict[str, object], reason: str) -> None:
    [one] = memory.poll(replace(STORY, **change))  # type: ignore[arg-type]
    assert one.status == "revised"
    assert one.item_id == 1
    assert reason in one.reason


def test_a_guid_used_again_for_another_article_swallows_nothing(memory: Memory) -> None:
    reused = replace(ANOTHER, guid="1001", link="https://news.example.org/story/2000", title="زلزال يضرب شرق تركيا")
    [one] = memory.poll(reused)
    assert one.status == "new"
    assert "guid used again" in one.reason
    assert statuses(memory.poll(reused, STORY)) == ["seen", "seen"]


def test_one_guid_twice_in_a_document_makes_two_items() -> None:
    memory = Memory()
    both = (replace(STORY, guid="0"), replace(ANOTHER, guid="0"))
    assert statuses(memory.poll(*both)) == ["new", "new"]
    assert statuses(memory.poll(*both)) == ["seen", "seen"]


def test_one_guid_for_all_items_of_one_moment_swallows_nothing() -> None:
    memory = Memory()
    both = [replace(one, guid="0", published=NOW) for one in (STORY, ANOTHER)]
    assert statuses(memory.poll(*both)) == ["new", "new"]
    third = replace(both[0], title="زلزال يضرب شرق تركيا", link="https://news.example.org/story/9", summary="")
    assert statuses(memory.poll(third)) == ["new"]
    like_it = replace(third, title="زلزال ثان يضرب شرق تركيا", link="https://news.example.org/story/10")
    assert statuses(memory.poll(like_it)) == ["new"]
    assert statuses(memory.poll(like_it, third, *both)) == ["seen"] * 4


def test_guids_and_links_that_change_one_after_the_other_and_then_the_title_are_one_article(memory: Memory) -> None:
    moved = replace(STORY, guid="urn:new:1")
    assert statuses(memory.poll(moved)) == ["seen"]
    moved = replace(moved, link="https://new.example.com/1")
    assert statuses(memory.poll(moved)) == ["seen"]
    edited = replace(moved, title=f"{STORY.title} بعد انتظار", published=NOW)
    assert statuses(memory.poll(edited)) == ["revised"]
    assert statuses(memory.poll(edited)) == ["seen"]


def test_an_item_that_stands_unchanged_in_the_document_is_no_earlier_version() -> None:
    """It was known by its digest, so it is not at hand; the other one must not be taken for it."""
    first = replace(STORY, title="الرئيس يستقبل وزير الخارجية في القاهرة اليوم", digest=b"first")
    second = replace(first, guid="9", link="https://news.example.org/story/9", summary="نص آخر.", digest=b"second")
    memory = Memory()
    memory.poll(first)
    assert statuses(memory.poll(second, standing=frozenset({b"first", b"second"}))) == ["new"]
    alone = Memory()
    alone.poll(first)
    assert statuses(alone.poll(second, standing=frozenset({b"second"}))) == ["revised"]


def test_one_article_twice_in_a_document_makes_one_item() -> None:
    decided = Memory().poll(STORY, STORY, replace(STORY, guid=None))
    assert statuses(decided) == ["new", "seen", "seen"]
    assert "twice in this document" in decided[1].reason


def test_all_guids_changing_overnight_makes_nothing_new(memory: Memory) -> None:
    moved = [replace(one, guid=f"urn:new:{one.guid}") for one in (STORY, ANOTHER)]
    assert statuses(memory.poll(*moved)) == ["seen", "seen"]


def test_all_links_moving_to_another_host_makes_nothing_new(memory: Memory) -> None:
    moved = [replace(one, link=f"https://new.example.com/{one.guid}") for one in (STORY, ANOTHER)]
    assert statuses(memory.poll(*moved)) == ["seen", "seen"]


def test_a_section_feed_of_the_same_site_shows_the_same_article(memory: Memory) -> None:
    [one] = memory.poll(replace(STORY, guid="sport-7", summary=""), feed=SPORT)
    assert one.status == "seen"
    assert one.elsewhere == FEED.name
    assert statuses(memory.poll(replace(STORY, guid="s", link="https://example.org/s/9"), feed=SPORT)) == ["seen"]


def test_another_outlet_with_the_same_headline_or_guid_is_new(memory: Memory) -> None:
    told = replace(STORY, link="https://agency.example.net/77")
    [one] = memory.poll(told, feed=OTHER)
    assert one.status == "new"
    assert one.elsewhere is None


def test_items_without_guid_link_or_date_are_told_by_their_title() -> None:
    memory = Memory()
    bare = ParsedItem(title="بيان صحفي", summary="نص البيان الأول.")
    assert statuses(memory.poll(bare)) == ["new"]
    assert statuses(memory.poll(bare, after=timedelta(days=30))) == ["seen"]
    assert statuses(memory.poll(replace(bare, summary="نص مصحح."), after=timedelta(hours=5))) == ["revised"]
    assert statuses(memory.poll(replace(bare, summary="بيان آخر تماما."), after=timedelta(days=9))) == ["new"]


def test_an_hourly_bulletin_with_one_title_is_new_every_hour() -> None:
    memory = Memory()
    for hour in range(3):
        bulletin = ParsedItem(
            title="موجز الأنباء",
            summary=f"أخبار الساعة {hour}",
            guid=f"b{hour}",
            link=f"https://news.example.org/b/{hour}",
            published=NOW + timedelta(hours=hour),
        )
        assert statuses(memory.poll(bulletin, after=timedelta(hours=hour))) == ["new"]


def test_a_column_with_one_title_is_new_every_day() -> None:
    memory = Memory()
    for day in range(3):
        column = replace(
            STORY,
            title="أسعار الذهب اليوم في الأسواق العربية",
            guid=f"g{day}",
            link=f"https://news.example.org/g/{day}",
            published=NOW + timedelta(days=day),
        )
        assert statuses(memory.poll(column, after=timedelta(days=day))) == ["new"]


def test_items_that_share_one_link_are_told_apart() -> None:
    memory = Memory()
    live = "https://news.example.org/live"
    first = ParsedItem(title="الدقيقة الأولى: انطلاق المباراة", guid="m1", link=live)
    second = ParsedItem(title="الشوط الثاني يبدأ بتغيير", guid="m2", link=live)
    assert statuses(memory.poll(first, second)) == ["new", "new"]
    third = ParsedItem(title="هدف التعادل في آخر لحظة", guid="m3", link=live)
    assert statuses(memory.poll(third, second, first)) == ["new", "seen", "seen"]


def test_items_that_link_to_the_start_page_are_told_apart() -> None:
    memory = Memory()
    items = [
        ParsedItem(title=title, link="https://news.example.org/") for title in ("زلزال في إيران", "فيضان في ليبيا")
    ]
    assert statuses(memory.poll(items[0])) == ["new"]
    assert statuses(memory.poll(items[1])) == ["new"]
    assert statuses(memory.poll(*items)) == ["seen", "seen"]


def test_an_item_that_comes_back_after_weeks_is_seen(memory: Memory) -> None:
    assert statuses(memory.poll(STORY, after=timedelta(days=60))) == ["seen"]


def test_an_older_version_served_again_is_no_revision(memory: Memory) -> None:
    edited = replace(STORY, summary="دخلت ثلاثون شاحنة.")
    assert statuses(memory.poll(edited)) == ["revised"]
    [one] = memory.poll(STORY)
    assert one.status == "seen"
    assert "earlier version" in one.reason


def test_two_items_of_one_document_may_share_a_headline() -> None:
    first = replace(STORY, title="الرئيس يستقبل وزير الخارجية في القاهرة اليوم")
    second = replace(first, guid="1009", link="https://news.example.org/story/1009", summary="نص آخر.")
    memory = Memory()
    memory.poll(first)
    assert statuses(memory.poll(second, first)) == ["new", "seen"]


@pytest.mark.parametrize(
    ("age", "first_poll", "rule", "news"),
    [
        (timedelta(hours=1), False, "silent", True),
        (timedelta(days=3), False, "silent", False),
        (timedelta(hours=1), True, "silent", False),
        (timedelta(hours=1), True, "newest", False),
        (timedelta(hours=1), True, "all", True),
        (timedelta(days=3), True, "all", False),
        (None, False, "silent", True),
    ],
)
def test_backlog_and_old_items_are_no_news(age: timedelta | None, first_poll: bool, rule: str, news: bool) -> None:
    item = replace(STORY, published=None if age is None else NOW - age)
    decided, reason = is_news(item, Items(first_poll=rule), NOW, first_poll=first_poll)  # type: ignore[arg-type]
    assert decided is news
    assert reason


def test_only_the_newest_of_a_first_poll_may_alert() -> None:
    items = [STORY, ANOTHER, replace(STORY, guid="9", link="https://x.example/9", title="خبر قديم جدا", published=None)]
    decided = identify(items, KnownItems(), FEED, NOW, Items(first_poll="newest"), first_poll=True)
    assert [one.news for one in decided] == [False, True, False]
    undated = [replace(one, published=None) for one in items]
    decided = identify(undated, KnownItems(), FEED, NOW, Items(first_poll="newest"), first_poll=True)
    assert [one.news for one in decided] == [True, False, False]


def test_likeness_is_the_share_of_common_words() -> None:
    assert likeness("قصف رفح", "قصف رفح") == 1.0
    assert likeness("قصف رفح", "قصف خان يونس") == 0.25
    assert likeness("", "") == 0.0
    assert likeness("a", "") == 0.0


NOUNS = ["قصف", "رفح", "غزة", "هدنة", "قافلة", "وزير", "معبر", "جلسة"]
WORDS = st.lists(st.sampled_from(NOUNS), min_size=1, max_size=5).map(" ".join)
MAYBE = st.one_of(st.none(), st.sampled_from(["1", "2", "https://news.example.org/1", "urn:x"]))
PARSED = st.builds(
    ParsedItem,
    title=WORDS,
    summary=WORDS,
    guid=MAYBE,
    link=MAYBE,
    published=st.one_of(st.none(), st.integers(0, 90).map(lambda hours: NOW - timedelta(hours=hours))),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PARSED, max_size=8))
def test_a_document_read_again_brings_nothing_new(items: list[ParsedItem]) -> None:
    memory = Memory()
    first = memory.poll(*items)
    assert all(one.reason and one.news_reason for one in first)
    assert "new" not in statuses(memory.poll(*items))


@settings(max_examples=100, deadline=None)
@given(st.lists(PARSED, min_size=1, max_size=8))
def test_every_item_is_new_or_a_version_of_one_that_is(items: list[ParsedItem]) -> None:
    memory = Memory()
    memory.poll(*items[: len(items) // 2])
    known = {row.id for row in memory.rows}
    for one in memory.poll(*items):
        assert (one.item_id is None) or one.item_id in known
