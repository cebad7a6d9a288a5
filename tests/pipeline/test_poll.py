"""One poll: what the answer does to the feed, to the items, to the log. The fetcher is scripted, the rest is real."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor import settings
from monitor.errors import StorageError
from monitor.feeds.parse import Parser
from monitor.feeds.turn import Backlog
from monitor.model import FeedState, Validators
from monitor.outcomes import Failure, Fetched, FetchFailed, FetchOutcome, NotModified
from monitor.pipeline.faults import KnownFaults
from monitor.pipeline.poll import PollDeps, PollReport, poll
from monitor.store.overview import feed_overviews
from tests.support.world import DESK, MINUTE, NOW, World, config, feed

ELAPSED = timedelta(milliseconds=30)

RSS = (
    """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>أخبار</title>{items}</channel></rss>"""
)
ITEM = (
    "<item><title>{title}</title><guid>g{n}</guid><link>https://alpha.example/{n}</link>"
    "<pubDate>Wed, 25 Nov 2026 11:5{n}:00 GMT</pubDate></item>"
)


def body(*titles: str) -> bytes:
    return RSS.format(items="".join(ITEM.format(n=n, title=title) for n, title in enumerate(titles))).encode()


def fetched(data: bytes, *, etag: str | None = None) -> Fetched:
    return Fetched(
        status=200,
        url="https://alpha.example/rss",
        headers={"content-type": "application/rss+xml"},
        body=data,
        validators=Validators(etag=etag),
        elapsed=ELAPSED,
    )


def failed(kind: Failure = Failure.DNS, reason: str = "no such host: alpha.example", **more: object) -> FetchFailed:
    return FetchFailed(kind=kind, reason=reason, url="https://alpha.example/rss", elapsed=ELAPSED, **more)  # type: ignore[arg-type]


@dataclass
class Scripted:
    """Answers what it is told to, in turn; remembers with what state it was asked."""

    answers: list[FetchOutcome | Exception]
    asked: list[FeedState] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None

    async def fetch(self, feed: settings.Feed, state: FeedState) -> FetchOutcome:
        self.asked.append(state)
        answer = self.answers.pop(0)
        self.meanwhile()
        if isinstance(answer, Exception):
            raise answer
        return answer


class Records:
    """Keeps what is logged."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, dict[str, object]]] = []

    def debug(self, event: str, /, **fields: object) -> None:
        self.lines.append(("debug", event, fields))

    def info(self, event: str, /, **fields: object) -> None:
        self.lines.append(("info", event, fields))

    def warning(self, event: str, /, **fields: object) -> None:
        self.lines.append(("warning", event, fields))

    def exception(self, event: str, /, **fields: object) -> None:
        self.lines.append(("exception", event, fields))


