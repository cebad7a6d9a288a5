"""The outbox at work: claim, send, record, over a real store."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.model import DeliveryId, DeliveryState, Message, Severity
from monitor.outcomes import Permanent, RateLimited, SendOutcome, Temporary, UnknownOutcome
from monitor.pipeline.deliver import Deliverer
from monitor.settings import Channel, Config
from monitor.store.database import Store
from monitor.store.outbox import OutboxRow
from tests.support.alerts import a_config, channel, telegram
from tests.support.outbox import Clock, FakeSender, add_alert, add_alerts, states


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with Store.open(tmp_path, clock) as opened:
        yield opened


def deliverer(store: Store, sender: FakeSender, config: Config, clock: Clock) -> Deliverer:
    return Deliverer(store, sender, lambda: config, clock, jitter=lambda: 0.5)


async def run(worker: Deliverer) -> None:
    """One tick and everything it started."""
    await worker.tick()
    assert await worker.drain(timedelta(seconds=20))


def row(store: Store, number: int = 1) -> OutboxRow:
    found = store.read(lambda tx: tx.outbox.get(DeliveryId(number)))
    assert found is not None
    return found


async def test_sends_what_is_pending_and_keeps_the_attempt(store: Store, clock: Clock) -> None:
    add_alerts(store, 1)
    sender = FakeSender()
    await run(deliverer(store, sender, a_config(), clock))
    assert states(store) == {"sent": 1}
    assert [attempt.outcome for attempt in row(store).tries] == ["sent"]
    assert "وقف إطلاق النار" in sender.sent[0][1].body


async def test_is_marked_as_being_sent_on_disk_before_it_leaves(store: Store, clock: Clock) -> None:
    add_alerts(store, 1)
    seen: list[dict[str, int]] = []
    sender = FakeSender(on_send=lambda: seen.append(states(store)))
    await run(deliverer(store, sender, a_config(), clock))
    assert seen == [{"sending": 1}]


async def test_temporary_failure_waits_longer_each_time(store: Store, clock: Clock) -> None:
    add_alerts(store, 1)
    sender = FakeSender(Temporary(reason="down"), Temporary(reason="down"))
    worker = deliverer(store, sender, a_config(), clock)
    await run(worker)
    first = row(store).delivery
    assert (first.state, first.attempts) == (DeliveryState.WAITING, 1)
    assert first.next_attempt_at == clock() + timedelta(seconds=5)
    await run(worker)
    assert len(sender.sent) == 1
    clock.move(seconds=6)
    await run(worker)
    assert row(store).delivery.next_attempt_at == clock() + timedelta(seconds=15)
    clock.move(seconds=16)
    await run(worker)
    assert row(store).delivery.state is DeliveryState.SENT
    assert [attempt.outcome for attempt in row(store).tries] == ["temporary", "temporary", "sent"]


async def test_rate_limit_parks_the_channel_over_a_restart_and_is_no_attempt(store: Store, clock: Clock) -> None:
    add_alerts(store, 1)
    sender = FakeSender(RateLimited(wait=timedelta(seconds=90), reason="429"))
    await run(deliverer(store, sender, a_config(), clock))
    assert row(store).delivery.attempts == 0
    add_alert_now(store, 2)
    clock.move(seconds=80)
    again = deliverer(store, sender, a_config(), clock)
    await again.start()
    await run(again)
    assert len(sender.sent) == 1
    clock.move(seconds=11)
    await run(again)
    assert states(store) == {"sent": 2}


def add_alert_now(store: Store, number: int, **options: object) -> None:
    store.write_sync(lambda tx: add_alert(tx, number, **options))  # type: ignore[arg-type]


async def test_permanent_failure_stops_at_once_and_says_what_to_do(store: Store, clock: Clock) -> None:
    add_alerts(store, 1)
    await run(deliverer(store, FakeSender(Permanent(reason="403", hint="add the bot")), a_config(), clock))
    assert row(store).delivery.state is DeliveryState.DEAD
    assert row(store).hint == "add the bot"


async def test_permanent_failure_goes_to_the_fallback(store: Store, clock: Clock) -> None:
    config = a_config(channel("desk", fallback="mail"), channel("mail"))
    add_alerts(store, 3)
    sender = FakeSender(Permanent(reason="403", hint="add the bot"))
    worker = deliverer(store, sender, config, clock)
    for _ in range(4):
        await run(worker)
        clock.move(seconds=1)
    assert states(store) == {"dead": 3, "sent": 3}
    assert [name for name, _ in sender.sent].count("desk") == 1, "a broken channel is not asked for each alert"


async def test_a_channel_that_keeps_failing_hands_over_after_ten_minutes(store: Store, clock: Clock) -> None:
    config = a_config(channel("desk", fallback="mail"), channel("mail"))
    add_alerts(store, 2)
    sender = AlwaysDown("desk")
    worker = deliverer(store, sender, config, clock)
    for _ in range(80):
        await run(worker)
        clock.move(seconds=10)
    assert states(store) == {"dead": 2, "sent": 2}


class AlwaysDown(FakeSender):
    def __init__(self, name: str, outcome: SendOutcome | None = None) -> None:
        super().__init__()
        self.name = name
        self.outcome = outcome or Temporary(reason="down")

    async def send(self, channel: Channel, message: Message, deadline: timedelta) -> SendOutcome:
        if channel.name == self.name:
            return self.outcome
        return await super().send(channel, message, deadline)


async def test_unknown_outcome_is_repeated_once_and_says_so(store: Store, clock: Clock) -> None:
    add_alerts(store, 1)
    sender = FakeSender(UnknownOutcome(reason="timeout"), UnknownOutcome(reason="timeout"))
    worker = deliverer(store, sender, a_config(), clock)
    await run(worker)
    assert row(store).delivery.state is DeliveryState.UNKNOWN
    clock.move(seconds=60)
    await run(worker)
    assert "قد تكون مكررة" in sender.sent[1][1].body
    assert row(store).delivery.state is DeliveryState.DEAD
    clock.move(hours=5)
    await run(worker)
    assert len(sender.sent) == 2


async def test_a_repeat_is_the_same_message_to_the_service(store: Store, clock: Clock) -> None:
    add_alerts(store, 1)
    sender = FakeSender(UnknownOutcome(reason="timeout"))
    worker = deliverer(store, sender, a_config(), clock)
    await run(worker)
    clock.move(seconds=60)
    add_alert_now(store, 2)
    await run(worker)
    assert sender.sent[0][1].key == sender.sent[1][1].key
    assert states(store) == {"sent": 2}


async def test_what_was_being_sent_at_a_crash_is_repeated_marked(store: Store, clock: Clock) -> None:
    add_alerts(store, 1)
    store.write_sync(lambda tx: tx.outbox.claim([DeliveryId(1)], "b1", clock()))
    sender = FakeSender()
    worker = deliverer(store, sender, a_config(), clock)
    assert await worker.start() == 1
    await run(worker)
    assert states(store) == {"sent": 1}
    assert "قد تكون مكررة" in sender.sent[0][1].body
    assert [attempt.outcome for attempt in row(store).tries] == ["interrupted", "sent"]


async def test_an_item_of_several_rules_is_one_message_that_names_them(store: Store, clock: Clock) -> None:
    add_alert_now(store, 1, label="وقف إطلاق النار", item=7)
    add_alert_now(store, 2, label="رفح", rule="rafah", item=7)
    sender = FakeSender()
    await run(deliverer(store, sender, a_config(), clock))
    assert len(sender.sent) == 1
    assert "وقف إطلاق النار · رفح" in sender.sent[0][1].plain.replace("\u2068", "").replace("\u2069", "")
    assert states(store) == {"sent": 2}


async def test_most_severe_first_then_oldest(store: Store, clock: Clock) -> None:
    add_alert_now(store, 1, severity=Severity.LOW, title="خبر منخفض")
    add_alert_now(store, 2, severity=Severity.NORMAL, title="خبر عادي أول")
    add_alert_now(store, 3, severity=Severity.URGENT, title="خبر عاجل")
    add_alert_now(store, 4, severity=Severity.NORMAL, title="خبر عادي ثان", now=clock() + timedelta(seconds=1))
    clock.move(seconds=2)
    sender = FakeSender()
    await run(deliverer(store, sender, a_config(), clock))
    order = [message.body for _, message in sender.sent]
    titles = ["خبر عاجل", "خبر عادي أول", "خبر عادي ثان", "خبر منخفض"]
    assert [title in body for title, body in zip(titles, order, strict=True)] == [True] * 4


async def test_more_than_the_pace_allows_becomes_one_grouped_message(store: Store, clock: Clock) -> None:
    add_alerts(store, 500)
    sender = FakeSender()
    config = a_config(telegram())
    worker = deliverer(store, sender, config, clock)
    await run(worker)
    assert len(sender.sent) == 1
    assert states(store) == {"sent": 500}
    assert "500" in sender.sent[0][1].body


async def test_urgent_alerts_are_not_buried_in_the_group(store: Store, clock: Clock) -> None:
    add_alerts(store, 100)
    add_alert_now(store, 101, severity=Severity.URGENT, title="خبر عاجل جدًا")
    sender = FakeSender()
    worker = deliverer(store, sender, a_config(telegram()), clock)
    for _ in range(3):
        await run(worker)
        clock.move(seconds=1)
    assert len(sender.sent) == 2
    assert "خبر عاجل جدًا" in sender.sent[0][1].body
    assert states(store) == {"sent": 101}


async def test_pace_holds_over_a_restart(store: Store, clock: Clock) -> None:
    config = a_config(telegram())
    sender = FakeSender()
    for number in range(1, 41):
        add_alert_now(store, number)
        await run(deliverer(store, sender, config, clock))  # each time a new deliverer, as after a restart
        clock.move(seconds=1)
    # 20 at once, then what refills in 40 s (one each three seconds)
    assert 20 <= len(sender.sent) <= 34


async def test_after_an_outage_one_message_says_from_when_to_when(store: Store, clock: Clock) -> None:
    config = a_config()
    add_alerts(store, 1)
    sender = FakeSender(*[Temporary(reason="no network")] * 7)
    worker = deliverer(store, sender, config, clock)
    for number in range(2, 30):
        await run(worker)
        clock.move(minutes=2)
        add_alert_now(store, number, now=clock())
    for _ in range(20):
        await run(worker)
        clock.move(minutes=5)
    assert states(store) == {"sent": 29}
    grouped = [message for _, message in sender.taken if "لم يمكن الرصد أو الإرسال من" in message.body]
    assert len(grouped) == 1


async def test_a_pause_of_the_program_is_told_once(store: Store, clock: Clock) -> None:
    config = a_config()
    sender = FakeSender()
    await run(deliverer(store, sender, config, clock))
    clock.move(hours=8)
    worker = deliverer(store, sender, config, clock)
    await worker.start()
    assert await worker.note_pause()
    for number in range(1, 6):
        add_alert_now(store, number, now=clock())
    await run(worker)
    assert sender.sent == []
    clock.move(seconds=91)
    await run(worker)
    assert len(sender.sent) == 1
    assert "تنبيهات فترة الانقطاع: 5 تنبيهات" in sender.sent[0][1].body.replace("\u2068", "").replace("\u2069", "")
    add_alert_now(store, 9, now=clock())
    await run(worker)
    assert len(sender.sent) == 2
    assert "الانقطاع" not in sender.sent[1][1].body


async def test_what_comes_after_a_gap_in_fetching_is_one_message_that_names_it(store: Store, clock: Clock) -> None:
    sender = FakeSender()
    worker = deliverer(store, sender, a_config(), clock)
    assert not await worker.note_gap(clock() - timedelta(minutes=5))
    assert await worker.note_gap(clock() - timedelta(hours=2))
    for number in range(1, 4):
        add_alert_now(store, number, now=clock())
    clock.move(seconds=91)
    await run(worker)
    assert len(sender.sent) == 1
    assert "لم يمكن الرصد أو الإرسال من 25 نوفمبر، 12:05" in sender.sent[0][1].plain.replace("\u2068", "").replace(
        "\u2069", ""
    )


async def test_a_program_that_runs_now_and_then_has_no_pauses(store: Store, clock: Clock) -> None:
    sender = FakeSender()
    await run(deliverer(store, sender, a_config(), clock))
    clock.move(hours=8)
    worker = deliverer(store, sender, a_config(), clock)
    await worker.start()
    add_alert_now(store, 1, now=clock())
    await run(worker)
    assert "الانقطاع" not in sender.sent[0][1].body


async def test_one_poisonous_message_does_not_take_its_group_along(store: Store, clock: Clock) -> None:
    config = a_config(telegram())
    add_alerts(store, 30)
    sender = Poisoned("(3)")
    worker = deliverer(store, sender, config, clock)
    for _ in range(60):
        await run(worker)
        clock.move(seconds=3)
    assert states(store) == {"sent": 29, "dead": 1}
    assert row(store, 3).hint == "refused"


class Poisoned(FakeSender):
    def __init__(self, poison: str) -> None:
        super().__init__()
        self.poison = poison

    async def send(self, channel: Channel, message: Message, deadline: timedelta) -> SendOutcome:
        if self.poison in message.body.replace("\u2068", "").replace("\u2069", ""):
            return Permanent(reason="400", hint="refused", scope="message")
        return await super().send(channel, message, deadline)


async def test_a_black_hole_does_not_delay_another_channel(store: Store, clock: Clock) -> None:
    config = a_config(channel("hole"), channel("desk"))
    store.write_sync(lambda tx: add_alert(tx, 1, ("hole", "desk")))
    release = asyncio.Event()
    sender = Hole(release)
    worker = deliverer(store, sender, config, clock)
    await worker.tick()
    async with asyncio.timeout(10):
        while states(store).get("sent") != 1:
            await asyncio.sleep(0)
    assert states(store) == {"sending": 1, "sent": 1}
    release.set()
    await worker.drain()


class Hole(FakeSender):
    def __init__(self, release: asyncio.Event) -> None:
        super().__init__()
        self.release = release

    async def send(self, channel: Channel, message: Message, deadline: timedelta) -> SendOutcome:
        if channel.name == "hole":
            await self.release.wait()
        return await super().send(channel, message, deadline)


async def test_what_waits_for_a_channel_that_is_gone_stays_and_says_so(store: Store, clock: Clock) -> None:
    add_alerts(store, 1, ("old",))
    worker = deliverer(store, FakeSender(), a_config(), clock)
    await worker.start()
    assert row(store).delivery.state is DeliveryState.PENDING
    assert "not in the configuration" in row(store).hint


async def test_a_person_can_ask_again_and_drop(store: Store, clock: Clock) -> None:
    add_alerts(store, 2)
    sender = FakeSender(*[Permanent(reason="403", hint="x")] * 2)
    worker = deliverer(store, sender, a_config(), clock)
    await run(worker)
    clock.move(hours=2)
    await run(worker)
    assert states(store) == {"dead": 2}
    assert store.write_sync(lambda tx: tx.outbox.retry([DeliveryId(1)], clock())) == 1
    assert store.write_sync(lambda tx: tx.outbox.drop([DeliveryId(2)], clock())) == 1
    await run(worker)  # at once: who asks has put the channel right
    assert states(store) == {"sent": 1, "dropped": 1}


async def test_other_channels_are_told_once_that_one_is_out_of_order(store: Store, clock: Clock) -> None:
    config = a_config(channel("desk"), channel("ops", notices=True), channel("mail"))
    add_alerts(store, 3)
    sender = AlwaysDown("desk", Permanent(reason="403 blocked", hint="add the bot again"))
    worker = deliverer(store, sender, config, clock)
    for _ in range(4):
        await run(worker)
        clock.move(minutes=61)
        await run(worker)
    notices = [(name, m.body) for name, m in sender.sent if "قناة متوقفة: \u2068desk\u2069" in m.plain]
    assert [name for name, _ in notices] == ["ops"]
    assert "add the bot again" in notices[0][1]


async def test_a_channel_that_fails_for_long_is_told_once(store: Store, clock: Clock) -> None:
    config = a_config(channel("desk"), channel("ops", notices=True))
    add_alerts(store, 1)
    sender = AlwaysDown("desk")
    worker = deliverer(store, sender, config, clock)
    for _ in range(30):
        await run(worker)
        clock.move(minutes=5)
    assert [name for name, m in sender.sent if "قناة متعثرة" in m.body] == ["ops"]


async def test_empty_waits_for_the_pace_and_sends_all(store: Store) -> None:
    def now() -> datetime:
        return datetime.now(UTC)

    config = a_config(telegram())
    store.write_sync(lambda tx: [add_alert(tx, n, now=now()) for n in (1, 2, 3)])
    sender = FakeSender()
    worker = Deliverer(store, sender, lambda: config, now)
    assert await worker.empty(timedelta(seconds=20))
    assert states(store) == {"sent": 3}
    assert len(sender.sent) == 3


async def test_a_flood_wait_rests_every_channel_to_that_chat(store: Store, clock: Clock) -> None:
    quiet = channel("quiet", telegram().url.reveal() + "?silent=yes")
    config = a_config(telegram("desk"), quiet, telegram("other", chat="-100777"))
    sender = FakeSender(RateLimited(wait=timedelta(seconds=60), reason="429"))
    worker = deliverer(store, sender, config, clock)
    await worker.start()
    add_alert_now(store, 1, channels=("desk",))
    await run(worker)
    add_alert_now(store, 2, channels=("quiet", "other"))
    clock.move(seconds=5)
    await run(worker)
    assert [name for name, _ in sender.sent] == ["desk", "other"]
    clock.move(seconds=56)
    await run(worker)
    assert states(store) == {"sent": 3}


async def test_alerts_that_reached_nobody_are_told(store: Store, clock: Clock) -> None:
    config = a_config(channel("desk"), channel("ops", notices=True))
    add_alerts(store, 1)
    sender = FakeSender(Permanent(reason="400 refused", hint="x", scope="message"))
    worker = deliverer(store, sender, config, clock)
    await run(worker)
    await run(worker)
    assert [name for name, m in sender.sent if "تنبيهات لم تصل: تنبيه واحد" in m.body] == ["ops"]


async def test_the_fallback_says_for_whom_it_stands(store: Store, clock: Clock) -> None:
    config = a_config(channel("desk", fallback="mail"), channel("mail", "mailto://x?to=a@example.org"))
    add_alerts(store, 1)
    sender = AlwaysDown("desk", Permanent(reason="403", hint="x"))
    worker = deliverer(store, sender, config, clock)
    await run(worker)
    await run(worker)
    assert [name for name, m in sender.taken if "بدلًا من القناة \u2068desk\u2069" in m.plain and "desk" in m.body] == [
        "mail"
    ]
