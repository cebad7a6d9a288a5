"""What the files of a state folder are called; light, for commands that only ask whether anything is stored yet."""

from __future__ import annotations

from pathlib import Path

DATABASE_NAME = "monitor.db"


def has_database(folder: Path) -> bool:
    """Whether a monitor has stored anything in this state folder."""
    return (folder / DATABASE_NAME).is_file()
