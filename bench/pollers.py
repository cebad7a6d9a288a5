"""The programs that `bench.polling` compares: ours, bounds, and other feed readers. A call polls all feeds once."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import urllib.request
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

CONFIG = """language = "ar"
timezone = "Asia/Gaza"
state = "state"

[polling]
allow_private_addresses = true
concurrency = 100
per_host = 50

[[rules]]
name = "ceasefire"
any = ["وقف إطلاق النار ~2", "هدنة", "تهدئة"]

[[rules]]
name = "rafah"
any = ["رفح", "معبر رفح"]

[[rules]]
name = "aid"
any = ["مساعدات", "إغاثة", "قافلة مساعدات"]

[[channels]]
name = "screen"
url = "terminal://"
"""

_AIOHTTP = """
import asyncio, json, pathlib, sys
import aiohttp
known_at = pathlib.Path("validators.json")
known = json.loads(known_at.read_text()) if known_at.exists() else {}
async def main(urls):
    free = asyncio.Semaphore(32)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=32)) as session:
        async def one(url):
            headers = {"If-None-Match": known[url]} if url in known else {}
            async with free, session.get(url, headers=headers) as response:
                await response.read()
                if response.headers.get("ETag"):
                    known[url] = response.headers["ETag"]
        await asyncio.gather(*(one(url) for url in urls))
asyncio.run(main(pathlib.Path("urls").read_text().split()))
known_at.write_text(json.dumps(known))
"""

_FEEDPARSER = """
import pathlib, sys
import feedparser
class Bytes:
    def __init__(self, data): self._data = data
    def read(self): return self._data
for path in sorted(pathlib.Path("bodies").iterdir()):
    assert len(feedparser.parse(Bytes(path.read_bytes())).entries) == 30
"""

_READER = """
import pathlib, sys
from reader import make_reader
reader = make_reader("reader.sqlite")
if sys.argv[1] == "add":
    for url in pathlib.Path("urls").read_text().split():
        reader.add_feed(url, exist_ok=True)
elif sys.argv[1] == "count":
    print(reader.get_entry_counts().total)
else:
    reader.update_feeds(workers=16, scheduled=False)
"""


@dataclass(frozen=True, kw_only=True)
class Poller:
    """A program to measure. `poll`: its command; `count`: how many items it has stored, None where it stores none.

    `scenarios`: those it can be measured in, () for all. `twice`: it learns validators only from a second poll.
    """

    name: str
    folder: Path
    poll: list[str]
    count: Callable[[], int] | None = None
    scenarios: tuple[str, ...] = ()
    twice: bool = False


def ours(folder: Path, urls: list[str]) -> Poller:
    """`monitor once` on a configuration of its own.

    Its database is made before anything is measured, as reader's is when its feeds are added.
    """
    folder.mkdir(parents=True)
    command = [str(Path(sys.executable).parent / "monitor"), "once", "--config", "config.toml"]
    (folder / "config.toml").write_text(CONFIG, "utf-8")
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    feeds = "".join(f'\n[[feeds]]\nname = "feed {place}"\nurl = "{url}"\n' for place, url in enumerate(urls))
    (folder / "config.toml").write_text(CONFIG + feeds, "utf-8")

    def count() -> int:
        connection = sqlite3.connect(f"file:{folder / 'state' / 'monitor.db'}?mode=ro", uri=True)
        try:
            return int(connection.execute("SELECT count(*) FROM items").fetchone()[0])
        finally:
            connection.close()

    return Poller(name="monitor", folder=folder, poll=command, count=count)


def bare_aiohttp(folder: Path, urls: list[str]) -> Poller:
    """The same requests by aiohttp and nothing else: the bound of any program built on it."""
    _prepare(folder, urls)
    return Poller(name="aiohttp", folder=folder, poll=[sys.executable, "-c", _AIOHTTP])


def feedparser_alone(folder: Path, urls: list[str]) -> Poller:
    """feedparser on the same bodies, read from files.

    They are asked for, not made here: what this process holds would count as every other program's peak.
    """
    _prepare(folder, urls)
    (folder / "bodies").mkdir()
    for place, url in enumerate(urls):
        with urllib.request.urlopen(url, timeout=60) as answer:
            (folder / "bodies" / f"{place:06d}").write_bytes(answer.read())
    return Poller(name="feedparser", folder=folder, poll=[sys.executable, "-c", _FEEDPARSER], scenarios=("cold",))


def newsboat(folder: Path, urls: list[str]) -> Poller | None:
    """newsboat from the system, where it is installed."""
    program = shutil.which("newsboat")
    if program is None:
        return None
    _prepare(folder, urls)
    (folder / "config").write_text("reload-threads 16\ncleanup-on-quit no\n")

    def count() -> int:
        connection = sqlite3.connect(f"file:{folder / 'cache.db'}?mode=ro", uri=True)
        try:
            return int(connection.execute("SELECT count(*) FROM rss_item").fetchone()[0])
        finally:
            connection.close()

    command = [program, "-C", "config", "-u", "urls", "-c", "cache.db", "-x", "reload"]
    return Poller(name="newsboat", folder=folder, poll=command, count=count, twice=True)


def reader(folder: Path, urls: list[str], cache: Path) -> Poller | None:
    """The `reader` library with 16 workers, in an environment of its own; None where it cannot be had."""
    python = cache / "bin" / "python"
    if not python.exists():
        venv.create(cache, with_pip=True)
        wanted = [str(python), "-m", "pip", "install", "-q", "reader", "sgmllib3k"]
        if subprocess.run(wanted, capture_output=True, check=False).returncode != 0:
            shutil.rmtree(cache)
            return None
    _prepare(folder, urls)
    subprocess.run([str(python), "-c", _READER, "add"], cwd=folder, check=True, capture_output=True)

    def count() -> int:
        told = subprocess.run([str(python), "-c", _READER, "count"], cwd=folder, check=True, capture_output=True)
        return int(told.stdout)

    return Poller(name="reader", folder=folder, poll=[str(python), "-c", _READER, "poll"], count=count)


def _prepare(folder: Path, urls: list[str]) -> None:
    folder.mkdir(parents=True)
    (folder / "urls").write_text("\n".join(urls) + "\n")


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one poll of all feeds cost: seconds of CPU (with all child processes) and of the clock, MB at the peak."""

    cpu: float
    wall: float
    peak_mb: float


def run(poller: Poller, started: float, clock: Callable[[], float]) -> Cost:
    """Runs the poller's command to its end; its children's costs are part of its own.

    Raises:
        RuntimeError: it failed; the text holds the end of what it said.
    """
    log = poller.folder / "log"
    # As on a user's machine: the first run keeps our modules compiled, as libraries are from the start.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with log.open("wb") as out:
        process = subprocess.Popen(
            poller.poll, cwd=poller.folder, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = clock() - started
    if process.returncode != 0:
        raise RuntimeError(f"{poller.name} ended with {process.returncode}: {log.read_text(errors='replace')[-500:]}")
    return Cost(cpu=used.ru_utime + used.ru_stime, wall=wall, peak_mb=used.ru_maxrss / 1000)
