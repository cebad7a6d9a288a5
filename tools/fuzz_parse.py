"""Feeds broken documents to the parser for as long as you like and says what did not hold.

    python tools/fuzz_parse.py --seconds 3600 --seed 1

What must hold for any bytes: an outcome comes back, nothing is raised; a document that is read in this process takes
less than a second; every text is one clean line; links are http(s); reading the cut items gives what reading the whole
gives, wherever the whole is well-formed. And of a document that is whole, whatever stands in its fields and between its
items: every item is read. A failure is written to the folder given by --keep, one file a body.
The test suite runs a bounded form of this (tests/feeds/test_fuzz.py).
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from xml.parsers import expat

from monitor.feeds.charset import to_utf8
from monitor.feeds.cut import cut
from monitor.feeds.fields import Context
from monitor.feeds.jsonfeed import looks_like_json, read_json
from monitor.feeds.plain import read_plain
from monitor.feeds.read import read
from monitor.feeds.tame import is_tame
from monitor.outcomes import ParsedFeed, ParsedItem

CONTEXT = Context(url="https://news.example.org/rss", now=datetime(2026, 11, 25, 12, tzinfo=UTC), zone="Asia/Gaza")
SLOW = 1.0

ITEM = (
    "<item><title>وصول قافلة مساعدات {n}</title><link>/story/{n}?utm_source=rss</link><guid>{n}</guid>"
    "<pubDate>الأربعاء 25 نوفمبر 2026 10:0{n} ص</pubDate><author>مراسلنا a@a.example</author><category>غزة</category>"
    "<description><![CDATA[<p>دخلت &amp; خرجت</p><!-- x --><img src='/{n}.jpg'>اقرأ أيضا: خبر]]></description></item>"
)
SEEDS = [
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>الشروق</title>'
    + "".join(ITEM.format(n=number) for number in range(4))
    + "</channel></rss>",
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><title type="html">&lt;b&gt;عاجل&lt;/b&gt;'
    "</title><id>urn:1</id><link href='/1'/><updated>2026-11-25T09:00:00Z</updated><content type='xhtml'>"
    "<div xmlns='http://www.w3.org/1999/xhtml'><p>فقرة</p></div></content></entry></feed>",
    '{"version": "https://jsonfeed.org/version/1.1", "items": ['
    '{"id": 1, "title": "خبر", "content_html": "<p>نص</p>"}]}',
]
SPLICES = [
    "<item>",
    "</item>",
    "<entry>",
    "</entry>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?",
    "?>",
    "<!DOCTYPE",
    "<!ENTITY",
    "&",
    "&amp;",
    "&#xD800;",
    "&#0;",
    "&lt;",
    "'",
    '"',
    ">",
    "<",
    "xmlns=",
    "xml:base='http://['",
    "encoding='utf-7'",
    "\x00",
    "\u202e",
    "�",
    "<author>",
    "<tags>,,,",
    "<media:content/>",
    "<source>",
    "<image>",
]


# What may stand in a field of a well-formed document, and all the same must cost no item.
FIELDS = [
    "خبر عاجل",
    "&#xD800;",
    "&#55296;",
    "&#xDFFF;&#0;",
    "&#x1b;[31m",
    "&#x202e;&#x2066;",
    "\u202eمعكوس\u2069",
    "\u0085\u009b\u2028",
    "&#x85;&#x9b;",
    "&amp;#x202e;",
    "&amp;amp;lt;b&amp;amp;gt;غزة",
    "&nbsp;&mdash;&hellip;",
    "&#99999999999;",
    "<b>سميك</b><br/>",
    "<![CDATA[<script>x()</script><p>فقرة</p>]]>",
    "<![CDATA[ <item>مثال</item> ]]>",
    "<![CDATA[ </item> ]]>",
    "<!-- <item><title>x</title></item> -->",
    "<!-- </item> -->",
    "\x00\x08\x1f",
    "\ufdd0\uffff\ufeff",
    "٢٠٢٦",
    "a@" + "a." * 60,
    "2026-13-45T99:99:99Z",
    "الأربعاء ٢٥ نوفمبر ٢٠٢٦",
    "javascript:alert(1)",
    "https://a.example/\u202e?x=&amp;y=]]&gt;",
    "http://[::1",
    "ftp://a.example/1",
]
BETWEEN = ["", "\n", "<ttl>5</ttl>", "<!-- pause -->", "نص", "<!-- <item><title>قديم</title></item> -->", "<?php x ?>"]


def whole_documents(rng: random.Random) -> Iterator[tuple[bytes, int]]:
    """Well-formed documents with odd fields, and how many items each of them holds."""
    while True:
        count = rng.randint(1, 6)
        parts = ['<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>x</title>']
        parts.append(rng.choice(BETWEEN))
        for number in range(count):
            odd = [" ".join(rng.choices(FIELDS, k=rng.choice((0, 1, 1, 2)))) for _ in range(6)]
            parts.append(
                f"<item><title>خبر {number} {odd[0]}</title><link>{odd[1]}</link><guid>{number} {odd[2]}</guid>"
                f"<pubDate>{odd[3]}</pubDate><author>{odd[4]}</author><description>{odd[5]}</description></item>"
            )
            parts.append(rng.choice(BETWEEN))
        parts.append("</channel></rss>")
        yield "".join(parts).encode("utf-8"), count


def lost(body: bytes, count: int) -> str:
    """What does not hold for a whole document of `count` items, or ""."""
    outcome = read(to_utf8(body).data, CONTEXT)
    if not isinstance(outcome, ParsedFeed):
        return f"all items lost: {outcome.reason}"
    return trouble(body) or ("" if len(outcome.items) == count else f"{len(outcome.items)} of {count} items")


def mutations(rng: random.Random) -> Iterator[bytes]:
    """Seeds in several charsets with bytes changed, dropped, doubled, and marks put in."""
    while True:
        text = rng.choice(SEEDS)
        for _ in range(rng.randint(0, 6)):
            at = rng.randrange(len(text) + 1)
            text = text[:at] + rng.choice(SPLICES) * rng.choice((1, 1, 1, 2, 300)) + text[at:]
        body = bytearray(text.encode(rng.choice(("utf-8", "utf-8", "cp1256", "utf-16")), "replace"))
        for _ in range(rng.choice((0, 0, 1, 3, 20))):
            at = rng.randrange(len(body) + 1)
            body[at : at + rng.choice((0, 1, 1, 30))] = rng.randbytes(rng.choice((0, 1, 1, 2)))
        yield bytes(body)


def trouble(body: bytes) -> str:
    """What does not hold for `body`, or ""."""
    data = to_utf8(body).data
    started = time.process_time()
    whole = read_json(data, CONTEXT, frozenset()) if looks_like_json(data) else read(data, CONTEXT)
    if time.process_time() - started > SLOW and is_tame(data):
        return "a tame document took more than a second"
    easy = None if looks_like_json(data) else read_plain(data, CONTEXT)
    if easy is not None and easy != whole:
        return "the plain reading is not feedparser's"
    if not isinstance(whole, ParsedFeed):
        return ""
    unclean = next((item for item in whole.items if not clean(item)), None)
    if unclean is not None:
        return f"unclean: {unclean!r}"
    parts = None if looks_like_json(data) or not well_formed(data) else cut(data)
    if parts is None:
        return ""
    pieces = [read(parts.frame([raw]), CONTEXT) for raw in parts.items]
    items = [item for piece in pieces if isinstance(piece, ParsedFeed) for item in piece.items]
    return "" if items == list(whole.items) else "the cut is not the whole"


def clean(item: ParsedItem) -> bool:
    """Whether all texts of an item are one line that can be sent, and its links can be opened."""
    texts = (item.title, item.summary, item.guid or "", item.author, item.published_raw, *item.categories)
    for text in texts:
        if text != " ".join(text.split()) or any(map(steers, text)):
            return False
    return all(link.startswith(("http://", "https://")) for link in (item.link, item.image) if link)


def steers(sign: str) -> bool:
    """Whether a character is a control, half a surrogate, or a mark that turns or hides the text around it."""
    return unicodedata.category(sign) in ("Cc", "Cs") or "\u202a" <= sign <= "\u202e" or "\u2060" <= sign <= "\u206f"


def well_formed(data: bytes) -> bool:
    """Whether expat, minding namespaces, takes the document."""
    try:
        expat.ParserCreate("utf-8", " ").Parse(data, True)
    except expat.ExpatError:
        return False
    return True


def main() -> int:
    """Run until the time is over; 1 where anything did not hold."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--keep", type=Path, help="folder for bodies that failed")
    chosen = options.parse_args()
    ends, count, failures = time.monotonic() + chosen.seconds, 0, 0
    rng = random.Random(chosen.seed)
    for broken, (whole, items) in zip(mutations(rng), whole_documents(rng), strict=False):
        if time.monotonic() > ends:
            break
        count += 1
        body = whole if count % 2 else broken
        try:
            found = lost(whole, items) if count % 2 else trouble(broken)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            found = f"raised {error!r}"
        if found:
            failures += 1
            print(f"{count}: {found[:300]}", file=sys.stderr)
            if chosen.keep:
                chosen.keep.mkdir(parents=True, exist_ok=True)
                (chosen.keep / f"{chosen.seed}-{count}.bin").write_bytes(body)
    print(f"{count} bodies, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
