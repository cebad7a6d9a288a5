from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.feeds.identity import Identified, identify
from monitor.feeds.known import KnownItem, KnownItems, item_keys
from monitor.feeds.window import window_suspicious
from monitor.model import ItemId
from monitor.outcomes import ParsedItem
from monitor.settings import Items
from tests.support.feed_bodies import FEED, NOW

LAST = NOW - timedelta(minutes=10)


def items(
    count: int, *, since: datetime, step: timedelta = timedelta(minutes=1), prefix: str = "a"
) -> list[ParsedItem]:
    return [
        ParsedItem(
            title=f"خبر طويل بعنوان يخصه وحده رقم {prefix}{number}",
            summary=f"نص {number}",
            guid=f"{prefix}{number}",
            link=f"https://news.example.org/{prefix}/{number}",
            published=since + number * step,
        )
        for number in range(count)
    ]


def decided(new: list[ParsedItem], known: KnownItems | None = None) -> list[Identified]:
    return identify(new, known or KnownItems(), FEED, NOW, Items())


def verdict(new: list[Identified], *, unchanged: int = 0, last: datetime | None = LAST) -> bool:
    found = window_suspicious(new, unchanged=unchanged, last_success_at=last, now=NOW)
    assert found.reason
    return found.held


def test_old_titles_under_new_guids_links_and_dates_are_held() -> None:
    before = items(12, since=NOW - timedelta(days=3))
    rows = [
        KnownItem(
            id=ItemId(number + 1),
            outlet=FEED.name,
            site="example.org",
            guid=(keys := item_keys(one)).guid,
            link_key=keys.link_key,
            title_key=keys.title_key,
            content_hash=keys.content_hash,
            first_seen=NOW - timedelta(days=3),
            published=one.published,
        )
        for number, one in enumerate(before)
    ]
    moved = [
        replace(
            one, guid=f"n{place}", link=f"https://news.example.org/n/{place}", published=NOW - timedelta(minutes=place)
        )
        for place, one in enumerate(before)
    ]
    found = decided(moved, KnownItems(rows))
    assert {one.status for one in found} == {"new"}
    assert verdict(found)


def test_a_window_dated_before_the_last_poll_is_held() -> None:
    assert verdict(decided(items(12, since=NOW - timedelta(days=2))))


def test_the_window_of_a_feed_whose_cache_stood_still_is_news() -> None:
    stalled, now = NOW - timedelta(hours=9), NOW
    fresh = decided(items(12, since=NOW - timedelta(hours=9), step=timedelta(minutes=40)))
    assert verdict(fresh)
    found = window_suspicious(fresh, unchanged=0, last_success_at=LAST, last_new_at=stalled, now=now)
    assert not found.held
    archive = decided(items(12, since=NOW - timedelta(days=300), prefix="old"))
    found = window_suspicious(archive, unchanged=0, last_success_at=LAST, last_new_at=stalled, now=now)
    assert found.held
    assert "before the last news" in found.reason


def test_a_window_of_one_moment_is_held() -> None:
    assert verdict(decided(items(12, since=NOW - timedelta(minutes=5), step=timedelta())))


def test_an_undated_window_that_turns_over_at_once_is_held() -> None:
    undated = [replace(one, published=None) for one in items(12, since=NOW)]
    assert verdict(decided(undated))


@pytest.mark.parametrize(
    ("count", "unchanged", "last"),
    [
        pytest.param(12, 0, None, id="first poll"),
        pytest.param(7, 0, LAST, id="few items"),
        pytest.param(12, 5, LAST, id="half the window is known"),
        pytest.param(12, 0, NOW - timedelta(hours=14), id="back after a night"),
    ],
)
def test_ordinary_windows_are_not_held(count: int, unchanged: int, last: datetime | None) -> None:
    undated = [replace(one, published=None) for one in items(count, since=NOW)]
    assert not verdict(decided(undated), unchanged=unchanged, last=last)


def test_a_busy_wire_that_turns_over_in_ten_minutes_is_not_held() -> None:
    assert not verdict(decided(items(10, since=NOW - timedelta(minutes=10))))
