"""A farm of feeds on loopback for benchmarks, in a process of its own: F feeds of 30 Arabic items, in several tempers.

    python -m bench.farm            prints its port on the first line and serves until it is killed

`/feed/N` is feed N. `/control?temper=T&news=K&hanging=P` sets how all of them behave from now on: `304` honours
validators, `200` sends none and the same bytes, `volatile` sends none and another build date each time; `news` is how
many extra items one feed in ten has; every P-th feed never answers (0: none). `/stats` gives and clears the counts.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from email.utils import formatdate
from functools import lru_cache
from html import escape
from itertools import accumulate
from urllib.parse import parse_qs, quote, urlsplit

ITEMS = 30
NEWS_EVERY = 10
_ATOM_EVERY = 5
_ON_TOPIC = 0.08  # of the items speak of what the rules watch
_FREQUENT = (
    "في من على إلى أن إن عن بعد بين خلال التي الذي قال أعلن أكد اليوم أمس العام الحكومة الرئيس الوزير مع كما هذا"
)
_TOPICS = ("وقف إطلاق النار", "معبر رفح", "قافلة مساعدات", "إغاثة النازحين", "اتفاق التهدئة", "مدينة رفح", "الهدنة")
_CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
_LETTERS = "بتجحدرزسشصطعفقكلمنه"
_PATTERNS = (
    "{}{}{}",
    "{}ا{}{}",
    "م{}{}و{}",
    "ت{}{}ي{}",
    "ال{}{}{}ة",
    "ا{}ت{}ا{}",
    "ال{}{}ا{}",
    "و{}{}{}ت",
    "است{}{}ا{}",
)


def _vocabulary() -> tuple[list[str], list[float]]:
    """Words of roots and patterns, and how often each has come when it comes (Zipf), as a running sum."""
    chance = random.Random(7)
    made = [chance.choice(_PATTERNS).format(*(chance.choice(_LETTERS) for _ in range(3))) for _ in range(4_000)]
    words = list(dict.fromkeys([*_FREQUENT.split(), *made]))
    return words, list(accumulate(1 / (rank + 3) for rank in range(len(words))))


_WORDS, _SUMS = _vocabulary()


def _words(chance: random.Random, low: int, high: int) -> str:
    return " ".join(chance.choices(_WORDS, cum_weights=_SUMS, k=chance.randint(low, high)))


@lru_cache(maxsize=400_000)
def _item(feed: int, number: int, newest: int) -> str:
    """A headline of 6 to 12 words, an excerpt of 20 to 35, and its beginning in a field of its own."""
    chance = random.Random(feed * 1_000_003 + number)
    title, excerpt = _words(chance, 6, 12), _words(chance, 20, 35)
    if chance.random() < _ON_TOPIC:
        title = f"{title} {chance.choice(_TOPICS)}"
    slug = quote(title[:40].replace(" ", "-"))
    link = f"https://outlet{feed}.example/news/{number}/{slug}?utm_source=rss&id={feed * 1000 + number}"
    at = formatdate(newest - (ITEMS - number) * 1200, usegmt=True)
    article = f'<figure><img src="https://outlet{feed}.example/{number}.jpg"/></figure><p>{_words(chance, 25, 40)}</p>'
    if feed % _ATOM_EVERY == 0:
        iso = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(newest - (ITEMS - number) * 1200))
        return (
            f'<entry><title>{title}</title><link href="{escape(link)}"/><id>{escape(link)}</id>'
            f'<updated>{iso}</updated><published>{iso}</published><summary type="html">{escape(f"<p>{excerpt}</p>")}'
            f'</summary><content type="html">{escape(article)}</content></entry>'
        )
    return (
        f"<item><title>{title}</title><link>{escape(link)}</link><guid>{escape(link)}</guid>"
        f"<pubDate>{at}</pubDate><category>أخبار</category><description>{escape(f'<p>{excerpt}</p>')}</description>"
        f"<content:encoded><![CDATA[{article}]]></content:encoded></item>"
    )


def body_of(feed: int, news: int, newest: int, built: str = "x") -> bytes:
    """A feed's document with `news` items on top of its first thirty, dated before `newest` (Unix seconds)."""
    last = ITEMS + (news if feed % NEWS_EVERY == 0 else 0)
    items = "\n".join(_item(feed, number, newest) for number in range(last, last - ITEMS, -1))
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    if feed % _ATOM_EVERY == 0:
        top = f"<title>صحيفة {feed}</title><id>urn:{feed}</id><generator>{built}</generator>"
        return f'{head}<feed xmlns="http://www.w3.org/2005/Atom">{top}\n{items}\n</feed>\n'.encode()
    top = f"<title>صحيفة {feed}</title><link>https://outlet{feed}.example/</link><description>أخبار</description>"
    date = f"<lastBuildDate>{built}</lastBuildDate>"
    return f'{head}<rss version="2.0" {_CONTENT}><channel>{top}{date}\n{items}\n</channel></rss>\n'.encode()


