"""From the raw tables of a file to the plain values of `settings`, or a refusal. It says little about what is wrong.

Nearly every file that is read is valid, and pydantic with its schema costs more to load than all else of the
configuration. So a file is read here, key by key, by plain functions; where one of them refuses, `schema` looks at the
same tables and explains. The two must agree on what is valid: tests/config/test_build.py holds that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from monitor import settings
from monitor.config import readers, values
from monitor.config.readers import many, one_of, text_of, whole
from monitor.config.values import NotationError
from monitor.model import Severity
from monitor.settings import Secret

Readers = Mapping[str, Callable[[object], Any]]

_SEVERITIES = ("urgent", "normal", "low")


def _severity(value: object) -> Severity:
    return Severity[one_of(*_SEVERITIES)(value).upper()]


def _let_through(value: object) -> Severity | None:
    return None if value == "nothing" else _severity(value)


def _quiet(value: object) -> tuple[settings.QuietWindow, ...]:
    return tuple(_quiet_window(window) for window in (value if isinstance(value, list) else [value]))


POLLING: Readers = {
    "every": values.duration,
    "min": values.duration,
    "max": values.duration,
    "concurrency": whole(1, 2000),
    "per_host": whole(1, 50),
    "timeout": values.duration,
    "max_body": values.size,
    "user_agent": readers.user_agent,
    "second_user_agent": readers.user_agent,
    "allow_private_addresses": readers.flag,
}
ITEMS: Readers = {
    "first_poll": one_of("silent", "newest", "all"),
    "max_age": readers.max_age,
    "keep": values.duration,
}
STORIES: Readers = {
    "enabled": readers.flag,
    "window": values.duration,
    "updates": one_of("silent", "notice", "alert"),
    "corroborated_at": whole(2, 100),
}
FEED: Readers = {
    "name": readers.name,
    "url": readers.feed_url,
    "tags": many(readers.tag),
    "every": values.duration,
    "encoding": readers.encoding,
    "timezone": readers.zone,
    "headers": readers.headers,
    "proxy": readers.proxy,
    "user_agent": readers.user_agent,
    "verify_tls": readers.flag,
}
RULE: Readers = {
    "name": readers.name,
    "label": text_of,
    "any": many(text_of),
    "all": many(text_of),
    "none": many(text_of),
    "query": text_of,
    "feeds": many(text_of),
    "severity": _severity,
    "channels": many(text_of),
    "widen": readers.flag,
}
QUIET: Readers = {
    "from": values.clock_time,
    "to": values.clock_time,
    "days": many(values.weekday),
    "timezone": readers.zone,
    "let_through": _let_through,
}
CHANNEL: Readers = {
    "name": readers.name,
    "url": readers.channel_url,
    "min_severity": _severity,
    "quiet": _quiet,
    "digest": readers.cron,
    "rate": values.rate,
    "fallback": text_of,
    "language": one_of("ar", "en"),
    "template": text_of,
    "notices": readers.flag,
}


def config(data: Mapping[str, Any], path: Path) -> settings.Config:
    """The configuration in the tables of a file, `${…}` filled in; `state` becomes an absolute folder beside `path`.

    Raises:
        NotationError: something is not as it must be.
    """
    path = path.absolute()
    fields = read_table(data, CONFIG)
    fields["state"] = (path.parent / Path(fields.get("state", "state")).expanduser()).absolute()
    return settings.Config(path=path, **fields)


def rules(value: object) -> tuple[settings.Rule, ...]:
    """The rules in a list of tables.

    Raises:
        NotationError: one of them is not as it must be.
    """
    return many(rule)(value)


def rule(value: object) -> settings.Rule:
    """One rule.

    Raises:
        NotationError: it is not as it must be.
    """
    return settings.Rule(**read_table(value, RULE, "name"))


def _feed(value: object) -> settings.Feed:
    """One feed; its headers and proxy become secrets."""
    fields = read_table(value, FEED, "name", "url")
    if "headers" in fields:
        fields["headers"] = {name: Secret(text) for name, text in fields["headers"].items()}
    if "proxy" in fields:
        fields["proxy"] = Secret(fields["proxy"]) if fields["proxy"] else None
    return settings.Feed(**fields)


def _channel(value: object) -> settings.Channel:
    """One channel; its address becomes a secret."""
    fields = read_table(value, CHANNEL, "name", "url")
    fields["url"] = Secret(fields["url"])
    return settings.Channel(**fields)


def _polling(value: object) -> settings.Polling:
    polling = settings.Polling(**read_table(value, POLLING))
    # The default of `every` follows min and max where only those were given.
    every = min(max(polling.every, polling.min), polling.max)
    return polling if every == polling.every else settings.Polling(**{**read_table(value, POLLING), "every": every})


def _items(value: object) -> settings.Items:
    return settings.Items(**read_table(value, ITEMS))


def _stories(value: object) -> settings.Stories:
    return settings.Stories(**read_table(value, STORIES))


def _quiet_window(value: object) -> settings.QuietWindow:
    fields = read_table(value, QUIET, "from", "to")
    fields["from_"] = fields.pop("from")
    fields["days"] = tuple(sorted({day for days in fields.get("days", ()) for day in days}))
    return settings.QuietWindow(**fields)


CONFIG: Readers = {
    "language": one_of("ar", "en"),
    "timezone": readers.zone,
    "state": readers.filled_text,
    "heartbeat": values.heartbeat,
    "polling": _polling,
    "items": _items,
    "stories": _stories,
    "feeds": many(_feed),
    "rules": rules,
    "channels": many(_channel),
}


def read_table(value: object, known: Readers, *required: str) -> dict[str, Any]:
    """The values of one table, each read by its key's reader.

    Raises:
        NotationError: it is no table, has an unknown key or lacks a required one, or a reader refused.
    """
    if not isinstance(value, Mapping):
        raise NotationError("this is not a table")
    fields = {}
    for key, given in value.items():
        read = known.get(key)
        if read is None:
            raise NotationError(f'unknown key "{key}"')
        fields[key] = read(given)
    for key in required:
        if key not in fields:
            raise NotationError(f"{key} is missing")
    return fields
