"""One process per state folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.errors import AlreadyRunningError
from monitor.store.lock import LOCK_NAME, StateLock, holder


def test_a_second_holder_is_refused_and_told_who_holds(tmp_path: Path) -> None:
    with StateLock(tmp_path), pytest.raises(AlreadyRunningError, match=f"process {os.getpid()}"):
        StateLock(tmp_path).__enter__()
    assert holder(tmp_path) is None


def test_the_holder_is_known_to_others(tmp_path: Path) -> None:
    assert holder(tmp_path) is None
    with StateLock(tmp_path):
        assert holder(tmp_path) == os.getpid()


def test_a_killed_holder_leaves_no_lock(tmp_path: Path) -> None:
    code = (
        "import os, sys, pathlib\nfrom monitor.store.lock import StateLock\n"
        "StateLock(pathlib.Path(sys.argv[1])).__enter__(); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False, timeout=30)
    assert (tmp_path / LOCK_NAME).read_text().strip()
    assert holder(tmp_path) is None
    with StateLock(tmp_path):
        pass
