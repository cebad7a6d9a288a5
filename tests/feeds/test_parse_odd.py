"""Feeds as they are: each odd shape by name, with what is stored of it or which failure it is, in bounded time."""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.feeds.parse import Parser
from monitor.outcomes import Failure, ParsedFeed, ParseFailed, ParseOutcome
from tests.support.feed_bodies import FEED, HEADLINE, NOW, SUMMARY, atom, item, rss

SECONDS = 5.0
"""Wall time a case may take, on a busy machine; the parser's own deadline is below it."""

GROWTH = 64_000
"""KiB by which a case may raise the memory peak of the daemon's process; its worker has a cap of its own (`pool`)."""


@pytest.fixture(scope="module")
def parser() -> Iterator[Parser]:
    parser = Parser(deadline=4.0, workers=1)
    yield parser
    parser.close()


@dataclass(frozen=True)
class Case:
    """A body and what is expected of it: fields of the first item, how many items, parts of notes, or a failure."""

    body: str | bytes
    count: int = 1
    first: dict[str, object] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    charset: str = ""
    failure: Failure | None = None
    words: str = ""
    content_type: str = ""
    zone: str | None = None
    encoding: str | None = None


def one(**fields: str) -> str:
    """An RSS item from elements as given."""
    return "<item>" + "".join(f"<{name}>{value}</{name}>" for name, value in fields.items()) + "</item>"


DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
MEDIA = 'xmlns:media="http://search.yahoo.com/mrss/"'
RDF = (
    '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    f'xmlns="http://purl.org/rss/1.0/" {DC}><channel rdf:about="https://a.example/"><title>وكالة</title>'
    "<link>https://a.example/</link><items><rdf:Seq><rdf:li resource='https://a.example/1'/></rdf:Seq></items></channel>"
    f"<item rdf:about='https://a.example/1'><title>{HEADLINE}</title><link>https://a.example/1</link>"
    "<dc:date>2026-11-25T10:00:00+02:00</dc:date></item></rdf:RDF>"
)
CDF = (
    '<?xml version="1.0"?><CHANNEL HREF="https://a.example/"><TITLE>قناة</TITLE>'
    f'<ITEM HREF="https://a.example/1" LASTMOD="2026-11-25T08:00Z"><TITLE>{HEADLINE}</TITLE>'
    f"<ABSTRACT>{SUMMARY}</ABSTRACT></ITEM></CHANNEL>"
)
ATOM_03 = (
    '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>وكالة</title><entry>'
    f"<title>{HEADLINE}</title><link rel='alternate' type='text/html' href='https://a.example/1'/>"
    "<issued>2026-11-25T08:00:00Z</issued></entry></feed>"
)
XHTML = (
    f"<entry><title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>{HEADLINE}</div></title><id>urn:1</id>"
    "<link href='/1'/><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>فقرة</p><p>ثانية</p></div>"
    "</content><updated>2026-11-25T08:00:00Z</updated></entry>"
)
LINKED_PAGE = (
    "<!DOCTYPE html><html><head><title>الشروق &mdash; أخبار</title>"
    "<link rel='alternate' type='application/rss+xml' href='/feed.xml'></head><body>x</body></html>"
)
GARBLED = HEADLINE.encode().decode("cp1256")
JSON_ITEM = {
    "id": 7,
    "url": "/story/7",
    "title": HEADLINE,
    "content_html": "<p>نص</p><p>آخر</p>",
    "date_published": "2026-11-25T10:00:00+02:00",
    "image": "https://a.example/7.jpg",
    "tags": ["غزة", 5, "غزة"],
    "authors": [{"name": "مراسلنا"}],
}


def json_feed(*items: object, **more: object) -> str:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": items, **more})


