"""`kill -9` at random moments of a delivering program; `python -m bench.delivery --kills 200` runs it at length."""

from __future__ import annotations

from pathlib import Path

from tests.support.crash import kill_and_count


def test_every_alert_arrives_and_doubles_say_so(tmp_path: Path) -> None:
    report = kill_and_count(tmp_path, kills=6, alerts=60, seed=20261125)
    assert report.missing == 0
    assert report.unmarked == 0
    assert report.doubles <= report.kills, "only what was in flight at a kill may come twice"