class Desk:
    """A world whose feeds are polled through a scripted fetcher."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.log = Records()
        self.faults = KnownFaults()
        self.backlog = Backlog()
        self.parser = Parser(backlog=self.backlog)
        self.fetcher = Scripted([])

    async def poll(self, answer: FetchOutcome | Exception) -> PollReport:
        self.fetcher.answers.append(answer)
        deps = PollDeps(
            store=self.world.store,
            fetcher=self.fetcher,
            parser=lambda: self.parser,
            line=lambda: self.world.line,
            clock=lambda: self.world.now,
            jitter=lambda: 0.5,
            log=self.log,
            faults=self.faults,
            backlog=self.backlog,
        )
        return await poll(self.world.config.feeds[0], deps)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    channel = replace(DESK, notices=True)
    with World(config(tmp_path, feeds=(feed("alpha"),), channels=(channel,))) as world:
        desk = Desk(world)
        yield desk
        desk.parser.close()


async def test_new_items_are_stored_and_told_and_logged(desk: Desk) -> None:
    report = await desk.poll(fetched(body("قصف على رفح", "أسعار الذهب"), etag='"1"'))

    assert (report.outcome, report.failure, report.http_status) == ("new", None, 200)
    assert (report.found.new, report.found.alerts) == (2, 1)
    assert desk.world.state("alpha").validators.etag == '"1"'
    assert len(desk.world.state("alpha").known_digests) == 2
    level, event, fields = desk.log.lines[-1]
    assert (level, event) == ("info", "feed_polled")
    assert fields["new"] == 2
    assert fields["alerts"] == 1


async def test_next_poll_carries_validators_and_digests(desk: Desk) -> None:
    await desk.poll(fetched(body("قصف على رفح"), etag='"1"'))
    await desk.poll(NotModified(url="https://alpha.example/rss", elapsed=ELAPSED))

    state = desk.fetcher.asked[-1]
    assert state.validators.etag == '"1"'
    assert len(state.known_digests) == 1


async def test_not_modified_writes_no_poll_row_and_keeps_validators(desk: Desk) -> None:
    await desk.poll(fetched(body("قصف على رفح"), etag='"1"'))
    rows = desk.world.value("SELECT count(*) FROM polls")
    desk.world.later(minutes=5)

    report = await desk.poll(NotModified(url="x", elapsed=ELAPSED, validators=Validators(last_modified="later")))

    assert (report.outcome, report.http_status) == ("not_modified", 304)
    assert desk.world.value("SELECT count(*) FROM polls") == rows
    assert desk.world.state("alpha").validators == Validators(etag='"1"', last_modified="later")
    assert desk.world.value("SELECT unchanged_polls FROM feeds") == 1
    assert desk.log.lines[-1][0] == "debug"


async def test_same_body_again_is_unchanged(desk: Desk) -> None:
    await desk.poll(fetched(body("قصف على رفح")))
    assert (await desk.poll(fetched(body("قصف على رفح")))).outcome == "unchanged"


async def test_body_with_a_dropped_item_updates_what_is_known(desk: Desk) -> None:
    await desk.poll(fetched(body("قصف على رفح", "أسعار الذهب")))
    report = await desk.poll(fetched(body("قصف على رفح")))

    assert report.outcome == "unchanged"
    assert len(desk.world.state("alpha").known_digests) == 1


async def test_failure_is_recorded_shown_and_backs_off(desk: Desk) -> None:
    first = await desk.poll(failed())
    second = await desk.poll(failed())

    assert (second.outcome, second.failure, second.reason) == ("dns", Failure.DNS, "no such host: alpha.example")
    assert first.next_poll_at is not None
    assert second.next_poll_at is not None
    assert second.next_poll_at > first.next_poll_at
    (alpha,) = desk.world.store.read(feed_overviews, desk.world.now)
    assert alpha.trouble == "no such host: alpha.example (2 times in a row)"
    assert desk.world.rows("SELECT outcome, reason FROM polls") == [("dns", "no such host: alpha.example")] * 2
    assert desk.log.lines[-1][0] == "warning"


async def test_page_in_the_place_of_a_feed_keeps_the_old_validators(desk: Desk) -> None:
    await desk.poll(fetched(body("قصف على رفح"), etag='"1"'))

    report = await desk.poll(fetched(b"<html><body>maintenance</body></html>", etag='"page"'))

    assert report.failure is not None
    assert desk.world.state("alpha").validators.etag == '"1"'
    assert desk.world.state("alpha").failures == 1


async def test_recovery_clears_the_failure(desk: Desk) -> None:
    await desk.poll(failed())
    await desk.poll(fetched(body("قصف على رفح")))

    assert desk.world.state("alpha").failures == 0
    assert desk.world.state("alpha").last_error == ""


async def test_gone_feed_stops_and_its_owner_is_told(desk: Desk) -> None:
    report = await desk.poll(failed(Failure.GONE, "HTTP 410: gone", status=410))

    assert report.next_poll_at is None
    assert report.notice
    assert desk.world.state("alpha").state == "stopped"
    [(kind, channel, subject, words)] = desk.world.rows("SELECT kind, channel, subject, body FROM notices")
    assert (kind, channel, subject) == ("feed_stopped", "desk", "مصدر متوقف: alpha")
    assert "HTTP 410: gone" in words
    assert 'monitor feeds release "alpha"' in words


async def test_held_feed_is_reported_and_its_owner_told(desk: Desk) -> None:
    titles = [f"خبر رقم {n} عن معبر رفح" for n in range(9)]
    await desk.poll(fetched(body(*titles)))
    desk.world.later(days=2)
    moved = body(*titles).replace(b"<guid>g", b"<guid>new").replace(b"alpha.example/", b"alpha.example/x/new")
    moved = moved.replace(b"25 Nov 2026 11:5", b"27 Nov 2026 11:5").replace(b"Wed", b"Fri")

    report = await desk.poll(fetched(moved))

    assert report.outcome == "held"
    assert report.found.alerts == 0
    [(kind, subject, words)] = desk.world.rows("SELECT kind, subject, body FROM notices")
    assert (kind, subject) == ("feed_held", "أخبار معلّقة: alpha")
    assert 'monitor feeds release "alpha" --tell' in words


async def test_fault_of_ours_costs_only_this_poll(desk: Desk) -> None:
    report = await desk.poll(ZeroDivisionError("boom"))

    assert report.outcome == "error"
    assert "ZeroDivisionError: boom" in report.reason
    assert desk.world.state("alpha").next_poll_at == NOW + 5 * MINUTE
    assert [line[:2] for line in desk.log.lines] == [("exception", "poll_failed"), ("warning", "feed_polled")]
    assert (await desk.poll(fetched(body("قصف على رفح")))).outcome == "new"


async def test_the_same_fault_of_ours_prints_its_traceback_once(desk: Desk) -> None:
    def tracebacks() -> int:
        return sum(line[:2] == ("exception", "poll_failed") for line in desk.log.lines)

    for _ in range(3):
        await desk.poll(ZeroDivisionError("boom"))
    assert tracebacks() == 1
    warnings = [fields for level, event, fields in desk.log.lines if (level, event) == ("warning", "feed_polled")]
    assert [fields["reason"] for fields in warnings] == ["ZeroDivisionError: boom"] * 3

    await desk.poll(LookupError("another"))
    assert tracebacks() == 2
    await desk.poll(failed())
    await desk.poll(LookupError("another"))
    assert tracebacks() == 3


async def test_items_are_decided_on_by_the_line_in_force_when_they_are_written(desk: Desk) -> None:
    rule = settings.Rule(name="gold", any=("الذهب",))
    desk.fetcher.meanwhile = lambda: desk.world.configure(replace(desk.world.config, rules=(rule,)))

    report = await desk.poll(fetched(body("أسعار الذهب", "قصف على رفح")))

    assert report.found.alerts == 1
    assert desk.world.rows("SELECT rule FROM alerts") == [("gold",)]


async def test_next_poll_is_planned_by_the_interval_in_force_when_the_answer_came(desk: Desk) -> None:
    quick = replace(desk.world.config.feeds[0], every=MINUTE)
    desk.fetcher.meanwhile = lambda: desk.world.configure(replace(desk.world.config, feeds=(quick,)))

    report = await desk.poll(fetched(body("أسعار الذهب")))

    assert report.next_poll_at is not None
    assert report.next_poll_at - NOW < 2 * MINUTE


@pytest.mark.parametrize("answer", ["items", "not modified", "failure"])
async def test_an_answer_of_a_former_address_leaves_nothing_on_the_new_one(desk: Desk, answer: str) -> None:
    answers: dict[str, FetchOutcome] = {
        "items": fetched(body("قصف على رفح"), etag='"old"'),
        "not modified": NotModified(url="https://alpha.example/rss", elapsed=ELAPSED),
        "failure": failed(),
    }
    moved = replace(desk.world.config.feeds[0], url="https://alpha.example/new")
    desk.fetcher.meanwhile = lambda: desk.world.configure(replace(desk.world.config, feeds=(moved,)))

    report = await desk.poll(answers[answer])

    assert report.outcome == ("not_modified" if answer == "not modified" else "overtaken")
    state = desk.world.state("alpha")
    assert (state.first_polled_at, state.validators, state.failures) == (None, Validators(), 0)
    assert state.next_poll_at == NOW, "the new address is asked at once"
    assert desk.world.value("SELECT count(*) FROM items") == 0


async def test_an_answer_of_a_feed_that_left_is_not_taken_in(desk: Desk) -> None:
    desk.fetcher.meanwhile = lambda: desk.world.configure(replace(desk.world.config, feeds=(feed("beta"),)))

    assert (await desk.poll(fetched(body("قصف على رفح")))).outcome == "overtaken"
    assert desk.world.value("SELECT count(*) FROM alerts") == 0


async def test_database_that_refuses_keeps_the_feed_as_it_was(desk: Desk) -> None:
    await desk.poll(fetched(body("قصف على رفح"), etag='"1"'))
    writer = desk.world.store.write_sync(lambda tx: tx.connection)
    writer.execute("PRAGMA query_only = ON")

    report = await desk.poll(fetched(body("هدنة في غزة", "قصف على رفح"), etag='"2"'))

    writer.execute("PRAGMA query_only = OFF")
    assert report.outcome == "error"
    assert StorageError.__name__ in report.reason
    assert desk.world.state("alpha").validators.etag == '"1"'
    assert (await desk.poll(fetched(body("هدنة في غزة", "قصف على رفح"), etag='"2"'))).found.alerts == 2


async def test_feed_that_left_meanwhile_is_an_error_not_a_crash(desk: Desk) -> None:
    desk.world.store.write_sync(lambda tx: tx.connection.execute("DELETE FROM feeds"))

    assert (await desk.poll(fetched(body("خبر")))).outcome == "error"
