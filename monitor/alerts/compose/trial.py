"""A made-up alert for `notify-test`: everything a real one has, and words that say it is a test. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.alerts.compose.message import compose
from monitor.alerts.compose.words import words
from monitor.model import (
    Alert,
    AlertId,
    Delivery,
    DeliveryId,
    DeliveryState,
    FeedId,
    FieldName,
    Hit,
    Item,
    ItemId,
    Message,
    Severity,
    Story,
    StoryId,
)
from monitor.settings import Channel, Config

_TITLE = "هذا تنبيه تجريبي: دخول 120 شاحنة مساعدات عبر معبر رفح"
_TERM = "معبر رفح"
_SUMMARY = (
    "لو كان خبرًا حقيقيًا لوقفت هنا جملة أو جملتان حول الكلمات المطلوبة، مثل معبر رفح أو UNRWA، "
    "كما نشرها المصدر. وصول هذه الرسالة يعني أن القناة تعمل."
)


def compose_trial(channel: Channel, config: Config, now: datetime) -> Message:
    """The test message for `channel`, in its own form and language."""
    return compose([trial_delivery(channel, config, now)], channel, config, now)


def trial_delivery(channel: Channel, config: Config, now: datetime) -> Delivery:
    """One delivery of a test alert for `channel`; its ids are 0 and nothing of it is stored."""
    item = Item(
        id=ItemId(0),
        feed_id=FeedId(0),
        outlet="News Monitor",
        title=_TITLE,
        summary=_SUMMARY,
        link="https://example.org/test",
        published=now - timedelta(minutes=2),
        first_seen=now,
    )
    hits = (_hit("title", _TITLE, _TERM), _hit("summary", _SUMMARY, _TERM))
    story = Story(
        id=StoryId(0),
        headline=_TITLE,
        first_at=now,
        last_at=now,
        outlets=("News Monitor", "وكالة"),
        items=2,
    )
    alert = Alert(
        id=AlertId(0),
        rule="test",
        label=words(channel.language or config.language).test,
        severity=Severity.NORMAL,
        kind="new",
        story=story,
        item=item,
        hits=hits,
        created_at=now,
        reason="asked for by notify-test",
    )
    return Delivery(
        id=DeliveryId(0),
        alert=alert,
        channel=channel.name,
        state=DeliveryState.SENDING,
        attempts=0,
        created_at=now,
    )


def _hit(field: FieldName, text: str, term: str) -> Hit:
    start = text.index(term)
    return Hit(term=term, field=field, start=start, end=start + len(term), text=term, how="exact")
