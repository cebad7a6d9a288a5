"""`monitor demo`: a news day of its own on loopback, the real daemon over it, and a summary of what came of it.

It uses the same configuration loader, App and daemon as everyone else; only its feeds and its state folder are its own.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import TextIO

from monitor import logs
from monitor.app import App, build
from monitor.clock import utc_now
from monitor.demo.day import Day, SampleFeed, load_day
from monitor.demo.server import DayServer
from monitor.demo.summary import read_figures, summary_lines
from monitor.settings import Config

Serve = Callable[[App, asyncio.Event], Awaitable[None]]
Build = Callable[[Path], App]

A_DAY = timedelta(days=1)


def configuration(day: Day, url: Callable[[SampleFeed], str]) -> str:
    """The demo's config.toml: the sample that comes with the program, and the day's feeds at their addresses."""
    text = resources.files("monitor.demo").joinpath("config.toml").read_text("utf-8")
    for feed in day.feeds:
        tags = ", ".join(f'"{tag}"' for tag in feed.tags)
        text += f'\n[[feeds]]\nname = "{feed.name}"\nurl = "{url(feed)}"\ntags = [{tags}]\n'
    return text


def demo(serve: Serve, *, keep: bool = False, out: TextIO | None = None) -> int:
    """Run the tour and give its exit code. Only warnings are logged: the terminal belongs to the alerts."""
    logs.configure("warning")
    asyncio.run(tour(make=_make, serve=serve, clock=utc_now, out=out or sys.stdout, keep=keep))
    return 0


def _make(path: Path) -> App:
    from monitor.config.load import load

    return build(load(path, with_text=True).config)


async def tour(
    *,
    make: Build,
    serve: Serve,
    clock: Callable[[], datetime],
    out: TextIO,
    keep: bool = False,
    day: Day | None = None,
) -> None:
    """Show the whole program at work: about `day.length` seconds, or until stopped with `keep`.

    Args:
        make: makes the App of a config.toml.
        serve: runs the daemon over an App until the event is set (or a signal comes).
        out: where the words around the alerts go; the alerts themselves come through their channel.
    """
    day = day or load_day()
    with tempfile.TemporaryDirectory(prefix="news-monitor-demo-") as folder, DayServer(day, clock) as server:
        path = Path(folder) / "config.toml"
        path.write_text(configuration(day, server.url), "utf-8")
        app = make(path)
        try:
            for line in opening_lines(day, app.config, path, keep=keep):
                print(line, file=out, flush=True)
            stop = asyncio.Event()
            ending = None if keep else asyncio.create_task(_end_of_day(server, stop))
            await serve(app, stop)
            by_itself = stop.is_set() and server.elapsed >= day.length
            if ending is not None:
                ending.cancel()
                await asyncio.gather(ending, return_exceptions=True)
            for line in summary_lines(read_figures(app.store, server.started - A_DAY), by_itself=by_itself):
                print(line, file=out, flush=True)
        finally:
            await app.close()


async def _end_of_day(server: DayServer, stop: asyncio.Event) -> None:
    """Set `stop` when the last item has been out long enough to have been told."""
    while server.elapsed < server.day.length:
        await asyncio.sleep(min(1.0, max(0.05, server.day.length - server.elapsed)))
    stop.set()


def opening_lines(day: Day, config: Config, path: Path, *, keep: bool) -> list[str]:
    """What the demo says before it begins."""
    news = sum(item.at >= 0 for item in day.items)
    rules = "، ".join(rule.title for rule in config.rules)
    ending = (
        "It goes on until Ctrl-C." if keep else f"It ends by itself after {day.length} seconds; Ctrl-C ends it at once."
    )
    return [
        "news-monitor demo",
        "",
        f"  {len(day.feeds)} invented outlets on this machine publish {news} items, one every few seconds.",
        f"  The monitor watches them for {len(config.rules)} subjects: \u2067{rules}\u2069.",
        "  Alerts appear below as they would in Telegram; nothing leaves this machine.",
        f"  {ending}",
        f"  Its rules: {path}",
        *(["  Edit and save that file: the monitor follows."] if keep else []),
        "",
    ]
