"""Alerts: what was told of which story. Who got it is the outbox's."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.alerts.routing import AlertDecision, Told
from monitor.model import Alert, AlertId, AlertKind, ItemId, Severity, StoryId
from monitor.store.items import ITEM_COLUMNS, item_from
from monitor.store.rows import hits_from_json, hits_to_json, safe, to_json, to_text, to_time
from monitor.store.stories import STORY_COLUMNS, story_from

# A story that was merged keeps the alerts that its goal had as well; both count as told.
_TOLD = (
    "SELECT rule, kind FROM alerts WHERE story_id = ?1 UNION ALL "
    "SELECT rule, kind FROM stories JOIN alerts ON alerts.story_id = stories.id WHERE stories.merged_into = ?1"
)

_ALERT = (
    f"SELECT alerts.id, rule, label, severity, kind, hits, created_at, alerts.reason, difference, "
    f"{STORY_COLUMNS}, {ITEM_COLUMNS} FROM alerts JOIN items ON items.id = item_id JOIN feeds ON feeds.id = feed_id "
    "JOIN stories AS named ON named.id = alerts.story_id "
    "JOIN stories ON stories.id = coalesce(named.merged_into, named.id)"
)
_STORY_AT, _ITEM_AT = 9, 15


class Alerts:
    """The alerts table."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def told(self, story_id: StoryId, parent_id: StoryId | None = None, *, outlets: int = 1) -> Told:
        """What was told of a story before, and of the story it reacts to."""
        story = self._kinds(story_id)
        parent = frozenset(self._kinds(parent_id)) if parent_id is not None else frozenset()
        return Told(story=story, parent=parent, outlets=outlets)

    def _kinds(self, story_id: StoryId) -> dict[str, frozenset[AlertKind]]:
        kinds: dict[str, frozenset[AlertKind]] = {}
        for rule, kind in self._connection.execute(_TOLD, (story_id,)):
            kinds[rule] = kinds.get(rule, frozenset()) | {kind}
        return kinds

    def add(self, decision: AlertDecision, now: datetime, config_id: int | None = None) -> AlertId | None:
        """Store a decision that tells. None: this rule and story had such an alert already; the index says so."""
        row = self._connection.execute(
            "INSERT INTO alerts (rule, story_id, kind, item_id, severity, label, hits, created_at, reason, difference, "
            "config_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
            (
                safe(decision.rule),
                decision.story_id,
                decision.kind,
                decision.item.id,
                int(decision.severity),
                safe(decision.label),
                hits_to_json(decision.hits),
                to_text(now),
                safe(decision.reason),
                safe(decision.difference),
                config_id,
            ),
        ).fetchone()
        return None if row is None else AlertId(row[0])

    def get(self, alert_id: AlertId) -> Alert | None:
        """One alert, or None."""
        return self.get_all((alert_id,)).get(alert_id)

    def get_all(self, alert_ids: Collection[AlertId]) -> Mapping[AlertId, Alert]:
        """Alerts by id; those that are not there are left out."""
        rows = self._connection.execute(
            f"{_ALERT} WHERE alerts.id IN (SELECT value FROM json_each(?)) ORDER BY alerts.id",
            (to_json(list(alert_ids)),),
        )
        return {AlertId(row[0]): alert_from(row) for row in rows}

    def newest(
        self, *, rule: str | None = None, since: datetime | None = None, limit: int = 50, before: AlertId | None = None
    ) -> list[Alert]:
        """Alerts, the newest first; of one rule, since a time, with an id below `before`."""
        rows = self._connection.execute(
            f"{_ALERT} WHERE (?1 IS NULL OR rule = ?1) AND created_at >= ?2 AND (?3 IS NULL OR alerts.id < ?3) "
            "ORDER BY created_at DESC, alerts.id DESC LIMIT ?4",
            (rule, "" if since is None else to_text(since), before, limit),
        )
        return [alert_from(row) for row in rows]

    def of_item(self, item_id: ItemId) -> list[Alert]:
        """The alerts an item caused, the oldest first."""
        rows = self._connection.execute(f"{_ALERT} WHERE alerts.item_id = ? ORDER BY alerts.id", (item_id,))
        return [alert_from(row) for row in rows]

    def of_story(self, story_id: StoryId) -> list[Alert]:
        """The alerts of a story, those of stories merged into it included, the oldest first."""
        rows = self._connection.execute(
            f"{_ALERT} WHERE alerts.story_id IN (SELECT id FROM stories WHERE id = ?1 OR merged_into = ?1) "
            "ORDER BY alerts.id",
            (story_id,),
        )
        return [alert_from(row) for row in rows]

    def count(self, since: datetime, until: datetime) -> int:
        """How many alerts were created in [since, until)."""
        row = self._connection.execute(
            "SELECT count(*) FROM alerts WHERE created_at >= ? AND created_at < ?", (to_text(since), to_text(until))
        ).fetchone()
        return int(row[0])


def alert_from(row: Sequence[Any]) -> Alert:
    """An `Alert` from the columns of this module's query."""
    return Alert(
        id=AlertId(row[0]),
        rule=row[1],
        label=row[2],
        severity=Severity(row[3]),
        kind=row[4],
        hits=hits_from_json(row[5]),
        created_at=to_time(row[6]),
        reason=row[7],
        difference=row[8],
        story=story_from(row[_STORY_AT:_ITEM_AT]),
        item=item_from(row[_ITEM_AT:]),
    )
