"""What is legal but surely not meant. Pure; over a valid configuration, with the document for the places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor import settings
from monitor.config.document import Document
from monitor.config.positions import Path
from monitor.config.substitution import inline_secret, place_name, secret_paths
from monitor.errors import Fault

if TYPE_CHECKING:
    from pathlib import Path as FilePath

_A_MONDAY = date(2026, 1, 5)


def find_warnings(config: settings.Config, document: Document) -> list[Fault]:
    """Every warning that needs no look at the disk or the store."""
    return [
        *_emptiness(config, document),
        *_duplicate_feeds(config.feeds, document),
        *_unreached_channels(config, document),
        *_digests_in_quiet(config, document),
    ]


def file_mode_warnings(document: Document, dotenv: FilePath) -> list[Fault]:
    """Secrets that other users of this machine can read: in the file itself, and in `.env`."""
    found = []
    for path, text in secret_paths(document.data):
        if inline_secret(path, text) and _readable_by_others(document.path):
            hint = f'run "chmod 600 {document.shown}", or move the secret to .env and write ${{NAME}} here'
            found.append(_warning(document, path, "this secret can be read by other users of this machine", hint))
    if _readable_by_others(dotenv):
        message = "this file can be read by other users of this machine"
        found.append(
            Fault(
                message=message,
                hint=f'run "chmod 600 {dotenv}"',
                path=str(dotenv),
                line=1,
                column=1,
                severity="warning",
            )
        )
    return found


def _readable_by_others(path: FilePath) -> bool:
    import os

    try:
        return os.name == "posix" and bool(path.stat().st_mode & 0o077)
    except OSError:
        return False


def _warning(document: Document, path: Path, message: str, hint: str, *, key: bool = False) -> Fault:
    line, column = document.places.of_key(path) if key else document.places.of_value(path)
    return Fault(
        message=message,
        hint=hint,
        where=place_name(document.data, path),
        path=document.shown,
        line=line,
        column=column,
        severity="warning",
    )


def _emptiness(config: settings.Config, document: Document) -> Iterator[Fault]:
    missing = (
        ("feeds", config.feeds, "there are no feeds, so nothing is watched", 'add one: "monitor feeds add ADDRESS"'),
        ("rules", config.rules, "there are no rules, so nothing alerts", "add a [[rules]] table"),
        (
            "channels",
            config.channels,
            "there are no channels, so nobody is told",
            'add [[channels]] with name = "desk" and url = "terminal://"',
        ),
    )
    for key, tables, message, hint in missing:
        if not tables:
            yield _warning(document, (key,), message, hint)


def _duplicate_feeds(feeds: Sequence[settings.Feed], document: Document) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for index, feed in enumerate(feeds):
        place = same_place(feed.url)
        if place in first:
            other = feeds[first[place]].name
            message = f'url: this is the same feed as "{other}" (feeds[{first[place] + 1}])'
            yield _warning(document, ("feeds", index, "url"), message, "remove one; put the tags of both on the other")
        first.setdefault(place, index)


def same_place(url: str) -> str:
    """An address without what does not matter: scheme, www., port, last slash, fragment, case of the host."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower().removeprefix("www.").rstrip(".")
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{port}{parts.path.rstrip('/')}{query}"


def _unreached_channels(config: settings.Config, document: Document) -> Iterator[Fault]:
    if not config.rules or any(not rule.channels for rule in config.rules):
        named_by_all = None
    else:
        named_by_all = {name for rule in config.rules for name in rule.channels}
    fallbacks = {channel.fallback for channel in config.channels}
    for index, channel in enumerate(config.channels):
        unnamed = named_by_all is not None and channel.name not in named_by_all
        if unnamed and channel.name not in fallbacks and not channel.notices:
            path: Path = ("channels", index, "name")
            yield _warning(document, path, "no rule tells this channel anything", "name it in a rule's channels")
    for index, rule in enumerate(config.rules):
        told = [c for c in config.channels if not rule.channels or c.name in rule.channels]
        if told and all(rule.severity < channel.min_severity for channel in told):
            message = f"severity: {rule.severity.word} is below the min_severity of every channel this rule tells"
            hint = "raise the rule's severity or lower a channel's min_severity"
            key = "severity" if "severity" in document.data["rules"][index] else "name"
            yield _warning(document, ("rules", index, key), message, hint)


def _digests_in_quiet(config: settings.Config, document: Document) -> Iterator[Fault]:
    if not any(channel.digest and channel.quiet for channel in config.channels):
        return
    from zoneinfo import ZoneInfo

    from monitor.alerts.quiet import window_at

    for index, channel in enumerate(config.channels):
        if not channel.digest:
            continue
        runs = _runs(channel.digest, config.timezone)
        for window in channel.quiet:
            held = {local: found for local, run in runs if (found := window_at(window, config.timezone, run))}
            if not held:
                continue
            all_held = len(held) == len(runs)
            times = sorted({f"{local:%H:%M}" for local in held})
            days = "" if all_held or not window.days else _days(sorted({local.weekday() for local in held}))
            shown = ", ".join(times[:4]) + (" …" if len(times) > 4 else "") + days
            until = next(iter(held.values()))[1].astimezone(ZoneInfo(config.timezone))
            message = f"digest: {shown} falls into the quiet hours {window.from_:%H:%M} to {window.to:%H:%M}"
            hint = f"the digest would wait until {until:%H:%M}; choose a time outside them"
            yield _warning(document, ("channels", index, "digest"), message, hint)


def _runs(expression: str, timezone: str) -> list[tuple[datetime, datetime]]:
    """A digest's runs in a week without a change of clocks: on the wall, and as instants."""
    from zoneinfo import ZoneInfo

    from monitor.alerts.cron import parse_cron

    cron = parse_cron(expression)
    zone = ZoneInfo(timezone)
    days = [_A_MONDAY + timedelta(days=number) for number in range(7)]
    chosen = [day for day in days if cron.weekdays is None or (day.weekday() + 1) % 7 in cron.weekdays]
    local = [
        datetime.combine(day, time(hour, minute), tzinfo=zone)
        for day in chosen
        for hour in sorted(cron.hours)
        for minute in sorted(cron.minutes)
    ]
    return [(run, run.astimezone(UTC)) for run in local]


def _days(numbers: Sequence[int]) -> str:
    return " on " + ", ".join(("mon", "tue", "wed", "thu", "fri", "sat", "sun")[number] for number in numbers)
