"""The outbox as a state machine: whatever happens in whatever order, no alert is lost and none is sent twice unmarked.

Happenings: alerts come in, time passes or jumps, ticks run with any outcome, the program dies between claim, send and
record, a person retries or drops, the disk refuses a record.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from monitor.model import DeliveryId, Message, Severity
from monitor.outcomes import Permanent, RateLimited, SendOutcome, Sent, Temporary, UnknownOutcome
from monitor.pipeline.deliver import Deliverer
from monitor.settings import Channel, Rate
from monitor.store.database import Store
from tests.support.alerts import a_config, channel
from tests.support.outbox import Clock, add_alert

OUTCOMES: list[SendOutcome] = [
    Sent(),
    Temporary(reason="down"),
    RateLimited(wait=timedelta(seconds=40), reason="429"),
    UnknownOutcome(reason="timeout"),
    Permanent(reason="refused", hint="x", scope="message"),
    Permanent(reason="blocked", hint="x"),
]
CONFIG = a_config(
    channel("desk", url="json://desk/", fallback="mail", rate=Rate(count=5, per=timedelta(minutes=1))),
    channel("mail", url="json://mail/"),
)


class _Died(BaseException):
    """The program was killed here."""


class _Service:
    """A service that takes messages, answers as told, and remembers which delivery it really has."""

    def __init__(self) -> None:
        self.outcomes: list[SendOutcome] = []
        self.arrived: Counter[int] = Counter()
        self.unmarked: Counter[int] = Counter()
        self.die_after_taking = False
        self.members: list[int] = []

    async def send(self, to: Channel, message: Message, deadline: timedelta) -> SendOutcome:
        outcome = self.outcomes.pop(0) if self.outcomes else Sent()
        if isinstance(outcome, Sent | UnknownOutcome):
            for number in _members(message):
                self.arrived[number] += 1
                self.unmarked[number] += "قد تكون مكررة" not in message.body
        if self.die_after_taking:
            raise _Died
        return outcome


def _members(message: Message) -> list[int]:
    assert message.payload is not None
    alerts = message.payload["alerts"]
    assert isinstance(alerts, list)
    return [alert["delivery"] for alert in alerts]


class OutboxMachine(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="outbox-"))
        self.clock = Clock()
        self.loop = asyncio.new_event_loop()
        self.service = _Service()
        self.alerts = 0
        self.asked: Counter[int] = Counter()
        self._open()

    def _open(self) -> None:
        self.store = Store.open(self.folder, self.clock)
        self.worker = Deliverer(self.store, self.service, lambda: CONFIG, self.clock, jitter=lambda: 0.5)
        self.loop.run_until_complete(self.worker.start())

    @rule(count=st.integers(1, 8), severity=st.sampled_from(Severity))
    def alerts_come_in(self, count: int, severity: Severity) -> None:
        for _ in range(count):
            self.alerts += 1
            number = self.alerts
            self.store.write_sync(lambda tx, n=number: add_alert(tx, n, ("desk",), severity=severity, now=self.clock()))  # type: ignore[misc]

    @rule(seconds=st.sampled_from([1, 20, 61, 700, 4000, -3600]))
    def time_passes(self, seconds: int) -> None:
        self.clock.move(seconds=seconds)

    @rule(outcomes=st.lists(st.sampled_from(OUTCOMES), max_size=4))
    def the_service_is_asked(self, outcomes: list[SendOutcome]) -> None:
        self.service.outcomes = list(outcomes)
        self._tick()
        self.service.outcomes = []

    def _tick(self) -> None:
        async def run() -> None:
            await self.worker.tick()
            await self.worker.drain()

        self.loop.run_until_complete(run())

    @rule(taken=st.booleans())
    def the_program_dies_in_a_send(self, taken: bool) -> None:
        self.service.outcomes = [Sent()] if taken else [Temporary(reason="never left")]
        self.service.die_after_taking = True

        async def run() -> None:
            await self.worker.tick()
            await asyncio.gather(*self.worker._runs.values(), return_exceptions=True)

        with contextlib.suppress(_Died):
            self.loop.run_until_complete(run())
        self.service.die_after_taking = False
        self.service.outcomes = []
        self._restart()

    @rule()
    def the_program_starts_again(self) -> None:
        self._restart()

    def _restart(self) -> None:
        self.store.close()
        self._open()

    @precondition(lambda self: self.alerts > 0)
    @rule(data=st.data())
    def a_person_asks_again(self, data: st.DataObject) -> None:
        number = DeliveryId(data.draw(st.integers(1, self.alerts)))
        self.asked[number] += self.store.write_sync(lambda tx: tx.outbox.retry([number], self.clock()))

    @precondition(lambda self: self.alerts > 0)
    @rule(data=st.data())
    def a_person_drops(self, data: st.DataObject) -> None:
        number = DeliveryId(data.draw(st.integers(1, self.alerts)))
        self.store.write_sync(lambda tx: tx.outbox.drop([number], self.clock()))

    @invariant()
    def nothing_is_being_sent_between_ticks(self) -> None:
        if self.alerts:
            assert self.store.read(lambda tx: tx.outbox.counts()).get("sending", 0) == 0

    @invariant()
    def what_is_sent_has_arrived(self) -> None:
        for row in self._rows():
            if row[1] == "sent":
                assert self.service.arrived[row[0]] >= 1

    @invariant()
    def a_double_says_that_it_may_be_one(self) -> None:
        for number, times in self.service.unmarked.items():
            # What a person asked for again is a new message, and not marked.
            assert times <= 1 + self.asked[number]

    def _rows(self) -> list[tuple[int, str, int]]:
        return self.store.read(
            lambda tx: tx.connection.execute("SELECT id, state, alert_id FROM deliveries").fetchall()
        )

    def teardown(self) -> None:
        if not hasattr(self, "store"):
            return
        # In the end the service works: every alert has arrived, is visibly dead on every channel, or was dropped.
        for _ in range(40):
            self.clock.move(minutes=70)
            self._tick()
        by_alert: dict[int, set[str]] = {}
        for _, state, alert in self._rows():
            by_alert.setdefault(alert, set()).add(state)
        assert len(by_alert) == self.alerts
        for states in by_alert.values():
            assert states <= {"sent", "dead", "dropped"}, states
        self.store.close()
        self.loop.close()
        shutil.rmtree(self.folder)


TestOutboxMachine = OutboxMachine.TestCase
TestOutboxMachine.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
