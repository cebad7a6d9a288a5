"""Gates, workers, and that one bad feed stops only itself. The odd shapes themselves are in test_parse_odd.py."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from monitor.feeds.parse import Parser, body_hash
from monitor.outcomes import Failure, ParsedFeed, ParseFailed, ParseOutcome
from tests.support.feed_bodies import FEED, NOW, item, rss


@pytest.fixture
def parser() -> Iterator[Parser]:
    parser = Parser(deadline=1.0, workers=1)
    yield parser
    parser.close()


async def read(parser: Parser, body: str | bytes, *, after: ParsedFeed | None = None) -> ParseOutcome:
    return await parser.parse(
        body.encode() if isinstance(body, str) else body,
        feed=FEED,
        url=FEED.url,
        known_digests=after.digests if after else frozenset(),
        previous_hash=after.body_hash if after else b"",
        now=NOW,
    )


async def parsed(parser: Parser, body: str | bytes, *, after: ParsedFeed | None = None) -> ParsedFeed:
    outcome = await read(parser, body, after=after)
    assert isinstance(outcome, ParsedFeed), outcome
    return outcome


async def test_an_item_is_read_whole(parser: Parser) -> None:
    found = await parsed(parser, rss(item(7, extra="<category>غزة</category><author>مراسلنا</author>")))
    [one] = found.items
    assert one.title.endswith("7")
    assert one.link == "https://news.example.org/story/7"
    assert one.guid == "story-7"
    assert one.published == NOW - timedelta(hours=4)
    assert one.published_raw == "Wed, 25 Nov 2026 10:00:00 +0200"
    assert (one.categories, one.author) == (("غزة",), "مراسلنا")
    assert one.digest in found.digests
    assert (found.title, found.site, found.charset) == ("الشروق", "https://news.example.org/", "utf-8")


async def test_the_same_body_is_recognised_by_its_hash(parser: Parser) -> None:
    body = rss([item(1), item(2)])
    first = await parsed(parser, body)
    again = await parsed(parser, body, after=first)
    assert (again.items, again.unchanged, again.digests) == ((), 2, first.digests)
    assert again.body_hash == body_hash(body.encode())


async def test_a_moving_build_date_brings_nothing_new(parser: Parser) -> None:
    first = await parsed(parser, rss([item(1), item(2)], head="<lastBuildDate>1</lastBuildDate>"))
    again = await parsed(parser, rss([item(2), item(1)], head="<lastBuildDate>2</lastBuildDate>"), after=first)
    assert (again.items, again.unchanged, again.digests) == ((), 2, first.digests)
    assert again.body_hash != first.body_hash


async def test_only_unseen_items_are_read(parser: Parser) -> None:
    first = await parsed(parser, rss([item(1), item(2)]))
    second = await parsed(parser, rss([item(3), item(2), item(1, summary="نص معدل")]), after=first)
    assert [one.guid for one in second.items] == ["story-3", "story-1"]
    assert second.unchanged == 1
    assert len(second.digests) == 3


async def test_unseen_items_keep_the_channels_zone_links_and_hints(parser: Parser) -> None:
    head = "<ttl>30</ttl><skipHours><hour>1</hour><hour>23</hour></skipHours>"
    first = await parsed(parser, rss(item(1), head=head))
    assert first.hints == {"ttl_minutes": 30, "skip_hours": (1, 23)}
    relative = item(2).replace("https://news.example.org/story/2", "/story/2")
    second = await parsed(parser, rss([relative, item(1)], head=head), after=first)
    assert second.items[0].link == "https://news.example.org/story/2"
    assert second.hints == first.hints


async def test_a_body_that_is_not_plain_is_read_whole_each_time(parser: Parser) -> None:
    odd = rss(item(1) + "<!-- pause -->" + item(2))
    first = await parsed(parser, odd)
    assert (len(first.items), first.digests) == (2, frozenset())
    again = await parsed(parser, odd.replace("pause", "x"), after=first)
    assert len(again.items) == 2


async def test_items_beyond_the_cap_are_reported(parser: Parser) -> None:
    found = await parsed(parser, rss([f"<item><title>خبر {number}</title></item>" for number in range(700)]))
    assert len(found.items) == len(found.digests) == 500
    assert "700 items, only the first 500 read" in found.notes


async def test_small_tame_feeds_need_no_worker(parser: Parser) -> None:
    await parsed(parser, rss([item(number) for number in range(30)]))
    assert not parser.workers_started


async def test_a_feed_that_is_not_well_formed_is_read_in_a_worker(parser: Parser) -> None:
    found = await parsed(parser, rss(item(1, summary="نص & نص <b>")))
    assert found.items[0].summary == "نص & نص"
    assert parser.workers_started


EXPLOSIONS = {
    "attributes": rss(item(1, extra="<x " + " ".join(f'a{number}="1"' for number in range(60_000)) + "/>")),
    "an author of dots": rss(item(1, extra="<odd/><author>" + "a." * 40_000 + "</author>")),
    "an author in pieces": rss(item(1, extra="<author>" + "aaaaaaaa<b/>" * 9_000 + "</author>")),
}


@pytest.mark.parametrize("name", EXPLOSIONS)
async def test_a_feed_that_kills_its_worker_costs_only_its_own_poll(parser: Parser, name: str) -> None:
    started = time.monotonic()
    outcome = await read(parser, EXPLOSIONS[name])
    assert isinstance(outcome, ParseFailed)
    assert outcome.kind is Failure.PARSER_KILLED
    assert time.monotonic() - started < 15
    assert len((await parsed(parser, rss(item(1, summary="نص & نص")))).items) == 1


async def test_a_hostile_item_does_not_hide_the_others(parser: Parser) -> None:
    hostile = item(2, extra="<odd/><author>" + "a." * 40_000 + "</author>")
    body = rss([item(1), hostile, item(3)])
    found = await parsed(parser, body)
    assert [one.guid for one in found.items] == ["story-1", "story-3"]
    assert "1 items left out" in found.notes[0]
    assert len(found.digests) == 3
    started = time.monotonic()
    again = await parsed(parser, rss([item(4), item(1), hostile, item(3)]), after=found)
    assert [one.guid for one in again.items] == ["story-4"]
    assert time.monotonic() - started < 1.0


async def test_memory_is_capped(parser: Parser) -> None:
    entities = '<!DOCTYPE x [<!ENTITY a "' + "غ" * 60_000 + '">]>'
    outcome = await read(parser, rss(item(1, summary="&a;" * 60_000), prolog=entities))
    assert isinstance(outcome, ParsedFeed | ParseFailed)


async def test_feeds_are_read_side_by_side(parser: Parser) -> None:
    bodies = [rss(item(number, summary="نص & نص")) for number in range(20)]
    outcomes = await asyncio.gather(*(parsed(parser, body) for body in bodies))
    assert [found.items[0].guid for found in outcomes] == [f"story-{number}" for number in range(20)]


async def test_a_burst_of_bodies_leaves_the_event_loop_free(parser: Parser) -> None:
    rounds = 0
    done = asyncio.Event()

    async def count() -> None:
        nonlocal rounds
        while not done.is_set():
            rounds += 1
            await asyncio.sleep(0)

    counter = asyncio.create_task(count())
    await asyncio.gather(*(parsed(parser, rss(item(number))) for number in range(50)))
    done.set()
    await counter
    assert rounds >= 50


async def test_a_cancelled_poll_leaves_the_parser_usable(parser: Parser) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(read(parser, EXPLOSIONS["attributes"]), timeout=0.2)
    assert len((await parsed(parser, rss(item(1, summary="نص & نص")))).items) == 1


def test_a_poll_that_brings_nothing_new_imports_no_parser() -> None:
    script = f"""
