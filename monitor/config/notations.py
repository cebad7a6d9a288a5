"""The notations of `values` and the checks of single fields, as pydantic types with their JSON Schema.

Every type turns what is wrong into one custom error that carries a hint; `faults` words it for the person.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from typing import Annotated, TypeVar

from pydantic import BeforeValidator, PlainSerializer, Strict, WithJsonSchema
from pydantic_core import PydanticCustomError

from monitor.config import readers, values
from monitor.config.values import NotationError
from monitor.settings import Rate

_T = TypeVar("_T")


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
    _reader(readers.max_age),
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
CronText = Annotated[str, _reader(readers.cron), _text(r"^\S+( +\S+){4}$", "0 8,20 * * *")]
Zone = Annotated[str, _reader(readers.zone), _text(r"^[A-Za-z0-9_+/-]+$", "Asia/Gaza", "Africa/Cairo")]
Encoding = Annotated[str, _reader(readers.encoding), _text(r"^[A-Za-z0-9_-]+$", "windows-1256", "utf-8")]
Name = Annotated[str, _reader(readers.name), _text(r"^[^#\s].*$")]
Tag = Annotated[str, _reader(readers.tag), _text(r"^[^#\s][^\s]*$", "general")]
Term = Annotated[str, Strict(), _text(r"\S")]  # its own language is judged by `rules`
FeedUrl = Annotated[
    str, _reader(readers.feed_url), _text(r"^[hH][tT][tT][pP][sS]?://\S+$", "https://outlet.example/rss")
]
ProxyUrl = Annotated[str, _reader(readers.proxy), _text(r"^\S+$", "socks5://127.0.0.1:1080")]
ChannelUrl = Annotated[str, _reader(readers.channel_url), _text(r"^\S+$", "tgram://${TELEGRAM_TOKEN}/${TELEGRAM_CHAT}")]
UserAgent = Annotated[str, _reader(readers.user_agent), _text(r"^[ -~]+$")]
Headers = Annotated[
    dict[str, str],
    _reader(readers.headers),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}}),
]
