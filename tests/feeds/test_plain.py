"""What is plain is read as feedparser reads it, and what is not plain is left to feedparser."""

from __future__ import annotations

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from monitor.feeds.fields import MAX_SMALL, Context
from monitor.feeds.plain import MAX_BYTES, read_plain
from monitor.feeds.read import read
from tests.support.feed_bodies import FEED, NOW, SUMMARY, atom, item, rss

CONTEXT = Context(url=FEED.url, now=NOW, zone="Asia/Gaza")
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/" '
    'xmlns:wfw="http://wellformedweb.org/CommentAPI/"'
)

PLAIN = {
    "thirty items": rss([item(number) for number in range(30)]),
    "the fields of WordPress": rss(
        item(
            1,
            extra="<dc:creator><![CDATA[هيئة التحرير]]></dc:creator><category><![CDATA[غزة]]></category><category>صحة"
            "</category><comments>https://x.example/#c</comments><slash:comments>0</slash:comments>"
            "<wfw:commentRss>https://x.example/c</wfw:commentRss>"
            "<content:encoded><![CDATA[<p>متن <b>الخبر</b></p>]]></content:encoded>"
            '<post-id xmlns="com-wordpress:feed-additions:1">77</post-id>',
        ),
        head='<atom:link href="https://x.example/feed" rel="self" type="application/rss+xml"/><language>ar</language>'
        "<lastBuildDate>Wed, 25 Nov 2026 10:00:00 +0000</lastBuildDate><sy:updatePeriod>hourly</sy:updatePeriod>"
        "<sy:updateFrequency>2</sy:updateFrequency><generator>https://wordpress.example/</generator>"
        "<image><url>https://x.example/i.png</url><title>شعار</title><link>https://x.example</link></image>",
    ).replace("<rss ", f"<rss {NAMESPACES} "),
    "pictures": rss(
        item(1, extra='<enclosure url="/a.jpg" type="image/jpeg" length="1"/><media:thumbnail url="/t.jpg"/>')
        + item(2, extra='<media:content url="/b.jpg" medium="image"/><media:content url="/v.mp4" type="video/mp4"/>')
    ).replace("<rss ", f"<rss {NAMESPACES} "),
    "ttl and skipHours": rss(
        item(1),
        head="<ttl>60</ttl><skipHours><hour>1</hour><hour>24</hour></skipHours><skipDays><day>Friday</day></skipDays>",
    ),
    "comments and CDATA": rss(item(1, summary="<!-- سر --><![CDATA[<p>نص &amp; نص</p>]]> تتمة")),
    "Atom": atom(
        '<entry><title type="html">&lt;b&gt;خبر&lt;/b&gt;</title><id>urn:1</id><updated>2026-11-25T08:00:00Z</updated>'
        '<link href="/story/1"/><link rel="enclosure" type="image/png" href="/1.png"/><category term="غزة"/>'
        "<author><name>مراسلنا</name><email>a@x.example</email></author><summary>ملخص</summary>"
        '<content type="html">متن</content><published>2026-11-25T07:00:00Z</published></entry>'
    ),
}


