"""What can come of a fetch, a parse or a send, as values: a door to the world answers with one of these, never raises.

Times are aware and in UTC; texts are plain (no markup, no entities) unless a name says otherwise.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from monitor.model import Validators


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A body was received. `body`: decoded from its content coding, not from its charset.

    `headers`: lower-case names. `url`: the address that answered; `moved_to`: where a 301/308 chain led, or None.
    `not_before`: the earliest next poll that the answer's freshness asks for, or None.
    """

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes
    validators: Validators
    elapsed: timedelta
    moved_to: str | None = None
    not_before: datetime | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """304: the body we have is current."""

    url: str
    elapsed: timedelta
    validators: Validators = field(default_factory=Validators)
    moved_to: str | None = None
    not_before: datetime | None = None


class Failure(enum.StrEnum):
    """Why a poll brought nothing, as a closed list; the value is what logs and `--json` show."""

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    REFUSED_ADDRESS = "refused_address"
    BAD_URL = "bad_url"
    REDIRECTS = "redirects"
    HTTP = "http"
    BLOCKED = "blocked"
    RATE_LIMITED = "rate_limited"
    GONE = "gone"
    PROTOCOL = "protocol"
    ENCODING = "encoding"
    NOT_A_FEED = "not_a_feed"
    EMPTY = "empty"
    PARSE = "parse"
    PARSER_KILLED = "parser_killed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchFailed:
    """No usable body. `reason`: a sentence a person understands. `retry_after`: the server's own wait, for its host."""

    kind: Failure
    reason: str
    url: str
    elapsed: timedelta
    status: int | None = None
    retry_after: timedelta | None = None


FetchOutcome = Fetched | NotModified | FetchFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedItem:
    """One publication as read from a feed, before we know whether we have seen it.

    `link`: absolute http(s) URL or None. `published`: None when absent or not understood; `published_raw` is the text
    that stood there; `date_note` says what was done to it ("" | "clamped: in the future" …). `flags`: e.g. "mojibake".
    `digest`: 8 bytes over the raw item where the body could be cut, else b"".
    """

    title: str
    summary: str = ""
    guid: str | None = None
    link: str | None = None
    published: datetime | None = None
    published_raw: str = ""
    date_note: str = ""
    image: str | None = None
    categories: tuple[str, ...] = ()
    author: str = ""
    flags: tuple[str, ...] = ()
    digest: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What a body held, in the document's order.

    `items` holds only the items not known by digest; `unchanged` counts those that were. `digests`: of every raw item
    in the body, to be remembered. `hints`: ttl_minutes, skip_hours, update_seconds as found. `notes`: caps, charset
    decisions, repairs, in words.
    """

    items: tuple[ParsedItem, ...]
    title: str = ""
    site: str | None = None
    charset: str = "utf-8"
    unchanged: int = 0
    digests: frozenset[bytes] = frozenset()
    body_hash: bytes = b""
    hints: Mapping[str, object] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseFailed:
    """The body was no feed, or its parser had to be killed."""

    kind: Failure
    reason: str
    suggestion: str | None = None


ParseOutcome = ParsedFeed | ParseFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The service took the message."""

    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimited:
    """The service asks to wait. Not counted as an attempt."""

    wait: timedelta
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Temporary:
    """It failed in a way that may pass."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Permanent:
    """It will fail every time until a person does `hint`.

    `scope`: whether the service refused the channel as such, or only this message.
    """

    reason: str
    hint: str = ""
    scope: Literal["channel", "message"] = "channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownOutcome:
    """It may or may not have arrived (a timeout after sending)."""

    reason: str


SendOutcome = Sent | RateLimited | Temporary | Permanent | UnknownOutcome
