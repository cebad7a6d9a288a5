"""The checks of single fields, beyond the notations of `values`. Plain functions: a raw value in, a value out.

Each raises `NotationError`, whose `hint` says what to write instead. `build` reads valid files with them, and pydantic
calls them through `notations`: there is one judgement of each field.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

from monitor.config import values
from monitor.config.values import NotationError

_T = TypeVar("_T")

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x1f]")
_SPACE = re.compile(r"\s")
_SPACE_OR_CONTROL = re.compile(r"[\s\x00-\x1f]")
_OWN_HEADERS = frozenset({"host", "content-length", "connection", "transfer-encoding", "user-agent"})
_PROXIES = ("http", "https", "socks4", "socks5", "socks5h")


def text_of(value: object) -> str:
    """Any text."""
    if not isinstance(value, str):
        raise NotationError("this is not a text", "write it in quotes")
    return value


def name(value: object) -> str:
    """The name of a feed, a rule or a channel."""
    text = text_of(value)
    if not text.strip():
        raise NotationError("the name is empty", "give it a name to be shown")
    if text != text.strip():
        raise NotationError("the name begins or ends with a space", f'write "{text.strip()}"')
    if _CONTROL.search(text):
        raise NotationError("the name holds a line break or a control character", "write it on one line")
    if len(text) > 100:
        raise NotationError("the name is longer than 100 letters", "shorten it")
    if text.startswith("#"):
        raise NotationError('a name cannot begin with "#", which marks tags', f'write "{text.lstrip("#")}"')
    return text


def tag(value: object) -> str:
    """A feed's tag, without "#"."""
    text = text_of(value)
    bare = text.lstrip("#")
    if text != bare and bare:
        raise NotationError(f'"{text}": a feed\'s tag is written without "#"', f'write "{bare}"')
    if not text or _SPACE.search(text):
        raise NotationError("a tag is one word", 'join its words with "-"')
    return text


def feed_url(value: object) -> str:
    """The address of a feed, without a password."""
    text = text_of(value)
    parts = _split(text, "https://outlet.example/rss")
    if parts.scheme.lower() not in ("http", "https"):
        raise NotationError(
            "a feed's address begins with http:// or https://", 'write e.g. "https://outlet.example/rss"'
        )
    if parts.username is not None or parts.password is not None:
        hint = 'remove it and add headers = { Authorization = "Basic ${FEED_LOGIN}" }'
        raise NotationError("a password does not belong in a feed's address, which is shown", hint)
    return text


def _split(text: str, example: str) -> Any:
    hint = f'write e.g. "{example}"'
    if _SPACE_OR_CONTROL.search(text):
        raise NotationError("the address holds a space or a line break", "remove it, or write %20 for a space")
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise NotationError("this is not an address", hint) from None
    if not parts.scheme or "://" not in text:
        raise NotationError("the address lacks its beginning", f"write it whole, {hint.removeprefix('write ')}")
    if not host:
        raise NotationError("the address names no host", hint)
    return parts


def proxy(value: object) -> str:
    """The address of a proxy; a `${…}` that is not set is left, and reported where it stands."""
    text = text_of(value)
    if "${" in text:
        return text  # unset: reported where it stands
    if _split(text, "socks5://127.0.0.1:1080").scheme.lower() not in _PROXIES:
        raise NotationError("this kind of proxy is not known", 'write "http://…" or "socks5://…"')
    return text


def channel_url(value: object) -> str:
    """The address of a channel, as far as it can be judged without knowing the service."""
    text = text_of(value)
    if "${" not in text and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text):
        hint = 'write e.g. "tgram://${TELEGRAM_TOKEN}/${TELEGRAM_CHAT}" or "terminal://"'
        raise NotationError("this is not the address of a channel", hint)
    if _CONTROL.search(text):
        raise NotationError("the address holds a line break or a control character", "write it on one line")
    return text


def user_agent(value: object) -> str:
    """How we name ourselves."""
    text = text_of(value).strip()
    if not text:
        raise NotationError("the user agent is empty", "leave the key out for the usual one")
    if not (text.isascii() and text.isprintable()):
        raise NotationError("a user agent is made of plain Latin characters", "remove the others")
    return text


def encoding(value: object) -> str:
    """A charset, by Python's name for it."""
    text = text_of(value)
    try:
        return codecs.lookup(text).name
    except (LookupError, ValueError):
        hint = 'write e.g. "windows-1256", "utf-8", "iso-8859-6"'
        raise NotationError(f'"{text}" is not a known encoding', hint) from None


def zone(value: object) -> str:
    """A time zone that this machine knows."""
    from zoneinfo import ZoneInfo, available_timezones

    from monitor.config.nearest import did_you_mean

    text = text_of(value)
    try:
        ZoneInfo(text)
    except (LookupError, ValueError, OSError):
        guess = did_you_mean(text, available_timezones(), tails=True)
        hint = f'write "{guess}"' if guess else 'write e.g. "Asia/Gaza", "Asia/Hebron", "Africa/Cairo", "UTC"'
        raise NotationError(f'"{text}" is not a known time zone', hint) from None
    return text


def headers(value: object) -> dict[str, str]:
    """Further request headers."""
    if not isinstance(value, dict):
        raise NotationError("headers are a table of texts", 'write headers = { Authorization = "Bearer ${TOKEN}" }')
    for name, text in value.items():
        if not isinstance(text, str) or _CONTROL.search(text) or not text.isascii():
            raise NotationError(
                f'header "{name}" is not one line of plain text', "write its value in quotes, on one line"
            )
        if not _HEADER_NAME.fullmatch(name):
            raise NotationError(f'"{name}" cannot be the name of a header', "use Latin letters, digits and hyphens")
        if name.lower() in _OWN_HEADERS:
            hint = "use the key user_agent" if name.lower() == "user-agent" else "remove it"
            raise NotationError(f'header "{name}" is set by the program itself', hint)
    return dict(value)


def max_age(value: object) -> timedelta | None:
    """A duration, or None for "off"."""
    return None if value == "off" else values.duration(value)


def cron(value: object) -> str:
    """A cron expression, its fields one space apart."""
    from monitor.alerts.cron import check_cron

    text = " ".join(text_of(value).split())
    fault = check_cron(text)
    if fault is not None:
        raise NotationError(fault.message, fault.hint)
    return text


# --- what pydantic has types of its own for ---------------------------------------------------------------------------


def filled_text(value: object) -> str:
    """A text that is not empty."""
    text = text_of(value)
    if not text:
        raise NotationError("it is empty", "write something, or leave the key out")
    return text


def flag(value: object) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise NotationError("this is not true or false", "write true or false, without quotes")
    return value


def whole(low: int, high: int) -> Callable[[object], int]:
    """A whole number from `low` to `high`."""

    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise NotationError(f"this is not a whole number from {low} to {high}", f"write {low} or more")
        return value

    return read


def one_of(*words: str) -> Callable[[object], str]:
    """One of these words."""

    def read(value: object) -> str:
        if value not in words or not isinstance(value, str):
            raise NotationError(f"this is not one of {', '.join(words)}", f'write "{words[0]}"')
        return value

    return read


def many(read: Callable[[object], _T]) -> Callable[[object], tuple[_T, ...]]:
    """A list of what `read` reads."""

    def read_all(value: object) -> tuple[_T, ...]:
        if not isinstance(value, list):
            raise NotationError("this is not a list", 'write ["…", "…"]')
        return tuple(read(element) for element in value)

    return read_all
