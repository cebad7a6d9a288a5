from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.cut import cut
from monitor.feeds.fields import Context
from monitor.feeds.read import read
from monitor.outcomes import ParsedFeed, ParsedItem
from tests.support.feed_bodies import FEED, NOW, atom, item, rss

CONTEXT = Context(url=FEED.url, now=NOW)


def items_of(document: bytes) -> tuple[ParsedItem, ...]:
    outcome = read(document, CONTEXT)
    assert isinstance(outcome, ParsedFeed)
    return outcome.items


def test_a_plain_document_is_cut_and_put_together_again() -> None:
    body = rss([item(1), item(2), item(3)]).encode()
    parts = cut(body)
    assert parts is not None
    assert [raw[:6] for raw in parts.items] == [b"<item>"] * 3
    assert len(set(parts.digests)) == 3
    assert b"<lastBuildDate>" not in parts.frame([])


def test_a_digest_stands_for_the_item_and_not_for_its_place_or_channel() -> None:
    first = cut(rss([item(1), item(2)], head="<lastBuildDate>1</lastBuildDate>").encode())
    second = cut(rss([item(3), item(2), item(1)], head="<lastBuildDate>2</lastBuildDate>").encode())
    assert first is not None
    assert second is not None
    assert set(first.digests) < set(second.digests)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(rss(), id="no items"),
        pytest.param(rss(item(1, extra="<!---->" * 20_001)), id="more comments than are worth looking at"),
        pytest.param(rss(item(1))[:-60], id="truncated in an item"),
        pytest.param(rss("<item><title>x</title><item><title>y</title></item></item>"), id="nested items"),
        pytest.param(rss(item(1, summary="<![CDATA[ <item>x</item> ]]>")), id="CDATA that holds an item"),
        pytest.param(rss(item(1, summary="<![CDATA[ </item> ]]>") + item(2)), id="CDATA that holds an end tag"),
        pytest.param(rss("<!-- <item><title>old</title></item> -->" + item(1)), id="an item commented out before"),
        pytest.param(rss(item(1) + "<!-- " + item(2) + " -->" + item(3)), id="an item commented out between"),
        pytest.param(rss(item(1) + "<!-- pause -->" + item(2)), id="a comment between items"),
        pytest.param(rss(item(1) + "<ttl>5</ttl>" + item(2)), id="an element between items"),
        pytest.param(rss(item(1) + "text" + item(2)), id="text between items"),
        pytest.param(rss(item(1, summary="<![CDATA[ x") + item(2)), id="CDATA that never closes"),
        pytest.param(rss(item(1, extra="<?php x ?>")), id="an instruction inside"),
        pytest.param(rss(item(1), prolog='<!DOCTYPE rss [<!ENTITY a "b">]>'), id="entities declared"),
        pytest.param(rss(item(1), prolog="<!DOCTYPE rss [ ]>"), id="a DOCTYPE with a subset"),
        pytest.param('<rdf:RDF xmlns:rdf="r"><channel/>' + item(1) + "</rdf:RDF>", id="RDF"),
        pytest.param(rss(item(1) + "<entry><title>x</title></entry>"), id="items and entries"),
        pytest.param(rss(item(1).replace("</item>", "</item >")), id="a space in the end tag"),
        pytest.param(rss(item(1) + "</item>"), id="one end tag too many"),
        pytest.param(rss(item(1).replace("item>", "ITEM>")), id="capitals"),
        pytest.param("<x:feed><x:entry></x:entry></x:feed>", id="a prefix"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_not_plain_is_not_cut(body: str) -> None:
    assert cut(body.encode()) is None


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(rss(item(1, summary="<![CDATA[<p>نص</p><!--more-->]]>") + item(2)), id="HTML in CDATA"),
        pytest.param(rss(item(1, extra="<!-- رقم 7 -->") + item(2)), id="a comment inside an item"),
        pytest.param(rss(item(1), head="<items>1</items>"), id="an element called items"),
        pytest.param(rss(item(1), prolog='<?xml-stylesheet href="a.css"?><!-- v2 -->'), id="a style sheet"),
        pytest.param(rss(item(1), prolog='<!DOCTYPE rss SYSTEM "rss.dtd">'), id="a DOCTYPE"),
        pytest.param(rss(item(1).replace("<item>", '<item\n about="x">')), id="attributes"),
        pytest.param(atom("<entry><title>خبر</title><id>1</id></entry>"), id="Atom"),
    ],
)
def test_what_only_looks_odd_is_cut(body: str) -> None:
    parts = cut(body.encode())
    assert parts is not None
    assert parts.frame(parts.items).replace(b"\n", b"") == body.encode().replace(b"\n", b"")


