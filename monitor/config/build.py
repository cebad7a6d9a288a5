"""From validated tables to the plain values of `settings`. No checks here; what arrives is valid."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from monitor import settings
from monitor.config import schema
from monitor.model import Severity
from monitor.settings import Secret


def config(table: schema.ConfigTable, path: Path) -> settings.Config:
    """The configuration, with `state` as an absolute folder beside `path`."""
    path = path.absolute()
    return settings.Config(
        path=path,
        state=(path.parent / Path(table.state).expanduser()).absolute(),
        language=table.language,
        timezone=table.timezone,
        heartbeat=table.heartbeat,
        polling=_polling(table.polling),
        items=settings.Items(**dict(table.items)),
        stories=settings.Stories(**dict(table.stories)),
        feeds=tuple(feed(row) for row in table.feeds),
        rules=tuple(rule(row) for row in table.rules),
        channels=tuple(channel(row) for row in table.channels),
    )


def feed(table: schema.FeedTable) -> settings.Feed:
    """One feed; its headers and proxy become secrets."""
    fields: dict[str, Any] = dict(table)
    fields["headers"] = {name: Secret(value) for name, value in table.headers.items()}
    fields["proxy"] = Secret(table.proxy) if table.proxy else None
    return settings.Feed(**fields)


def rule(table: schema.RuleTable) -> settings.Rule:
    """One rule."""
    fields: dict[str, Any] = dict(table)
    fields["severity"] = Severity[table.severity.upper()]
    return settings.Rule(**fields)


def channel(table: schema.ChannelTable) -> settings.Channel:
    """One channel; its address becomes a secret."""
    fields: dict[str, Any] = dict(table)
    fields["url"] = Secret(table.url)
    fields["min_severity"] = Severity[table.min_severity.upper()]
    windows = table.quiet if isinstance(table.quiet, tuple) else (table.quiet,)
    fields["quiet"] = tuple(_quiet(window) for window in windows)
    return settings.Channel(**fields)


def _polling(table: schema.PollingTable) -> settings.Polling:
    fields: dict[str, Any] = dict(table)
    # The default of `every` follows min and max where only those were given.
    fields["every"] = min(max(table.every, table.min), table.max)
    return settings.Polling(**fields)


def _quiet(table: schema.QuietTable) -> settings.QuietWindow:
    return settings.QuietWindow(
        from_=table.from_,
        to=table.to,
        days=tuple(sorted({day for days in table.days for day in days})),
        timezone=table.timezone,
        let_through=None if table.let_through == "nothing" else Severity[table.let_through.upper()],
    )
