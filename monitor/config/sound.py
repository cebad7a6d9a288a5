"""Remembers that the rules of a file were found sound, so that a start with the same ones need not study them again.

To judge three rules, the whole knowledge of Arabic words is loaded: a tenth of an unchanged poll of 200 feeds. What is
kept in the state folder is only a digest of the rules and of the program that judged them: no text, no secret, and of
no use for any other rules or any other program. Rules with as much as a warning are never remembered.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

NAME = "rules-found-sound"
_JUDGES = ("rules", "arabic")  # packages of ours whose files decide about a rule
_PACKAGE = Path(__file__).parent.parent


def are_known(data: Mapping[str, Any], state: Path, package: Path = _PACKAGE) -> bool:
    """Whether this very program has found these very rules without fault or warning.

    Args:
        data: the valid tables of a configuration.
        state: its state folder; it may be missing.
        package: where the program's files are.
    """
    try:
        return (state / NAME).read_text("ascii") == _digest(data, package)
    except (OSError, UnicodeDecodeError):
        return False


def remember(data: Mapping[str, Any], state: Path, package: Path = _PACKAGE) -> None:
    """Keep that these rules are sound; nothing where the folder cannot be written: the next start looks again."""
    with contextlib.suppress(OSError):
        state.mkdir(mode=0o700, parents=True, exist_ok=True)  # as the lock will make it right after
        (state / NAME).write_text(_digest(data, package), "ascii")


def _digest(data: Mapping[str, Any], package: Path) -> str:
    rules = json.dumps([data.get("language"), data.get("rules")], sort_keys=True)
    judges = sorted(
        (entry.path, entry.stat().st_size, entry.stat().st_mtime_ns)
        for folder in _JUDGES
        for entry in os.scandir(package / folder)
        if entry.is_file()
    )
    return sha256(f"{sys.version}\n{judges}\n{rules}".encode()).hexdigest()
