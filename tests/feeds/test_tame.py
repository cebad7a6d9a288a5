from __future__ import annotations

import time

import pytest

from monitor.feeds.fields import Context
from monitor.feeds.read import read
from monitor.feeds.tame import MAX_BYTES, is_tame
from tests.support.feed_bodies import FEED, NOW, atom, item, rss


@pytest.mark.parametrize(
    "body",
    [
        rss([item(number) for number in range(30)]),
        atom("<entry><title>خبر</title><id>1</id><author><name>مراسلنا</name></author></entry>"),
        rss(item(1, summary="<![CDATA[" + "<p>نص</p>" * 500 + "]]>")),
        rss(item(1), prolog='<!DOCTYPE rss SYSTEM "rss.dtd">'),
    ],
)
def test_ordinary_feeds_are_tame(body: str) -> None:
    assert is_tame(body.encode())


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(rss(item(1, summary="نص & نص")), id="not well-formed"),
        pytest.param(rss(item(1, extra="<media:x/>")), id="a prefix nobody declared"),
        pytest.param(rss(item(1, summary="x" * MAX_BYTES)), id="large"),
        pytest.param(rss(item(1, extra="<a>" * 50 + "</a>" * 50)), id="deep"),
        pytest.param(rss(item(1, extra="<a " + " ".join(f'b{n}="1"' for n in range(60)) + "/>")), id="many attributes"),
        pytest.param(rss(item(1, extra="<a/>" * 5_000)), id="many elements"),
        pytest.param(rss(item(1, extra="<category>x</category>" * 500)), id="many categories"),
        pytest.param(rss(item(1, extra="<author>" + "a." * 300 + "</author>")), id="a long author"),
        pytest.param(rss(item(1, extra="<author>" + "aaaa<b/>" * 200 + "</author>")), id="an author in pieces"),
        pytest.param(rss(item(1, extra="<keywords>" + "a," * 600 + "</keywords>")), id="long keywords"),
        pytest.param(rss(item(1, date="1" * 2_000)), id="a long date"),
        pytest.param(rss(item(1), prolog='<!DOCTYPE a [<!ENTITY b "c">]>'), id="entities"),
        pytest.param(rss(item(1, extra="".join(f'<n{n}:a xmlns:n{n}="u{n}"/>' for n in range(80)))), id="namespaces"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_could_be_slow_is_not_tame(body: str) -> None:
    assert not is_tame(body.encode())


# Each as bad as the limits allow, for what is tame is read where nothing can kill it.
WORST = {
    "attributes": "".join("<a " + " ".join(f'b{n}="1"' for n in range(50)) + "/>" for _ in range(150)),
    "elements": "<a></a>" * 3_900,
    "depth": ("<a>" * 36 + "</a>" * 36) * 100,
    "categories": "".join(f"<category>c{n}</category>" for n in range(390)),
    "authors": ("<author>" + "a." * 190 + "</author>") * 100,
    "addresses": ("<author>a@" + "a." * 190 + "</author>") * 100,
    "keywords": ("<keywords>" + "a," * 480 + "</keywords>") * 60,
    "dates": ("<pubDate>" + "1" * 370 + "</pubDate>") * 100,
    "entities": "<description>" + "&lt;" * 15_000 + "</description>",
    "references": "<description>" + "&#65;" * 12_000 + "</description>",
    "comments": "<!-- -->\n" * 7_000,
    "html": "<description><![CDATA[" + "<div>&amp;" * 6_000 + "]]></description>",
    "titles": "<title>x</title>" * 3_900,
    "links": "<link>https://a.example/</link>" * 2_000,
    "sources": "<source url='x'>y</source>" * 2_400,
    "contents": "<content>x</content>" * 3_000,
    "enclosures": "<enclosure url='x'/>" * 3_100,
    "thumbnails": "<media:thumbnail xmlns:media='http://search.yahoo.com/mrss/' url='x'/>" * 55,
}


@pytest.mark.parametrize("name", WORST)
def test_the_worst_that_is_tame_takes_bounded_time(name: str) -> None:
    body = rss(item(1, extra=WORST[name])).encode()
    if not is_tame(body):
        pytest.fail("the sample is not tame any more: make it smaller")
    started = time.process_time()
    read(body, Context(url=FEED.url, now=NOW))
    assert time.process_time() - started < 1.5
