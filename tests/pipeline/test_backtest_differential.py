"""A backtest against what really happened: the line takes days of news down, then `backtest` must say the same of them.

monitor.pipeline.simulation and monitor.store.past are held to the real line here, alert by alert.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from monitor import settings
from monitor.model import AlertId, Severity
from monitor.outcomes import ParsedItem
from monitor.pipeline.backtest import backtest
from monitor.pipeline.simulation import WouldTell
from tests.support.world import DESK, NOW, RAFAH, TRUCE, World, config, feed, item

SPORT = settings.Feed(name="alpha-sport", url="https://alpha.example/sport", tags=("sport",))
FEEDS = (feed("alpha", tags=("general",)), SPORT, feed("beta", tags=("general",)), feed("gamma"))
RULES = (
    replace(RAFAH, none=("مباراة",), severity=Severity.URGENT),
    TRUCE,
    settings.Rule(name="dead", any=("قتلى", "شهداء"), feeds=("#general",), channels=("night",)),
    settings.Rule(name="cup", query="الكأس OR (مباراة AND نهائي)", feeds=("#sport",)),
)
QUIET = settings.QuietWindow(from_=time(22), to=time(7))
CHANNELS = (
    DESK,
    replace(DESK, name="night", quiet=(QUIET,)),
    replace(DESK, name="daily", digest="0 8,20 * * *", min_severity=Severity.NORMAL),
)
TOWNS = ("رفح", "خان يونس", "نابلس", "جنين", "غزة", "بيروت", "الخرطوم")
EVENTS = (
    "قصف عنيف على {town} يوقع {n} قتلى فجر اليوم",
    "الوسطاء يعلنون هدنة إنسانية في {town} لثلاثة أيام",
    "التوصل إلى وقف إطلاق النار في {town} بعد مفاوضات طويلة",
    "فيضانات تغرق أحياء {town} وتشرد {n} عائلة",
    "أسعار الخضار في أسواق {town} تتراجع للأسبوع الثاني",
    "فريق {town} يفوز في مباراة نهائي الكأس بثلاثة أهداف",
    "افتتاح معرض الكتاب في {town} بمشاركة {n} دار نشر",
)


@dataclass(slots=True)
class Told:
    """One article of one outlet, as it stands."""

    feed: str
    key: str
    title: str
    summary: str
    at: datetime

    def parsed(self) -> ParsedItem:
        return item(self.title, summary=self.summary, at=self.at, key=self.key)


class Days:
    """Makes news happen: new events, other outlets with the same, edits, articles shared by feeds of one site."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.chance = random.Random(seed)
        self.told: list[Told] = []

    def poll(self) -> None:
        """One poll of one feed finds one to three things."""
        self.world.later(minutes=self.chance.randint(1, 150))
        name = self.chance.choice([one.name for one in FEEDS])
        found = [self._something(name) for _ in range(self.chance.randint(1, 3))]
        self.world.publish(name, *(one.parsed() for one in {one.key: one for one in found}.values()))

    def _something(self, name: str) -> Told:
        draw = self.chance.random()
        recent = self.told[-25:]
        own = [one for one in recent if one.feed == name]
        sites = [one for one in recent if {one.feed, name} == {"alpha", "alpha-sport"}]
        if draw < 0.3 and own:
            return self._edited(self.chance.choice(own))
        if draw < 0.4 and sites:
            return self.chance.choice(sites)  # the very same article
        if draw < 0.7 and recent:
            title = self._retold(self.chance.choice(recent).title)
        else:
            title = self.chance.choice(EVENTS).format(town=self.chance.choice(TOWNS), n=self.chance.randint(3, 60))
        # A title of its own: two equal ones on one site are one article, of which the store keeps the first text only.
        return self._new(name, f"{title} ({len(self.told)})")

    def _new(self, name: str, title: str) -> Told:
        age = timedelta(days=5) if self.chance.random() < 0.08 else timedelta(minutes=self.chance.randint(0, 50))
        summary = self.chance.choice(("", "ولم ترد تفاصيل أخرى حتى الآن.", "وقال شهود إن الوضع في رفح هادئ."))
        made = Told(name, f"{len(self.told)}", title, summary, self.world.now - age)
        self.told.append(made)
        return made

    def _retold(self, title: str) -> str:
        return self.chance.choice((title, f"{title} بحسب مصادر", f"عاجل: {title}", title.replace("فجر اليوم", "اليوم")))

    def _edited(self, told: Told) -> Told:
        change = self.chance.choice(("toll", "rafah", "truce", "polish"))
        if change == "toll":
            told.title = f"ارتفاع الحصيلة إلى {self.chance.randint(61, 90)} قتلى: {told.title}"[:160]
        elif change == "polish":
            told.summary = f"{told.summary} تابعوا التفاصيل لاحقا {self.chance.randrange(10**6)}"[-200:]
        else:
            said = "ومن رفح أفاد مراسلنا بسماع دوي" if change == "rafah" else "وأكد الوسطاء أن هدنة وشيكة"
            told.summary = f"{said} (تحديث {self.chance.randrange(10**6)})."  # never a text that stood there before
        return told


def line_of(world: World, since: datetime) -> list[tuple[object, ...]]:
    """The alerts that were really decided, with their deliveries as decided."""
    numbers = [AlertId(number) for (number,) in world.rows("SELECT id FROM alerts ORDER BY id")]
    alerts = world.store.read(lambda tx: tx.alerts.get_all(numbers))
    held = {
        number: world.rows(
            "SELECT channel, state, held_by, held_until FROM deliveries WHERE alert_id = ? ORDER BY id", number
        )
        for number in numbers
    }
    return [
        (
            one.created_at, one.rule, one.kind, one.item.id, one.severity, one.reason, one.difference,
            one.hits, [(channel, state, by, until and until[:16]) for channel, state, by, until in held[one.id]],
        )
        for one in alerts.values()
        if one.created_at >= since
    ]  # fmt: skip


def row_of(told: WouldTell) -> tuple[object, ...]:
    decision = told.decision
    deliveries = [
        (
            one.channel,
            one.state.value,
            one.hold.by if one.hold else "",
            f"{one.hold.until:%Y-%m-%dT%H:%M}" if one.hold else None,
        )
        for one in decision.deliveries
    ]
    return (
        told.at, decision.rule, decision.kind, decision.item.id, decision.severity, decision.reason,
        decision.difference, decision.hits, deliveries,
    )  # fmt: skip


STORIES = [
    settings.Stories(),
    settings.Stories(updates="notice", corroborated_at=2),
    settings.Stories(updates="alert", corroborated_at=3),
    settings.Stories(enabled=False),
]


@pytest.mark.parametrize("stories", STORIES, ids=["silent", "notice", "alert", "apart"])
@pytest.mark.parametrize("seed", [0, 1, 29])
def test_backtest_decides_what_the_line_decided(tmp_path: Path, stories: settings.Stories, seed: int) -> None:
    conf = config(tmp_path, feeds=FEEDS, rules=RULES, channels=CHANNELS, stories=stories)
    with World(conf) as world:
        days = Days(world, seed)
        for _ in range(70):
            days.poll()
        world.later(minutes=1)
        for since in (NOW, NOW + timedelta(days=2)):
            really = line_of(world, since)
            found = backtest(world.store, conf, since=since, until=world.now)
            assert [row_of(one) for one in found.alerts] == really
            assert really
