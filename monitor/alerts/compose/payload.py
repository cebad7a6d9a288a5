"""The alert as fields, for JSON webhooks: nothing cut, nothing marked up, times in ISO 8601 UTC. Pure.

The shape is public: fields are added, never renamed; `version` grows when one must change its meaning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.alerts.compose.note import Frame
from monitor.model import Delivery

VERSION = 1


def payload(deliveries: Sequence[Delivery], frame: Frame, text: str) -> Mapping[str, Any]:
    """Every alert of the message with its item, story and hits."""
    occasion = frame.occasion
    return {
        "version": VERSION,
        "key": frame.key,
        "occasion": occasion.kind,
        "possible_repeat": frame.repeat,
        "total": occasion.total or len(deliveries),
        "since": _time(occasion.since),
        "until": _time(occasion.until),
        "text": text,
        "alerts": [_alert(delivery) for delivery in deliveries],
    }


def _alert(delivery: Delivery) -> Mapping[str, Any]:
    alert, item, story = delivery.alert, delivery.alert.item, delivery.alert.story
    return {
        "delivery": delivery.id,
        "alert": alert.id,
        "kind": alert.kind,
        "rule": alert.rule,
        "label": alert.label,
        "severity": alert.severity.word,
        "created_at": _time(alert.created_at),
        "reason": alert.reason,
        "difference": alert.difference,
        "item": {
            "id": item.id,
            "outlet": item.outlet,
            "title": item.title,
            "summary": item.summary,
            "link": item.link,
            "guid": item.guid,
            "published": _time(item.published),
            "first_seen": _time(item.first_seen),
            "revision": item.revision,
        },
        "hits": [
            {"term": h.term, "field": h.field, "start": h.start, "end": h.end, "text": h.text, "how": h.how}
            for h in alert.hits
        ],
        "story": {
            "id": story.id,
            "headline": story.headline,
            "first_at": _time(story.first_at),
            "last_at": _time(story.last_at),
            "outlets": list(story.outlets),
            "items": story.items,
        },
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
