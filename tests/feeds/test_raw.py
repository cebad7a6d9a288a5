from __future__ import annotations

from monitor.feeds.fields import MAX_ITEMS, Context
from monitor.feeds.raw import RawFeed, RawItem, finished_feed
from tests.support.feed_bodies import FEED, NOW

CONTEXT = Context(url=FEED.url, now=NOW, zone="Asia/Gaza")


def feed(item: RawItem, *, link: str = "") -> RawFeed:
    return RawFeed(items=[item], count=1, link=link)


def test_links_are_relative_to_the_site_and_the_first_usable_one_is_taken() -> None:
    item = RawItem(title="خبر", links=["", "javascript:alert(1)", "story/1"])
    (made,) = finished_feed(feed(item, link="https://www.example.org/ar/"), b"", CONTEXT).items
    assert made.link == "https://www.example.org/ar/story/1"


def test_the_first_date_that_can_be_read_is_taken_and_the_first_as_written_is_kept_otherwise() -> None:
    (made,) = finished_feed(feed(RawItem(title="خبر", dates=["قريبا", "2026-11-25T08:00:00Z"])), b"", CONTEXT).items
    assert made.published is not None
    assert made.published_raw == "2026-11-25T08:00:00Z"
    (made,) = finished_feed(feed(RawItem(title="خبر", dates=["قريبا", "لاحقا"])), b"", CONTEXT).items
    assert (made.published, made.published_raw) == (None, "قريبا")


def test_hints_are_read_from_the_channel_and_from_the_document() -> None:
    raw = feed(RawItem(title="خبر"))
    raw.ttl, raw.update_period, raw.update_frequency = " 45 ", "Daily", "4"
    data = b"<skipHours><hour>0</hour><hour> 23 </hour><hour>24</hour></skipHours>"
    assert finished_feed(raw, data, CONTEXT).hints == {
        "ttl_minutes": 45,
        "update_seconds": 21_600,
        "skip_hours": (0, 23),
    }
    raw.ttl, raw.update_period = "soon", "now and then"
    assert finished_feed(raw, b"", CONTEXT).hints == {}


def test_digests_are_given_to_the_items_where_there_is_one_for_each() -> None:
    raw = RawFeed(items=[RawItem(title="أول"), RawItem(title="ثان")], count=2)
    two = Context(url=FEED.url, now=NOW, digests=(b"1", b"2"))
    assert [one.digest for one in finished_feed(raw, b"", two).items] == [b"1", b"2"]
    one = Context(url=FEED.url, now=NOW, digests=(b"1",))
    assert [one.digest for one in finished_feed(raw, b"", one).items] == [b"", b""]


def test_what_was_left_out_is_reported() -> None:
    raw = RawFeed(items=[RawItem(), RawItem(title="خبر")], count=MAX_ITEMS + 9)
    found = finished_feed(raw, b"", CONTEXT)
    assert len(found.items) == 1
    assert found.notes == (f"{MAX_ITEMS + 9} items, only the first {MAX_ITEMS} read", "an empty item left out")


def test_a_title_made_of_the_summary_ends_with_a_word() -> None:
    (made,) = finished_feed(feed(RawItem(bodies=["", "ا" * 119 + " غزة"])), b"", CONTEXT).items
    assert made.title == "ا" * 119


def test_a_guid_that_serves_as_a_link_must_be_one() -> None:
    (made,) = finished_feed(feed(RawItem(title="خبر", guid="12345", links=["12345", "/a"])), b"", CONTEXT).items
    assert made.link == "https://news.example.org/a"
