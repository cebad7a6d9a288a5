"""How a running monitor reads its file again: monitor.daemon.run."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from monitor import logs
from monitor.daemon.run import Reading
from monitor.errors import ConfigError
from tests.support.cli import CONFIG

SHORT = CONFIG.replace('any = ["رفح"]', 'any = ["رفح", "في"]')


@pytest.fixture
def path(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Path]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    logs.configure()
    path = tmp_path / "config.toml"
    path.write_text(SHORT, "utf-8")
    path.chmod(0o600)
    yield path
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_a_warning_is_said_once_and_again_after_it_was_gone(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reading = Reading()

    def said(text: str) -> int:
        path.write_text(text, "utf-8")
        reading.read(path)
        return capsys.readouterr().err.count("config_doubtful")

    assert said(SHORT) == 1
    assert said("# a line more\n" + SHORT) == 0, "the same, a line further down"
    assert said(CONFIG) == 0
    assert said(SHORT) == 1


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing here\n"])
def test_an_empty_file_is_not_taken_over(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match="the file is empty"):
        Reading().read(path)
