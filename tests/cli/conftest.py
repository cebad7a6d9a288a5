"""A desk with a morning's news for the commands to work on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.publish()
    return desk


@pytest.fixture
def empty_desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)
