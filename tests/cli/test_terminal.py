"""What a person sees in a terminal of 80 columns: nothing wider, Arabic isolated, hits in sight. On a real terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from monitor.cli.table import display_width, is_right_to_left
from monitor.config.load import load
from tests.support.cli import CONFIG, Desk
from tests.support.world import World, item

FAR = ("--since", "3650d")
LONG = "وأفاد مراسلون بأن اجتماعات مطولة عقدت في العاصمة بحضور وفود عدة لبحث ملفات الإعمار والمياه والكهرباء "
CHANNELS = """
[[channels]]
name = "night"
url = "terminal://"
quiet = { from = "00:00", to = "23:59", let_through = "nothing" }

[[channels]]
name = "daily"
url = "terminal://"
digest = "0 8,20 * * *"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with a long headline whose hit stands far behind, and channels that hold."""
    desk = Desk(tmp_path_factory.mktemp("desk"), CONFIG + CHANNELS)
    with World(load(desk.config).config) as world:
        world.publish("alpha", item(f"{LONG}قبل التوجه إلى رفح", summary=LONG, key="far"), item(LONG, key="none"))
        world.publish("beta", item("أخبار المساء", summary=f"{LONG * 2}ثم أعلنت هدنة قصيرة", key="below"))
    return desk.folder


def seen(folder: Path, *words: str) -> str:
    """What the program writes to a terminal of 80 columns, without colours; words to stderr are left out."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
    command = [sys.executable, "-m", "monitor", "--config", str(folder / "config.toml"), *words]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "", "NO_COLOR": ""}
    with subprocess.Popen(command, stdout=theirs, stderr=subprocess.DEVNULL, env=environment, cwd=folder):
        os.close(theirs)
        written = b""
        while True:
            try:
                piece = os.read(ours, 65_536)
            except OSError:  # how a terminal says that nobody writes to it any more
                break
            if not piece:
                break
            written += piece
    os.close(ours)
    return re.sub(r"\x1b\[[0-9;]*m", "", written.decode()).replace("\r\n", "\n")


COMMANDS = [
    ("rules", "list"),
    ("rules", "show", "truce"),
    ("rules", "try", "رفح", "هدنة", *FAR),
    ("explain", "1"),
    ("backtest", *FAR),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_nothing_is_wider_than_the_terminal_and_arabic_is_isolated(folder: Path, command: tuple[str, ...]) -> None:
    lines = [line for line in seen(folder, *command).splitlines() if "://" not in line]
    assert len(lines) > 2
    assert [line for line in lines if display_width(re.sub("[\u2068\u2069]", "", line)) > 80] == []
    assert [line for line in lines if is_right_to_left(line) and "\u2068" not in line] == []
    assert [line for line in lines if line.count("\u2068") != line.count("\u2069")] == []


def test_hit_is_in_sight_however_far_behind_it_stands(folder: Path) -> None:
    shown = seen(folder, "rules", "try", "رفح", "هدنة", *FAR)
    assert "«رفح»" in shown
    assert "«هدنة»" in shown


def test_faults_are_folded_below_their_place(folder: Path) -> None:
    faulty = folder / "faulty.toml"
    faulty.write_text(CONFIG.replace('"Asia/Gaza"', '"Asia/Gazza"').replace('any = ["رفح"]', 'any = ["رفح"'), "utf-8")
    assert "هذا ليس TOML صحيحا" in seen(folder, "check", "faulty.toml")
    faulty.write_text(CONFIG.replace('any = ["رفح"]', 'any = [""]\nchannels = ["dsk"]\nfeeds = ["#genral"]'), "utf-8")
    lines = seen(folder, "check", "faulty.toml").splitlines()
    assert len([line for line in lines if "faulty.toml:" in line]) == 3
    assert all(display_width(re.sub("[\u2068\u2069]", "", line)) <= 80 for line in lines)


def test_piped_it_is_plain(folder: Path) -> None:
    command = [sys.executable, "-m", "monitor", "--config", str(folder / "config.toml"), "backtest", *FAR]
    piped = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder).stdout
    assert "قبل التوجه إلى «رفح»" in piped
    assert not re.search("[\u2068\u2069\x1b]", piped)
