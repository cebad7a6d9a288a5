"""The outbox: deliveries and their attempts as rows. It keeps states and decides none of them.

pending ─┬─► sending ─┬─► sent
held ────┤            ├─► waiting (until a time) ─► sending
waiting ─┤            ├─► unknown ─► sending (once more, marked as a possible repeat)
unknown ─┘            └─► dead, and perhaps a new row for the fallback channel
any but sending, sent ─► dropped (by a person); dead, dropped ─► pending (by a person)
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from monitor.model import AlertId, Delivery, DeliveryId, DeliveryState, ItemId, Severity
from monitor.store.outbox_holds import DUE, OutboxHolds
from monitor.store.outbox_reads import OPEN_INDEX, OutboxReads
from monitor.store.outbox_reads import Attempt as Attempt
from monitor.store.outbox_reads import OutboxRow as OutboxRow
from monitor.store.rows import safe, to_json, to_text, to_text_or_none, to_time

if TYPE_CHECKING:
    from monitor.alerts.batch import Queued
    from monitor.alerts.routing import DeliveryDecision

_QUEUED = "d.id, a.item_id, a.kind, d.state, d.severity, d.created_at, d.held_by, d.batch, d.possible_repeat"


class Outbox(OutboxReads, OutboxHolds):
    """The deliveries and attempts tables."""

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
            f"SELECT DISTINCT channel FROM deliveries WHERE {OPEN_INDEX} AND ("
            "state IN ('pending', 'waiting', 'unknown') AND next_attempt_at <= :now "
            "OR state = 'held' AND held_until <= :now)",
            {"now": to_text(now)},
        )
        return [row[0] for row in rows]

    def queue(self, channel: str, now: datetime, limit: int) -> list[Queued]:
        """The due rows of a channel, the most severe first, then the oldest; only repeats where there are any."""
        values = {"channel": channel, "now": to_text(now), "limit": limit}
        repeats = self._connection.execute(
            f"SELECT {_QUEUED} FROM deliveries AS d JOIN alerts AS a ON a.id = d.alert_id "
            f"WHERE possible_repeat = 1 AND {DUE} ORDER BY d.created_at, d.id",
            values,
        ).fetchall()
        rows = repeats or self._connection.execute(
            f"SELECT {_QUEUED} FROM (SELECT * FROM deliveries INDEXED BY deliveries_order WHERE {DUE} "
            "ORDER BY severity DESC, created_at, id LIMIT :limit) AS d JOIN alerts AS a ON a.id = d.alert_id "
            "ORDER BY d.severity DESC, d.created_at, d.id",
            values,
        )
        return [_queued(row) for row in rows]

    # --- states -------------------------------------------------------------------------------------------------------

    def claim(self, ids: Collection[DeliveryId], batch: str, now: datetime) -> int:
        """Mark these rows as being sent under `batch` and begin an attempt for each. Gives how many."""
        values = {"ids": to_json(list(ids)), "batch": batch, "now": to_text(now)}
        claimed = self._connection.execute(
            "UPDATE deliveries SET state = 'sending', batch = :batch, updated_at = :now "
            "WHERE id IN (SELECT value FROM json_each(:ids)) AND state IN ('pending', 'waiting', 'unknown', 'held')",
            values,
        ).rowcount
        self._begin_attempts(batch, now)
        return claimed

    def claim_all(self, channel: str, held_by: str | None, batch: str, now: datetime) -> int:
        """As `claim`, for everything of a channel that is due: held by `held_by`, or not held (None)."""
        sort = "state <> 'held'" if held_by is None else "state = 'held' AND held_by = :held_by"
        claimed = self._connection.execute(
            "UPDATE deliveries SET state = 'sending', batch = :batch, updated_at = :now "
            f"WHERE {DUE} AND {sort} AND possible_repeat = 0",
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
        return self.deliveries(
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


def _queued(row: tuple[Any, ...]) -> Queued:
    from monitor.alerts.batch import Queued

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
