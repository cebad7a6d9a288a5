"""What a command must not load: start-up is most of what an unchanged poll of some hundred feeds costs.

docs/dev.md says how imports on use are written. A module that turns up here is imported somewhere above its use.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.newsroom import News, newsroom, rss

# Runs a command as `monitor` does and tells, as its last line, every module that was loaded for it.
COMMAND = """
import json, sys
from monitor.__main__ import main
try:
    main()
finally:
    print("\\n" + json.dumps(sorted(sys.modules)))
"""

# Libraries that are for what is new or sent, for records, for the daemon, for faults, for edits, for migrations.
HEAVY = {
    *("apprise", "apscheduler", "feedparser", "jinja2", "lark", "nh3", "pebble", "re2", "requests", "selectolax"),
    *("pydantic", "sqlite_utils", "structlog", "tomlkit", "watchfiles", "multiprocessing"),
}
# Packages of ours that only new items, or alerts, need.
FOR_NEWS = {
    *("monitor.arabic", "monitor.rules", "monitor.stories", "monitor.pipeline.ingest"),
    *("monitor.alerts.batch", "monitor.alerts.compose", "monitor.alerts.routing"),
    *("monitor.store.alerts", "monitor.store.items", "monitor.store.stories"),
}
NETWORK = {"aiohttp", "asyncio", "ssl"}


def loaded(folder: Path, *arguments: str) -> set[str]:
    """The modules that `monitor ARGUMENTS` loads, run in `folder`."""
    command = [sys.executable, "-X", "utf8", "-c", COMMAND, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=60, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def unwanted(found: set[str], names: set[str]) -> list[str]:
    """Those of `names`, and what lies below them, that were loaded."""
    return sorted(one for one in found if any(one == name or one.startswith(f"{name}.") for name in names))


def test_a_pass_with_nothing_new_loads_nothing_that_is_for_news(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.publish("/a", News(guid="0", title="نشرة الطقس"))
        room.configure("/a", channels='[[channels]]\nname = "t"\nurl = "terminal://"\n')
        loaded(tmp_path, "-c", str(room.config), "once")
        found = loaded(tmp_path, "-c", str(room.config), "once")
    assert "monitor.feeds.fetch" in found
    assert unwanted(found, HEAVY | FOR_NEWS) == []


def test_bodies_seen_before_load_no_more_than_the_gates(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.feeds.serve("/a", rss([News(guid="0", title="نشرة الطقس")]))  # without validators
        room.configure("/a", channels='[[channels]]\nname = "t"\nurl = "terminal://"\n')
        loaded(tmp_path, "-c", str(room.config), "once")
        found = loaded(tmp_path, "-c", str(room.config), "once")
    assert "monitor.feeds.parse" in found
    assert unwanted(found, HEAVY | FOR_NEWS | {"monitor.feeds.cut", "monitor.feeds.fields", "monitor.feeds.text"}) == []


@pytest.mark.parametrize("command", [("check",), ("rules", "list")], ids=" ".join)
def test_a_look_at_the_configuration_loads_no_network(tmp_path: Path, command: Sequence[str]) -> None:
    (tmp_path / "config.toml").write_text(
        '[[feeds]]\nname = "a"\nurl = "https://a.example/rss"\n[[rules]]\nname = "truce"\nany = ["هدنة"]\n'
        '[[channels]]\nname = "desk"\nurl = "terminal://"\n',
        "utf-8",
    )
    found = loaded(tmp_path, *command)
    assert "monitor.config.load" in found
    assert unwanted(found, (HEAVY | FOR_NEWS | NETWORK) - {"monitor.arabic", "monitor.rules"}) == []


def test_help_loads_only_the_command_line(tmp_path: Path) -> None:
    found = loaded(tmp_path, "--help")
    assert unwanted(found, HEAVY | FOR_NEWS | NETWORK | {"monitor.config.load", "sqlite3"}) == []
