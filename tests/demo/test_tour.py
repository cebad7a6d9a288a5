"""The demo from end to end, on a day of a few seconds."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.app import App, build
from monitor.clock import utc_now
from monitor.config.load import load
from monitor.daemon.service import serve
from monitor.delivery.sender import Sender
from monitor.demo.day import Day, load_day
from monitor.demo.tour import configuration, opening_lines, tour


def short_day() -> Day:
    """The first reports of the day within four seconds."""
    day = load_day()
    items = [replace(item, at=item.at if item.at < 0 else 1 + (item.at > 12)) for item in day.items if item.at < 27]
    return replace(day, items=tuple(items), length=5)


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


@pytest.mark.timeout(60)
async def test_a_short_day_alerts_and_sums_up(out: io.StringIO) -> None:
    folders: list[Path] = []

    def make(path: Path) -> App:
        folders.append(path.parent)
        return build(load(path).config, sender=Sender(utc_now, output=out))

    await tour(make=make, serve=serve, clock=utc_now, out=out, day=short_day())
    text = out.getvalue()
    assert "Ctrl-C" in text.split("\n\n")[1]
    assert text.count("🔴 عاجل") == 1, "one alert for the story that three outlets tell"
    assert "معبر رفح" in text
    assert "The day is over." in text
    told, _, untold = text.partition("The day is over.")
    for word in ("رفحاء", "مساعد الوزير", "غرفة الملابس"):
        assert word not in told
        assert word in untold
    assert "was there before the monitor came" in untold
    assert "monitor run" in untold
    assert not any(folder.exists() for folder in folders), "the demo left something behind"


async def test_keep_goes_on_until_it_is_stopped(out: io.StringIO) -> None:
    day = replace(short_day(), length=0)

    async def stopped_soon(app: App, stop: asyncio.Event) -> None:
        asyncio.get_running_loop().call_later(1, stop.set)
        await serve(app, stop)

    def make(path: Path) -> App:
        return build(load(path).config, sender=Sender(utc_now, output=out))

    await tour(make=make, serve=stopped_soon, clock=utc_now, out=out, keep=True, day=day)
    assert "until Ctrl-C" in out.getvalue()


def test_every_line_of_the_opening_fits_in_eighty_columns(tmp_path: Path) -> None:
    day = load_day()
    path = tmp_path / "config.toml"
    path.write_text(configuration(day, lambda feed: f"http://127.0.0.1{feed.path}"), "utf-8")
    config = load(path).config
    for keep in (False, True):
        lines = opening_lines(day, config, Path("/tmp/news-monitor-demo-12345678/config.toml"), keep=keep)
        assert max(map(len, lines)) <= 80