CASES = {
    # --- formats
    "RSS 0.91": Case(rss(one(title=HEADLINE, link="https://a.example/1")).replace("2.0", "0.91")),
    "RSS 0.91 with Netscape's DOCTYPE": Case(
        rss(
            one(title=HEADLINE),
            prolog='<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
            '"http://my.netscape.com/publish/formats/rss-0.91.dtd">',
        )
    ),
    "RSS 0.92 without titles": Case(rss(one(description=SUMMARY)), first={"title": SUMMARY, "summary": SUMMARY}),
    "RDF with items outside the channel": Case(
        RDF, first={"link": "https://a.example/1", "guid": "https://a.example/1"}
    ),
    "Atom 1.0": Case(
        atom(f"<entry><title>{HEADLINE}</title><id>urn:1</id><link href='/1'/></entry>"),
        first={"guid": "urn:1", "link": "https://news.example.org/1"},
    ),
    "Atom 0.3": Case(ATOM_03, first={"link": "https://a.example/1"}),
    "Atom with XHTML": Case(atom(XHTML), first={"summary": "فقرة ثانية"}),
    "CDF in capitals": Case(CDF, first={"link": "https://a.example/1", "summary": SUMMARY}),
    "JSON Feed": Case(
        json_feed(JSON_ITEM),
        first={
            "guid": "7",
            "link": "https://news.example.org/story/7",
            "summary": "نص آخر",
            "author": "مراسلنا",
            "image": "https://a.example/7.jpg",
            "categories": ("غزة",),
        },
    ),
    "JSON Feed with wrong types": Case(
        json_feed(JSON_ITEM, "x", None, {"title": ["y"]}, {"title": "a", "tags": "b", "authors": 3, "url": {}}), count=2
    ),
    "JSON Feed with a number nobody can read": Case(
        '{"items": [{"id": ' + "9" * 5000 + ', "title": "خبر"}, {"title": "ثان"}]}', count=2
    ),
    "JSON Feed in windows-1256": Case(
        json.dumps({"items": [{"title": HEADLINE}]}, ensure_ascii=False).encode("cp1256"), charset="windows-1256"
    ),
    # --- charsets
    "windows-1256 that says UTF-8": Case(rss(item(1)).encode("cp1256"), charset="windows-1256"),
    "windows-1256 without a word": Case(rss(item(1), declared="").encode("cp1256"), charset="windows-1256"),
    "UTF-8 that says windows-1256": Case(rss(item(1), declared="windows-1256"), charset="utf-8"),
    "UTF-8 with a broken byte": Case(
        rss([item(1), item(2, summary="نص BROKEN")]).encode().replace(b"BROKEN", b"\xd8"), count=2, notes=("broken",)
    ),
    "UTF-16 with a mark": Case(rss(item(1), declared="utf-16").encode("utf-16"), charset="utf-16-le"),
    "UTF-16 without a mark": Case(rss(item(1), declared="utf-16").encode("utf-16-be"), charset="utf-16-be"),
    "iso-8859-6 by its header": Case(
        rss(item(1), declared="").replace("،", "").encode("iso-8859-6", "ignore"),
        charset="iso8859-6",
        content_type="text/xml; charset=ISO-8859-6",
    ),
    "the user's charset": Case(rss(item(1)).encode("cp1256"), encoding="windows-1256", charset="windows-1256"),
    "UTF-8 read as windows-1256 by the outlet": Case(
        rss(one(title=GARBLED)),
        first={"title": HEADLINE, "flags": ("mojibake repaired",)},
        notes=("mojibake repaired",),
    ),
    "letters lost for good": Case(
        rss(one(title=HEADLINE.encode().decode("cp1252", "replace"))),
        first={"flags": ("mojibake",)},
        notes=("mojibake",),
    ),
    # --- XML that is none
    "a raw ampersand": Case(rss(item(1, summary="قال & فعل")), first={"summary": "قال & فعل"}),
    "an entity of HTML": Case(rss(item(1, summary="غزة&nbsp;&mdash; رفح")), first={"summary": "غزة — رفح"}),
    "a prefix nobody declared": Case(rss(item(1, extra="<media:thumbnail url='https://a.example/t.jpg'/>"))),
    "control characters": Case(rss(item(1, summary="غزة\x00\x08 رفح")), first={"summary": "غزة رفح"}),
    "a reference to a surrogate": Case(rss(item(1, summary="غزة &#xD800; رفح")), first={"summary": "غزة \ufffd رفح"}),
    "a reference beyond Unicode": Case(rss(item(1, summary="غزة &#99999999999; رفح"))),
    "blank lines before the declaration": Case("\n\n  " + rss(item(1))),
    "a PHP warning before the declaration": Case("<br />\n<b>Warning</b>: x in y on line 3<br />\n" + rss(item(1))),
    "something after the end": Case(rss(item(1)) + "<!-- 0.3 s --><script>x()</script>"),
    "cut off in the middle of an item": Case(rss([item(1), item(2)])[:-150], notes=("whole items kept",)),
    "cut off in a CDATA section": Case(
        rss([item(1), item(2, summary="<![CDATA[نص")])[:-60], notes=("whole items kept",)
    ),
    "cut off behind its items": Case(rss([item(1), item(2)])[:-15], count=2),
    "cut off in the first item": Case(rss(item(1))[:200], failure=Failure.PARSE, words="inside its first item"),
    "items that are never closed": Case(
        rss("<item><title>خبر</title><item><title>ثان</title>"), first={"title": "خبر"}, count=2
    ),
    "an unclosed tag in one item": Case(rss([item(1), item(2, extra="<b>"), item(3)]), count=3),
    "no declaration at all": Case(rss(item(1), declared="")),
    "two documents in one": Case(rss(item(1)) + rss(item(2)), count=2),
    "attributes without quotes": Case(rss(item(1, extra="<enclosure url=https://a.example/x.mp3 length=abc>"))),
    # --- fields
    "HTML in a CDATA title": Case(
        rss(one(title="<![CDATA[<b>عاجل</b>: غزة<script>x</script>]]>")), first={"title": "عاجل: غزة"}
    ),
    "a title escaped twice": Case(rss(one(title="قال &amp;amp;quot;نعم&amp;amp;quot;")), first={"title": 'قال "نعم"'}),
    "a title of 100 kB": Case(rss(one(title="غزة " * 20_000)), notes=("a title shortened",)),
    "a summary of 2 MB": Case(rss(item(1, summary="&lt;p&gt;نص&lt;/p&gt;" * 100_000)), notes=("a summary shortened",)),
    "content:encoded and no description": Case(
        rss("<item><title>خبر</title><content:encoded><![CDATA[<p>متن</p>]]></content:encoded></item>").replace(
            "<rss ", f"<rss {CONTENT} "
        ),
        first={"summary": "متن"},
    ),
    "content:encoded beside a description": Case(
        rss(
            "<item><title>خبر</title><description>موجز</description>"
            "<content:encoded><![CDATA[<p>متن</p>]]></content:encoded></item>"
        ).replace("<rss ", f"<rss {CONTENT} "),
        first={"summary": "موجز"},
    ),
    "a description that is only a picture": Case(
        rss(
            "<item><title>خبر</title><description><![CDATA[<img src='/a.jpg'>]]></description>"
            "<content:encoded><![CDATA[<p>متن</p>]]></content:encoded></item>"
        ).replace("<rss ", f"<rss {CONTENT} "),
        first={"summary": "متن", "image": "https://news.example.org/a.jpg"},
    ),
    "a description that repeats the title": Case(
        rss(
            f"<item><title>{HEADLINE}</title><description>{HEADLINE}</description>"
            "<content:encoded><![CDATA[<p>متن</p>]]></content:encoded></item>"
        ).replace("<rss ", f"<rss {CONTENT} "),
        first={"summary": "متن"},
    ),
    "a description that is only boilerplate": Case(
        rss(
            "<item><title>خبر</title><description>اقرأ المزيد</description>"
            "<content:encoded><![CDATA[<p>متن</p>]]></content:encoded></item>"
        ).replace("<rss ", f"<rss {CONTENT} "),
        first={"summary": "متن"},
    ),
    "a picture's own words before the description": Case(
        rss(
            f"<item><title>خبر</title><media:content {MEDIA} url='/m.jpg' type='image/jpeg'>"
            "<media:description>صورة أرشيفية</media:description></media:content><description>موجز</description></item>"
        ),
        first={"summary": "موجز"},
    ),
    "no words but a picture's": Case(
        rss(f"<item {MEDIA}><title>خبر</title><media:description>شرح الصورة</media:description></item>"),
        first={"summary": "شرح الصورة"},
    ),
    "a direction override in a title": Case(rss(one(title="غزة\u202e رفح")), first={"title": "غزة رفح"}),
    "nothing but a link": Case(
        rss(one(link="https://a.example/1")), first={"title": "", "link": "https://a.example/1"}
    ),
    "an empty item": Case(rss(["<item></item>", item(1)]), notes=("an empty item left out",)),
    "a guid that is a link": Case(
        rss(one(title="خبر", guid="https://a.example/9")), first={"link": "https://a.example/9"}
    ),
    "a guid that is no link": Case(rss(one(title="خبر", guid="not a url")), first={"guid": "not a url", "link": None}),
    "an Atom id that is no link": Case(
        atom("<entry><title>خبر</title><id>12345</id></entry>"), first={"guid": "12345", "link": None}
    ),
    "an Atom id that is the link": Case(
        atom("<entry><title>خبر</title><id>https://a.example/1</id></entry>"), first={"link": "https://a.example/1"}
    ),
    "a script for a link": Case(rss(one(title="خبر", link="javascript:alert(1)")), first={"link": None}),
    "a tabbed script for a link": Case(rss(one(title="خبر", link="jav&#x09;ascript:alert(1)")), first={"link": None}),
    "a file for a link": Case(rss(one(title="خبر", link="file:///etc/passwd")), first={"link": None}),
    "a relative link": Case(rss(one(title="خبر", link="story/3")), first={"link": "https://news.example.org/story/3"}),
    "a link with spaces and lines": Case(
        rss(one(title="خبر", link="\n https://a.example/1 \n")), first={"link": "https://a.example/1"}
    ),
    "FeedBurner's own link": Case(
        rss(
            "<item><title>خبر</title><link>https://feedproxy.example/~r/x/1</link>"
            "<f:origLink xmlns:f='http://rssnamespace.org/feedburner/ext/1.0'>https://a.example/1</f:origLink></item>"
        ),
        first={"link": "https://a.example/1"},
    ),
    "a picture as media": Case(
        rss(item(1, extra=f"<media:content {MEDIA} url='/m.jpg' medium='image'/>")),
        first={"image": "https://news.example.org/m.jpg"},
    ),
    "a video as media, a picture in the text": Case(
        rss(
            item(
                1, summary="&lt;img src='/t.png'&gt;نص", extra=f"<media:content {MEDIA} url='/v.mp4' type='video/mp4'/>"
            )
        ),
        first={"image": "https://news.example.org/t.png", "summary": "نص"},
    ),
    "a picture enclosed": Case(
        rss(item(1, extra="<enclosure url='/e.jpg' type='image/jpeg' length='x'/>")),
        first={"image": "https://news.example.org/e.jpg"},
    ),
    "a picture enclosed without a type": Case(
        rss(item(1, extra="<enclosure url='/e.JPG?w=1' length='1'/><enclosure url='/e.mp3' length='1'/>")),
        first={"image": "https://news.example.org/e.JPG?w=1"},
    ),
    "a picture in an image element": Case(
        rss(item(1, extra="<image><url>/i.jpg</url></image>")), first={"image": "https://news.example.org/i.jpg"}
    ),
    "a picture for podcasts": Case(
        rss(item(1, extra="<i:image xmlns:i='http://www.itunes.com/dtds/podcast-1.0.dtd' href='/i.jpg'/>")),
        first={"image": "https://news.example.org/i.jpg"},
    ),
    "300 categories": Case(
        rss(item(1, extra="".join(f"<category>c{n}</category>" for n in range(300)))), notes=("categories beyond",)
    ),
    "an endless link": Case(
        rss(one(title="خبر", link="https://a.example/" + "a" * 3_000)), first={"link": None}, notes=("a link or guid",)
    ),
    "an element called like a field, with attributes": Case(
        rss(item(1, extra="<published a='b'/><summary c='d'>x</summary><id e='f'/>"))
    ),
    # --- dates
    "an Arabic date": Case(
        rss(item(1, date="الأربعاء، 25 نوفمبر/تشرين الثاني 2026 10:00 ص")),
        zone="Asia/Gaza",
        first={"published": NOW.replace(hour=8)},
    ),
    "a naive date": Case(
        rss(item(1, date="2026-11-25 10:00:00")), zone="Asia/Gaza", first={"published": NOW.replace(hour=8)}
    ),
    "a date in the future": Case(
        rss(item(1, date="Fri, 01 Jan 2038 00:00:00 GMT")),
        first={
            "published": NOW,
            "published_raw": "Fri, 01 Jan 2038 00:00:00 GMT",
            "date_note": "clamped: in the future",
        },
        notes=("in the future",),
    ),
    "a date of 1970": Case(
        rss(item(1, date="Thu, 01 Jan 1970 00:00:00 GMT")), first={"published": None}, notes=("1995",)
    ),
    "a date that is none": Case(
        rss(item(1, date="غدا")), first={"published": None, "published_raw": "غدا"}, notes=("date not understood",)
    ),
    "no date": Case(rss(one(title="خبر")), first={"published": None, "published_raw": "", "date_note": ""}),
    "dc:date": Case(
        rss(f"<item {DC}><title>خبر</title><dc:date>2026-11-25T10:00:00+02:00</dc:date></item>"),
        first={"published": NOW.replace(hour=8)},
    ),
    # --- hostile
    "an external entity": Case(
        rss(item(1, summary="x&file;y"), prolog='<!DOCTYPE a [<!ENTITY file SYSTEM "file:///etc/passwd">]>')
    ),
    "a billion laughs": Case(
        rss(
            item(1, summary="&c;"),
            prolog='<!DOCTYPE a [<!ENTITY a "' + "ha" * 5_000 + '">'
            '<!ENTITY b "' + "&a;" * 1_000 + '"><!ENTITY c "' + "&b;" * 1_000 + '">]>',
        )
    ),
    "elements 5,000 deep": Case(rss(item(1, extra="<a>" * 5_000 + "</a>" * 5_000))),
    "20,000 items": Case(rss(["<item><title>خبر</title></item>"] * 20_000), count=500, notes=("only the first 500",)),
    "60 kB of line feeds before the root": Case(rss(item(1), prolog="\n" * 60_000)),
    "2 MB of HTML that never closes": Case(
        rss(item(1, summary="<![CDATA[" + "<div>نص" * 200_000 + "]]>")), notes=("a summary shortened",)
    ),
    # --- no feed
    "nothing": Case("", failure=Failure.EMPTY, words="empty"),
    "white space": Case(" \n\t ", failure=Failure.EMPTY),
    "a channel without items": Case(rss(), failure=Failure.EMPTY, words="without items"),
    "nothing but empty items": Case(
        rss("<item></item><item><guid>1</guid></item>"), failure=Failure.EMPTY, words="hold no"
    ),
    "JSON Feed of empty items": Case(json_feed({}, {}), failure=Failure.EMPTY, words="hold no"),
    "OPML": Case("<opml><body><outline/></body></opml>", failure=Failure.NOT_A_FEED, words="OPML"),
    "JSON Feed without items": Case(json_feed(), failure=Failure.EMPTY),
    "a web page": Case(LINKED_PAGE, failure=Failure.NOT_A_FEED, words='titled "الشروق — أخبار"'),
    "a page in XHTML": Case('<?xml version="1.0"?>' + LINKED_PAGE, failure=Failure.NOT_A_FEED, words="a web page"),
    "another XML": Case("<?xml version='1.0'?><urlset><url><loc>x</loc></url></urlset>", failure=Failure.NOT_A_FEED),
    "plain text": Case("الموقع تحت الصيانة", failure=Failure.NOT_A_FEED),
    "JSON that is no feed": Case('{"error": "not found"}', failure=Failure.NOT_A_FEED, words="no JSON Feed"),
    "broken JSON": Case('{"items": [', failure=Failure.PARSE, words="broken JSON"),
    "JSON 100,000 deep": Case("[" * 100_000, failure=Failure.PARSE),
    "a picture": Case(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, failure=Failure.NOT_A_FEED),
    "gzip that was not unpacked": Case(b"\x1f\x8b\x08\x00" + bytes(range(255, 0, -1)) * 9, failure=Failure.NOT_A_FEED),
    "a file's name": Case("/etc/passwd", failure=Failure.NOT_A_FEED),
    "an address": Case("file:///etc/passwd", failure=Failure.NOT_A_FEED),
}


