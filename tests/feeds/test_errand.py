"""The course of one fetch (`monitor.feeds.errand`) and what is kept of a broken body (`monitor.feeds.exchange`)."""

from __future__ import annotations

import pytest

from monitor.feeds.asking import read_address
from monitor.feeds.cut import up_to_last_item
from monitor.feeds.errand import Errand
from monitor.model import Validators
from monitor.settings import Feed, Secret

HOME = read_address("https://paper.example/a")


def errand() -> Errand:
    feed = Feed(name="outlet", url=str(HOME), headers={"X-Key": Secret("k")})
    return Errand(feed, Validators(), home=HOME, start=HOME, agent="ours/1", on_second=False)


def test_a_second_try_begins_at_the_start() -> None:
    course = errand()
    assert course.follow(read_address("https://else.example/b"), permanent=True)
    assert "X-Key" not in course.headers()
    course.try_again_as("other/1")
    assert (course.shown, course.moved_to, course.hops, course.on_second) == (str(HOME), None, 0, True)
    assert course.headers()["X-Key"] == "k"
    assert course.headers()["User-Agent"] == "other/1"


def test_leaving_https_is_noted() -> None:
    course = errand()
    course.follow(read_address("http://paper.example/a"), permanent=False)
    assert course.notes == ["redirected from https to plain http"]


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (b"<rss><item>1</item><item>2</it", b"<rss><item>1</item>"),
        (b"<feed><entry>1</ENTRY><entry>", b"<feed><entry>1</ENTRY>"),
        (b"<rss><item>1", b""),
        (b"", b""),
    ],
)
def test_half_an_item_is_not_kept(body: bytes, kept: bytes) -> None:
    assert up_to_last_item(body) == kept
