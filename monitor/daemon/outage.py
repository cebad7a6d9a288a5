"""Tells "the network is down" from "a feed is down": pure, fed with the outcome of each poll.

It says each change once: when no feed answers any more, and when one does again.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from monitor.outcomes import Failure

# Failures that a dead network can explain. A 404 or a broken document came over a living one.
NETWORK_FAILURES = frozenset({Failure.DNS, Failure.CONNECT, Failure.TLS, Failure.TIMEOUT})
ENOUGH = 10  # so many different feeds failing in a row, with no answer between them, is no coincidence

Change = Literal["down", "up"]


class OutageWatch:
    """Remembers which feeds failed since any feed last answered.

    `recovered`: after "up", the feeds whose failures the outage explains, so that they need not wait for their turn.
    """

    def __init__(self) -> None:
        self._failing: dict[str, Failure] = {}
        self.recovered: tuple[str, ...] = ()
        self.down = False

    @property
    def failing(self) -> Collection[str]:
        """The feeds that failed since the last answer, in the order they failed."""
        return tuple(self._failing)

    def observe(self, feed: str, failure: Failure | None, feeds: int) -> Change | None:
        """Take in one poll's outcome (`failure` None: the feed answered) of `feeds` that are polled in all.

        Returns what has just changed, or None.
        """
        if failure is None or failure not in NETWORK_FAILURES:
            if self.down:
                self.recovered = tuple(name for name in self._failing if name != feed)
            self._failing.clear()
            if not self.down:
                return None
            self.down = False
            return "up"
        self._failing[feed] = failure
        if self.down or len(self._failing) < min(feeds, ENOUGH):
            return None
        self.down = True
        return "down"

    def main_reason(self) -> Failure:
        """The failure that most of the failing feeds share."""
        kinds = list(self._failing.values())
        return max(set(kinds), key=kinds.count, default=Failure.CONNECT)
