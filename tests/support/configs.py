"""Small configurations for tests: a valid one to add to, and how to load a text as a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from monitor.config.load import Loaded, load
from monitor.errors import ConfigError, Fault

SMALL = """\
timezone = "Asia/Gaza"

[[feeds]]
name = "الجزيرة"
url = "https://outlet.example/rss"
tags = ["general"]

[[rules]]
name = "rafah"
any = ["رفح"]

[[channels]]
name = "desk"
url = "terminal://"
"""


def write_config(folder: Path, text: str = SMALL) -> Path:
    """The text as `config.toml` in `folder`, readable by its owner alone."""
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def load_text(folder: Path, text: str, environment: Mapping[str, str] | None = None) -> Loaded:
    """Load a text as a file in `folder`; the process's own environment is not looked at."""
    return load(write_config(folder, text), environment=environment or {})


def faults_of(folder: Path, text: str, environment: Mapping[str, str] | None = None) -> tuple[Fault, ...]:
    """Every fault and warning of a text; () when there is none."""
    try:
        return load_text(folder, text, environment).warnings
    except ConfigError as error:
        return error.faults


def said(fault: Fault) -> str:
    """A fault as shown, without the path of the file."""
    return str(fault).replace(f"{fault.path}:", "", 1)
