"""Finds the feed behind a site's address, telling every step. Asks through the one Fetcher, gate and turns included."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from monitor.feeds.page import LinkedFeed, linked_feeds, looks_like_feed
from monitor.model import FeedId, FeedState
from monitor.outcomes import Failure, Fetched, FetchFailed, FetchOutcome
from monitor.settings import Feed

MOST_CANDIDATES = 6
COMMON_PATHS = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/feeds", "/index.xml", "/ar/rss", "/?feed=rss2")
_NOT_WORTH_MORE = frozenset(
    {Failure.DNS, Failure.CONNECT, Failure.TLS, Failure.REFUSED_ADDRESS, Failure.BAD_URL, Failure.RATE_LIMITED}
)

_NO_HTTPS = frozenset({Failure.CONNECT, Failure.TLS, Failure.TIMEOUT, Failure.PROTOCOL})


class Fetching(Protocol):
    """The part of Fetcher that is needed."""

    async def fetch(self, feed: Feed, state: FeedState) -> FetchOutcome:
        """Asks once."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing tried and what came of it, in words."""

    url: str
    finding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What was found. `fetched`: the feed's own answer, None where no feed was found; `others`: more feeds linked."""

    fetched: Fetched | None
    steps: tuple[Step, ...]
    others: tuple[LinkedFeed, ...] = ()

    @property
    def url(self) -> str | None:
        """The feed's address: where it moved for good, else as it was asked."""
        if self.fetched is None:
            return None
        return self.fetched.moved_to or self.steps[-1].url


async def discover(fetcher: Fetching, address: str, *, like: Feed | None = None) -> Discovery:
    """Looks for the feed behind an address: itself, then what its page links, then the usual paths of the site.

    Args:
        address: as typed; before a bare host name "https://" is put, and "http://" where nobody answers to that.
        like: a feed whose user agent, headers and proxy are used.
    """
    bare = "://" not in address
    address = f"https://{address.strip()}" if bare else address.strip()
    model = like or Feed(name="", url=address)
    steps: list[Step] = []
    outcome = await _ask(fetcher, model, address)
    steps.append(Step(url=address, finding=_finding(outcome)))
    if bare and isinstance(outcome, FetchFailed) and outcome.kind in _NO_HTTPS:
        address = f"http://{address.removeprefix('https://')}"
        outcome = await _ask(fetcher, model, address)
        steps.append(Step(url=address, finding=_finding(outcome)))
    if isinstance(outcome, Fetched) and looks_like_feed(outcome.body):
        return Discovery(fetched=outcome, steps=tuple(steps))
    if isinstance(outcome, FetchFailed) and outcome.kind in _NOT_WORTH_MORE:
        return Discovery(fetched=None, steps=tuple(steps))
    linked = linked_feeds(outcome.body, outcome.url) if isinstance(outcome, Fetched) else ()
    site = outcome.url or address
    for candidate in _candidates(linked, site, address):
        answer = await _ask(fetcher, model, candidate)
        steps.append(Step(url=candidate, finding=_finding(answer)))
        if isinstance(answer, Fetched) and looks_like_feed(answer.body):
            others = tuple(feed for feed in linked if feed.url != candidate)
            return Discovery(fetched=answer, steps=tuple(steps), others=others)
        if isinstance(answer, FetchFailed) and answer.kind in (Failure.RATE_LIMITED, Failure.BLOCKED):
            break  # the site wants to be left alone: more guesses would be rude
    return Discovery(fetched=None, steps=tuple(steps), others=linked)


async def _ask(fetcher: Fetching, model: Feed, url: str) -> FetchOutcome:
    feed = Feed(
        name=model.name,
        url=url,
        headers=model.headers if _same_host(model.url, url) else {},
        proxy=model.proxy,
        user_agent=model.user_agent,
        verify_tls=model.verify_tls,
    )
    return await fetcher.fetch(feed, FeedState(id=FeedId(0), name=feed.name, url=url))


def _same_host(one: str, other: str) -> bool:
    """Whether credentials for one address may go to the other: the same scheme, host and port."""
    try:
        return urlsplit(one)[:2] == urlsplit(other)[:2]
    except ValueError:
        return False


def _candidates(linked: Iterable[LinkedFeed], site: str, asked: str) -> list[str]:
    """What to try, best first: declared feeds, linked ones, then the usual paths."""
    urls = [feed.url for feed in linked][:MOST_CANDIDATES]
    try:
        parts = urlsplit(site)
    except ValueError:
        return urls
    if not any(feed.declared for feed in linked):
        urls += [f"{parts.scheme}://{parts.netloc}{path}" for path in COMMON_PATHS]
    return list(dict.fromkeys(url for url in urls if url != asked))


def _finding(outcome: FetchOutcome) -> str:
    if isinstance(outcome, FetchFailed):
        return outcome.reason
    if not isinstance(outcome, Fetched):
        return "unchanged"
    if looks_like_feed(outcome.body):
        return "a feed"
    feeds = linked_feeds(outcome.body, outcome.url)
    linked = "a feed" if len(feeds) == 1 else f"{len(feeds)} feeds"
    return f"a page that links {linked}" if feeds else "a page, and no feed is linked there"
