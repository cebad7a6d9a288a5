"""How long from a committed alert to its message at a local sink, how fast a backlog drains, and what a kill costs.

    python -m bench.delivery                 latency at 1 and 50 channels, drain of 10,000, memory
    python -m bench.delivery --kills 200     kill -9 at 200 random moments while 500 alerts flow

The sink is a JSON webhook on loopback, reached through the real Sender. Figures are printed with the machine's name.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.delivery.sender import Sender
from monitor.logs import configure
from monitor.pipeline.deliver import Deliverer
from monitor.settings import Channel, Rate
from monitor.store.database import Store
from monitor.store.tables import Tables
from tests.support.alerts import a_config, channel
from tests.support.bot_api import bot_api
from tests.support.crash import kill_and_count
from tests.support.outbox import add_alert, add_alerts

FAST = Rate(count=1_000_000, per=timedelta(seconds=1))


def now() -> datetime:
    """The time; a benchmark owns its clock."""
    return datetime.now(UTC)


def memory() -> int:
    """Resident memory in MB, as it is now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 1_000_000


class Sink:
    """The sink's process; `url` for a channel, `arrivals` at the end: (time, alerts) of each request."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "sink.out"
        with self._path.open("w") as out:
            self._process = subprocess.Popen([sys.executable, "-m", "bench.sink"], stdout=out)
        while not (first := self._path.read_text().partition("\n"))[1]:
            time.sleep(0.01)
        self._port = first[0]

    def channels(self, names: Sequence[str]) -> tuple[Channel, ...]:
        """A channel without limits for each name."""
        return tuple(channel(name, f"json://127.0.0.1:{self._port}/{name}", rate=FAST) for name in names)

    def close(self) -> list[tuple[float, list[int]]]:
        """End it; what arrived."""
        self._process.terminate()
        self._process.wait()
        return [json.loads(line) for line in self._path.read_text().splitlines()[1:]]


async def latency(channels: int, alerts: int) -> None:
    """From the commit of an alert to its arrival at the sink, one alert at a time for each channel."""
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder), now) as store:
        sink, names = Sink(Path(folder)), tuple(f"c{n}" for n in range(channels))
        config = a_config(*sink.channels(names))
        sender = Sender(now)
        worker = Deliverer(store, sender, lambda: config, now)
        committed: dict[int, float] = {}
        for number in range(1, alerts + 4):
            await store.write(_add, number, names)
            committed[number] = time.time()
            await worker.tick()  # what the daemon does when a poll has committed
            await worker.drain()
        sender.close()
        # The first ones import what is imported on first use.
        waits = sorted((came - committed[n]) * 1000 for came, ids in sink.close() for n in ids if n > 3)
    print(
        f"committed -> at the sink, {channels:2} channel(s), {len(waits)} messages: "
        f"median {statistics.median(waits):.1f} ms, p99 {waits[int(len(waits) * 0.99)]:.1f} ms, max {waits[-1]:.1f} ms"
    )


def _add(tx: Tables, number: int, names: tuple[str, ...]) -> None:
    add_alert(tx, number, names, now=now())


async def drain(count: int, channels: int) -> None:
    """A backlog of single messages, as fast as the sinks take them."""
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder), now) as store:
        sink, names = Sink(Path(folder)), tuple(f"c{n}" for n in range(channels))
        add_alerts(store, count // channels, names, now=now())
        config = a_config(*sink.channels(names))
        sender = Sender(now)
        worker = Deliverer(store, sender, lambda: config, now)
        start, began, peak = memory(), time.perf_counter(), 0
        running = asyncio.create_task(worker.empty(timedelta(minutes=20)))
        while not running.done():
            peak = max(peak, memory())
            await asyncio.wait([running], timeout=0.2)
        took = time.perf_counter() - began
        sender.close()
        taken = sum(len(ids) for _, ids in sink.close())
    print(
        f"{count} waiting on {channels} channel(s), no limit: {taken} arrived in {took:.1f} s "
        f"({taken / took:.0f}/s); memory {start} MB before, {peak} MB at most"
    )


async def drain_grouped(count: int) -> None:
    """A backlog for one Telegram group: its limits make one message of it."""
    with bot_api() as api, tempfile.TemporaryDirectory() as folder, Store.open(Path(folder), now) as store:
        add_alerts(store, count, ("desk",), now=now())
        from tests.support.alerts import telegram

        config = a_config(telegram())
        sender = Sender(now, telegram_api=api.url)
        worker = Deliverer(store, sender, lambda: config, now)
        start, began = memory(), time.perf_counter()
        await worker.empty(timedelta(minutes=5))
        took = time.perf_counter() - began
        counts = store.read(lambda tx: tx.outbox.counts())
        sender.close()
    units = max(len(text.encode("utf-16-le")) // 2 for text in api.texts())
    print(
        f"{count} waiting for one Telegram group (20/min): {dict(counts)} in {took:.1f} s with {len(api.seen)} "
        f"message(s) of at most {units} units; memory {start} MB before, {memory()} MB after"
    )


def main() -> None:
    """Run what was asked for and print a line for each figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=0, help="only the kill test, with this many kills")
    parser.add_argument("--alerts", type=int, default=500)
    parser.add_argument("--backlog", type=int, default=10_000)
    options = parser.parse_args()
    configure("error", stream=io.StringIO())
    with contextlib.suppress(OSError):
        model = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
        cpu = model[0].partition(": ")[2] if model else platform.machine()
        print(f"{cpu}, {os.cpu_count()} cores, Python {sys.version.split()[0]}")
    if options.kills:
        with tempfile.TemporaryDirectory() as folder:
            print(kill_and_count(Path(folder), kills=options.kills, alerts=options.alerts, seed=1))
        return
    asyncio.run(latency(1, 200))
    asyncio.run(latency(50, 20))
    asyncio.run(drain(options.backlog, 1))
    asyncio.run(drain(options.backlog, 50))
    asyncio.run(drain_grouped(options.backlog))


if __name__ == "__main__":
    main()
