"""Fetches one feed politely and safely: a Feed and what we know of it in, a FetchOutcome out. Parses nothing.

Order of a fetch: the address is read → its host's turn is waited for → one request per hop, redirects by hand → the
body is decoded as it arrives, up to the cap. Every way to fail is a value with a kind and a sentence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from types import TracebackType
from typing import Self

import aiohttp

from monitor.feeds.address import host_refusal, odd_notation, refusal
from monitor.feeds.asking import BadAddressError, read_address
from monitor.feeds.challenge import challenger
from monitor.feeds.errand import Errand
from monitor.feeds.exchange import Answer, exchange
from monitor.feeds.freshness import fresh_until, http_date, retry_after
from monitor.feeds.hosts import HostBook, HostGate, Slots, host_key, is_loopback
from monitor.feeds.schedule import known_address
from monitor.feeds.sessions import Sessions
from monitor.feeds.troubles import explain, http_trouble
from monitor.model import FeedState
from monitor.outcomes import Failure, Fetched, FetchFailed, FetchOutcome, NotModified
from monitor.settings import Feed, Polling

MAX_REDIRECTS = 5
SPACING = timedelta(milliseconds=500)
PATIENCE_SECONDS = 3.0
SECOND_AGENT_FOR = timedelta(hours=24)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_NAMES_A_WAIT = frozenset({429, 503})
_REMEMBERED_AGENTS = 4096


class Fetcher:
    """One for the whole program; an async context manager that holds the connections.

    Args:
        polling: limits and user agents.
        clock: gives the present moment, aware, in UTC.
        spacing: the least time between two requests to one host that is not this machine.
    """

    def __init__(self, polling: Polling, clock: Callable[[], datetime], *, spacing: timedelta = SPACING) -> None:
        self._polling = polling
        self._clock = clock
        self._hosts = HostGate(HostBook(per_host=polling.per_host, spacing=spacing.total_seconds()))
        self._slots = Slots(polling.concurrency, PATIENCE_SECONDS)
        self._sessions = Sessions(polling)
        self._second_agent_until: dict[str, datetime] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._sessions.close()

    def host_ready_at(self, url: str) -> datetime | None:
        """When the host of `url` may be asked again by its own wish (Retry-After), or None: at once."""
        try:
            host = read_address(url).raw_host or ""
        except BadAddressError:
            return None
        left = self._hosts.book.closed_for(host.lower(), monotonic())
        return self._clock() + timedelta(seconds=left) if left else None

    async def fetch(self, feed: Feed, state: FeedState) -> FetchOutcome:
        """Asks for the feed once: at most five redirects, and one more try where programs are turned away.

        Takes `polling.timeout` at most, not counting the wait for the host's turn. Never raises for anything a server
        does.
        """
        now = self._clock()
        try:
            home = read_address(feed.url)
            known = known_address(feed, state, now)
            start = home if known == feed.url else read_address(known)
        except BadAddressError as error:
            return FetchFailed(kind=Failure.BAD_URL, reason=str(error), url="", elapsed=timedelta(0))
        second = self._second_agent_until.get(feed.url, now) > now
        agent = self._polling.second_user_agent if second else feed.user_agent or self._polling.user_agent
        errand = Errand(feed, state.validators, home=home, start=start, agent=agent, on_second=second)
        while True:
            outcome = await self._hop(errand)
            if outcome is not None:
                return outcome

    async def _hop(self, errand: Errand) -> FetchOutcome | None:
        """One request in its host's turn; None: the errand has another hop to make."""
        host = (errand.url.raw_host or "").lower()
        stopped = self._unfit(errand, host) or self._closed(errand, host)
        if stopped is not None:
            return stopped
        key = host_key(host, errand.url.port or 0)
        await self._hosts.enter(key, spaced=not is_loopback(host))
        try:
            slot = await self._slots.enter()
            try:
                closed = self._closed(errand, host)  # it may have said so while we waited
                answer = closed or await self._ask(errand, host)
            finally:
                self._slots.leave(slot)
        finally:
            self._hosts.leave(key)
        return answer if isinstance(answer, FetchFailed) else self._judge(errand, host, answer)

    def _unfit(self, errand: Errand, host: str) -> FetchFailed | None:
        """What can be told by the host as written; the gate at the socket judges the rest."""
        disguised = odd_notation(host)
        if disguised is not None and (self._polling.allow_private_addresses or refusal(disguised) is None):
            return errand.failed(Failure.BAD_URL, f"{host} is {disguised} written oddly; write that")
        if self._polling.allow_private_addresses or (errand.feed.proxy is None and disguised is None):
            return None
        reason = host_refusal(host)
        return errand.failed(Failure.REFUSED_ADDRESS, f"not fetched: {host} is {reason}") if reason else None

    def _closed(self, errand: Errand, host: str) -> FetchFailed | None:
        left = self._hosts.book.closed_for(host, monotonic())
        if not left:
            return None
        wait = timedelta(seconds=left)
        reason = f"{host} asked to be left alone for another {max(1, round(left))} s; not asked"
        return errand.failed(Failure.RATE_LIMITED, reason, wait=wait)

    async def _ask(self, errand: Errand, host: str) -> Answer | FetchFailed:
        seconds = self._polling.timeout.total_seconds()
        began = monotonic()
        try:
            async with asyncio.timeout(max(0.0, seconds - errand.spent)):
                return await exchange(self._sessions, errand, self._polling.max_body)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            kind, reason = explain(error, host, seconds)
            return errand.failed(kind, reason)
        except ValueError as error:  # a header or host that cannot be written on the wire
            return errand.failed(Failure.BAD_URL, f"the request to {host} cannot be made ({type(error).__name__})")
        finally:
            errand.spent += monotonic() - began

    def _judge(self, errand: Errand, host: str, answer: Answer) -> FetchOutcome | None:
        """What an answer means; None: go on with the next hop."""
        status, now = answer.status, self._clock()
        if status in _REDIRECTS and "location" in answer.headers:
            return self._redirect(errand, answer)
        if status == 304:
            return self._not_modified(errand, answer, now)
        obstacle = challenger(status, answer.headers, answer.body)
        if obstacle is not None or status in (401, 403):
            return self._turned_away(errand, answer, host, obstacle, now)
        if status in (200, 203, 206, 226):
            return self._fetched(errand, answer, host, now)
        return self._refused(errand, answer, host, now)

    def _redirect(self, errand: Errand, answer: Answer) -> FetchFailed | None:
        if errand.hops >= MAX_REDIRECTS:
            return errand.failed(Failure.REDIRECTS, f"more than {MAX_REDIRECTS} redirects", status=answer.status)
        try:
            target = read_address(answer.headers["location"], base=errand.url)
        except BadAddressError as error:
            return errand.failed(Failure.REDIRECTS, f"redirected to {error}", status=answer.status)
        if not errand.follow(target, permanent=answer.status in _PERMANENT):
            return errand.failed(Failure.REDIRECTS, "redirects that lead round in a circle", status=answer.status)
        return None

    def _not_modified(self, errand: Errand, answer: Answer, now: datetime) -> FetchOutcome:
        if not (errand.validators.etag or errand.validators.last_modified):
            return errand.failed(Failure.PROTOCOL, "304 Not Modified, although nothing was asked about", status=304)
        return NotModified(
            url=errand.shown,
            elapsed=errand.elapsed,
            validators=errand.refreshed(answer.validators),
            moved_to=errand.moved_to,
            not_before=fresh_until(answer.headers, now),
        )

    def _fetched(self, errand: Errand, answer: Answer, host: str, now: datetime) -> FetchOutcome:
        if answer.trouble is not None:
            kind, words = answer.trouble
            return errand.failed(kind, f"{host}: {words}", status=answer.status)
        if not answer.body.strip():
            return errand.failed(Failure.EMPTY, f"{host} sent an empty body", status=answer.status)
        if errand.on_second:
            self._remember_second(errand.feed.url, now)
            errand.notes.append("answers only to the second user agent")
        return Fetched(
            status=answer.status,
            url=errand.shown,
            headers=answer.headers,
            body=answer.body,
            validators=answer.validators,
            elapsed=errand.elapsed,
            moved_to=errand.moved_to,
            not_before=fresh_until(answer.headers, now),
            notes=(*errand.notes, *answer.notes),
        )

    def _remember_second(self, url: str, now: datetime) -> None:
        """Once a day the first user agent is tried again; in between the second saves the site a request."""
        if self._second_agent_until.get(url, now) > now:
            return
        if len(self._second_agent_until) >= _REMEMBERED_AGENTS:
            self._second_agent_until.clear()
        self._second_agent_until[url] = now + SECOND_AGENT_FOR

    def _turned_away(
        self, errand: Errand, answer: Answer, host: str, obstacle: str | None, now: datetime
    ) -> FetchFailed | None:
        if answer.status == 401:
            return self._refused(errand, answer, host, now)
        if not errand.on_second:
            errand.try_again_as(self._polling.second_user_agent)
            return None
        self._second_agent_until.pop(errand.feed.url, None)
        if obstacle is not None:
            reason = f"blocked: {host} answers programs with a test for browsers ({obstacle})"
        else:
            reason = f"blocked: {host} refuses this program, under both user agents ({answer.status})"
        return errand.failed(Failure.BLOCKED, reason, status=answer.status, wait=self._wait(answer, host, now))

    def _refused(self, errand: Errand, answer: Answer, host: str, now: datetime) -> FetchFailed:
        if answer.status in (204, 205):
            return errand.failed(Failure.EMPTY, f"{host} sent an empty body", status=answer.status)
        kind, words = http_trouble(answer.status)
        return errand.failed(kind, f"{host}: {words}", status=answer.status, wait=self._wait(answer, host, now))

    def _wait(self, answer: Answer, host: str, now: datetime) -> timedelta | None:
        """The wait a 429 or 503 asks for; it holds for the whole host."""
        if answer.status not in _NAMES_A_WAIT:
            return None
        # A date is meant by the server's own clock, which may be wrong.
        there = http_date(answer.headers.get("date", "")) or now
        wait = retry_after(answer.headers.get("retry-after"), there)
        if wait:
            self._hosts.book.close(host, monotonic() + wait.total_seconds(), monotonic())
        return wait
