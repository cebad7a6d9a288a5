"""What one edit of a running daemon's file means: for what waits, for secrets, for whoever must hear of a fault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli.main import build
from tests.support.cli import NoFaces
from tests.support.daemon_process import DaemonProcess
from tests.support.newsroom import RULES, News, Newsroom, newsroom
from tests.support.webhook import Webhook, webhook

YEARLY = 'digest = "0 0 1 1 *"\n'
HEADLINES = {1: "إعلان هدنة في غزة بوساطة مصرية", 2: "نقابة المعلمين في تونس ترحب بهدنة مع وزارة التربية"}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    with newsroom(tmp_path) as room:
        room.publish("/a", News(guid="old", title="اجتماع اعتيادي للمجلس البلدي"))
        yield room


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with webhook() as hook:
        yield hook


def channel(url: str, more: str = "", name: str = "hook") -> str:
    return f'[[channels]]\nname = "{name}"\nurl = "{url}"\n{more}'


def truce(number: int) -> News:
    return News(guid=f"g{number}", title=HEADLINES[number])


def command(room: Newsroom, *words: str) -> Result:
    return CliRunner().invoke(build(NoFaces()), ["-c", str(room.config), *words])


def apply(daemon: DaemonProcess, change: str) -> str:
    """Wait until the daemon has said `change`; gives all that it said of this configuration."""

    def said() -> list[str]:
        return [str(one["changes"]) for one in daemon.all("config_applied") if change in str(one["changes"])]

    daemon.until(lambda: bool(said()), change, seconds=5)
    return said()[-1]


def test_what_waits_for_a_channel_outlives_its_removal(room: Newsroom, hook: Webhook) -> None:
    held, other = channel(hook.url, YEARLY), channel("terminal://", name="paper")
    room.configure("/a", channels=held + other)
    with room.daemon() as daemon:
        daemon.wait_for("feed_polled", status="new")
        room.publish("/a", truce(1))
        daemon.wait_for("delivery_sent", channel="paper")

        room.configure("/a", channels=other)
        assert 'channel "hook": 1 delivery waits for it; kept for 7 days' in apply(daemon, 'channel "hook" removed')
        assert "hook: 1 delivery waits for this channel" in command(room, "doctor").stdout
        assert "comes back" in command(room, "outbox", "list", "--channel", "hook").stdout
        assert daemon.stop()[0] == 0

    with room.daemon() as again:  # a restart without the channel changes nothing of that
        again.wait_for("daemon_started")
        room.configure("/a", channels=channel(hook.url) + other)
        assert 'channel "hook": 1 delivery waits for it, and can be sent again' in apply(again, 'channel "hook" added')
        hook.wait_for(1, 10)
        assert again.stop()[0] == 0
    assert len(hook.bodies) == 1


def test_a_changed_secret_counts_for_the_next_message_and_stands_nowhere(room: Newsroom, hook: Webhook) -> None:
    secrets = room.config.with_name(".env")
    secrets.write_text(f"HOOK={hook.url}/first-token-0001\n", "utf-8")
    room.configure("/a", channels=channel("${HOOK}"))
    with room.daemon() as daemon:
        daemon.wait_for("feed_polled", status="new")
        room.publish("/a", truce(1))
        hook.wait_for(1, 20)
        secrets.write_text(f"HOOK={hook.url}/second-token-0002\n", "utf-8")
        apply(daemon, 'channel "hook" changed: url is another one')
        room.publish("/a", truce(2))
        hook.wait_for(2, 20)
        assert daemon.stop()[0] == 0
    assert [path.rpartition("/")[2] for path in hook.paths] == ["first-token-0001", "second-token-0002"]
    kept = b"".join(path.read_bytes() for path in (room.folder / "state").iterdir())
    said = str(daemon.records) + "".join(daemon.noise)
    for token in ("first-token", "second-token"):
        assert token.encode() not in kept
        assert token not in said


def test_a_fault_is_told_in_the_log_by_doctor_and_once_on_a_channel_that_asks(room: Newsroom, hook: Webhook) -> None:
    told = channel(hook.url, "notices = true\n") + channel("terminal://", name="paper")
    room.configure("/a", channels=told)
    with room.daemon() as daemon:
        daemon.wait_for("feed_polled", status="new")
        for number in (1, 2):
            room.configure("/a", channels=told, rules=RULES.replace("severity", "severty"))
            daemon.wait_for("config_refused", count=number, seconds=5)
            doctor = command(room, "doctor")
            assert doctor.exit_code == 1
            assert '"severty"' in doctor.stdout
            assert '"severity"' in doctor.stdout
            assert f"running on the former configuration, process {daemon.pid}" in doctor.stdout
            room.configure("/a", channels=told)
            daemon.wait_for("config_applied", count=number, seconds=5)
            assert "former configuration" not in command(room, "doctor").stdout
        hook.wait_for(1, 10)
        room.publish("/a", truce(1))
        hook.wait_for(2, 20)
        assert daemon.stop()[0] == 0
    assert ["severty" in str(body) for body in hook.bodies] == [True, False]
    assert not any("severty" in line for line in daemon.output), "the other channel did not ask"


def test_the_answer_to_reload_is_what_changed(room: Newsroom) -> None:
    room.configure("/a", channels=channel("terminal://"))
    with room.daemon() as daemon:
        daemon.wait_for("daemon_started")
        room.configure("/a", "/b", channels=channel("terminal://"))
        done = command(room, "reload")
        assert (done.exit_code, 'feed "صحيفة /b" added' in done.stdout) == (0, True)
        assert "taken over" in done.stderr
        assert "nothing had changed" in command(room, "reload").stderr
        room.config.write_text("languag = 'ar'\n", "utf-8")
        refused = command(room, "reload")
        assert (refused.exit_code, "languag" in refused.output) == (2, True)
        assert daemon.stop()[0] == 0
    assert command(room, "reload").exit_code != 0
