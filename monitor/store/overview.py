"""Feeds at a glance: how each one does, how much it brings, what is wrong with it. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from monitor.model import FeedId
from monitor.store.rows import from_json, to_text, to_time_or_none
from monitor.store.tables import Tables

_RECENT = timedelta(days=7)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedOverview:
    """One feed. `items_a_day`: over the last week or since it was first read; on its first day what the dates of its
    items say; None: not known.

    `last_outcome`: of its last poll, in one word. `last_error`: why it fails now, in words, or "". `state_reason`: why
    it is held or stopped. `items`: kept in all; `held_items`: waiting for `feeds release`.
    """

    id: FeedId
    name: str
    url: str
    tags: tuple[str, ...]
    configured: bool
    state: str
    state_reason: str
    last_poll_at: datetime | None
    last_outcome: str
    last_status: int | None
    last_success_at: datetime | None
    last_new_at: datetime | None
    next_poll_at: datetime | None
    interval: timedelta | None
    items_a_day: float | None
    items: int
    held_items: int
    failures: int
    failing_since: datetime | None
    last_error: str
    last_error_kind: str
    polls: int
    unchanged_polls: int
    pending_url: str | None

    @property
    def trouble(self) -> str:
        """What is wrong, in words; "" for a feed that does well."""
        if self.state != "active":
            return f"{self.state}: {self.state_reason}" if self.state_reason else self.state
        if self.last_error:
            times = f" ({self.failures} times in a row)" if self.failures > 1 else ""
            return f"{self.last_error}{times}"
        return "" if self.last_success_at is not None else "not read yet"


def feed_overviews(tx: Tables, now: datetime, *, name: str | None = None, all_: bool = False) -> list[FeedOverview]:
    """The configured feeds, or every one that was, or the one called `name`; by name."""
    since = to_text(now - _RECENT)
    rows = tx.connection.execute(
        "SELECT id, name, url, tags, configured, state, state_reason, last_poll_at, last_outcome, last_status, "
        "last_success_at, last_new_at, next_poll_at, interval_seconds, failures, failing_since, last_error, "
        "last_error_kind, polls, unchanged_polls, pending_url, first_polled_at, "
        "(SELECT count(*) FROM items WHERE feed_id = feeds.id), "
        "(SELECT count(*) FROM items WHERE feed_id = feeds.id AND first_seen_at >= :since AND status <> 'backlog'), "
        "(SELECT count(*) FROM items WHERE feed_id = feeds.id AND status = 'held'), hints "
        "FROM feeds WHERE (:all OR configured = 1) AND (:name IS NULL OR name = :name) ORDER BY name",
        {"since": since, "all": all_ or name is not None, "name": name},
    )
    return [_overview(row, now) for row in rows]


def _overview(row: tuple[Any, ...], now: datetime) -> FeedOverview:
    first_polled_at, items, recent, held = to_time_or_none(row[21]), row[22], row[23], row[24]
    rate = None
    if first_polled_at is not None and now - first_polled_at >= _DAY:
        rate = recent / (min(now - first_polled_at, _RECENT) / _DAY)
    elif first_polled_at is not None:
        told = from_json(row[25] or "{}").get("items_a_day")
        rate = float(told) if isinstance(told, int | float) else None
    return FeedOverview(
        id=FeedId(row[0]),
        name=row[1],
        url=row[2],
        tags=tuple(from_json(row[3])),
        configured=bool(row[4]),
        state=row[5],
        state_reason=row[6],
        last_poll_at=to_time_or_none(row[7]),
        last_outcome=row[8],
        last_status=row[9],
        last_success_at=to_time_or_none(row[10]),
        last_new_at=to_time_or_none(row[11]),
        next_poll_at=to_time_or_none(row[12]),
        interval=None if row[13] is None else timedelta(seconds=row[13]),
        failures=row[14],
        failing_since=to_time_or_none(row[15]),
        last_error=row[16],
        last_error_kind=row[17],
        polls=row[18],
        unchanged_polls=row[19],
        pending_url=row[20],
        items_a_day=rate,
        items=items,
        held_items=held,
    )
