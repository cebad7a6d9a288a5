"""Values of the product as rows for programs (`--json`): flat, with stable names. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.cli.wording import iso

if TYPE_CHECKING:
    from monitor.model import Alert, Hit, Item, Story
    from monitor.store.item_lists import ListedItem
    from monitor.store.outbox import OutboxRow
    from monitor.store.overview import FeedOverview

Row = dict[str, Any]


def feed_row(feed: FeedOverview) -> Row:
    """One feed with its state."""
    return {
        "name": feed.name,
        "url": feed.url,
        "tags": list(feed.tags),
        "state": feed.state,
        "state_reason": feed.state_reason,
        "trouble": feed.trouble,
        "last_poll": iso(feed.last_poll_at),
        "last_outcome": feed.last_outcome,
        "last_status": feed.last_status,
        "last_success": iso(feed.last_success_at),
        "last_new": iso(feed.last_new_at),
        "next_poll": iso(feed.next_poll_at),
        "interval_seconds": None if feed.interval is None else feed.interval.total_seconds(),
        "items_a_day": None if feed.items_a_day is None else round(feed.items_a_day, 2),
        "items": feed.items,
        "held_items": feed.held_items,
        "failures": feed.failures,
        "failing_since": iso(feed.failing_since),
        "error": feed.last_error,
        "error_kind": feed.last_error_kind,
        "polls": feed.polls,
        "unchanged_polls": feed.unchanged_polls,
        "moved_to": feed.pending_url,
    }


def item_row(item: Item) -> Row:
    """One item as it is stored."""
    return {
        "id": item.id,
        "feed": item.outlet,
        "title": item.title,
        "summary": item.summary,
        "link": item.link,
        "guid": item.guid,
        "published": iso(item.published),
        "first_seen": iso(item.first_seen),
        "revision": item.revision,
    }


def listed_row(listed: ListedItem) -> Row:
    """One item with what was decided about it."""
    assignment = listed.assignment
    return {
        **item_row(listed.item),
        "status": listed.status,
        "reason": listed.reason,
        "rules": list(listed.rules),
        "story": None if assignment is None else assignment.story_id,
        "role": None if assignment is None else assignment.role,
        "score": None if assignment is None else round(assignment.score, 3),
    }


def story_row(story: Story) -> Row:
    """One story."""
    return {
        "id": story.id,
        "headline": story.headline,
        "first": iso(story.first_at),
        "last": iso(story.last_at),
        "outlets": list(story.outlets),
        "items": story.items,
    }


def hit_row(hit: Hit) -> Row:
    """One hit, as `monitor match` prints it."""
    return {
        "term": hit.term,
        "field": hit.field,
        "start": hit.start,
        "end": hit.end,
        "text": hit.text,
        "how": hit.how,
    }


def alert_row(alert: Alert) -> Row:
    """One alert."""
    return {
        "id": alert.id,
        "rule": alert.rule,
        "label": alert.label,
        "severity": alert.severity.word,
        "kind": alert.kind,
        "created": iso(alert.created_at),
        "reason": alert.reason,
        "difference": alert.difference,
        "story": alert.story.id,
        "headline": alert.item.title,
        "item": alert.item.id,
        "feed": alert.item.outlet,
        "link": alert.item.link,
        "hits": [hit_row(hit) for hit in alert.hits],
    }


def delivery_row(row: OutboxRow) -> Row:
    """One delivery with its attempts."""
    delivery = row.delivery
    return {
        "id": delivery.id,
        "alert": delivery.alert.id,
        "rule": delivery.alert.rule,
        "headline": delivery.alert.item.title,
        "channel": delivery.channel,
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "created": iso(delivery.created_at),
        "next_attempt": iso(delivery.next_attempt_at),
        "sent": iso(row.sent_at),
        "reason": delivery.reason,
        "hint": row.hint,
        "held_by": row.held_by,
        "held_until": iso(row.held_until),
        "fallback_for": row.fallback_for,
        "possible_repeat": row.possible_repeat,
        "tries": [{"at": iso(one.at), "ms": one.ms, "outcome": one.outcome, "reason": one.reason} for one in row.tries],
    }
