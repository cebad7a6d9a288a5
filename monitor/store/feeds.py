"""What is remembered of each feed between polls: schedule, validators, failures. It decides nothing of them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

from monitor.model import FeedId, FeedState, Validators
from monitor.settings import Feed
from monitor.store.rows import (
    hints_from_json,
    safe,
    safe_or_none,
    to_json,
    to_text,
    to_text_or_none,
    to_time_or_none,
)

DIGEST_BYTES = 8
_DIGEST = re.compile(rb"(?s).{%d}" % DIGEST_BYTES)  # cuts the column up quicker than slices do


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPolled:
    """What one poll leaves behind in its feed's row.

    `outcome`: as in the log ("new", "not_modified", "unchanged", a failure's kind). `success`: the feed answered with
    what we have or could read. `state` None: keep, for a person may have changed it meanwhile. `validators`,
    `body_hash`, `digests`, `hints` None: keep what stands. `new`: how many items were new. `asked`: the address; where
    the feed has another one by now, nothing is written. None: whatever it is.
    """

    feed_id: FeedId
    at: datetime
    elapsed: timedelta
    outcome: str
    success: bool
    next_poll_at: datetime | None
    interval: timedelta | None
    failures: int = 0
    state: Literal["active", "held", "stopped"] | None = None
    state_reason: str = ""
    http_status: int | None = None
    error: str = ""
    error_kind: str = ""
    validators: Validators | None = None
    body_hash: bytes | None = None
    digests: frozenset[bytes] | None = None
    hints: Mapping[str, object] | None = None
    pending_url: str | None = None
    pending_since: datetime | None = None
    unchanged: bool = False
    new: int = 0
    asked: str | None = None


_STATE = (
    "SELECT id, name, url, state, etag, last_modified, coalesce(body_hash, x''), coalesce(digests, x''), "
    "interval_seconds, next_poll_at, last_success_at, first_polled_at, failures, last_error, pending_url, "
    "pending_since, hints, last_new_at FROM feeds LEFT JOIN feed_bodies ON feed_id = id"
)

_POLLED = """UPDATE feeds SET
    next_poll_at = :next, interval_seconds = :interval, last_poll_at = :at, last_outcome = :outcome,
    last_status = :status, last_ms = :ms, failures = :failures,
    state = coalesce(:state, state), state_reason = CASE WHEN :state IS NULL THEN state_reason ELSE :state_reason END,
    pending_url = :pending_url, pending_since = :pending_since, polls = polls + 1,
    last_error = :error, last_error_kind = :kind,
    failing_since = CASE WHEN :success THEN NULL ELSE coalesce(failing_since, :at) END,
    last_success_at = CASE WHEN :success THEN :at ELSE last_success_at END,
    first_polled_at = CASE WHEN :success THEN coalesce(first_polled_at, :at) ELSE first_polled_at END,
    last_changed_at = CASE WHEN :changed THEN :at ELSE last_changed_at END,
    last_new_at = CASE WHEN :new THEN :at ELSE last_new_at END,
    unchanged_polls = unchanged_polls + :unchanged,
    etag = CASE WHEN :validators THEN :etag ELSE etag END,
    last_modified = CASE WHEN :validators THEN :modified ELSE last_modified END,
    hints = coalesce(:hints, hints)
    WHERE id = :id AND (:asked IS NULL OR url = :asked)"""


# The same for the poll that most polls are: nothing changed. Three times cheaper than the whole statement.
_UNCHANGED = """UPDATE feeds SET
    next_poll_at = ?1, interval_seconds = ?2, last_poll_at = ?3, last_success_at = ?3,
    first_polled_at = coalesce(first_polled_at, ?3), last_outcome = ?4, last_status = ?5, last_ms = ?6,
    failures = 0, failing_since = NULL, last_error = '', last_error_kind = '', pending_url = ?7, pending_since = ?8,
    polls = polls + 1, unchanged_polls = unchanged_polls + 1
    WHERE id = ?9 AND (?10 IS NULL OR url = ?10)"""


class Feeds:
    """The feeds table and what belongs to it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def sync(self, feeds: Iterable[Feed], now: datetime) -> None:
        """Make the table agree with config.toml. Rows of feeds that left stay, unconfigured, with their items.

        A feed whose address changed is a feed never read before: it is asked at once, without validators, and its
        backlog counts as one.
        """
        at = to_text(now)
        wanted = {feed.name: feed for feed in feeds}
        rows = self._connection.execute("SELECT name, url, configured, tags FROM feeds").fetchall()
        known = {name: url for name, url, _, _ in rows}
        standing = {(name, tags) for name, _, configured, tags in rows if configured}
        self._connection.executemany(
            "INSERT INTO feeds (name, url, host, tags, added_at, next_poll_at) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (name, safe(feed.url), host_of(feed.url), _tags_of(feed), at, at)
                for name, feed in wanted.items()
                if name not in known
            ],
        )
        self._connection.executemany(
            "UPDATE feeds SET configured = 1, tags = ? WHERE name = ?",
            [
                (tags, name)
                for name, feed in wanted.items()
                if name in known and (name, tags := _tags_of(feed)) not in standing
            ],
        )
        moved = [feed for name, feed in wanted.items() if name in known and known[name] != safe(feed.url)]
        for feed in moved:
            self._connection.execute(
                "UPDATE feeds SET url = ?, host = ?, etag = NULL, last_modified = NULL, first_polled_at = NULL, "
                "pending_url = NULL, pending_since = NULL, failures = 0, failing_since = NULL, last_error = '', "
                "last_error_kind = '', state = 'active', state_reason = '', hints = '{}', interval_seconds = NULL, "
                "next_poll_at = ? WHERE name = ?",
                (safe(feed.url), host_of(feed.url), at, feed.name),
            )
            self._connection.execute(
                "DELETE FROM feed_bodies WHERE feed_id = (SELECT id FROM feeds WHERE name = ?)", (feed.name,)
            )
        self._connection.executemany(
            "UPDATE feeds SET configured = 0 WHERE name = ?", [(name,) for name, _ in standing if name not in wanted]
        )

    def state(self, name: str) -> FeedState | None:
        """What is remembered of the feed called `name`."""
        row = self._connection.execute(f"{_STATE} WHERE name = ?", (name,)).fetchone()
        return None if row is None else _feed_state(row)

    def states(self, names: Collection[str] | None = None) -> dict[str, FeedState]:
        """By name: of these feeds, or of every configured one."""
        if names is None:
            rows = self._connection.execute(f"{_STATE} WHERE configured = 1")
        else:
            rows = self._connection.execute(
                f"{_STATE} WHERE name IN (SELECT value FROM json_each(?))", (to_json(list(names)),)
            )
        return {row[1]: _feed_state(row) for row in rows}

    def stands(self, feed_id: FeedId, url: str) -> bool:
        """Whether the feed is configured, under this address."""
        row = self._connection.execute("SELECT configured, url FROM feeds WHERE id = ?", (feed_id,)).fetchone()
        return row is not None and bool(row[0]) and row[1] == safe(url)

    def hasten(self, names: Collection[str], latest: datetime) -> None:
        """Make these feeds due at `latest` where they would be later; those that fail keep the wait they were given."""
        at = to_text(latest)
        self._connection.executemany(
            "UPDATE feeds SET next_poll_at = ?1 WHERE name = ?2 AND next_poll_at > ?1 AND failures = 0",
            [(at, name) for name in names],
        )

    def due(self, now: datetime, limit: int = 10_000) -> list[str]:
        """Names of the feeds to poll at `now`, the longest due first."""
        rows = self._connection.execute(
            "SELECT name FROM feeds WHERE configured = 1 AND state <> 'stopped' AND next_poll_at <= ? "
            "ORDER BY next_poll_at LIMIT ?",
            (to_text(now), limit),
        )
        return [row[0] for row in rows]

    def next_due_at(self) -> datetime | None:
        """When the next feed is due, or None where none is."""
        row = self._connection.execute(
            "SELECT min(next_poll_at) FROM feeds WHERE configured = 1 AND state <> 'stopped'"
        ).fetchone()
        return to_time_or_none(row[0])

    def polled(self, polled: FeedPolled) -> None:
        """Write down one poll."""
        self.polled_all((polled,))

    def polled_all(self, polls: Iterable[FeedPolled]) -> None:
        """Write down polls of several feeds."""
        polls = tuple(polls)
        plain = [_unchanged_row(one) for one in polls if _is_plain(one)]
        if plain:
            self._connection.executemany(_UNCHANGED, plain)
        if len(plain) == len(polls):
            return
        self._connection.executemany(_POLLED, [_polled_row(one) for one in polls if not _is_plain(one)])
        bodies = [one for one in polls if one.body_hash is not None or one.digests is not None]
        if bodies:
            self._connection.executemany(
                "INSERT INTO feed_bodies (feed_id, body_hash, digests) SELECT id, ?2, ?3 FROM feeds "
                "WHERE id = ?1 AND (?4 IS NULL OR url = ?4) ON CONFLICT (feed_id) DO "
                "UPDATE SET body_hash = excluded.body_hash, digests = excluded.digests",
                [
                    (one.feed_id, one.body_hash or b"", b"".join(one.digests or ()), safe_or_none(one.asked))
                    for one in bodies
                ],
            )

    def set_state(self, name: str, state: Literal["active", "held", "stopped"], reason: str, now: datetime) -> bool:
        """Hold, stop or set free a feed; one set free is due at once. False: there is no such feed."""
        cursor = self._connection.execute(
            "UPDATE feeds SET state = :state, state_reason = :reason, "
            "next_poll_at = CASE WHEN :state = 'active' THEN :now ELSE next_poll_at END, "
            "failures = CASE WHEN :state = 'active' THEN 0 ELSE failures END WHERE name = :name",
            {"state": state, "reason": safe(reason), "now": to_text(now), "name": name},
        )
        return cursor.rowcount > 0

    def poll_soon(self, names: Collection[str] | None, now: datetime) -> None:
        """Make these feeds (None: every configured one) due at `now`."""
        if names is None:
            self._connection.execute("UPDATE feeds SET next_poll_at = ? WHERE configured = 1", (to_text(now),))
        else:
            self._connection.executemany(
                "UPDATE feeds SET next_poll_at = ? WHERE name = ?", [(to_text(now), name) for name in names]
            )

    def postpone(self, name: str, until: datetime, reason: str) -> None:
        """After a fault of ours: leave the feed alone until `until`, and show why."""
        self._connection.execute(
            "UPDATE feeds SET next_poll_at = ?, last_error = ?, last_error_kind = 'error', failures = failures + 1 "
            "WHERE name = ?",
            (to_text(until), safe(reason), name),
        )

    def forget_body(self, name: str) -> None:
        """Drop validators and digests, so that the next poll reads the feed as a whole."""
        self._connection.execute("UPDATE feeds SET etag = NULL, last_modified = NULL WHERE name = ?", (name,))
        self._connection.execute(
            "DELETE FROM feed_bodies WHERE feed_id = (SELECT id FROM feeds WHERE name = ?)", (name,)
        )