async def outcome_of(parser: Parser, case: Case) -> ParseOutcome:
    feed = replace(FEED, timezone=case.zone, encoding=case.encoding)
    body = case.body.encode("utf-8", "surrogatepass") if isinstance(case.body, str) else case.body
    return await parser.parse(body, feed=feed, url=FEED.url, content_type=case.content_type, now=NOW)


@pytest.mark.parametrize("name", CASES)
async def test_odd_feed(parser: Parser, name: str) -> None:
    case = CASES[name]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    outcome = await outcome_of(parser, case)
    assert time.monotonic() - started < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak < GROWTH
    if isinstance(outcome, ParseFailed):
        assert (outcome.kind, case.words in outcome.reason) == (case.failure, True), outcome.reason
        return
    assert case.failure is None
    assert len(outcome.items) == case.count
    first = outcome.items[0]
    assert {name: getattr(first, name) for name in case.first} == case.first
    assert case.charset in ("", outcome.charset)
    for part in case.notes:
        assert any(part in note for note in outcome.notes), outcome.notes


async def test_a_page_that_links_a_feed_says_which(parser: Parser) -> None:
    outcome = await outcome_of(parser, CASES["a web page"])
    assert isinstance(outcome, ParseFailed)
    assert outcome.suggestion == "the page links to the feed https://news.example.org/feed.xml"


