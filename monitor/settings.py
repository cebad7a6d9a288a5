"""What the user decided, as plain values: config.toml after validation. Every default of the product is here.

`config` reads and checks the file and hands on these; no other package knows TOML, the environment or pydantic.
Durations are `timedelta`, sizes bytes, time zones IANA names that are known to exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path
from typing import Literal

from monitor.model import Severity

Language = Literal["ar", "en"]

DEFAULT_USER_AGENT = "news-monitor/0.1 (feed reader for newsrooms; +https://example.org/news-monitor)"
SECOND_USER_AGENT = "Mozilla/5.0 (compatible; news-monitor/0.1; feed reader)"


class Secret:
    """A text that never prints: `repr`, `str` and formatting give `***`; `.reveal()` gives it to the one who sends."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself; call it only where it leaves the program (a send, a request)."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Polling:
    """How feeds are asked. `every` is the first guess of an interval; a feed then settles in [min, max]."""

    every: timedelta = timedelta(minutes=5)
    min: timedelta = timedelta(minutes=1)
    max: timedelta = timedelta(hours=1)
    concurrency: int = 100
    per_host: int = 2
    timeout: timedelta = timedelta(seconds=30)
    max_body: int = 5_000_000
    user_agent: str = DEFAULT_USER_AGENT
    second_user_agent: str = SECOND_USER_AGENT
    allow_private_addresses: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """What counts as news. `max_age` None: no limit."""

    first_poll: Literal["silent", "newest", "all"] = "silent"
    max_age: timedelta | None = timedelta(days=2)
    keep: timedelta = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stories:
    """How items are grouped. `corroborated_at`: tell once when N outlets carry a told story; None: never."""

    enabled: bool = True
    window: timedelta = timedelta(hours=72)
    updates: Literal["silent", "notice", "alert"] = "silent"
    corroborated_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One [[feeds]] table. `name` is its identity: unique, shown in alerts. `url` as the user typed it.

    `encoding`, `timezone` (of naive dates), `user_agent`, `proxy` (http://, socks5://) override; None: no override.
    """

    name: str
    url: str
    tags: tuple[str, ...] = ()
    every: timedelta | None = None
    encoding: str | None = None
    timezone: str | None = None
    headers: Mapping[str, Secret] = field(default_factory=dict)
    proxy: Secret | None = None
    user_agent: str | None = None
    verify_tls: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One [[rules]] table. Either `query`, or `any`/`all`/`none` (all three may stand together). Terms as typed.

    `feeds`: () means every feed; else names and `#tags`. `channels`: () means every channel.
    `widen`: terms of this rule also match their dual and ة→ات forms.
    """

    name: str
    label: str = ""
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    query: str = ""
    feeds: tuple[str, ...] = ()
    severity: Severity = Severity.NORMAL
    channels: tuple[str, ...] = ()
    widen: bool = False

    @property
    def title(self) -> str:
        """What a person reads: the label, or the name where there is none."""
        return self.label or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietWindow:
    """Local wall-clock hours in which deliveries are held. `to` <= `from_` means over midnight.

    `days`: 0 = Monday … 6 = Sunday, the day on which the window begins; () means every day.
    `timezone` None: the configuration's.
    """

    from_: time
    to: time
    days: tuple[int, ...] = ()
    timezone: str | None = None
    let_through: Severity | None = Severity.URGENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """At most `count` messages in `per`."""

    count: int
    per: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One [[channels]] table. `name` is its identity; `url` an Apprise URL, or `terminal://`.

    `digest`: a five-field cron expression in the configuration's zone; collected alerts go then. `rate` None: the
    service's own default. `template`: Jinja2 source that replaces the text, or None. `notices`: whether this channel is
    told of the monitor's own troubles.
    """

    name: str
    url: Secret
    min_severity: Severity = Severity.LOW
    quiet: tuple[QuietWindow, ...] = ()
    digest: str | None = None
    rate: Rate | None = None
    fallback: str | None = None
    language: Language | None = None
    template: str | None = None
    notices: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A whole, valid configuration. `path` is the file it was read from, `state` an absolute folder.

    `text`: the file as it was read, without secrets and comments, for the history; "" where nobody asked for it.
    """

    path: Path
    state: Path
    language: Language = "ar"
    timezone: str = "Asia/Gaza"
    heartbeat: str | None = None
    polling: Polling = field(default_factory=Polling)
    items: Items = field(default_factory=Items)
    stories: Stories = field(default_factory=Stories)
    feeds: tuple[Feed, ...] = ()
    rules: tuple[Rule, ...] = ()
    channels: tuple[Channel, ...] = ()
    text: str = field(default="", compare=False, repr=False)
