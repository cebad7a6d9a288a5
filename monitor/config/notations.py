"""The notations of `values` and the checks of single fields, as pydantic types with their JSON Schema.

Every type turns what is wrong into one custom error that carries a hint; `faults` words it for the person.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from datetime import time, timedelta
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BeforeValidator, PlainSerializer, Strict, WithJsonSchema
from pydantic_core import PydanticCustomError

from monitor.alerts.cron import check_cron
from monitor.config import values
from monitor.config.values import NotationError
from monitor.settings import Rate

_T = TypeVar("_T")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_OWN_HEADERS = frozenset({"host", "content-length", "connection", "transfer-encoding", "user-agent"})
_PROXIES = ("http", "https", "socks4", "socks5", "socks5h")


def _reader(read: Callable[[object], _T]) -> BeforeValidator:
    def validate(value: object) -> _T:
        try:
            return read(value)
        except NotationError as fault:
            # pydantic formats the template with the context, so braces in a value cannot do harm.
            raise PydanticCustomError("notation", "{said}", {"said": fault.message, "hint": fault.hint}) from fault

    return BeforeValidator(validate)


def _text(pattern: str, *examples: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": list(examples)})


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise NotationError("this is not a text", "write it in quotes")
    return value


def _name(value: object) -> str:
    text = _string(value)
    if not text.strip():
        raise NotationError("the name is empty", "give it a name to be shown")
    if text != text.strip():
        raise NotationError("the name begins or ends with a space", f'write "{text.strip()}"')
    if any(ord(letter) < 32 for letter in text):
        raise NotationError("the name holds a line break or a control character", "write it on one line")
    if len(text) > 100:
        raise NotationError("the name is longer than 100 letters", "shorten it")
    if text.startswith("#"):
        raise NotationError('a name cannot begin with "#", which marks tags', f'write "{text.lstrip("#")}"')
    return text


def _tag(value: object) -> str:
    text = _string(value)
    bare = text.lstrip("#")
    if text != bare and bare:
        raise NotationError(f'"{text}": a feed\'s tag is written without "#"', f'write "{bare}"')
    if not text or any(letter.isspace() for letter in text):
        raise NotationError("a tag is one word", 'join its words with "-"')
    return text


def _feed_url(value: object) -> str:
    text = _string(value)
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
    if text != text.strip() or any(letter.isspace() or ord(letter) < 32 for letter in text):
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


def _proxy(value: object) -> str:
    text = _string(value)
    if "${" in text:
        return text  # unset: reported where it stands
    if _split(text, "socks5://127.0.0.1:1080").scheme.lower() not in _PROXIES:
        raise NotationError("this kind of proxy is not known", 'write "http://…" or "socks5://…"')
    return text


def _channel_url(value: object) -> str:
    text = _string(value)
    if "${" not in text and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text):
        hint = 'write e.g. "tgram://${TELEGRAM_TOKEN}/${TELEGRAM_CHAT}" or "terminal://"'
        raise NotationError("this is not the address of a channel", hint)
    if any(ord(letter) < 32 for letter in text):
        raise NotationError("the address holds a line break or a control character", "write it on one line")
    return text


def _user_agent(value: object) -> str:
    text = _string(value).strip()
    if not text:
        raise NotationError("the user agent is empty", "leave the key out for the usual one")
    if not (text.isascii() and text.isprintable()):
        raise NotationError("a user agent is made of plain Latin characters", "remove the others")
    return text


def _encoding(value: object) -> str:
    text = _string(value)
    try:
        return codecs.lookup(text).name
    except (LookupError, ValueError):
        hint = 'write e.g. "windows-1256", "utf-8", "iso-8859-6"'
        raise NotationError(f'"{text}" is not a known encoding', hint) from None


def _zone(value: object) -> str:
    from zoneinfo import ZoneInfo, available_timezones

    from monitor.config.nearest import did_you_mean

    text = _string(value)
    try:
        ZoneInfo(text)
    except (LookupError, ValueError, OSError):
        guess = did_you_mean(text, available_timezones(), tails=True)
        hint = f'write "{guess}"' if guess else 'write e.g. "Asia/Gaza", "Asia/Hebron", "Africa/Cairo", "UTC"'
        raise NotationError(f'"{text}" is not a known time zone', hint) from None
    return text


def _headers(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise NotationError("headers are a table of texts", 'write headers = { Authorization = "Bearer ${TOKEN}" }')
    for name, text in value.items():
        if not isinstance(text, str) or any(ord(letter) < 32 for letter in text) or not text.isascii():
            raise NotationError(
                f'header "{name}" is not one line of plain text', "write its value in quotes, on one line"
            )
        if not _HEADER_NAME.fullmatch(name):
            raise NotationError(f'"{name}" cannot be the name of a header', "use Latin letters, digits and hyphens")
        if name.lower() in _OWN_HEADERS:
            hint = "use the key user_agent" if name.lower() == "user-agent" else "remove it"
            raise NotationError(f'header "{name}" is set by the program itself', hint)
    return dict(value)


def _max_age(value: object) -> timedelta | None:
    return None if value == "off" else values.duration(value)


def _cron(value: object) -> str:
    text = " ".join(_string(value).split())
    fault = check_cron(text)
    if fault is not None:
        raise NotationError(fault.message, fault.hint)
    return text


def _optional_duration(value: timedelta | None) -> str:
    return "off" if value is None else values.format_duration(value)


_SPAN = r"^(\d+ ?w)? ?(\d+ ?d)? ?(\d+ ?h)? ?(\d+ ?m)? ?(\d+ ?s)?$"

Duration = Annotated[
    timedelta,
    _reader(values.duration),
    PlainSerializer(values.format_duration),
    _text(_SPAN, "90s", "5m", "2h", "3d"),
]
MaxAge = Annotated[
    timedelta | None,
    _reader(_max_age),
    PlainSerializer(_optional_duration),
    _text(rf"^off$|{_SPAN}", "2d", "off"),
]
Size = Annotated[
    int,
    _reader(values.size),
    PlainSerializer(values.format_size),
    _text(r"^\d+(\.\d+)? ?([kKmMgG]i?)?[bB]$", "500KB", "5MB"),
]
RateText = Annotated[
    Rate,
    _reader(values.rate),
    PlainSerializer(values.format_rate),
    _text(r"^\d+ ?/ ?\d* ?[smhd]$", "20/m", "1/s"),
]
Clock = Annotated[time, _reader(values.clock_time), _text(r"^([01]?\d|2[0-3]):[0-5]\d$", "23:00")]
Days = Annotated[tuple[int, ...], _reader(values.weekday), _text(r"^[A-Za-z]+(-[A-Za-z]+)?$", "fri", "sun-thu")]
Heartbeat = Annotated[str, _reader(values.heartbeat), _text(r"^daily \d\d?:\d\d$", "daily 09:00")]
CronText = Annotated[str, _reader(_cron), _text(r"^\S+( +\S+){4}$", "0 8,20 * * *")]
Zone = Annotated[str, _reader(_zone), _text(r"^[A-Za-z0-9_+/-]+$", "Asia/Gaza", "Africa/Cairo")]
Encoding = Annotated[str, _reader(_encoding), _text(r"^[A-Za-z0-9_-]+$", "windows-1256", "utf-8")]
Name = Annotated[str, _reader(_name), _text(r"^[^#\s].*$")]
Tag = Annotated[str, _reader(_tag), _text(r"^[^#\s][^\s]*$", "general")]
Term = Annotated[str, Strict(), _text(r"\S")]  # its own language is judged by `rules`
FeedUrl = Annotated[str, _reader(_feed_url), _text(r"^[hH][tT][tT][pP][sS]?://\S+$", "https://outlet.example/rss")]
ProxyUrl = Annotated[str, _reader(_proxy), _text(r"^\S+$", "socks5://127.0.0.1:1080")]
ChannelUrl = Annotated[str, _reader(_channel_url), _text(r"^\S+$", "tgram://${TELEGRAM_TOKEN}/${TELEGRAM_CHAT}")]
UserAgent = Annotated[str, _reader(_user_agent), _text(r"^[ -~]+$")]
Headers = Annotated[
    dict[str, str],
    _reader(_headers),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}}),
]
