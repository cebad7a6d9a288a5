"""Holding deliveries back and letting them go, by the clock, by a silence, or by a person. It decides none of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from datetime import datetime

from monitor.model import DeliveryId, Severity
from monitor.store.outbox_reads import OPEN_INDEX
from monitor.store.rows import safe, to_json, to_text

# The open rows of a channel that something can be done with now.
DUE = (
    f"channel = :channel AND {OPEN_INDEX} AND "
    "(state IN ('pending', 'waiting', 'unknown') AND next_attempt_at <= :now "
    "OR state = 'held' AND held_until <= :now)"
)


class OutboxHolds:
    """Changes of state that are no sends."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def hold_due(
        self, channel: str, severities: Collection[Severity], held_by: str, until: datetime, now: datetime
    ) -> int:
        """Hold the due rows of these severities until `until`. A repeat is held too: it can wait as well."""
        return self._connection.execute(
            "UPDATE deliveries SET state = 'held', held_by = CASE WHEN state = 'held' THEN held_by ELSE :by END, "
            f"held_until = :until, updated_at = :now, reason = :by WHERE {DUE} "
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
            f"WHERE d.id IN (SELECT id FROM deliveries WHERE {DUE}) GROUP BY d.id) AS hits "
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
        """Send again at once: what is dead, dropped, waiting or held. Gives how many; what was sent stays sent.

        Somebody who asks has put right what was wrong: a channel that was refused or failing is tried again at once. A
        wait that the service itself asked for stands.
        """
        values = (to_json(list(ids)), to_text(now))
        asked = self._connection.execute(
            "UPDATE deliveries SET state = 'pending', attempts = 0, next_attempt_at = ?2, held_by = '', "
            "held_until = NULL, batch = '', reason = 'asked for again', hint = '', updated_at = ?2 "
            "WHERE id IN (SELECT value FROM json_each(?1)) "
            "AND state IN ('dead', 'dropped', 'waiting', 'held', 'unknown')",
            values,
        ).rowcount
        self._connection.execute(
            "UPDATE channels SET parked_until = NULL, parked_reason = '', broken = 0 WHERE failures > 0 AND name IN "
            "(SELECT channel FROM deliveries WHERE id IN (SELECT value FROM json_each(?1)) AND state = 'pending')",
            values[:1],
        )
        return asked

    def drop(self, ids: Collection[DeliveryId], now: datetime) -> int:
        """Give up on what is not sent yet and not being sent. Gives how many."""
        return self._connection.execute(
            "UPDATE deliveries SET state = 'dropped', reason = 'dropped by a person', updated_at = ?2 "
            "WHERE id IN (SELECT value FROM json_each(?1)) "
            "AND state IN ('pending', 'held', 'waiting', 'unknown', 'dead')",
            (to_json(list(ids)), to_text(now)),
        ).rowcount

    # --- for a channel that left the configuration --------------------------------------------------------------------

    def advise(self, channel: str, hint: str, former: str, now: datetime) -> int:
        """Set the hint of everything that waits for a channel: `hint`, or none where it was `former`. Gives how many.

        `updated_at` of a row then says since when it has been so.
        """
        return self._connection.execute(
            "UPDATE deliveries SET hint = ?2, updated_at = ?4 WHERE channel = ?1 "
            "AND state IN ('pending', 'held', 'waiting', 'unknown') AND hint <> ?2 AND (?2 <> '' OR hint = ?3)",
            (channel, safe(hint), safe(former), to_text(now)),
        ).rowcount

    def bury(self, channel: str, reason: str, hint: str, now: datetime, untouched_since: datetime) -> int:
        """What waits for a channel and has not been touched since a time is dead. Gives how many."""
        return self._connection.execute(
            "UPDATE deliveries SET state = 'dead', reason = ?2, hint = ?3, updated_at = ?4 WHERE channel = ?1 "
            "AND state IN ('pending', 'held', 'waiting', 'unknown') AND updated_at < ?5",
            (channel, safe(reason), safe(hint), to_text(now), to_text(untouched_since)),
        ).rowcount
