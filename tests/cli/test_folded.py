"""Faults and findings are folded between words on a terminal, wherever the one who edits meets them."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys

import pytest

from monitor.cli.table import display_width
from tests.support.cli import CONFIG, Desk

FAULTY = CONFIG.replace('severity = "urgent"', 'severty = "urgent"\nfeeds = ["alpha", "الجزيرة"]')
MARKS = re.compile(r"\x1b\[[0-9;]*m|[\u2066-\u2069]")


def on_a_terminal(desk: Desk, *words: str) -> list[str]:
    """The lines that a person sees, without colours and isolates."""
    main, side = pty.openpty()
    command = [sys.executable, "-X", "utf8", "-m", "monitor", "-c", str(desk.config), *words]
    environment = {**os.environ, "COLUMNS": "80", "LINES": "24", "TERM": "xterm"}
    process = subprocess.Popen(command, stdout=side, stderr=side, stdin=subprocess.DEVNULL, env=environment)
    os.close(side)
    seen = b""
    while True:
        try:
            piece = os.read(main, 65536)
        except OSError:  # the other side was closed
            break
        if not piece:
            break
        seen += piece
    os.close(main)
    process.wait(20)
    return MARKS.sub("", seen.decode()).splitlines()


@pytest.mark.parametrize("words", [("check",), ("doctor",), ("alerts", "list"), ("reload",)], ids=" ".join)
def test_faults_are_folded(desk: Desk, words: tuple[str, ...]) -> None:
    desk.config.write_text(FAULTY, "utf-8")
    lines = on_a_terminal(desk, *words)
    assert sum("severty" in line for line in lines) == 1
    assert any(line.startswith("  ") for line in lines), "further lines are indented"
    assert [line for line in lines if display_width(line) > 80 and len(line.split()) > 3] == []


def test_the_rule_behind_an_alert_is_folded(desk: Desk) -> None:
    lines = on_a_terminal(desk, "alerts", "show", "1")
    assert any("as it was" in line for line in lines)
    assert max(map(display_width, lines)) <= 80


def test_an_error_is_folded(desk: Desk) -> None:
    lines = on_a_terminal(desk, "explain", "https://outlet.example/politics/2026/11/25/story-1")
    assert len(lines) == 2
    assert max(map(display_width, lines)) <= 80


def test_the_figures_of_a_backtest_are_folded_and_its_times_are_local(desk: Desk) -> None:
    with desk.config.open("a", encoding="utf-8") as file:
        file.write('quiet = { from = "00:00", to = "23:59", let_through = "nothing" }\n')
        for number in range(9):
            file.write(f'[[rules]]\nname = "another-rule-{number}"\nany = ["رفح"]\n')
    lines = on_a_terminal(desk, "backtest", "--since", "2026-11-01")
    assert max(map(display_width, lines)) <= 80
    (figures,) = [number for number, line in enumerate(lines) if line.startswith("4 items")]
    assert lines[figures + 1].startswith("  ")
    assert any("held: quiet until " in line for line in lines)
    assert not any("UTC" in line for line in lines)
