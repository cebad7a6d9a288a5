"""One pass over all feeds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from monitor.daemon.once import Pass, report
from tests.support.feed_server import Reply
from tests.support.newsroom import News, newsroom

DESK = '[[channels]]\nname = "t"\nurl = "terminal://"\n'

ONCE = "import sys; from monitor.__main__ import main; sys.argv = ['monitor', '-c', sys.argv[1], 'once']; main()"


def once(config: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-X", "utf8", "-c", ONCE, str(config)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)


def test_a_pass_polls_delivers_and_ends(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.publish("/a", News(guid="0", title="نشرة الطقس"))
        room.configure("/a", channels=DESK)
        first = once(room.config)
        assert (first.returncode, first.stdout) == (0, "")
        room.publish("/a", News(guid="1", title="إعلان هدنة في المدينة"))
        second = once(room.config)
        assert second.returncode == 0, second.stderr
        assert "هدنة" in second.stdout
        assert "1 alerts" in second.stderr
        assert once(room.config).stdout == ""


def test_no_answer_from_anyone_is_a_failure(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.configure("/a", channels=DESK)
        room.feeds.close()
        done = once(room.config)
    assert done.returncode == 1
    assert "refused" in done.stderr


def test_a_feed_that_hangs_holds_up_nobody(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.feeds.script("/hangs", Reply(hang="before"))
        room.publish("/a", News(guid="0", title="نشرة الطقس"))
        room.configure("/hangs", "/a", extra="concurrency = 1\nper_host = 9\n", channels=DESK)
        assert once(room.config).returncode == 0
        hung, other = (next(one.at for one in room.feeds.requests if one.path == path) for path in ("/hangs", "/a"))
        assert other - hung < 4.5  # the time limit is five seconds


def test_nothing_new_imports_nothing_heavy(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.publish("/a", News(guid="0", title="نشرة الطقس"))
        room.configure("/a", channels=DESK)
        assert once(room.config).returncode == 0
        code = (
            "import sys, pathlib; from monitor.daemon.once import once; once(pathlib.Path(sys.argv[1]));"
            "print([name for name in ('feedparser', 'apprise', 'apscheduler', 'jinja2', 'sqlite_utils')"
            " if name in sys.modules])"
        )
        command = [sys.executable, "-X", "utf8", "-c", code, str(room.config)]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_the_report_shows_failures_first_and_not_all_of_many() -> None:
    failed = {f"feed {n}": "gone" for n in range(30)}
    lines = report(Pass(feeds=40, new=3, alerts=1, failed=failed, waiting=2))
    assert lines[0] == "30 of 40 feeds brought nothing:"
    assert "… and 10 more" in lines[-2]
    assert "2 messages wait" in lines[-1]
