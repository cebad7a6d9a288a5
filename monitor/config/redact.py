"""The text of a configuration without its secrets, for the history of applied configurations. Pure.

What `${…}` names is no secret; what stands inline is replaced. Comments go: one may be a channel with its token.
"""

from __future__ import annotations

import re
from pathlib import Path

from monitor.config import document as documents
from monitor.config.environment import PLACEHOLDER
from monitor.config.substitution import secret_paths


def redacted(text: str) -> str:
    """`text`, which must be valid TOML, with `***` for every inline secret and without comments.

    Raises:
        ConfigError: it is no TOML.
    """
    document = documents.parse(text.replace("\r\n", "\n"), Path("config.toml"))
    cuts: list[tuple[int, int, str]] = [(start, end, "") for start, end in document.places.comments]
    for path, value in secret_paths(document.data):
        place = document.places.places.get(path)
        if place is not None:
            cuts.append((place.start, place.end, _quoted(_hidden(value))))
    result = document.text
    for start, end, replacement in sorted(cuts, reverse=True):
        result = result[:start] + replacement + result[end:]
    lines = (line.rstrip() for line in result.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def redacted_file(path: Path) -> str:
    """As `redacted`, of a file.

    Raises:
        ConfigError: it cannot be read, or is no TOML.
    """
    return redacted(documents.read(path).text)


def _hidden(value: str) -> str:
    """What of a secret may be kept: its scheme, and the names of the variables it is made of."""
    scheme, mark, _ = value.partition("://")
    names = [found.group() for found in PLACEHOLDER.finditer(value) if found.group(2)]
    bare = PLACEHOLDER.sub("", value.partition("://")[2] if mark else value)
    if not bare.strip("/:@"):
        return value
    kept = "".join(names)
    return f"{scheme}://***{kept}" if mark and scheme.isalnum() else f"***{kept}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
