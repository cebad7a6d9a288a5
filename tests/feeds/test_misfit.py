from __future__ import annotations

import pytest

from monitor.feeds.misfit import page_instead
from monitor.outcomes import Failure
from tests.support.feed_bodies import FEED, atom, item, rss


@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html><title>عفوا</title>",
        "\n<HTML><head>",
        "<!-- x --><html>",
        '<?xml version="1.0"?><!doctype HTML PUBLIC "x">',
    ],
)
def test_pages_are_recognised(page: str) -> None:
    found = page_instead(page.encode(), FEED.url)
    assert found is not None
    assert found.kind is Failure.NOT_A_FEED


def test_the_title_of_a_page_steers_no_terminal() -> None:
    found = page_instead("<html><title>\x1b[31mصحيفة &#27;]0;\u202eخبر &#x202e;</title>".encode(), FEED.url)
    assert found is not None
    assert found.reason == 'a web page titled "[31mصحيفة ]0;خبر", not a feed'


def test_a_list_of_feeds_is_called_one() -> None:
    found = page_instead(b"<?xml version='1.0'?><opml version='2.0'><head/><body><outline/></body></opml>", FEED.url)
    assert found is not None
    assert "OPML" in found.reason
    assert "import-opml" in str(found.suggestion)


@pytest.mark.parametrize(
    "body", [rss(item(1, summary="<![CDATA[<html><body>نص</body></html>]]>")), atom(""), "", "نص", "<!-- html --><rss>"]
)
def test_feeds_and_other_things_are_not(body: str) -> None:
    assert page_instead(body.encode(), FEED.url) is None
