"""What polling costs: the whole program against bounds and other readers, in turn, in one run.

    python -m bench.polling --feeds 200 --rounds 3
    python -m bench.polling --feeds 1000 --only monitor,aiohttp,reader
    python -m bench.polling --hanging 10000      one feed in a hundred never answers: are the others on time?

Scenarios: `cold` all new; `same304` nothing changed, validators honoured; `new10` one new item in a tenth of the feeds;
`same200` nothing changed, whole bodies; `volatile` the same with another build date each time. The feeds are served by
bench/farm.py. Absolute figures mean nothing on another machine; the ratios within one run do.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.farm import ITEMS, NEWS_EVERY
from bench.pollers import Cost, Poller, bare_aiohttp, feedparser_alone, newsboat, ours, reader, run

SCENARIOS = {
    "cold": "temper=304&news=0",
    "same304": "temper=304&news=0",
    "new10": "temper=304&news=1",
    "same200": "temper=200&news=1",
    "volatile": "temper=volatile&news=1",
}
PEERS = ("newsboat", "reader")
# Goals at 200 and 1,000 feeds: CPU as a part of the cheapest peer's (where all is new: of reader's).
GOALS = {
    "same304": (1.0, 0.4),
    "same200": (0.2, 0.06),
    "volatile": (0.25, 0.1),
    "new10": (0.7, 0.3),
    "cold": (0.6, 0.6),
}


class Farm:
    """The server's process."""

    def __init__(self) -> None:
        self._process = subprocess.Popen([sys.executable, "-m", "bench.farm"], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """The address of a path of the farm."""
        return f"http://{host}:{self.port}{path}"

    def control(self, query: str) -> None:
        """Sets how the feeds behave."""
        urllib.request.urlopen(self.url(f"/control?{query}"), timeout=300).read()

    def stats(self) -> dict[str, float]:
        """Requests, 304s and the moments of the first and last, since the last call."""
        with urllib.request.urlopen(self.url("/stats"), timeout=60) as answer:
            told: dict[str, float] = json.loads(answer.read())
        return told

    def close(self) -> None:
        """Ends it."""
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


@contextmanager
def farm() -> Iterator[Farm]:
    """A farm for the length of a block."""
    opened = Farm()
    try:
        yield opened
    finally:
        opened.close()


def pollers(folder: Path, server: Farm, feeds: int, only: Sequence[str], cache: Path) -> list[Poller]:
    """All programs that were asked for and can be had, each with a fresh state."""
    urls = [server.url(f"/feed/{place}") for place in range(feeds)]
    makers: dict[str, Callable[[], Poller | None]] = {
        "aiohttp": lambda: bare_aiohttp(folder / "aiohttp", urls),
        "feedparser": lambda: feedparser_alone(folder / "feedparser", urls),
        "newsboat": lambda: newsboat(folder / "newsboat", urls),
        "reader": lambda: reader(folder / "reader", urls, cache),
        "monitor": lambda: ours(folder / "monitor", urls),
    }
    found = []
    for name, make in makers.items():
        poller = make() if name in only else None
        if poller is not None:
            found.append(poller)
        elif name in only:
            print(f"{name}: cannot be had here, left out")
    return found


Costs = dict[tuple[str, str], list[Cost]]


def one_round(server: Farm, programs: Sequence[Poller], feeds: int, wanted: Sequence[str], costs: Costs) -> None:
    """Every scenario once, every program in turn within each; adds to `costs`."""
    for scenario in wanted:
        server.control(f"{SCENARIOS[scenario]}&warm={feeds}")
        for poller in programs:
            if poller.scenarios and scenario not in poller.scenarios:
                continue
            if poller.twice and scenario == "same304":
                run(poller, time.monotonic(), time.monotonic)
            server.stats()
            cost = run(poller, time.monotonic(), time.monotonic)
            check(poller, scenario, feeds, server.stats())
            costs[scenario, poller.name].append(cost)
            print(
                f"  {scenario:9} {poller.name:10} {cost.cpu:7.2f} s CPU {cost.wall:7.2f} s {cost.peak_mb:6.0f} MB",
                flush=True,
            )


def check(poller: Poller, scenario: str, feeds: int, seen: dict[str, float]) -> None:
    """A program that did not do the work has no figure."""
    if poller.name != "feedparser" and seen["requests"] != feeds:
        print(f"  VOID: {poller.name} made {seen['requests']:.0f} requests for {feeds} feeds")
    if poller.count is not None:
        news = 0 if scenario in ("cold", "same304") else -(-feeds // NEWS_EVERY)
        stored, due = poller.count(), feeds * ITEMS + news
        if stored != due:
            print(f"  VOID: {poller.name} has {stored} items, {due} were served")


def table(costs: Costs, feeds: int) -> Iterator[str]:
    """The medians, and ours as a part of the others'."""
    names = list(dict.fromkeys(name for _, name in costs))
    yield (
        f"{'CPU s, median':14}"
        + "".join(f"{name:>12}" for name in names)
        + f"{'x aiohttp':>12}{'x peer':>9}{'must':>7}"
    )
    for scenario in SCENARIOS:
        cpu = {
            name: statistics.median(cost.cpu for cost in costs[scenario, name])
            for name in names
            if costs[scenario, name]
        }
        if not cpu:
            continue
        mine = cpu.get("monitor")
        peers = [cpu[name] for name in (("reader",) if scenario == "cold" else PEERS) if name in cpu]
        line = f"{scenario:14}" + "".join(f"{cpu[name]:12.2f}" if name in cpu else f"{'-':>12}" for name in names)
        bound = f"{mine / cpu['aiohttp']:12.2f}" if mine and "aiohttp" in cpu else f"{'-':>12}"
        ratio = f"{mine / min(peers):9.3f}" if mine and peers else f"{'-':>9}"
        yield line + bound + ratio + f"{GOALS[scenario][feeds > 500]:7.2f}"
    for title, value in (("peak MB, cold", "peak_mb"), ("wall s, cold", "wall")):
        yield f"{title:14}" + "".join(
            f"{statistics.median(getattr(cost, value) for cost in costs['cold', name]):12.1f}"
            if costs["cold", name]
            else f"{'-':>12}"
            for name in names
        )


def hanging(feeds: int) -> None:
    """One feed in a hundred never answers. Each feed has a host of its own, as in life."""
    with farm() as server, tempfile.TemporaryDirectory() as folder:
        server.control(f"temper=304&warm={feeds}")
        hosts = [f"127.{place // 60_000}.{place // 240 % 250}.{place % 240 + 1}" for place in range(feeds)]
        urls = [server.url(f"/feed/{place}", host) for place, host in enumerate(hosts)]
        poller = ours(Path(folder) / "monitor", urls)
        for name in ("cold", "unchanged"):
            server.control(f"hanging={0 if name == 'cold' else 100}")
            server.stats()
            cost = run(poller, time.monotonic(), time.monotonic)
            seen = server.stats()
            print(
                f"{name}: {seen['requests']:.0f} of {feeds} feeds answered within {seen['last'] - seen['first']:.1f} s "
                f"of the first; all done after {cost.wall:.1f} s; {cost.cpu:.1f} s CPU, {cost.peak_mb:.0f} MB"
            )


def main() -> None:
    """Reads the options and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="aiohttp,feedparser,newsboat,reader,monitor")
    parser.add_argument("--scenarios", default=",".join(SCENARIOS))
    parser.add_argument("--hanging", type=int, metavar="FEEDS", default=0)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "news-monitor-bench-reader")
    given = parser.parse_args()
    print(f"{platform.machine()}, Python {platform.python_version()}, {platform.system()} {platform.release()}")
    if given.hanging:
        hanging(given.hanging)
        return
    costs: Costs = defaultdict(list)
    for number in range(given.rounds):
        print(f"round {number + 1} of {given.rounds}, {given.feeds} feeds of {ITEMS} items")
        with farm() as server, tempfile.TemporaryDirectory() as folder:
            programs = pollers(Path(folder), server, given.feeds, given.only.split(","), given.cache)
            one_round(server, programs, given.feeds, given.scenarios.split(","), costs)
    print("\n".join(table(costs, given.feeds)))


if __name__ == "__main__":
    main()
