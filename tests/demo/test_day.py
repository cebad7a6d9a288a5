"""The sample day holds what the demo promises to show."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.demo.day import document, load_day

START = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
DAY = load_day()


def test_it_has_the_variety_it_promises() -> None:
    assert len(DAY.feeds) >= 4
    assert {feed.format for feed in DAY.feeds} == {"rss", "atom"}
    assert "windows-1256" in {feed.encoding for feed in DAY.feeds}
    titles = " ".join(item.title for item in DAY.items)
    for word in ("رفحاء", "مساعد الوزير", "هدنة"):
        assert word in titles


def test_every_item_has_its_feed_and_fits_in_the_day() -> None:
    assert {item.feed for item in DAY.items} == {feed.key for feed in DAY.feeds}
    assert all(item.at < DAY.length for item in DAY.items)
    assert len({item.number for item in DAY.items}) == len(DAY.items)


def test_one_item_is_a_copy_of_another_outlets() -> None:
    titles = [item.title for item in DAY.items]
    assert len(titles) - len(set(titles)) == 1


@pytest.mark.parametrize("feed", DAY.feeds, ids=lambda feed: feed.key)
def test_an_outlet_shows_its_items_as_they_are_published(feed: object) -> None:
    from monitor.demo.day import SampleFeed

    assert isinstance(feed, SampleFeed)
    backlog, everything = DAY.of(feed, 0), DAY.of(feed, DAY.length)
    assert 0 < len(backlog) < len(everything)
    assert [item.at for item in everything] == sorted((item.at for item in everything), reverse=True)
    text = document(feed, everything, START).decode(feed.encoding)
    assert all(item.title in text for item in everything)


def test_the_next_item_is_known_until_the_day_is_over() -> None:
    assert DAY.next_after(0) == min(item.at for item in DAY.items if item.at >= 0)
    assert DAY.next_after(DAY.length) is None