# Pieces of items: harmless, awkward, and such that must make the cut refuse.
PIECES = st.sampled_from(
    [
        "<category>غزة</category>",
        "<author>مراسل الجزيرة</author>",
        "<description>&lt;p&gt;نص &amp;amp; آخر&lt;/p&gt;</description>",
        "<description><![CDATA[<b>عاجل</b> <!-- سر --> نص]]></description>",
        "<description><![CDATA[ <item> ]]></description>",
        "<!-- </item> -->",
        "<!-- تعليق -->",
        "<source url='https://x.example/'>مصدر</source>",
        "<pubDate>Wed, 25 Nov 2026 09:00:00 +0300</pubDate>",
        "<dc:date xmlns:dc='http://purl.org/dc/elements/1.1/'>2026-11-25</dc:date>",
        "<media:content xmlns:media='http://search.yahoo.com/mrss/' url='https://x.example/1.jpg' medium='image'/>",
        "<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>&lt;p&gt;متن&lt;/p&gt;</content:encoded>",
        "<image><title>شعار</title><url>https://x.example/a.png</url></image>",
        "<link/>",
        "<guid>https://news.example.org/x</guid>",
        "<itemid>7</itemid>",
        "نص طليق",
        "<a b='&gt;'>x</a>",
    ]
)
DOCUMENTS = st.lists(st.lists(PIECES, max_size=4), min_size=1, max_size=5)
BETWEEN = st.sampled_from(["", "\n", "  \n\t"])


@settings(max_examples=200, deadline=None)
@given(documents=DOCUMENTS, between=BETWEEN, chosen=st.data())
def test_reading_the_cut_is_reading_the_whole(documents: list[list[str]], between: str, chosen: st.DataObject) -> None:
    raw = [item(number, extra="".join(pieces)) for number, pieces in enumerate(documents)]
    body = rss(between.join(raw)).encode()
    parts = cut(body)
    if parts is None:
        return
    whole = items_of(body)
    assert len(parts.items) == len(whole)
    picked = sorted(chosen.draw(st.sets(st.integers(0, len(raw) - 1), min_size=1)))
    assert items_of(parts.frame(parts.items[place] for place in picked)) == tuple(whole[place] for place in picked)


ENTRY_PIECES = st.sampled_from(
    [
        "<summary>ملخص</summary>",
        "<content type='html'>&lt;p&gt;متن&lt;/p&gt;</content>",
        "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>فقرة</p></div></content>",
        "<updated>2026-11-25T09:00:00Z</updated>",
        "<link href='/story/2'/>",
        "<author><name>مراسلنا</name></author>",
        "<category term='غزة'/>",
        "<source><title>وكالة</title><id>urn:s</id></source>",
    ]
)


@settings(max_examples=80, deadline=None)
@given(documents=st.lists(st.lists(ENTRY_PIECES, max_size=4, unique=True), min_size=1, max_size=4))
def test_the_same_holds_for_atom(documents: list[list[str]]) -> None:
    raw = [
        f"<entry><title>خبر {number}</title><id>urn:{number}</id>{''.join(pieces)}</entry>"
        for number, pieces in enumerate(documents)
    ]
    body = atom("\n".join(raw)).encode()
    parts = cut(body)
    assert parts is not None
    whole = items_of(body)
    for place, expected in enumerate(whole):
        assert items_of(parts.frame([parts.items[place]])) == (expected,)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [b"<item>", b"</item>", b"<entry>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?", b"?>", b" ", b"x"]
        )
    )
)
def test_any_soup_of_marks_is_taken(pieces: list[bytes]) -> None:
    body = b"".join(pieces)
    parts = cut(body)
    if parts is not None:
        assert all(raw.startswith((b"<item>", b"<entry>")) for raw in parts.items)
        assert b"".join(parts.frame(parts.items).split()) == b"".join(body.split())