async def test_no_file_is_read_for_an_external_entity(parser: Parser) -> None:
    outcome = await outcome_of(parser, CASES["an external entity"])
    assert isinstance(outcome, ParsedFeed)
    assert "root:" not in outcome.items[0].summary


MARKUP = st.lists(
    st.sampled_from(
        [
            b"<rss>",
            b"<channel>",
            b"<item>",
            b"</item>",
            b"<title>",
            b"</title>",
            b"<![CDATA[",
            b"]]>",
            b"<!--",
            b"-->",
            b"<description>",
            b"<link>",
            b"<guid>",
            b"<pubDate>",
            b"&",
            b"&amp;",
            b"&#x",
            b";",
            b'"',
            b"<",
            b">",
            b"<feed>",
            b"<entry>",
            b"<?xml version='1.0' encoding='",
            b"'?>",
            b"{",
            b'"items":[',
            b"\x00",
            b"\xff\xfe",
            b"\xd8\xae",
            b"<!DOCTYPE a [",
            b"<!ENTITY b '",
            b"a='",
            b"25 \xd9\x86\xd9\x88\xd9\x81\xd9\x85\xd8\xa8\xd8\xb1 2026",
            b" ",
        ]
    ),
    max_size=40,
).map(b"".join)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.one_of(
        MARKUP,
        st.binary(max_size=200),
        st.text(max_size=100).map(lambda text: rss(one(title=text)).encode("utf-8", "replace")),
    )
)
def test_any_bytes_become_items_or_a_failure(body: bytes) -> None:
    """In this process, without the pool: what must hold is that nothing escapes `read` and all text is clean."""
    from monitor.feeds.charset import to_utf8
    from monitor.feeds.fields import Context
    from monitor.feeds.jsonfeed import looks_like_json, read_json
    from monitor.feeds.read import read

    data, context = to_utf8(body).data, Context(url=FEED.url, now=NOW)
    outcome = read_json(data, context, frozenset()) if looks_like_json(data) else read(data, context)
    if isinstance(outcome, ParsedFeed):
        for found in outcome.items:
            assert found.title or found.summary or found.link
            for text in (
                found.title,
                found.summary,
                found.guid or "",
                found.link or "",
                found.author,
                *found.categories,
            ):
                text.encode("utf-8")
                assert text == " ".join(text.split())
