"""Rules that were found sound are not studied again by the next start, and nothing else is taken on trust."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config import sound
from monitor.config.load import Loaded, load
from monitor.errors import ConfigError
from tests.support.configs import SMALL, write_config

DATA = {"language": "ar", "rules": [{"name": "rafah", "any": ["رفح"]}]}


@pytest.fixture
def program(tmp_path: Path) -> Path:
    for name in ("rules", "arabic"):
        (tmp_path / "program" / name).mkdir(parents=True)
        (tmp_path / "program" / name / "judge.py").write_text("pass")
    return tmp_path / "program"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    (tmp_path / "state").mkdir()
    return tmp_path / "state"


def start(folder: Path, text: str) -> Loaded:
    return load(write_config(folder, text), environment={}, trusting=True)


def test_the_same_rules_are_known_again(state: Path, program: Path) -> None:
    assert not sound.are_known(DATA, state, program)
    sound.remember(DATA, state, program)
    assert sound.are_known(DATA, state, program)
    assert "رفح" not in (state / sound.NAME).read_text()


@pytest.mark.parametrize(
    "other", [{**DATA, "language": "en"}, {**DATA, "rules": [{"name": "rafah", "any": ["رفح", "معبر"]}]}]
)
def test_other_rules_are_not(state: Path, program: Path, other: dict[str, object]) -> None:
    sound.remember(DATA, state, program)
    assert not sound.are_known(other, state, program)


def test_another_program_looks_for_itself(state: Path, program: Path) -> None:
    sound.remember(DATA, state, program)
    (program / "arabic" / "judge.py").write_text("other")
    assert not sound.are_known(DATA, state, program)


def test_a_state_folder_that_cannot_be_written_is_no_fault(tmp_path: Path, program: Path) -> None:
    (tmp_path / "file").write_text("")
    sound.remember(DATA, tmp_path / "file" / "state", program)
    assert not sound.are_known(DATA, tmp_path / "file" / "state", program)


def test_a_start_remembers_sound_rules_and_finds_a_new_fault(tmp_path: Path, state: Path) -> None:
    start(tmp_path, SMALL)
    assert (state / sound.NAME).exists()
    assert start(tmp_path, SMALL).config.rules[0].any == ("رفح",)
    with pytest.raises(ConfigError, match="rafah"):
        start(tmp_path, SMALL.replace('any = ["رفح"]', 'query = "رفح AND ("'))


def test_rules_with_a_warning_are_never_remembered(tmp_path: Path, state: Path) -> None:
    doubtful = SMALL.replace('any = ["رفح"]', 'query = "رفح and معبر"')
    assert start(tmp_path, doubtful).warnings
    assert start(tmp_path, doubtful).warnings
    assert not (state / sound.NAME).exists()


def test_a_look_at_the_file_takes_nothing_on_trust_and_writes_nothing(tmp_path: Path, state: Path) -> None:
    load(write_config(tmp_path, SMALL), environment={})
    assert list(state.iterdir()) == []
