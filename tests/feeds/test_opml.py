"""OPML: what other readers export comes in, what we export comes back, and a trap costs little."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import FeedError
from monitor.feeds.opml import MAX_BYTES, read_opml, write_opml
from monitor.settings import Feed

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def opml(body: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><opml version="2.0"><body>{body}</body></opml>'.encode()


def test_folders_and_categories_become_tags() -> None:
    found = read_opml(
        opml(
            '<outline text="أخبار عامة"><outline type="rss" text="الصحيفة" xmlUrl="https://paper.example/rss" '
            'category="/فلسطين,/breaking news"/></outline>'
        )
    )
    assert [(feed.name, feed.url, feed.tags) for feed in found.feeds] == [
        ("الصحيفة", "https://paper.example/rss", ("أخبار-عامة", "فلسطين", "breaking-news"))
    ]


def test_equal_names_are_told_apart_and_equal_addresses_are_one_feed() -> None:
    line = '<outline type="rss" text="خبر" xmlUrl="https://{0}.example/"/>'
    found = read_opml(opml(line.format("a") + line.format("b") + line.format("a")))
    assert [feed.name for feed in found.feeds] == ["خبر", "خبر (2)"]
    assert found.notes == ("left out: خبر stands there twice",)


def test_names_and_folders_steer_nothing() -> None:
    name = "خبر &#x202e;&#x9b;معكوس"
    line = '<outline text="مجلد&#x202e; واحد"><outline type="rss" text="' + name + '" xmlUrl="{}"/></outline>'
    found = read_opml(opml(line.format("https://a.example/") + line.format("ftp://a.example/")))
    assert [(feed.name, feed.tags) for feed in found.feeds] == [("خبر معكوس", ("مجلد-واحد",))]
    assert found.notes == ("left out: خبر معكوس has no http(s) address",)


def test_a_feed_without_a_name_is_called_by_its_host() -> None:
    assert read_opml(opml('<outline xmlUrl="http://news.example/x"/>')).feeds[0].name == "news.example"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "javascript:alert(1)", "", "ftp://a.example/", "http://"])
def test_only_web_addresses_are_taken(url: str) -> None:
    found = read_opml(opml(f'<outline type="rss" text="x" xmlUrl="{url}"/>'))
    assert found.feeds == ()
    assert len(found.notes) == 1


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"not xml at all", "cannot be read"),
        (b"", "cannot be read"),
        (b"<rss/>", "no OPML"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><opml>&a;</opml>', "declares entities"),
        (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml>&a;</opml>', "declares entities"),
        (b"<opml>" + b"<outline>" * 5_000, "nested more than"),
        (b" " * (MAX_BYTES + 1), "more than 5 MB"),
    ],
    ids=["text", "empty", "rss", "entity", "external-entity", "deep", "large"],
)
def test_what_is_no_list_is_refused_in_words(data: bytes, word: str) -> None:
    with pytest.raises(FeedError, match=word):
        read_opml(data)


def test_an_export_keeps_passwords_to_itself() -> None:
    data = write_opml([Feed(name="x", url="https://reader:secret@paper.example/rss")], NOW)
    assert b"secret" not in data
    assert read_opml(data).feeds[0].url == "https://paper.example/rss"


names = st.text(min_size=1, max_size=30).map(lambda text: " ".join(text.split()).strip("# ")).filter(bool)


@settings(max_examples=100, deadline=None)
@given(st.lists(names, unique=True, max_size=8), st.text(max_size=40))
def test_an_export_comes_back_whole(called: list[str], query: str) -> None:
    plain = [name for name in called if all(sign.isprintable() for sign in name)]
    feeds = [
        Feed(name=name, url=f"https://h{place}.example/rss?q=1&b", tags=("عام",)) for place, name in enumerate(plain)
    ]
    found = read_opml(write_opml(feeds, NOW, title=query)).feeds
    assert [(feed.name, feed.url, feed.tags) for feed in found] == [(feed.name, feed.url, feed.tags) for feed in feeds]
