"""The outbox: deliveries and their attempts as rows. It keeps states and decides none of them.

pending ─┬─► sending ─┬─► sent
held ────┤            ├─► waiting (until a time) ─► sending
waiting ─┤            ├─► unknown ─► sending (once more, marked as a possible repeat)
unknown ─┘            └─► dead, and perhaps a new row for the fallback channel
any but sending, sent ─► dropped (by a person); dead, dropped ─► pending (by a person)
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.alerts.batch import Queued
from monitor.alerts.routing import DeliveryDecision
from monitor.model import AlertId, Delivery, DeliveryId, DeliveryState, ItemId, Severity
from monitor.store.alerts import Alerts
from monitor.store.rows import safe, to_json, to_text, to_text_or_none, to_time, to_time_or_none

OPEN = "('pending', 'waiting', 'unknown')"
# Literally as in the partial index, or SQLite does not use it.
_OPEN_INDEX = "state IN ('pending', 'held', 'sending', 'waiting', 'unknown')"
_DUE = (
    f"channel = :channel AND {_OPEN_INDEX} AND "
    "(state IN ('pending', 'waiting', 'unknown') AND next_attempt_at <= :now "
    "OR state = 'held' AND held_until <= :now)"
)
_QUEUED = "d.id, a.item_id, a.kind, d.state, d.severity, d.created_at, d.held_by, d.batch, d.possible_repeat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One send of a delivery, as kept. `outcome`: sending | sent | rate_limited | temporary | permanent | unknown |
    interrupted. `ms`: how long it took."""

    at: datetime
    ms: int
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """A delivery with everything that is kept of it, for `outbox list|show`."""

    delivery: Delivery
    hint: str
    held_by: str
    held_until: datetime | None
    fallback_for: str
    possible_repeat: bool
    sent_at: datetime | None
    updated_at: datetime
    tries: tuple[Attempt, ...] = ()


