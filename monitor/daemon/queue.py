"""Who is polled next: due feeds by host, so that one slow or crowded host cannot fill every slot. Pure."""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Collection, Iterable
from itertools import islice
from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """The host a feed is asked from, lower-case; "" where the address has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


class DueQueue:
    """Feeds that are due, longest due first, handed out with at most `per_host` in hand of any host."""

    def __init__(self, per_host: int, host: Callable[[str], str]) -> None:
        self._per_host = per_host
        self._host = host
        # Emptied from its front, where a plain dict would walk over all that is gone.
        self._waiting: OrderedDict[str, deque[str]] = OrderedDict()
        self._in_hand: Counter[str] = Counter()
        self._taken_from: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def __len__(self) -> int:
        return sum(len(line) for line in self._waiting.values())

    def resize(self, per_host: int) -> None:
        """Allow `per_host` in hand of any host from now on."""
        self._per_host = per_host

    def refill(self, names: Iterable[str], running: Collection[str]) -> None:
        """Replace what waits by `names`, longest due first, leaving out those that are `running`."""
        self._waiting.clear()
        for name in names:
            if name not in running:
                self._waiting.setdefault(self._host(name), deque()).append(name)

    def take(self, most: int) -> list[str]:
        """Up to `most` feeds to start now, one host after the other; they count as in hand until `done`.

        Costs as much as it takes, however many wait: it is asked after every poll that ends.
        """
        taken: list[str] = []
        while hosts := self._open_hosts(most - len(taken)):
            for host in hosts:
                line = self._waiting[host]
                name = line.popleft()
                taken.append(name)
                self._taken_from[name] = host
                self._in_hand[host] += 1
                if not line:
                    del self._waiting[host]
        return taken

    def _open_hosts(self, most: int) -> list[str]:
        """The first hosts that have feeds waiting and may be asked."""
        return list(islice((host for host in self._waiting if self._in_hand[host] < self._per_host), max(most, 0)))

    def done(self, name: str) -> None:
        """The poll of this feed ended. It counted for the host it had when it was taken; a reload may have moved it."""
        host = self._taken_from.pop(name)
        self._in_hand[host] -= 1
        if self._in_hand[host] <= 0:
            del self._in_hand[host]
