"""How hard one host may be asked: so many requests at once, a gap between them, and the wait it asked for itself.

`HostBook` is the rule, pure over seconds passed in, so that a day can be simulated; `HostGate` waits by it, and `Slots`
holds the number of requests in all.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from time import monotonic

from monitor.feeds.address import literal

_TWO_LEVEL = frozenset({"ac", "co", "com", "edu", "gob", "gouv", "gov", "info", "mil", "net", "nom", "org", "sch"})
_REMEMBERED = 4096


@lru_cache(maxsize=_REMEMBERED)
def host_key(host: str, port: int) -> str:
    """What counts as one host: the registrable domain as far as two labels tell, or one address and port.

    `www.example.com` and `feeds.example.com` share the limit; `example.com.eg` is a name, not a part of `com.eg`.
    """
    address = literal(host)
    if address is not None:
        return f"{address}:{port}"
    labels = host.lower().rstrip(".").split(".")
    if len(labels) >= 3 and len(labels[-1]) == 2 and labels[-2] in _TWO_LEVEL:
        return ".".join(labels[-3:])
    return ".".join(labels[-2:])


@lru_cache(maxsize=_REMEMBERED)
def is_loopback(host: str) -> bool:
    """Whether the host is this machine: it needs no pause between requests."""
    address = literal(host)
    if address is None:
        return host.lower().rstrip(".") == "localhost"
    return address.startswith("127.") or address == "::1"


@dataclass(slots=True)
class _Host:
    active: int = 0
    started: float = float("-inf")


@dataclass(slots=True)
class HostBook:
    """Who may start now. All moments are seconds of one steady clock.

    `per_host`: requests at once to one key; `spacing`: seconds between two starts to one key.
    """

    per_host: int
    spacing: float
    _hosts: dict[str, _Host] = field(default_factory=dict)
    _closed_until: dict[str, float] = field(default_factory=dict)

    def wait(self, key: str, now: float, *, spaced: bool = True) -> float | None:
        """Seconds until a request to `key` may start (0: now), or None: only once another one has ended."""
        host = self._hosts.get(key)
        if host is None:
            return 0.0
        if host.active >= self.per_host:
            return None
        return max(0.0, host.started + self.spacing - now) if spaced else 0.0

    def start(self, key: str, now: float) -> None:
        """A request starts."""
        host = self._hosts.setdefault(key, _Host())
        host.active += 1
        host.started = now

    def end(self, key: str, now: float) -> None:
        """A request has ended."""
        self._hosts[key].active -= 1
        if len(self._hosts) > _REMEMBERED:
            self._forget_idle(now)

    def _forget_idle(self, now: float) -> None:
        for key in [key for key, host in self._hosts.items() if not host.active and host.started + self.spacing < now]:
            del self._hosts[key]

    def close(self, name: str, until: float, now: float) -> None:
        """The host of that exact name asked to be left alone until then; an earlier, longer wait stands."""
        if len(self._closed_until) > _REMEMBERED:
            self._closed_until = {name: end for name, end in self._closed_until.items() if end > now}
        self._closed_until[name] = max(until, self._closed_until.get(name, until))

    def closed_for(self, name: str, now: float) -> float:
        """Seconds the host of that exact name still wants to be left alone; 0: it may be asked."""
        until = self._closed_until.get(name)
        if until is None:
            return 0.0
        if until <= now:
            del self._closed_until[name]
            return 0.0
        return until - now


class _Line:
    """First come, first served before one door; only the first looks whether it is open."""

    __slots__ = ("changed", "door", "users")

    def __init__(self) -> None:
        self.door = asyncio.Lock()
        self.changed = asyncio.Event()
        self.users = 0

    async def until(self, wait: Callable[[], float | None]) -> None:
        """Returns when `wait` gives 0; it gives seconds to wait, or None: until something has changed."""
        while (seconds := wait()) != 0.0:
            self.changed.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self.changed.wait()


class HostGate:
    """Waits by a HostBook: whoever came first to a host goes first, and nobody waits for another host."""

    def __init__(self, book: HostBook) -> None:
        self.book = book
        self._lines: dict[str, _Line] = {}

    async def enter(self, key: str, *, spaced: bool = True) -> None:
        """Takes one of the host's places, waiting without a limit of its own; `leave` must follow."""
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = _Line()
        line.users += 1
        try:
            async with line.door:
                await line.until(lambda: self.book.wait(key, monotonic(), spaced=spaced))
                self.book.start(key, monotonic())
        except BaseException:
            self._drop(key, line)
            raise

    def leave(self, key: str) -> None:
        """Gives the place back."""
        self.book.end(key, monotonic())
        line = self._lines[key]
        line.changed.set()
        self._drop(key, line)

    def _drop(self, key: str, line: _Line) -> None:
        line.users -= 1
        if not line.users:
            del self._lines[key]


class Slots:
    """How many requests are under way at once in all; one that drags on no longer counts.

    So a hundred hanging servers cost a hundred idle sockets and not every slot.
    """

    def __init__(self, count: int, patience: float) -> None:
        self._count = count
        self._patience = patience
        self._quick: dict[object, float] = {}  # in the order they started
        self._line = _Line()

    async def enter(self) -> object:
        """Takes a slot, waiting for one if need be; the ticket goes to `leave`."""
        ticket = object()
        async with self._line.door:
            await self._line.until(self._wait)
            self._quick[ticket] = monotonic()
        return ticket

    def leave(self, ticket: object) -> None:
        """Gives the slot back."""
        self._quick.pop(ticket, None)
        self._line.changed.set()

    def _wait(self) -> float:
        if len(self._quick) < self._count:
            return 0.0
        oldest, started = next(iter(self._quick.items()))
        left = started + self._patience - monotonic()
        if left > 0:
            return left
        del self._quick[oldest]
        return 0.0