class _Farm:
    """How the feeds behave now, and what was asked."""

    def __init__(self) -> None:
        self.temper, self.news, self.hanging = "304", 0, 0
        self.newest = int(time.time())
        self.counts = {"requests": 0, "not_modified": 0, "first": 0.0, "last": 0.0}
        self.builds = 0
        self._bodies: dict[tuple[int, int], bytes] = {}

    def control(self, query: str) -> None:
        given = parse_qs(query)
        self.temper = given.get("temper", [self.temper])[0]
        self.news = int(given.get("news", [str(self.news)])[0])
        self.hanging = int(given.get("hanging", [str(self.hanging)])[0])
        for feed in range(int(given.get("warm", ["0"])[0])):
            self.body(feed)

    def stats(self) -> bytes:
        told = json.dumps(self.counts).encode()
        self.counts = {"requests": 0, "not_modified": 0, "first": 0.0, "last": 0.0}
        return told

    def body(self, feed: int) -> bytes:
        key = (feed, self.news if feed % NEWS_EVERY == 0 else 0)
        if key not in self._bodies:
            self._bodies[key] = body_of(feed, self.news, self.newest, "x" * 29)
        return self._bodies[key]

    def answer(self, path: str, head: bytes) -> bytes | None:
        """The whole answer; None: never."""
        feed = int(path.rpartition("/")[2])
        if self.hanging and feed % self.hanging == 1:
            return None
        self.counts["requests"] += 1
        now = time.monotonic()
        self.counts["first"] = self.counts["first"] or now
        self.counts["last"] = now
        body = self.body(feed)
        if self.temper != "304":
            if self.temper == "volatile":
                self.builds += 1
                body = body.replace(b"x" * 29, b"build %023d" % self.builds, 1)
            return _head(200, len(body)) + b"\r\n" + body
        tag = b'"%d-%d"' % (feed, self.news if feed % NEWS_EVERY == 0 else 0)
        if tag in head:
            self.counts["not_modified"] += 1
            return b"HTTP/1.1 304 Not Modified\r\nETag: " + tag + b"\r\n\r\n"
        modified = formatdate(self.newest + self.news, usegmt=True).encode()
        return _head(200, len(body)) + b"ETag: " + tag + b"\r\nLast-Modified: " + modified + b"\r\n\r\n" + body


def _head(status: int, length: int) -> bytes:
    kind = b"Content-Type: application/xml; charset=utf-8\r\n"
    return b"HTTP/1.1 %d OK\r\n%sContent-Length: %d\r\n" % (status, kind, length)


class _Connection(asyncio.Protocol):
    def __init__(self, farm: _Farm) -> None:
        self._farm = farm
        self._unread = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._unread += data
        while b"\r\n\r\n" in self._unread:
            head, _, self._unread = self._unread.partition(b"\r\n\r\n")
            answer = self._answer(head)
            if answer is not None:
                self._transport.write(answer)

    def _answer(self, head: bytes) -> bytes | None:
        address = urlsplit(head.split(b" ", 2)[1].decode())
        if address.path == "/stats":
            told = self._farm.stats()
            return _head(200, len(told)) + b"\r\n" + told
        if address.path == "/control":
            self._farm.control(address.query)
            return _head(200, 2) + b"\r\nok"
        return self._farm.answer(address.path, head)


async def _serve() -> None:
    farm = _Farm()
    server = await asyncio.get_running_loop().create_server(lambda: _Connection(farm), "0.0.0.0", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