class Outbox:
    """The deliveries and attempts tables."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    # --- coming in ----------------------------------------------------------------------------------------------------

    def enqueue(
        self, alert_id: AlertId, deliveries: Sequence[DeliveryDecision], severity: Severity, now: datetime
    ) -> int:
        """One row for each channel that is told; a row that is there already stays. Gives how many are new."""
        at = to_text(now)
        rows = [
            (
                alert_id,
                safe(one.channel),
                one.state.value,
                int(severity),
                to_text_or_none(one.hold.until) if one.hold else None,
                one.hold.by if one.hold else "",
                safe(one.reason),
                at,
            )
            for one in deliveries
        ]
        cursor = self._connection.executemany(
            "INSERT INTO deliveries (alert_id, channel, state, severity, held_until, held_by, reason, next_attempt_at, "
            "created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?8) ON CONFLICT DO NOTHING",
            rows,
        )
        return max(0, cursor.rowcount)

    def to_fallback(self, ids: Collection[DeliveryId], fallback: str, now: datetime) -> int:
        """Give the alerts of these deliveries to another channel, where it has not got them yet."""
        cursor = self._connection.execute(
            "INSERT INTO deliveries (alert_id, channel, state, severity, next_attempt_at, reason, fallback_for, "
            "created_at, updated_at) SELECT alert_id, :fallback, 'pending', severity, :now, "
            "'in place of ' || channel, channel, :now, :now FROM deliveries "
            "WHERE id IN (SELECT value FROM json_each(:ids)) AND channel <> :fallback ON CONFLICT DO NOTHING",
            {"fallback": safe(fallback), "now": to_text(now), "ids": to_json(list(ids))},
        )
        return max(0, cursor.rowcount)

    # --- what is due --------------------------------------------------------------------------------------------------

    def due_channels(self, now: datetime) -> list[str]:
        """Channels with something to decide at `now`, held rows whose silence was lifted included."""
        rows = self._connection.execute(
            f"SELECT DISTINCT channel FROM deliveries WHERE {_OPEN_INDEX} AND ("
            "state IN ('pending', 'waiting', 'unknown') AND next_attempt_at <= :now "
            "OR state = 'held' AND held_until <= :now)",
            {"now": to_text(now)},
        )
        return [row[0] for row in rows]

    def queue(self, channel: str, now: datetime, limit: int) -> list[Queued]:
        """The due rows of a channel, the most severe first, then the oldest."""
        rows = self._connection.execute(
            f"SELECT {_QUEUED} FROM deliveries AS d JOIN alerts AS a ON a.id = d.alert_id "
            f"WHERE d.id IN (SELECT id FROM deliveries WHERE {_DUE} "
            "ORDER BY possible_repeat DESC, severity DESC, created_at, id LIMIT :limit) "
            "ORDER BY d.severity DESC, d.created_at, d.id",
            {"channel": channel, "now": to_text(now), "limit": limit},
        )
        return [_queued(row) for row in rows]

    # --- states -------------------------------------------------------------------------------------------------------

    def claim(self, ids: Collection[DeliveryId], batch: str, now: datetime) -> int:
        """Mark these rows as being sent under `batch` and begin an attempt for each. Gives how many."""
        values = {"ids": to_json(list(ids)), "batch": batch, "now": to_text(now)}
        claimed = self._connection.execute(
            "UPDATE deliveries SET state = 'sending', batch = :batch, updated_at = :now "
            f"WHERE id IN (SELECT value FROM json_each(:ids)) AND state IN {OPEN[:-1]}, 'held')",
            values,
        ).rowcount
        self._begin_attempts(batch, now)
        return claimed

    def claim_all(self, channel: str, held_by: str | None, batch: str, now: datetime) -> int:
        """As `claim`, for everything of a channel that is due: held by `held_by`, or not held (None)."""
        sort = "state <> 'held'" if held_by is None else "state = 'held' AND held_by = :held_by"
        claimed = self._connection.execute(
            "UPDATE deliveries SET state = 'sending', batch = :batch, updated_at = :now "
            f"WHERE {_DUE} AND {sort} AND possible_repeat = 0",
            {"channel": channel, "held_by": held_by, "batch": batch, "now": to_text(now)},
        ).rowcount
        self._begin_attempts(batch, now)
        return claimed

    def _begin_attempts(self, batch: str, now: datetime) -> None:
        self._connection.execute(
            "INSERT INTO attempts (delivery_id, at, outcome, batch) "
            "SELECT id, ?2, 'sending', ?1 FROM deliveries WHERE batch = ?1 AND state = 'sending'",
            (batch, to_text(now)),
        )

    def batch(self, batch: str, limit: int) -> list[Delivery]:
        """The deliveries being sent under `batch`, the most severe first, then the newest."""
        return self._deliveries(
            "batch = ? AND state = 'sending' ORDER BY severity DESC, created_at DESC, id LIMIT ?", (batch, limit)
        )

    def batch_counts(self, batch: str) -> tuple[int, dict[str, int]]:
        """How many deliveries `batch` carries, and how many of each label, the most frequent first."""
        rows = self._connection.execute(
            "SELECT a.label, count(*) FROM deliveries AS d JOIN alerts AS a ON a.id = d.alert_id "
            "WHERE d.batch = ? AND d.state = 'sending' GROUP BY a.label ORDER BY count(*) DESC, a.label",
            (batch,),
        ).fetchall()
        return sum(row[1] for row in rows), {row[0]: row[1] for row in rows[:12]}

    def finish(
        self,
        batch: str,
        state: DeliveryState,
        *,
        now: datetime,
        outcome: str,
        started: datetime,
        ms: int,
        reason: str = "",
        hint: str = "",
        next_at: datetime | None = None,
        counts: bool = True,
        keep_batch: str | None = None,
    ) -> list[DeliveryId]:
        """End the send of `batch`: rows and attempts in one step. Gives the rows.

        Args:
            counts: whether it was an attempt (a wait that the service asked for is none).
            keep_batch: what stands in `batch` afterwards; None: as it is.
        """
        values = {
            "batch": batch,
            "state": state.value,
            "now": to_text(now),
            "reason": safe(reason),
            "hint": safe(hint),
            "next": to_text_or_none(next_at),
            "counts": int(counts),
            "keep": keep_batch,
            "outcome": outcome,
            "started": to_text(started),
            "ms": ms,
        }
        self._connection.execute(
            "UPDATE attempts SET outcome = :outcome, ms = :ms, at = :started, reason = :reason "
            "WHERE outcome = 'sending' AND batch = :batch AND delivery_id IN "
            "(SELECT id FROM deliveries WHERE batch = :batch AND state = 'sending')",
            values,
        )
        rows = self._connection.execute(
            "UPDATE deliveries SET state = :state, updated_at = :now, reason = :reason, hint = :hint, "
            "next_attempt_at = :next, attempts = attempts + :counts, held_by = '', held_until = NULL, "
            "possible_repeat = CASE WHEN :state = 'unknown' THEN 1 ELSE possible_repeat END, "
            "sent_at = CASE WHEN :state = 'sent' THEN :now ELSE sent_at END, "
            "batch = coalesce(:keep, batch) WHERE batch = :batch AND state = 'sending' RETURNING id",
            values,
        ).fetchall()
        return [DeliveryId(row[0]) for row in rows]

    def recover(self, now: datetime) -> int:
        """After a start: what was being sent has an unknown outcome and is repeated, marked. Gives how many."""
        at = to_text(now)
        self._connection.execute(
            "UPDATE attempts SET outcome = 'interrupted', reason = 'the program ended during the send' "
            "WHERE outcome = 'sending'"
        )
        return self._connection.execute(
            "UPDATE deliveries SET state = 'unknown', possible_repeat = 1, next_attempt_at = ?1, updated_at = ?1, "
            "reason = 'the program ended during the send' WHERE state = 'sending'",
            (at,),
        ).rowcount

    # --- holding ------------------------------------------------------------------------------------------------------

    def hold_due(
        self, channel: str, severities: Collection[Severity], held_by: str, until: datetime, now: datetime
    ) -> int:
        """Hold the due rows of these severities until `until`. A repeat is held too: it can wait as well."""
        return self._connection.execute(
            "UPDATE deliveries SET state = 'held', held_by = CASE WHEN state = 'held' THEN held_by ELSE :by END, "
            f"held_until = :until, updated_at = :now, reason = :by WHERE {_DUE} "
            "AND severity IN (SELECT value FROM json_each(:severities))",
            {
                "channel": channel,
                "by": held_by,
                "until": to_text(until),
                "now": to_text(now),
                "severities": to_json([int(s) for s in severities]),
            },
        ).rowcount

    def hold_silenced(self, channel: str, now: datetime) -> int:
        """Hold what is due and silenced until its silence ends, and let go whose silence was lifted."""
        values = {"channel": channel, "now": to_text(now)}
        if not self._connection.execute("SELECT 1 FROM silences LIMIT 1").fetchone():
            return 0
        return self._connection.execute(
            "UPDATE deliveries SET state = 'held', held_by = 'silence', updated_at = :now, reason = 'silenced', "
            "held_until = hits.until FROM (SELECT d.id AS id, max(s.until) AS until FROM deliveries AS d "
            "JOIN alerts AS a ON a.id = d.alert_id JOIN items AS i ON i.id = a.item_id "
            "JOIN feeds AS f ON f.id = i.feed_id JOIN silences AS s ON s.until > :now AND ("
            "s.kind = 'rule' AND s.target = a.rule OR s.kind = 'feed' AND s.target = f.name "
            "OR s.kind = 'story' AND s.target = CAST(a.story_id AS TEXT)) "
            f"WHERE d.id IN (SELECT id FROM deliveries WHERE {_DUE}) GROUP BY d.id) AS hits "
            "WHERE deliveries.id = hits.id",
            values,
        ).rowcount

    def release(self, channel: str, held_by: str, until: datetime, now: datetime, *, later: bool = False) -> int:
        """Set a new end for what is held for one reason, after the configuration changed.

        Args:
            later: leave alone what is due already (a digest that was missed while the program was down).
        """
        return self._connection.execute(
            "UPDATE deliveries SET held_until = ?3, updated_at = ?4 "
            "WHERE channel = ?1 AND state = 'held' AND held_by = ?2 AND (?5 = 0 OR held_until > ?4)",
            (channel, held_by, to_text(until), to_text(now), int(later)),
        ).rowcount

    def lift_silences(self, now: datetime) -> int:
        """Make due what is held by silences that are no more in force (lifted, or set shorter)."""
        at = to_text(now)
        return self._connection.execute(
            "UPDATE deliveries SET held_until = ?1, updated_at = ?1 WHERE state = 'held' AND held_by = 'silence' "
            "AND held_until > ?1 AND NOT EXISTS (SELECT 1 FROM silences AS s, alerts AS a, items AS i, feeds AS f "
            "WHERE a.id = deliveries.alert_id AND i.id = a.item_id AND f.id = i.feed_id AND s.until > ?1 AND ("
            "s.kind = 'rule' AND s.target = a.rule OR s.kind = 'feed' AND s.target = f.name "
            "OR s.kind = 'story' AND s.target = CAST(a.story_id AS TEXT)))",
            (at,),
        ).rowcount

    # --- by a person --------------------------------------------------------------------------------------------------

    def retry(self, ids: Collection[DeliveryId], now: datetime) -> int:
        """Send again at once: what is dead, dropped, waiting or held. Gives how many; what was sent stays sent."""
        return self._connection.execute(
            "UPDATE deliveries SET state = 'pending', attempts = 0, next_attempt_at = ?2, held_by = '', "
            "held_until = NULL, batch = '', reason = 'asked for again', hint = '', updated_at = ?2 "
            "WHERE id IN (SELECT value FROM json_each(?1)) "
            "AND state IN ('dead', 'dropped', 'waiting', 'held', 'unknown')",
            (to_json(list(ids)), to_text(now)),
        ).rowcount

    def drop(self, ids: Collection[DeliveryId], now: datetime) -> int:
        """Give up on what is not sent yet and not being sent. Gives how many."""
        return self._connection.execute(
            "UPDATE deliveries SET state = 'dropped', reason = 'dropped by a person', updated_at = ?2 "
            "WHERE id IN (SELECT value FROM json_each(?1)) "
            "AND state IN ('pending', 'held', 'waiting', 'unknown', 'dead')",
            (to_json(list(ids)), to_text(now)),
        ).rowcount

    def bury(self, channel: str, reason: str, hint: str, now: datetime) -> list[DeliveryId]:
        """Everything that still waits for a channel is dead. Gives the rows."""
        rows = self._connection.execute(
            "UPDATE deliveries SET state = 'dead', reason = ?2, hint = ?3, updated_at = ?4 WHERE channel = ?1 "
            "AND state IN ('pending', 'held', 'waiting', 'unknown') RETURNING id",
            (channel, safe(reason), safe(hint), to_text(now)),
        ).fetchall()
        return [DeliveryId(row[0]) for row in rows]

    # --- looking ------------------------------------------------------------------------------------------------------

    def open_channels(self) -> list[str]:
        """Channels that something still waits for."""
        rows = self._connection.execute(f"SELECT DISTINCT channel FROM deliveries WHERE {_OPEN_INDEX}")
        return [row[0] for row in rows]

    def next_due(self) -> datetime | None:
        """When the next row is due; in the past when something is; None when nothing waits."""
        row = self._connection.execute(
            "SELECT min(CASE state WHEN 'held' THEN held_until ELSE next_attempt_at END) FROM deliveries "
            f"WHERE {_OPEN_INDEX} AND state <> 'sending'"
        ).fetchone()
        return to_time_or_none(row[0])

    def counts(self) -> Mapping[str, int]:
        """How many deliveries are in each state."""
        return dict(self._connection.execute("SELECT state, count(*) FROM deliveries GROUP BY state").fetchall())

    def listed(
        self,
        *,
        states: Collection[DeliveryState] = (),
        channel: str | None = None,
        limit: int = 50,
        before: DeliveryId | None = None,
    ) -> list[OutboxRow]:
        """Deliveries, the newest first; of some states, of one channel, with an id below `before`."""
        ids = self._connection.execute(
            "SELECT id FROM deliveries WHERE (?1 = '[]' OR state IN (SELECT value FROM json_each(?1))) "
            "AND (?2 IS NULL OR channel = ?2) AND (?3 IS NULL OR id < ?3) ORDER BY id DESC LIMIT ?4",
            (to_json([state.value for state in states]), channel, before, limit),
        ).fetchall()
        return [row for (found,) in ids if (row := self.get(DeliveryId(found))) is not None]

    def of_alert(self, alert_id: AlertId) -> list[OutboxRow]:
        """The deliveries of an alert, in order."""
        ids = self._connection.execute("SELECT id FROM deliveries WHERE alert_id = ? ORDER BY id", (alert_id,))
        return [row for (found,) in ids.fetchall() if (row := self.get(DeliveryId(found))) is not None]

    def get(self, delivery_id: DeliveryId) -> OutboxRow | None:
        """One delivery with its attempts, or None."""
        found = self._deliveries("id = ?", (delivery_id,))
        if not found:
            return None
        hint, held_by, held_until, stands_for, repeat, sent_at, updated_at = self._connection.execute(
            "SELECT hint, held_by, held_until, fallback_for, possible_repeat, sent_at, updated_at "
            "FROM deliveries WHERE id = ?",
            (delivery_id,),
        ).fetchone()
        return OutboxRow(
            delivery=found[0],
            hint=hint,
            held_by=held_by,
            held_until=to_time_or_none(held_until),
            fallback_for=stands_for,
            possible_repeat=bool(repeat),
            sent_at=to_time_or_none(sent_at),
            updated_at=to_time(updated_at),
            tries=self.attempts(delivery_id),
        )

    def attempts(self, delivery_id: DeliveryId) -> tuple[Attempt, ...]:
        """Every send of a delivery, the first one first."""
        rows = self._connection.execute(
            "SELECT at, ms, outcome, reason FROM attempts WHERE delivery_id = ? ORDER BY id", (delivery_id,)
        )
        return tuple(Attempt(at=to_time(at), ms=ms, outcome=outcome, reason=why) for at, ms, outcome, why in rows)

    def _deliveries(self, where: str, values: Sequence[object]) -> list[Delivery]:
        rows = self._connection.execute(
            "SELECT id, alert_id, channel, state, attempts, created_at, next_attempt_at, reason FROM deliveries "
            f"WHERE {where}",
            tuple(values),
        ).fetchall()
        alerts = Alerts(self._connection).get_all({AlertId(row[1]) for row in rows})
        return [
            Delivery(
                id=DeliveryId(row[0]),
                alert=alerts[AlertId(row[1])],
                channel=row[2],
                state=DeliveryState(row[3]),
                attempts=row[4],
                created_at=to_time(row[5]),
                next_attempt_at=to_time_or_none(row[6]),
                reason=row[7],
            )
            for row in rows
            if AlertId(row[1]) in alerts
        ]


def _queued(row: tuple[Any, ...]) -> Queued:
    return Queued(
        id=DeliveryId(row[0]),
        item_id=ItemId(row[1]),
        kind=row[2],
        state=DeliveryState(row[3]),
        severity=Severity(row[4]),
        created_at=to_time(row[5]),
        held_by=row[6],
        batch=row[7],
        possible_repeat=bool(row[8]),
    )
