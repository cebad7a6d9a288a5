"""Factories for items, alerts and deliveries as values, with Arabic news of our own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.model import (
    Alert,
    AlertId,
    AlertKind,
    Delivery,
    DeliveryId,
    DeliveryState,
    FeedId,
    Hit,
    Item,
    ItemId,
    Severity,
    Story,
    StoryId,
)
from monitor.settings import Channel, Config, Items, Rule, Secret

NOW = datetime(2026, 11, 25, 12, 5, tzinfo=UTC)
TITLE = "الوسطاء يعلنون التوصل إلى وقف إطلاق النار في غزة يبدأ صباح الأحد"
SUMMARY = (
    "قال مسؤول في الوساطة إن الاتفاق نُقل إلى الطرفين مساء أمس. ويشمل وقف إطلاق النار فتح معبر رفح ودخول 600 شاحنة "
    "مساعدات يوميًا وفق ما نقلته Reuters. وتستمر المرحلة الأولى 42 يومًا."
)
TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"
GROUP = "-1001234567890"


def hit(text: str, field: str, term: str) -> Hit:
    """The first place of `term` in `text`."""
    start = text.index(term)
    assert field in ("title", "summary")
    return Hit(
        term=term,
        field="title" if field == "title" else "summary",
        start=start,
        end=start + len(term),
        text=term,
        how="exact",
    )


def an_item(number: int = 1, **changes: object) -> Item:
    """An item of news, published five minutes before NOW."""
    values: dict[str, object] = {
        "id": ItemId(number),
        "feed_id": FeedId(1),
        "outlet": "الجزيرة",
        "title": TITLE,
        "summary": SUMMARY,
        "guid": f"guid-{number}",
        "link": f"https://www.example.org/news/{number}?a=1&b=2",
        "published": NOW - timedelta(minutes=5),
        "first_seen": NOW - timedelta(minutes=1),
    }
    return Item(**(values | changes))  # type: ignore[arg-type]


def an_alert(
    number: int = 1,
    *,
    item: Item | None = None,
    severity: Severity = Severity.NORMAL,
    label: str = "وقف إطلاق النار",
    rule: str = "ceasefire",
    hits: tuple[Hit, ...] | None = None,
    kind: AlertKind = "new",
    outlets: tuple[str, ...] = ("الجزيرة",),
    difference: str = "",
) -> Alert:
    """An alert on `item`, with the rule's words marked where they stand."""
    item = item or an_item(number)
    if hits is None:
        term = "وقف إطلاق النار"
        hits = tuple(
            hit(text, field, term) for field, text in (("title", item.title), ("summary", item.summary)) if term in text
        )
    story = Story(
        id=StoryId(number),
        headline=item.title,
        first_at=item.at,
        last_at=item.at,
        outlets=outlets,
        items=len(outlets),
    )
    return Alert(
        id=AlertId(number),
        rule=rule,
        label=label,
        severity=severity,
        kind=kind,
        story=story,
        item=item,
        hits=hits,
        created_at=NOW,
        reason="a new story for this rule",
        difference=difference,
    )


def a_delivery(number: int = 1, alert: Alert | None = None, channel: str = "desk") -> Delivery:
    """A delivery that is being sent."""
    return Delivery(
        id=DeliveryId(number),
        alert=alert or an_alert(number),
        channel=channel,
        state=DeliveryState.SENDING,
        attempts=0,
        created_at=NOW,
    )


def telegram(name: str = "desk", chat: str = GROUP, **changes: object) -> Channel:
    """A Telegram channel."""
    return Channel(name=name, url=Secret(f"tgram://{TOKEN}/{chat}"), **changes)  # type: ignore[arg-type]


def channel(name: str = "desk", url: str = "terminal://", **changes: object) -> Channel:
    """A channel of any kind."""
    return Channel(name=name, url=Secret(url), **changes)  # type: ignore[arg-type]


def a_config(*channels: Channel, rules: tuple[Rule, ...] = (), **changes: object) -> Config:
    """A configuration with these channels, in Gaza's time."""
    values: dict[str, object] = {
        "path": Path("config.toml"),
        "state": Path("state"),
        "channels": channels or (channel(),),
        "rules": rules or (Rule(name="ceasefire", label="وقف إطلاق النار", any=("وقف إطلاق النار",)),),
        "items": Items(max_age=timedelta(days=2)),
    }
    return Config(**(values | changes))  # type: ignore[arg-type]
