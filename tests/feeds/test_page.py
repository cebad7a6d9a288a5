"""What a page links: declared feeds first, guesses after, never a stall."""

from __future__ import annotations

import time

import pytest

from monitor.feeds.page import linked_feeds, looks_like_feed

SITE = "https://paper.example/news/"


def test_declared_feeds_come_first_and_absolute() -> None:
    page = """<html><head><link rel="alternate" type="application/rss+xml" title="آخر الأخبار" href="/rss?a=1&amp;b=2">
    </head><body><a href="feed/">خلاصة</a><a href="/about">عن الموقع</a></body></html>"""
    found = linked_feeds(page.encode(), SITE)
    assert [(feed.url, feed.title, feed.declared) for feed in found] == [
        ("https://paper.example/rss?a=1&b=2", "آخر الأخبار", True),
        ("https://paper.example/news/feed/", "", False),
    ]


def test_a_base_element_outranks_the_pages_address() -> None:
    page = b'<base href="https://cdn.example/x/"><link href=rss.xml rel=alternate type=application/rss+xml>'
    assert linked_feeds(page, SITE)[0].url == "https://cdn.example/x/rss.xml"


@pytest.mark.parametrize(
    "tag",
    [
        '<link rel="stylesheet" type="application/rss+xml" href="/rss">',
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">',
        '<link rel="alternate" type="text/xml+oembed" href="/oembed?format=xml">',
        '<link rel="alternate" hreflang="en" href="/en/">',
        '<a href="javascript:feed()">x</a>',
        '<a href="feed:https://paper.example/">x</a>',
        '<a href="/newsfeeds-are-great">x</a>',
        '<link rel="alternate" type="application/rss+xml" href="http://[bad/">',
    ],
)
def test_other_links_are_not_taken_for_feeds(tag: str) -> None:
    assert linked_feeds(tag.encode(), SITE) == ()


def test_nothing_of_a_page_steers_a_terminal() -> None:
    page = (
        "<link rel=alternate type=application/rss+xml href='/rss\x1b]0;x\x07\u202e' title='\x1b[31mخبر\u202e'>"
        "<a href='/feed\x9b'>"
    )
    found = linked_feeds(page.encode(), SITE)
    assert [(feed.url, feed.title) for feed in found] == [
        ("https://paper.example/rss]0;x", "[31mخبر"),
        ("https://paper.example/feed", ""),
    ]


@pytest.mark.parametrize("piece", [b"<a ", b"<link href=", b'<a href="', b"<a x='", b"<div>", b"<a\t\t\t"])
def test_a_hostile_page_costs_little_time(piece: bytes) -> None:
    began = time.process_time()
    linked_feeds(piece * (600_000 // len(piece)), SITE)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("body", "feed"),
    [
        (b'<?xml version="1.0"?>\n<rss version="2.0">', True),
        (b"\xef\xbb\xbf\n <!-- c --><feed xmlns='http://www.w3.org/2005/Atom'>", True),
        (b'<rdf:RDF xmlns:rdf="x">', True),
        (b'<CHANNEL HREF="x">', True),
        ('<?xml version="1.0" encoding="utf-16"?><rss>'.encode("utf-16"), True),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": []}', True),
        (b'{"version": "1"}', False),
        (b"<!doctype html><html><body><feed>", False),
        (b"<html><rss>", False),
        (b"<p>rss</p>", False),
        (b"", False),
    ],
)
def test_a_feed_is_told_from_a_page(body: bytes, feed: bool) -> None:
    assert looks_like_feed(body) is feed