def _tags_of(feed: Feed) -> str:
    return to_json(list(feed.tags)) if feed.tags else "[]"


def host_of(url: str) -> str:
    """The host of an address, lower-case; "" where there is none."""
    try:
        return safe(urlsplit(url).hostname or "")
    except ValueError:
        return ""


def _is_plain(one: FeedPolled) -> bool:
    """Whether a poll found nothing to remember but its own time."""
    return (
        one.unchanged
        and one.success
        and one.state is None
        and one.validators is None
        and one.body_hash is None
        and one.digests is None
        and one.hints is None
    )


def _unchanged_row(one: FeedPolled) -> tuple[object, ...]:
    return (
        to_text_or_none(one.next_poll_at),
        None if one.interval is None else one.interval.total_seconds(),
        to_text(one.at),
        one.outcome,
        one.http_status,
        round(one.elapsed.total_seconds() * 1000),
        safe_or_none(one.pending_url),
        to_text_or_none(one.pending_since),
        one.feed_id,
        safe_or_none(one.asked),
    )


def _polled_row(one: FeedPolled) -> dict[str, object]:
    validators = one.validators or Validators()
    return {
        "id": one.feed_id,
        "asked": safe_or_none(one.asked),
        "next": to_text_or_none(one.next_poll_at),
        "interval": None if one.interval is None else one.interval.total_seconds(),
        "at": to_text(one.at),
        "outcome": one.outcome,
        "status": one.http_status,
        "ms": round(one.elapsed.total_seconds() * 1000),
        "failures": one.failures,
        "state": one.state,
        "state_reason": safe(one.state_reason),
        "pending_url": safe_or_none(one.pending_url),
        "pending_since": to_text_or_none(one.pending_since),
        "success": one.success,
        "changed": one.success and not one.unchanged,
        "error": safe(one.error),
        "kind": one.error_kind,
        "new": one.new,
        "unchanged": one.unchanged,
        "validators": one.validators is not None,
        "etag": safe_or_none(validators.etag),
        "modified": safe_or_none(validators.last_modified),
        "hints": None if one.hints is None else to_json(dict(one.hints)),
    }


def _feed_state(row: tuple[Any, ...]) -> FeedState:
    (feed_id, name, url, state, etag, modified, body_hash, digests, interval, next_at, success_at, first_at) = row[:12]
    failures, error, pending_url, pending_since, hints, new_at = row[12:]
    return FeedState(
        id=feed_id,
        name=name,
        url=url,
        state=state,
        validators=Validators(etag=etag, last_modified=modified),
        body_hash=body_hash,
        known_digests=frozenset(_DIGEST.findall(digests)),
        interval=None if interval is None else timedelta(seconds=interval),
        next_poll_at=to_time_or_none(next_at),
        last_success_at=to_time_or_none(success_at),
        first_polled_at=to_time_or_none(first_at),
        failures=failures,
        last_error=error,
        pending_url=pending_url,
        pending_since=to_time_or_none(pending_since),
        hints=hints_from_json(hints),
        last_new_at=to_time_or_none(new_at),
    )
