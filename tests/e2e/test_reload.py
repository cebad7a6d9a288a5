"""The real daemon while its real config.toml is edited again and again, with faults in between, and news keeps coming.

`EDITS=2000 pytest tests/e2e/test_reload.py -n 0 -s` edits for longer and prints how long a save takes to be applied.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles

import pytest
from click.testing import CliRunner

from monitor.cli.main import build
from tests.support import editing_proof as proof
from tests.support.cli import NoFaces
from tests.support.daemon_process import DaemonProcess
from tests.support.editing import (
    COMMENT,
    CORE_PATHS,
    CORE_WORDS,
    FAULTS,
    FIRST,
    PATHS,
    SAVES,
    WORDS,
    Edition,
    in_place,
    next_edition,
)
from tests.support.feed_server import FeedServer
from tests.support.press import Press
from tests.support.webhook import Webhook, webhook

EDITS = int(os.environ.get("EDITS", "200"))
NEWS_A_SECOND = 12.0


class Editor:
    """Edits the file of a running daemon, and waits after each save until it is applied or refused."""

    def __init__(self, folder: Path, day: proof.Day, sinks: dict[str, Webhook]) -> None:
        self.path = folder / "config.toml"
        self.day = day
        self.chance = random.Random(7)
        self.edition = FIRST
        self.took: list[float] = []
        self._sinks = sinks
        self._saves = 0
        self.write_secrets(0)

    def write_secrets(self, number: int) -> None:
        """Channels' addresses; another `number` is another path on the same server."""
        lines = [f"{name.upper()}={sink.url}/{number}" for name, sink in self._sinks.items()]
        fresh = self.path.with_name(".env.new")
        fresh.write_text("\n".join(lines) + "\n", "utf-8")
        fresh.chmod(0o600)
        fresh.replace(self.path.with_name(".env"))

    def text(self, edition: Edition) -> str:
        return edition.text(self.day.feeds.url)

    def begin(self) -> None:
        """The first edition, before the daemon starts."""
        in_place(self.path, self.text(FIRST))
        self.day.texts.append(self._kept(FIRST))

    def started(self, at: float) -> None:
        """The daemon runs on the first edition."""
        self.day.in_force.append(proof.InForce(FIRST, at, time.monotonic()))

    def edit(self, daemon: DaemonProcess, number: int) -> None:
        """One of: a valid edition, a fault, new secrets, a question without a change."""
        match number % 10:
            case 3 | 7:
                # The first ones look like an editor at work, and are given a second: few of those.
                faults = list(FAULTS.items())
                self.refused(
                    daemon, *(faults[number % 50 // 25] if number % 25 == 3 else faults[2 + number % (len(faults) - 2)])
                )
            case 5:
                self.applied(daemon, lambda: self.write_secrets(number), "url is another one")
            case 9 if number % 100 == 49:
                self.applied(daemon, self.ask, "nothing that counts has changed")
            case 9:
                self.valid(daemon, next_edition(self.edition, number, self.chance), then=daemon.signal)
            case _:
                self.valid(daemon, next_edition(self.edition, number, self.chance))

    def valid(
        self, daemon: DaemonProcess, edition: Edition, then: Callable[[signal.Signals], None] | None = None
    ) -> None:
        """A valid edition; `then`: how to tell the daemon, beside the saving."""
        saved = time.monotonic()
        self.edition = edition

        def save() -> None:
            self._save(self.text(edition))
            if then is not None:
                then(signal.SIGHUP)

        self.applied(daemon, save, edition.rules[0].label)
        self.day.in_force.append(proof.InForce(edition, saved, time.monotonic()))
        self.day.texts.append(self._kept(edition))

    def refused(self, daemon: DaemonProcess, name: str, fault: Callable[[str], str]) -> None:
        """A fault; the daemon must say so, and change nothing. What follows is a valid edition again."""
        start, before = len(daemon.records), daemon.counts["config_refused"]
        self._save(fault(self.text(self.edition)))
        daemon.until(lambda: daemon.counts["config_refused"] > before, f"refusal of {name}")
        # A SIGHUP of the edition before may have been heard only now.
        assert all("nothing that counts" in said for said in changes_since(daemon, start)), f"{name} was applied"

    def applied(self, daemon: DaemonProcess, save: Callable[[], None], change: str) -> None:
        """Do it, and wait until the daemon says that it has applied it, naming the `change`."""
        start, began = len(daemon.records), time.monotonic()
        save()
        daemon.until(lambda: any(change in said for said in changes_since(daemon, start)), f"reload with {change}")
        self.took.append(time.monotonic() - began)

    def ask(self) -> None:
        """`monitor reload`, as a person would type it."""
        done = CliRunner().invoke(build(NoFaces()), ["-c", str(self.path), "reload"])
        assert done.exit_code == 0, done.output

    def _save(self, text: str) -> None:
        SAVES[self._saves % len(SAVES)](self.path, text)
        self._saves += 1

    def _kept(self, edition: Edition) -> str:
        """As the history must have it: without the comments, and here there is no secret in the file."""
        return self.text(edition).replace(COMMENT, "").strip() + "\n"


def changes_since(daemon: DaemonProcess, start: int) -> list[str]:
    """The changes of each configuration applied since record `start`."""
    return [str(one["changes"]) for one in daemon.records[start:] if one.get("event") == "config_applied"]


@pytest.fixture
def sinks() -> Iterator[dict[str, Webhook]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(webhook()) for name in ("desk", "second")}


@pytest.mark.timeout(60 + EDITS)
def test_edits_while_it_runs_miss_nothing_lose_nothing_and_are_never_half_applied(
    tmp_path: Path, sinks: dict[str, Webhook]
) -> None:
    with FeedServer() as feeds, Press(feeds, (*CORE_PATHS, *PATHS), (*CORE_WORDS * 4, *WORDS), NEWS_A_SECOND) as press:
        day = proof.Day(tmp_path / "state" / "monitor.db", feeds, sinks)
        editor = Editor(tmp_path, day, sinks)
        editor.begin()
        began = time.monotonic()
        with DaemonProcess(editor.path) as daemon:
            daemon.wait_for("daemon_started")
            editor.started(began)
            for number in range(1, EDITS + 1):
                editor.edit(daemon, number)
            editor.valid(daemon, next_edition(FIRST, EDITS + 1, editor.chance))
            press.stop()
            for path, count in {feed.path: len(feeds.asked(feed.path)) + 2 for feed in editor.edition.feeds}.items():
                feeds.wait_for(path, count=count)
            ended = time.monotonic()
            daemon.until(
                lambda: not day.rows("SELECT 1 FROM deliveries WHERE state <> 'sent' LIMIT 1"), "an empty outbox"
            )
            assert daemon.stop()[0] == 0

        wrong = [
            *proof.half_applied(day),
            *proof.alerts_of_another_configuration(day),
            *proof.lost_or_invented(day, press.published),
            *proof.not_once(day),
            *proof.faults_of_ours(day),
            *proof.missed_polls(day, every=2.0, slack=3.0, until=ended),
            *proof.polls_of_strangers(day, slack=2.0),
        ]
    assert not wrong, "\n".join(wrong[:20])
    assert not [
        record
        for record in daemon.records
        if record.get("level") in ("error", "critical") and record["event"] != "config_refused"
    ]
    assert daemon.noise == []
    slow = quantiles(editor.took, n=20)[-1]
    sys.stderr.write(
        f"\n{EDITS} edits, {len(press.published)} items, {ended - began:.0f} s; applied after a median of "
        f"{median(editor.took):.2f} s, 95 % within {slow:.2f} s, longest {max(editor.took):.2f} s\n"
    )
    assert slow < 2.0
