"""Behind `monitor feeds add` and `feeds test`: fetch and read one feed, tell every step, store nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from monitor.cli.output import json_line, say, width, write_table
from monitor.cli.session import Session
from monitor.cli.table import Column, fold
from monitor.errors import FeedError
from monitor.model import FeedId, FeedState
from monitor.outcomes import Fetched, FetchFailed, NotModified, ParsedFeed, ParseFailed
from monitor.settings import Feed

if TYPE_CHECKING:
    from monitor.feeds.discover import Discovery
    from monitor.settings import Config

_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One step of a trial and what came of it, in words."""

    step: str
    finding: str
    good: bool = True


def find_feed(session: Session, address: str, *, name: str | None, tags: tuple[str, ...], dry_run: bool) -> None:
    """Find the feed behind an address, show it, and add it to the configuration.

    Raises:
        FeedError: no feed was found there, or it cannot be read.
    """
    from monitor.config import edit
    from monitor.config.warnings import same_place

    config = session.load()
    found, parsed = asyncio.run(_discover(config, address, session.clock))
    for step in found.steps:
        say(f"{step.url}: {step.finding}")
    for other in found.others[:_SHOWN]:
        say(f"also linked there: {other.url}")
    url = found.url
    if url is None or not isinstance(parsed, ParsedFeed):
        raise _no_feed(address, found, parsed)
    known = next((feed for feed in config.feeds if same_place(feed.url) == same_place(url)), None)
    if known is not None:
        raise FeedError(f'this feed is there already, as "{known.name}"', hint="nothing was changed")
    feed = Feed(name=name or _free_name(parsed, url, config), url=url, tags=tags)
    _show_items(parsed, config, session.clock())
    if dry_run:
        say(f'would add "{feed.name}" {feed.url}')
        return
    edit.edit(session.config_path, edit.add_feeds([feed]))
    say(f'added "{feed.name}" {feed.url}; what is in it now is backlog and alerts nothing')


def _no_feed(address: str, found: Discovery, parsed: ParsedFeed | ParseFailed | None) -> FeedError:
    """Why there is nothing to add. A site that could not even be asked is another matter than one without a feed."""
    hint = "look on the site for RSS, and give that address"
    if isinstance(parsed, ParseFailed):
        return FeedError(f"the feed at {address} cannot be read: {parsed.reason}", hint=hint)
    if len(found.steps) == 1:
        return FeedError(f"no feed was found at {address}: {found.steps[0].finding}", hint=hint)
    return FeedError(f"no feed was found at {address}: none of these addresses is a feed", hint=hint)


def try_feed(session: Session, wanted: str, *, as_json: bool) -> int:
    """Fetch and read one feed, telling each step; 1 when it could not be read."""
    config, now = session.load(), session.clock()
    feed = _named(config, wanted)
    findings, parsed = asyncio.run(_try(config, feed, session.clock))
    if as_json:
        for one in findings:
            click.echo(json_line({"step": one.step, "finding": one.finding, "good": one.good}))
    else:
        for one in findings:
            mark = "ok  " if one.good else "no  "
            for number, line in enumerate(fold(one.finding, max((width() or 10_000) - 15, 30))):
                click.echo(f"{mark}{one.step:<11}{line}" if number == 0 else " " * 15 + line)
        if parsed is not None:
            _show_items(parsed, config, now)
    return 0 if all(one.good for one in findings) else 1


def _named(config: Config, wanted: str) -> Feed:
    from monitor.config.nearest import did_you_mean

    found = next((feed for feed in config.feeds if feed.name == wanted), None)
    if found is not None:
        return found
    if "://" in wanted or "." in wanted:
        return Feed(name=wanted, url=wanted if "://" in wanted else f"https://{wanted}")
    guess = did_you_mean(wanted, [feed.name for feed in config.feeds])
    raise FeedError(f'there is no feed "{wanted}"', hint=f'did you mean "{guess}"?' if guess else "or give an address")


async def _discover(
    config: Config, address: str, clock: Callable[[], datetime]
) -> tuple[Discovery, ParsedFeed | ParseFailed | None]:
    from monitor.feeds.discover import discover
    from monitor.feeds.fetch import Fetcher
    from monitor.feeds.parse import Parser

    parser = Parser(workers=1)
    try:
        async with Fetcher(config.polling, clock) as fetcher:
            found = await discover(fetcher, address)
        if found.fetched is None:
            return found, None
        return found, await _parse(parser, found.fetched, Feed(name="", url=found.fetched.url), clock())
    finally:
        parser.close()


