"""Which kind of service a channel's URL names, and what that kind allows. Pure: it reads the URL's text only."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from monitor.settings import Channel, Rate

Kind = Literal["telegram", "email", "terminal", "json", "other"]

_SCHEMES: dict[str, Kind] = {
    "tgram": "telegram",
    "telegram": "telegram",
    "mailto": "email",
    "mailtos": "email",
    "terminal": "terminal",
    "json": "json",
    "jsons": "json",
}


def kind_of(url: str) -> Kind:
    """The kind of service behind an Apprise URL, or `terminal` for our own `terminal://`."""
    return _SCHEMES.get(url.partition("://")[0].strip().lower(), "other")


def recipient_of(channel: Channel) -> str:
    """A digest that two channels share when they write to the same recipient; it gives no secret away.

    For Telegram the options after `?` (silent, preview) make no other chat; elsewhere they may hold the recipient.
    """
    url = channel.url.reveal().strip()
    told = url.partition("?")[0].rstrip("/") if kind_of(url) == "telegram" else url
    return hashlib.blake2b(told.encode("utf-8", "replace"), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a channel may send: at most `rate` (None: as fast as it goes), and never closer than `spacing`."""

    rate: Rate | None
    spacing: timedelta = timedelta(0)


def pace_of(channel: Channel) -> Pace:
    """The channel's own `rate`, or what its service is known to allow.

    Telegram: about one message a second in a chat and 20 a minute in a group (core.telegram.org/bots/faq); a group's id
    is negative, and a channel's `@name` counts as a group. E-mail: providers count by the hour.
    """
    url = channel.url.reveal()
    kind = kind_of(url)
    if kind == "terminal":
        return Pace(channel.rate)
    if kind == "telegram":
        group = re.search(r"/(?:-\d+|@\w+)", url) is not None
        default = Rate(count=20, per=timedelta(minutes=1)) if group else Rate(count=60, per=timedelta(minutes=1))
        return Pace(channel.rate or default, timedelta(seconds=1))
    if kind == "email":
        return Pace(channel.rate or Rate(count=30, per=timedelta(hours=1)))
    return Pace(channel.rate or Rate(count=30, per=timedelta(minutes=1)))
