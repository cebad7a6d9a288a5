"""`${NAME}` from the environment, or from a `.env` file beside the configuration. The only reader of `os.environ`.

A variable of the environment wins over the same name in `.env`. Values read here are secrets until proven otherwise:
they are never quoted in a fault.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from monitor.errors import Fault

PLACEHOLDER = re.compile(r"\$(\$(?=\{)|\{([^}]*)\})")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*")
_QUOTED = re.compile(r"""(?:"((?:\\.|[^"\\])*)"|'([^']*)')\s*(?:#.*)?""")
_ESCAPES = {"n": "\n", "t": "\t"}


@dataclass(frozen=True, slots=True)
class Environment:
    """The names that `${…}` may use. `source` says where `.env` was looked for; `faults`: what was wrong in it."""

    values: Mapping[str, str] = field(repr=False)
    source: str = ".env"
    faults: tuple[Fault, ...] = ()

    def expand(self, text: str) -> tuple[str, tuple[str, ...]]:
        """The text with every `${NAME}` replaced (`$${` stands for `${` itself), and the names that are not set.

        An empty variable counts as not set: an empty token is never meant.
        """
        missing: list[str] = []

        def replace(found: re.Match[str]) -> str:
            if found.group(2) is None:
                return "$"
            value = self.values.get(found.group(2), "")
            if not value:
                missing.append(found.group(2))
            return value

        return PLACEHOLDER.sub(replace, text), tuple(missing)


def read_environment(folder: Path, process: Mapping[str, str] | None = None) -> Environment:
    """What `${…}` may use for a configuration in `folder`; `process` stands in for the process's own variables."""
    own = dict(os.environ if process is None else process)
    path = folder / ".env"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Environment(own, str(path))
    except (OSError, UnicodeDecodeError):
        fault = Fault(message="cannot be read as UTF-8 text", hint="save it as UTF-8, readable by you", path=str(path))
        return Environment(own, str(path), (fault,))
    values, faults = parse_dotenv(text, str(path))
    return Environment({**values, **own}, str(path), faults)


def parse_dotenv(text: str, shown: str = ".env") -> tuple[dict[str, str], tuple[Fault, ...]]:
    """Lines of NAME=value, NAME="value" or NAME='value'; blank lines and lines that begin with # are skipped."""
    values: dict[str, str] = {}
    faults: list[Fault] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        value = _value(match.group(2)) if match else None
        if match is None or value is None:
            hint = "write NAME=value, the value in quotes if it holds spaces or #"
            faults.append(Fault(message="this line cannot be read", hint=hint, path=shown, line=number, column=1))
        else:
            values[match.group(1)] = value
    return values, tuple(faults)


def is_name(text: str) -> bool:
    """Whether `${text}` can name a variable."""
    return _NAME.fullmatch(text) is not None


def colour_wanted() -> bool:
    """False when the person set NO_COLOR (https://no-color.org) or the terminal says it is dumb."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def named_config() -> str:
    """The configuration file named by NEWS_MONITOR_CONFIG, or "config.toml"."""
    return os.environ.get("NEWS_MONITOR_CONFIG") or "config.toml"


def notify_address() -> str | None:
    """Where systemd listens for "I am ready" and "I am alive", or None when it did not start us."""
    return os.environ.get("NOTIFY_SOCKET") or None


def _value(text: str) -> str | None:
    if text[:1] in ("'", '"'):
        match = _QUOTED.fullmatch(text)
        if match is None:
            return None
        if match.group(2) is not None:
            return match.group(2)
        return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found.group(1), found.group(1)), match.group(1))
    return re.split(r"\s+#", text, maxsplit=1)[0].strip()
