"""Looking at the outbox: deliveries with their attempts, as `outbox list|show` and a send need them. Reads only."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.model import AlertId, Delivery, DeliveryId, DeliveryState
from monitor.store.rows import to_json, to_time, to_time_or_none

# Literally as in the partial index, or SQLite does not use it.
OPEN_INDEX = "state IN ('pending', 'held', 'sending', 'waiting', 'unknown')"


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


class OutboxReads:
    """What can be asked of the deliveries and attempts tables."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def open_channels(self) -> list[str]:
        """Channels that something still waits for."""
        rows = self._connection.execute(f"SELECT DISTINCT channel FROM deliveries WHERE {OPEN_INDEX}")
        return [row[0] for row in rows]

    def open_by_channel(self) -> Mapping[str, int]:
        """How many deliveries still wait for each channel, those being sent included."""
        rows = self._connection.execute(
            f"SELECT channel, count(*) FROM deliveries WHERE {OPEN_INDEX} GROUP BY channel ORDER BY channel"
        )
        return dict(rows.fetchall())

    def next_due(self) -> datetime | None:
        """When the next row is due; in the past when something is; None when nothing waits."""
        row = self._connection.execute(
            "SELECT min(CASE state WHEN 'held' THEN held_until ELSE next_attempt_at END) FROM deliveries "
            f"WHERE {OPEN_INDEX} AND state <> 'sending'"
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
        found = self.deliveries("id = ?", (delivery_id,))
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

    def deliveries(self, where: str, values: Sequence[object]) -> list[Delivery]:
        """Deliveries by a condition of this package's own, with their alerts."""
        rows = self._connection.execute(
            "SELECT id, alert_id, channel, state, attempts, created_at, next_attempt_at, reason, "
            "fallback_for FROM deliveries "
            f"WHERE {where}",
            tuple(values),
        ).fetchall()
        from monitor.store.alerts import Alerts

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
                stands_for=row[8],
            )
            for row in rows
            if AlertId(row[1]) in alerts
        ]
