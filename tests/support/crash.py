"""Kills a delivering program again and again and counts what arrived."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.support.webhook import Webhook, webhook


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it. `doubles`: messages beyond the first for an alert; `unmarked`: those that did not say so."""

    kills: int
    alerts: int
    missing: int
    doubles: int
    unmarked: int
    seconds: float


def kill_and_count(folder: Path, *, kills: int, alerts: int, seed: int) -> Report:
    """Run the program, kill it `kills` times at random moments of its work, let it end, compare."""
    chance = random.Random(seed)
    began = time.monotonic()
    with webhook() as hook:
        hook.answer_after = lambda: chance.uniform(0, 0.012)
        for _ in range(kills):
            child = _start(folder, hook, alerts)
            time.sleep(chance.uniform(0, 0.05))
            child.kill()
            child.wait()
        last = _start(folder, hook, alerts)
        if last.wait(timeout=120) != 0:
            raise AssertionError("the last run failed")
        seen: Counter[int] = Counter()
        unmarked: Counter[int] = Counter()
        for body in hook.bodies:
            for alert in body.get("alerts", ()):  # a request that was cut off by the kill carried none
                seen[alert["alert"]] += 1
                unmarked[alert["alert"]] += not body["possible_repeat"]
    return Report(
        kills=kills,
        alerts=alerts,
        missing=sum(number not in seen for number in range(1, alerts + 1)),
        doubles=sum(times - 1 for times in seen.values()),
        unmarked=sum(max(0, times - 1) for times in unmarked.values()),
        seconds=time.monotonic() - began,
    )


def _start(folder: Path, hook: Webhook, alerts: int) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.support.crash_child", str(folder), hook.url, str(alerts)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert child.stdout is not None
    child.stdout.readline()
    child.stdout.close()
    return child