@pytest.mark.parametrize("body", PLAIN.values(), ids=PLAIN)
def test_what_outlets_usually_send_needs_no_feedparser(body: str) -> None:
    found = read_plain(body.encode(), CONTEXT)
    assert found is not None
    assert found == read(body.encode(), CONTEXT)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(rss(item(1, summary="نص & نص")), id="not well-formed"),
        pytest.param(
            rss(item(1)).replace("<rss ", "<rss " + " ".join(f'xmlns:n{n}="u{n}"' for n in range(12_000)) + " "),
            id="a tag of 190 kB",
        ),
        pytest.param(rss(item(1, extra="<odd/>")), id="an element nobody knows"),
        pytest.param(rss(item(1, extra="<title>آخر</title>")), id="two titles"),
        pytest.param(rss(item(1, extra="<description>آخر</description>")), id="two summaries"),
        pytest.param(rss(item(1, summary="<p>نص</p>")), id="markup that is not escaped"),
        pytest.param(rss(item(1)).replace("<pubDate>", "<PubDate>").replace("</pubDate>", "</PubDate>"), id="capitals"),
        pytest.param(rss(item(1)).replace("<channel>", '<channel xml:base="https://y.example/">'), id="a base"),
        pytest.param(rss(item(1)).replace("<rss ", '<rss xmlns="http://purl.org/rss/1.0/" '), id="a default namespace"),
        pytest.param(rss(item(1), prolog='<!DOCTYPE rss SYSTEM "rss.dtd">'), id="a document type"),
        pytest.param(rss(item(1, title="caf\u0092")), id="a control of windows-1252"),
        pytest.param(rss(item(1, title="\u00d8\u00ba\u00d8\u00b2\u00d8\u00a9")), id="twice encoded"),
        pytest.param(rss(item(1)).replace("https://news", "https:///news"), id="slashes too many"),
        pytest.param(rss(item(1, summary="نص " * MAX_BYTES)), id="large"),
        pytest.param(rss(), id="no items"),
        pytest.param(rss(["<item><title>خبر</title></item>"] * 501), id="too many items"),
        pytest.param(rss(item(1, extra="<category>غزة</category>" * 41)), id="too many categories"),
        pytest.param(
            atom(
                '<entry><title>خبر</title><id>urn:1</id><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">'
                "<p>نص</p></div></content></entry>"
            ),
            id="XHTML in Atom",
        ),
        pytest.param(atom('<entry><id>urn:1</id><content src="https://x.example/"/></entry>'), id="content elsewhere"),
        pytest.param("<urlset><url>x</url></urlset>", id="another XML"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_doubtful_document_is_left_to_feedparser(body: str) -> None:
    assert read_plain(body.encode(), CONTEXT) is None


# --- the law: where plain reads, it reads as feedparser does ----------------------------------------------------------

SOUND = [
    "وصول قافلة مساعدات إلى رفح",
    " خبر &amp;amp; &amp;quot;آخر&amp;quot; &#8230; ",
    "&lt;p&gt;أعلنت الوزارة&lt;/p&gt;&lt;br/&gt;اليوم",
    "<![CDATA[<p>نص <a href='/x?a=1&amp;b=2'>رابط</a></p>]]>",
    "<![CDATA[]]>",
    "«تصريح»\u00a0رسمي",
    "",
    " \n ",
    "خبر <!-- سر --> عاجل",
    "https://x.example/?a=1&amp;b=2;c&amp;amp;d",
    "//x.example/a b",
    "2026-11-25",
    "25 نوفمبر 2026",
    "متابعة: مراسلنا (غزة) a@x.example",
]
ODD = ["caf\u00e9", "\u00d8\u00ba", "it&#146;s", "نص<br/>نص", "https:////x.example/"]
TEXTS = st.sampled_from([*SOUND, *SOUND, *ODD])
ODD_ATTRIBUTES = [
    ' type="xhtml"',
    ' type="application/pdf"',
    ' xml:lang="ar"',
    ' xml:base="/y/"',
    ' odd="1"',
    ' rel="self"',
]

IN_ITEM = [
    "<title>{}</title>",
    "<link>{}</link>",
    "<guid>{}</guid>",
    '<guid isPermaLink="false">{}</guid>',
    '<guid isPermaLink="TRUE">{}</guid>',
    "<pubDate>{}</pubDate>",
    "<description>{}</description>",
    "<author>{}</author>",
    "<category>{}</category>",
    '<category domain="https://x.example/">{}</category>',
    '<enclosure url="/a.jpg" type="Image/jpeg" length="1"/>',
    '<enclosure url="/a.mp3" type="audio/mpeg"/>',
    "<comments>{}</comments>",
    "<content:encoded>{}</content:encoded>",
    "<dc:creator>{}</dc:creator>",
    "<dc:date>{}</dc:date>",
    '<media:content url="/m.jpg" medium="image"/>',
    '<media:content url="/m.mp4" type="VIDEO/mp4"/>',
    '<media:thumbnail url="/t.jpg" width="1"/>',
    "<slash:comments>{}</slash:comments>",
    "<wfw:commentRss>{}</wfw:commentRss>",
]
NOT_IN_ITEM = [
    "<source url='https://x.example/'>{}</source>",
    "<dc:subject>{}</dc:subject>",
    "<media:title>{}</media:title>",
    "<lastBuildDate>{}</lastBuildDate>",
    "<Title>{}</Title>",
    "<image><title>{}</title></image>",
    "<odd>{}</odd>",
    '<atom:link href="/s/1"/>',
]
IN_CHANNEL = [
    "<title>{}</title>",
    "<link>{}</link>",
    "<description>{}</description>",
    "<ttl>{}</ttl>",
    "<ttl>30</ttl>",
    "<language>ar</language>",
    "<sy:updatePeriod>daily</sy:updatePeriod>",
    "<sy:updateFrequency>3</sy:updateFrequency>",
    "<generator>{}</generator>",
    "<managingEditor>{}</managingEditor>",
    "<category>{}</category>",
    "<pubDate>{}</pubDate>",
    '<atom:link href="/f" rel="self"/>',
    "<image><url>/i.png</url><title>{}</title><link>/l</link></image>",
    "<skipHours><hour>1</hour><hour>24</hour></skipHours>",
    "<docs>{}</docs>",
]
NOT_IN_CHANNEL = [
    '<atom:link href="/other"/>',
    '<cloud domain="x"/>',
    "<image><link>/l</link><odd/></image>",
    "<textInput><title>{}</title><link>/t</link></textInput>",
    "<author><name>{}</name></author>",
]
IN_ENTRY = [
    "<title>{}</title>",
    '<title type="HTML">{}</title>',
    "<id>{}</id>",
    '<link href="/s/1"/>',
    '<link href="https://x.example/?a&amp;b;" rel="enclosure" type="image/png"/>',
    '<link href="/s/2" type="application/pdf"/>',
    '<link href="/s/3" rel="SELF"/>',
    "<published>{}</published>",
    "<updated>{}</updated>",
    '<summary type="html">{}</summary>',
    "<summary>{}</summary>",
    '<content type="text">{}</content>',
    "<content>{}</content>",
    '<category term="غزة"/>',
    '<category label="صحة" scheme="x"/>',
    "<rights>{}</rights>",
    "<author><name>{}</name></author>",
    "<author><email>a@x.example</email><name>{}</name></author>",
    '<media:thumbnail url="/t.jpg"/>',
]
NOT_IN_ENTRY = [
    "<contributor><name>{}</name></contributor>",
    "<source><title>{}</title></source>",
    '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{}</div></content>',
    "<dc:date>{}</dc:date>",
    "<category>{}</category>",
    "<author>{}</author>",
    '<link rel="alternate"/>',
]


def fields(sound: list[str], odd: list[str]) -> st.SearchStrategy[str]:
    """Some elements, nearly always such as belong there and are there once, so that many documents are plain."""
    templates = st.lists(st.sampled_from(sound), max_size=6, unique_by=lambda text: text.split(">")[0].split(" ")[0])
    filled = templates.flatmap(
        lambda chosen: st.tuples(*(st.builds(template.replace, st.just("{}"), TEXTS) for template in chosen)).map(
            "".join
        )
    )
    spoilt = st.one_of(
        st.builds(
            "<{0}{2}>{1}</{0}>".format, st.sampled_from(["title", "link"]), TEXTS, st.sampled_from(ODD_ATTRIBUTES)
        ),
        st.builds(lambda template, text: template.replace("{}", text), st.sampled_from([*sound, *odd]), TEXTS),
    )
    return st.one_of(filled, filled, filled, filled, st.builds("{}{}".format, filled, spoilt))


def assert_same(document: str) -> None:
    """The law. `event` shows (`--hypothesis-show-statistics`) that plain documents are not rare among them."""
    found = read_plain(document.encode(), CONTEXT)
    event("plain" if found else "doubtful")
    if found is not None:
        assert found == read(document.encode(), CONTEXT)


@settings(max_examples=250, deadline=None)
@given(
    items=st.lists(fields(IN_ITEM, NOT_IN_ITEM), min_size=1, max_size=3),
    head=fields(IN_CHANNEL, NOT_IN_CHANNEL),
    tail=st.one_of(st.just(""), fields(IN_CHANNEL, NOT_IN_CHANNEL)),
)
def test_plain_rss_is_read_as_feedparser_reads_it(items: list[str], head: str, tail: str) -> None:
    inner = "".join(f"<item>{one}</item>" for one in items)
    assert_same(f'<rss version="2.0" {NAMESPACES}><channel>{head}{inner}{tail}</channel></rss>')


@settings(max_examples=250, deadline=None)
@given(
    entries=st.lists(fields(IN_ENTRY, NOT_IN_ENTRY), min_size=1, max_size=3),
    head=fields(IN_ENTRY, NOT_IN_ENTRY),
)
def test_plain_atom_is_read_as_feedparser_reads_it(entries: list[str], head: str) -> None:
    inner = "".join(f"<entry>{one}</entry>" for one in entries)
    assert_same(f'<feed xmlns="http://www.w3.org/2005/Atom" {NAMESPACES}>{head}{inner}</feed>')


def test_what_takes_feedparser_minutes_is_read_in_no_time() -> None:
    found = read_plain(rss(item(1, extra="<author>" + "a." * 40_000 + "</author>")).encode(), CONTEXT)
    assert found is not None
    assert len(found.items[0].author) == MAX_SMALL


def test_a_large_plain_document_is_read() -> None:
    body = rss([item(number, summary=SUMMARY * 40) for number in range(300)]).encode()
    assert 1_000_000 < len(body) < MAX_BYTES
    found = read_plain(body, CONTEXT)
    assert found is not None
    assert len(found.items) == 300
