"""Quiet hours, digests and silences over a real outbox: held, let go as one summary, re-read after a reload."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from monitor.alerts.routing import DeliveryDecision, Hold
from monitor.model import DeliveryState, Severity
from monitor.outcomes import Permanent
from monitor.pipeline.deliver import Deliverer
from monitor.pipeline.digest import bury_forsaken, reschedule
from monitor.settings import Channel, Config, QuietWindow
from monitor.store.database import Store
from tests.support.alerts import a_config, channel
from tests.support.outbox import Clock, FakeSender, add_alert, add_alerts, states

NIGHT = QuietWindow(from_=time(23), to=time(7))
EVENING = datetime(2026, 11, 25, 20, tzinfo=UTC)  # 22:00 in Gaza


@pytest.fixture
def clock() -> Clock:
    return Clock(EVENING)


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with Store.open(tmp_path, clock) as opened:
        yield opened


class Desk:
    """A deliverer whose configuration tests change."""

    def __init__(self, store: Store, clock: Clock, *channels: Channel, sender: FakeSender | None = None) -> None:
        self.store = store
        self.clock = clock
        self.config: Config = a_config(*channels)
        self.sender = sender or FakeSender()
        self.deliverer = Deliverer(store, self.sender, lambda: self.config, clock, jitter=lambda: 0.5)

    async def reload(self) -> None:
        """As a reload does it: the outbox by the configuration as it is now, then every channel is asked anew."""
        await self.store.write(reschedule, self.config, self.clock())
        self.deliverer.look_again()

    async def run(self) -> None:
        await self.deliverer.tick()
        assert await self.deliverer.drain(timedelta(seconds=20))

    def bodies(self) -> list[str]:
        return ["".join(c for c in m.body if c not in "\u2067\u2068\u2069\u200f") for _, m in self.sender.sent]


def held(by: str, until: datetime, name: str = "desk") -> tuple[DeliveryDecision, ...]:
    hold = Hold(by=by, until=until)  # type: ignore[arg-type]
    return (DeliveryDecision(channel=name, state=DeliveryState.HELD, reason=by, hold=hold),)


async def test_what_quiet_hours_held_comes_as_one_summary_in_the_morning(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, channel(quiet=(NIGHT,)))
    clock.move(hours=2)
    add_alerts(store, 12, now=clock())
    await desk.run()
    assert states(store) == {"held": 12}
    clock.move(hours=6, minutes=59)
    await desk.run()
    assert desk.sender.sent == []
    clock.move(minutes=2)
    await desk.run()
    assert states(store) == {"sent": 12}
    assert len(desk.bodies()) == 1
    assert "ما ورد في ساعات الهدوء: 12 تنبيهًا" in desk.bodies()[0]


async def test_urgent_alerts_break_through(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, channel(quiet=(NIGHT,)))
    clock.move(hours=2)
    store.write_sync(lambda tx: add_alert(tx, 1, severity=Severity.URGENT, now=clock()))
    store.write_sync(lambda tx: add_alert(tx, 2, severity=Severity.NORMAL, now=clock()))
    await desk.run()
    assert states(store) == {"sent": 1, "held": 1}


async def test_a_retry_that_falls_into_quiet_hours_is_held(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, channel(quiet=(NIGHT,)))
    add_alerts(store, 1, now=clock())
    clock.move(hours=1, seconds=1)
    await desk.run()
    assert states(store) == {"held": 1}


async def test_a_single_held_alert_comes_as_itself(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, channel(quiet=(NIGHT,)))
    clock.move(hours=2)
    add_alerts(store, 1, now=clock())
    await desk.run()
    clock.move(hours=8)
    await desk.run()
    assert "ما ورد في" not in desk.bodies()[0]


async def test_a_window_that_was_moved_holds_as_it_stands_now(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, channel(quiet=(NIGHT,)))
    clock.move(hours=2)
    add_alerts(store, 3, now=clock())
    await desk.run()
    desk.config = a_config(channel(quiet=(replace(NIGHT, to=time(9)),)))
    await desk.reload()
    clock.move(hours=8)
    await desk.run()
    assert states(store) == {"held": 3}
    desk.config = a_config(channel())
    await desk.reload()
    await desk.run()
    assert states(store) == {"sent": 3}


async def test_digest_collects_until_its_hour_and_is_one_message(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, channel(digest="0 8 * * *"))
    due = datetime(2026, 11, 26, 6, tzinfo=UTC)
    for number in range(1, 6):
        store.write_sync(lambda tx, n=number: add_alert(tx, n, decisions=held("digest", due), now=clock()))  # type: ignore[misc]
    clock.now = due - timedelta(seconds=1)
    await desk.run()
    assert desk.sender.sent == []
    clock.now = due
    await desk.run()
    assert states(store) == {"sent": 5}
    assert "موجز التنبيهات: 5 تنبيهات" in desk.bodies()[0]
    memory = store.read(lambda tx: tx.channels.get("desk"))
    assert memory.last_digest_at == due


async def test_a_digest_missed_while_the_program_was_down_comes_at_the_start(store: Store, clock: Clock) -> None:
    due = datetime(2026, 11, 26, 6, tzinfo=UTC)
    store.write_sync(lambda tx: add_alert(tx, 1, decisions=held("digest", due), now=clock()))
    clock.now = due + timedelta(hours=3)
    desk = Desk(store, clock, channel(digest="0 8 * * *"))
    await desk.deliverer.start()
    await desk.run()
    assert states(store) == {"sent": 1}


async def test_a_digest_with_new_hours_waits_for_those(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, channel(digest="0 8 * * *"))
    due = datetime(2026, 11, 26, 6, tzinfo=UTC)
    store.write_sync(lambda tx: add_alert(tx, 1, decisions=held("digest", due), now=clock()))
    desk.config = a_config(channel(digest="0 12 * * *"))
    await desk.reload()
    clock.now = due
    await desk.run()
    assert states(store) == {"held": 1}
    desk.config = a_config(channel())
    await desk.reload()
    await desk.run()
    assert states(store) == {"sent": 1}


async def test_a_silence_holds_what_waits_already_and_lets_go_when_it_ends(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, channel())
    add_alerts(store, 3, now=clock())
    until = clock() + timedelta(hours=2)
    store.write_sync(lambda tx: tx.silences.add("rule", "ceasefire", until, clock()))
    await desk.run()
    assert states(store) == {"held": 3}
    clock.move(hours=2)
    await desk.run()
    assert "ما ورد أثناء الإسكات: 3 تنبيهات" in desk.bodies()[0]


@pytest.mark.parametrize(("kind", "target"), [("feed", "الجزيرة"), ("story", "1")])
async def test_a_silence_that_is_lifted_lets_go_at_once(store: Store, clock: Clock, kind: str, target: str) -> None:
    desk = Desk(store, clock, channel())
    add_alerts(store, 1, now=clock())
    until = clock() + timedelta(hours=2)
    store.write_sync(lambda tx: tx.silences.add(kind, target, until, clock()))  # type: ignore[arg-type]
    await desk.run()
    assert states(store) == {"held": 1}
    store.write_sync(lambda tx: tx.silences.remove(kind, target))  # type: ignore[arg-type]
    clock.move(minutes=1, seconds=1)
    await desk.run()
    assert states(store) == {"sent": 1}


async def test_a_changed_address_forgets_what_the_old_one_refused(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, channel(url="json://old/"), sender=FakeSender(Permanent(reason="401", hint="token")))
    await desk.deliverer.start()
    add_alerts(store, 2, now=clock())
    await desk.run()
    assert states(store) == {"dead": 1, "pending": 1}
    desk.config = a_config(channel(url="json://new/"))
    await desk.reload()
    await desk.run()
    assert states(store) == {"dead": 1, "sent": 1}


async def test_a_clock_set_back_neither_stops_nor_storms(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, channel(url="json://x/"))
    add_alerts(store, 2, now=clock())
    await desk.run()
    clock.move(hours=-3)
    add_alerts(store, 2, now=clock())
    await desk.run()
    clock.move(hours=3, days=2)
    await desk.run()
    assert states(store) == {"sent": 4}
    assert len(desk.sender.sent) == 4


async def test_what_waits_for_a_channel_that_left_is_kept_and_sent_when_it_is_back(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, channel(quiet=(NIGHT,)))
    clock.move(hours=2)
    add_alerts(store, 2, now=clock())
    await desk.run()
    desk.config = a_config(channel("other"))
    await desk.reload()
    clock.move(days=6)
    assert store.write_sync(bury_forsaken, desk.config, clock()) == 0
    await desk.run()
    assert states(store) == {"held": 2}
    (row, _) = store.read(lambda tx: tx.outbox.listed())
    assert "comes back" in row.hint

    desk.config = a_config(channel("other"), channel())
    await desk.reload()
    await desk.run()
    assert states(store) == {"sent": 2}


async def test_what_waits_for_a_channel_that_stays_away_is_dead_after_a_week(store: Store, clock: Clock) -> None:
    desk = Desk(store, clock, channel("other"))
    add_alerts(store, 1, now=clock())
    add_alerts(store, 1, ("other",), now=clock())
    await desk.reload()
    clock.move(days=7, seconds=1)
    assert store.write_sync(bury_forsaken, desk.config, clock()) == 1
    (dead,) = store.read(lambda tx: tx.outbox.listed(states=[DeliveryState.DEAD]))
    assert (dead.delivery.channel, dead.delivery.reason) == (
        "desk",
        "its channel was not in the configuration for days",
    )
    assert "outbox retry" in dead.hint
