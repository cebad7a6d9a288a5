"""What changed from one configuration to another, as a list a person reads. Pure; secrets are never shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import time, timedelta
from typing import Any, Literal

from monitor.config.values import format_duration, format_rate, format_size
from monitor.model import Severity
from monitor.settings import Channel, Config, Feed, QuietWindow, Rate, Rule, Secret

Named = Feed | Rule | Channel
_LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is not as it was. `kind`: feed, rule, channel or setting; `details`: key by key, in words."""

    kind: Literal["feed", "rule", "channel", "setting"]
    what: Literal["added", "removed", "changed"]
    name: str
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        subject = self.name if self.kind == "setting" else f'{self.kind} "{self.name}" {self.what}'
        return f"{subject}: {'; '.join(self.details)}" if self.details else subject


def changes(old: Config, new: Config) -> tuple[Change, ...]:
    """Settings first, then feeds, rules and channels, each in the file's order; () when nothing changed."""
    return (
        *_settings(old, new),
        *_named("feed", old.feeds, new.feeds),
        *_named("rule", old.rules, new.rules),
        *_named("channel", old.channels, new.channels),
    )


def _settings(old: Config, new: Config) -> Iterator[Change]:
    for key in ("language", "timezone", "heartbeat", "state"):
        yield from _setting(key, getattr(old, key), getattr(new, key))
    for section in ("polling", "items", "stories"):
        before, after = getattr(old, section), getattr(new, section)
        for key in (field.name for field in fields(before)):
            yield from _setting(f"{section}.{key}", getattr(before, key), getattr(after, key))


def _setting(name: str, before: object, after: object) -> Iterator[Change]:
    if before != after:
        detail = f"{_shown(name, before)} → {_shown(name, after)}"
        yield Change(kind="setting", what="changed", name=name, details=(detail,))


def _named(kind: Literal["feed", "rule", "channel"], old: Sequence[Named], new: Sequence[Named]) -> Iterator[Change]:
    before = {one.name: one for one in old}
    after = {one.name: one for one in new}
    for name, one in after.items():
        if name not in before:
            yield Change(kind=kind, what="added", name=name)
        elif one != before[name]:
            yield Change(kind=kind, what="changed", name=name, details=tuple(_details(before[name], one)))
    for name in before:
        if name not in after:
            yield Change(kind=kind, what="removed", name=name)


def _details(before: Named, after: Named) -> Iterator[str]:
    for key in (field.name for field in fields(before)):
        old, new = getattr(before, key), getattr(after, key)
        if old == new:
            continue
        if isinstance(old, Secret) or isinstance(new, Secret) or key == "headers":
            yield f"{key} is another one"
        elif isinstance(old, tuple) and all(isinstance(value, str) for value in (*old, *new)):
            yield f"{key} {_list_change(old, new)}"
        else:
            yield f"{key} {_shown(key, old)} → {_shown(key, new)}"


def _list_change(old: tuple[str, ...], new: tuple[str, ...]) -> str:
    signs = [f'+"{value}"' for value in new if value not in old] + [f'-"{value}"' for value in old if value not in new]
    return " ".join(signs) or "in another order"


def _shown(key: str, value: Any) -> str:
    match value:
        case None | "" | ():
            return "none"
        case bool():
            return str(value).lower()
        case Severity():
            return value.word
        case timedelta():
            return format_duration(value)
        case time():
            return f"{value:%H:%M}"
        case Rate():
            return format_rate(value)
        case int() if key.endswith("max_body"):
            return format_size(value)
        case tuple() if isinstance(value[0], QuietWindow):
            return " and ".join(_window(window) for window in value)
        case _:
            return _quoted(value)


def _quoted(value: object) -> str:
    text = " ".join(str(value).split())
    return f'"{text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"}"'


def _window(window: QuietWindow) -> str:
    return f"{window.from_:%H:%M} to {window.to:%H:%M}"
