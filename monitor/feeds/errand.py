"""The course of one fetch from hop to hop: where it is, where it has been, what it may still carry. No I/O."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic

from yarl import URL

from monitor.feeds.asking import origin_of, request_headers, without_credentials
from monitor.model import Validators
from monitor.outcomes import Failure, FetchFailed
from monitor.settings import Feed


class Errand:
    """One feed's way through its redirects.

    Args:
        feed: whose credentials may be carried, while at home.
        validators: replayed at every hop.
        home: the address the user wrote; credentials are bound to its origin.
        start: the address asked first.
        agent: the User-Agent of the first try; `on_second`: it is the second one of the configuration already.
    """

    def __init__(
        self, feed: Feed, validators: Validators, *, home: URL, start: URL, agent: str, on_second: bool
    ) -> None:
        self.feed = feed
        self.validators = validators
        self.on_second = on_second
        self.notes: list[str] = []
        self.spent = 0.0
        self._home = home
        self._start = without_credentials(start)
        self._agent = agent
        self._began = monotonic()
        self._restart()

    def _restart(self) -> None:
        self.url = self._start
        self.hops = 0
        self.moved_to: str | None = None
        self._all_permanent = True
        self._seen = {self.url}
        self._at_home = origin_of(self.url) == origin_of(self._home)

    @property
    def shown(self) -> str:
        """The present address, without credentials."""
        return str(self.url)

    @property
    def elapsed(self) -> timedelta:
        """Time since the errand began, waiting included."""
        return timedelta(seconds=monotonic() - self._began)

    def headers(self) -> dict[str, str]:
        """The headers of the next request."""
        return request_headers(self.feed, self.validators, self._agent, at_home=self._at_home, home=self._home)

    def follow(self, target: URL, *, permanent: bool) -> bool:
        """Goes where a redirect points; False: it has been there."""
        target = without_credentials(target)
        if target in self._seen:
            return False
        if self.url.scheme == "https" and target.scheme == "http":
            self.notes.append("redirected from https to plain http")
        self._seen.add(target)
        self.url = target
        self.hops += 1
        self._at_home = self._at_home and origin_of(target) == origin_of(self._home)
        self._all_permanent = self._all_permanent and permanent
        if self._all_permanent:
            self.moved_to = str(target)
        return True

    def try_again_as(self, agent: str) -> None:
        """From the start, under another user agent."""
        self._agent = agent
        self.on_second = True
        self._restart()

    def refreshed(self, given: Validators) -> Validators:
        """The validators after a 304, which may bring new ones (RFC 9111 section 4.3.4)."""
        return Validators(
            etag=given.etag or self.validators.etag, last_modified=given.last_modified or self.validators.last_modified
        )

    def failed(
        self, kind: Failure, reason: str, *, status: int | None = None, wait: timedelta | None = None
    ) -> FetchFailed:
        """The errand's end without a body."""
        return FetchFailed(
            kind=kind, reason=reason, url=self.shown, elapsed=self.elapsed, status=status, retry_after=wait
        )