import asyncio, sys
from datetime import UTC, datetime
from monitor.feeds.cut import cut
from monitor.feeds.parse import Parser
from monitor.settings import Feed
body = {rss([item(1), item(2)])!r}.encode()
known = frozenset(cut(body).digests)
found = asyncio.run(Parser().parse(body, feed=Feed(name="a", url="https://a.example/"), url="https://a.example/",
                                   known_digests=known, now=datetime(2026, 11, 25, tzinfo=UTC)))
assert found.unchanged == 2, found
print(sorted({{"feedparser", "pebble", "multiprocessing", "selectolax"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def hashed(text: str) -> bytes:
    return body_hash(text.encode())


def test_a_moving_build_date_is_no_change() -> None:
    one = rss(item(1), head="<lastBuildDate>1</lastBuildDate>")
    assert hashed(one) == hashed(rss(item(1), head="<lastBuildDate>2</lastBuildDate>"))
    assert hashed(one) == hashed("\ufeff\n" + one)
    assert hashed(one) != hashed(rss(item(2), head="<lastBuildDate>1</lastBuildDate>"))
    atom = "<feed><updated>{built}</updated><entry><title>خبر</title></entry></feed>"
    assert hashed(atom.format(built=1)) == hashed(atom.format(built=2))


@pytest.mark.parametrize(
    "text",
    [
        "<rss><channel>{}</channel></rss>",
        '{{"items": [{{"title": "{}"}}, {{"content_html": "<item>"}}]}}',
        "<feed><title>أ</title><entry><title>{}</title><content><![CDATA[<item>]]></content></entry></feed>",
        "<a:feed><a:entry><a:title>{}</a:title><a:content><![CDATA[<item>]]></a:content></a:entry></a:feed>",
        "<RSS><ITEM><TITLE>{}</TITLE></ITEM><item>ب</item></RSS>",
        '<!DOCTYPE rss [<!ENTITY name "{}">]><rss><channel><item><title>&name;</title></item></channel></rss>',
        '<?xml version="1.0" encoding="{}"?><rss><channel><item><title>x</title></item></channel></rss>',
        "<rss><channel><item><title>أ</title></item></channel></rss><!-- {} -->",
    ],
)
def test_every_place_that_may_bear_news_counts(text: str) -> None:
    assert hashed(text.format("windows-1256")) != hashed(text.format("iso-8859-6"))
