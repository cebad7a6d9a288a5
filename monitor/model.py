"""The frozen values that travel the line from a feed to a message. No behaviour beyond what a value knows of itself.

Times are aware and in UTC; texts are plain (no markup, no entities) unless a name says otherwise.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, NewType

FeedId = NewType("FeedId", int)
ItemId = NewType("ItemId", int)
StoryId = NewType("StoryId", int)
AlertId = NewType("AlertId", int)
DeliveryId = NewType("DeliveryId", int)

FieldName = Literal["title", "summary"]


class Severity(enum.IntEnum):
    """How much an alert matters; ordered, so that `>=` asks "at least"."""

    LOW = 0
    NORMAL = 1
    URGENT = 2

    @property
    def word(self) -> str:
        """As written in config.toml: low, normal, urgent."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a server gave with the last body that was accepted, replayed verbatim (RFC 9110 section 13.1)."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What the store remembers of a feed between polls.

    `body_hash`: of the last accepted body, from its first item on (`feeds.parse.body_hash`). `known_digests`: 8-byte
    digests of its raw items. `interval`: the settled time between
    polls. `state`: active | held (its whole window suddenly looked new) | stopped (410 or by the user).
    `pending_url`: where 301/308 have pointed since `pending_since`. `last_new_at`: when it last brought a new item.
    """

    id: FeedId
    name: str
    url: str
    state: Literal["active", "held", "stopped"] = "active"
    validators: Validators = field(default_factory=Validators)
    body_hash: bytes = b""
    known_digests: frozenset[bytes] = frozenset()
    interval: timedelta | None = None
    next_poll_at: datetime | None = None
    last_success_at: datetime | None = None
    first_polled_at: datetime | None = None
    failures: int = 0
    last_error: str = ""
    pending_url: str | None = None
    pending_since: datetime | None = None
    hints: Mapping[str, object] = field(default_factory=dict)
    last_new_at: datetime | None = None


# --- items, matches, stories ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A stored item in its latest revision. `outlet` is the feed's name. `link` is the canonical link's original."""

    id: ItemId
    feed_id: FeedId
    outlet: str
    title: str
    summary: str = ""
    guid: str | None = None
    link: str | None = None
    published: datetime | None = None
    first_seen: datetime
    revision: int = 1
    date_note: str = ""
    image: str | None = None
    categories: tuple[str, ...] = ()

    @property
    def at(self) -> datetime:
        """When it was published, or first seen where the feed did not say."""
        return self.published or self.first_seen


class Hit(NamedTuple):
    """Where a term hit. Offsets are code points in the field as given, end exclusive; `text` is that slice.

    `how`: the way from the term to the text, in words ("exact", "prefix ل", "article", "pronoun ها", "slop 1" …).
    """

    term: str
    field: FieldName
    start: int
    end: int
    text: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A rule that holds for an item, with every span that made it hold, in the order title, summary, offset."""

    rule: str
    item_id: ItemId
    hits: tuple[Hit, ...]


Role = Literal["opens", "updates", "repeats"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Which story an item belongs to. `score`: 0..1, of the pair score that decided; `reason`: in words."""

    story_id: StoryId
    role: Role
    score: float
    reason: str
    parent_id: StoryId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The items about one event. `outlets` in order of appearance, each once."""

    id: StoryId
    headline: str
    first_at: datetime
    last_at: datetime
    outlets: tuple[str, ...]
    items: int


AlertKind = Literal["new", "update", "corroborated", "revised"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """The decision to tell: rule × story. `reason`: why now. `difference`: what changed, for updates; else ""."""

    id: AlertId
    rule: str
    label: str
    severity: Severity
    kind: AlertKind
    story: Story
    item: Item
    hits: tuple[Hit, ...]
    created_at: datetime
    reason: str
    difference: str = ""


# --- deliveries -----------------------------------------------------------------------------------------------------


class DeliveryState(enum.StrEnum):
    """The life of a delivery. SENT, DEAD and DROPPED are final."""

    PENDING = "pending"
    HELD = "held"
    SENDING = "sending"
    WAITING = "waiting"
    UNKNOWN = "unknown"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """alert × channel: one row of the outbox. `attempts` counts sends that were the channel's fault, not waits.

    `stands_for`: the channel that could not be reached, where this one is its fallback; else "".
    """

    id: DeliveryId
    alert: Alert
    channel: str
    state: DeliveryState
    attempts: int
    created_at: datetime
    next_attempt_at: datetime | None = None
    reason: str = ""
    stands_for: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A text ready for one channel. `body` is in `format`; `plain` carries the same with its links, for e-mail.

    `headers`: extra e-mail headers (Message-ID, References …). `payload`: the alert as fields, for JSON webhooks.
    `key`: stable for the deliveries it carries, so that a repeat is byte for byte the same.
    """

    subject: str
    body: str
    format: Literal["text", "html"]
    plain: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    payload: Mapping[str, object] | None = None
    key: str = ""