async def _try(config: Config, feed: Feed, clock: Callable[[], datetime]) -> tuple[list[Finding], ParsedFeed | None]:
    from monitor.feeds.fetch import Fetcher
    from monitor.feeds.parse import Parser

    findings: list[Finding] = [Finding(step="address", finding=feed.url)]
    parser = Parser(workers=1)
    try:
        async with Fetcher(config.polling, clock) as fetcher:
            outcome = await fetcher.fetch(feed, FeedState(id=FeedId(0), name=feed.name, url=feed.url))
        if isinstance(outcome, FetchFailed):
            findings.append(Finding(step="fetch", finding=f"{outcome.kind.value}: {outcome.reason}", good=False))
            return findings, None
        if isinstance(outcome, NotModified):
            findings.append(Finding(step="fetch", finding="304 without having been asked for it", good=False))
            return findings, None
        findings += _fetch_findings(outcome)
        parsed = await _parse(parser, outcome, feed, clock())
    finally:
        parser.close()
    if isinstance(parsed, ParseFailed):
        hint = f"; {parsed.suggestion}" if parsed.suggestion else ""
        findings.append(Finding(step="read", finding=f"{parsed.kind.value}: {parsed.reason}{hint}", good=False))
        return findings, None
    findings += _parse_findings(parsed)
    return findings, parsed


async def _parse(parser: Any, fetched: Fetched, feed: Feed, now: datetime) -> ParsedFeed | ParseFailed:
    content_type = fetched.headers.get("content-type", "")
    outcome: ParsedFeed | ParseFailed = await parser.parse(
        fetched.body, feed=feed, url=fetched.url, content_type=content_type, now=now
    )
    return outcome


def _fetch_findings(fetched: Fetched) -> list[Finding]:
    milliseconds = round(fetched.elapsed.total_seconds() * 1000)
    found = [
        Finding(step="fetch", finding=f"HTTP {fetched.status}, {len(fetched.body):,} bytes in {milliseconds} ms"),
    ]
    if fetched.moved_to:
        found.append(Finding(step="moved", finding=f"for good, to {fetched.moved_to}"))
    elif fetched.url:
        found.append(Finding(step="answer", finding=f"from {fetched.url}"))
    validators = [name for name in ("etag", "last-modified") if name in fetched.headers]
    words = f"{' and '.join(validators)} given" if validators else "no validators: each poll downloads the whole feed"
    found.append(Finding(step="unchanged", finding=words))
    return found + [Finding(step="note", finding=note) for note in fetched.notes]


def _parse_findings(parsed: ParsedFeed) -> list[Finding]:
    from monitor.cli.wording import counted

    dated = sum(item.published is not None for item in parsed.items)
    linked = sum(item.link is not None for item in parsed.items)
    items = counted(len(parsed.items), "item")
    found = [
        Finding(step="read", finding=f'{items}, charset {parsed.charset}, title "{parsed.title}"'),
        Finding(step="items", finding=f"{dated} with a date, {linked} with a link", good=bool(parsed.items)),
    ]
    notes = dict.fromkeys((*parsed.notes, *(item.date_note for item in parsed.items if item.date_note)))
    return found + [Finding(step="note", finding=note) for note in notes]


def _show_items(parsed: ParsedFeed, config: Config, now: datetime) -> None:
    from monitor.cli.wording import local

    columns = (Column("PUBLISHED"), Column("HEADLINE", flexible=True))
    rows = [(local(item.published, config.timezone, now) or "?", item.title) for item in parsed.items[:_SHOWN]]
    write_table(columns, rows, nothing="it holds no items")


def _free_name(parsed: ParsedFeed, url: str, config: Config) -> str:
    base = " ".join(parsed.title.split()).lstrip("# ")[:60].strip() or (urlsplit(url).hostname or "feed")
    taken = {feed.name for feed in config.feeds}
    name, number = base, 2
    while name in taken:
        name, number = f"{base} ({number})", number + 1
    return name
