"""The outbox's rows: coming in, claimed, finished, held, looked at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.alerts.routing import DeliveryDecision, Hold
from monitor.model import AlertId, DeliveryId, DeliveryState, Severity
from monitor.store.database import Store
from monitor.store.outbox import OutboxRow
from monitor.store.outbox_holds import DUE
from monitor.store.outbox_reads import OPEN_INDEX
from monitor.store.tables import Tables
from tests.support.alerts import NOW
from tests.support.outbox import Clock, add_alert, add_alerts, states

ONE = DeliveryId(1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path, Clock()) as opened:
        yield opened


def row(store: Store, number: int = 1) -> OutboxRow:
    found = store.read(lambda tx: tx.outbox.get(DeliveryId(number)))
    assert found is not None
    return found


def test_the_same_alert_is_enqueued_once_for_a_channel(store: Store) -> None:
    decisions = (DeliveryDecision(channel="desk", state=DeliveryState.PENDING, reason=""),)

    def twice(tx: Tables) -> list[int]:
        alert = add_alert(tx, 1, enqueue=False)
        return [tx.outbox.enqueue(alert, decisions, Severity.NORMAL, NOW) for _ in range(2)]

    assert store.write_sync(twice) == [1, 0]
    assert states(store) == {"pending": 1}


def test_a_held_row_is_due_when_its_hold_ends(store: Store) -> None:
    until = NOW + timedelta(hours=1)
    hold = Hold(by="quiet", until=until)
    decisions = (DeliveryDecision(channel="desk", state=DeliveryState.HELD, reason="quiet", hold=hold),)
    store.write_sync(lambda tx: add_alert(tx, 1, decisions=decisions))
    assert store.read(lambda tx: tx.outbox.due_channels(until - timedelta(seconds=1))) == []
    assert store.read(lambda tx: tx.outbox.due_channels(until)) == ["desk"]
    assert store.read(lambda tx: tx.outbox.next_due()) == until
    assert (row(store).held_by, row(store).held_until) == ("quiet", until)


def test_only_what_waits_can_be_claimed(store: Store) -> None:
    add_alerts(store, 2)
    assert store.write_sync(lambda tx: tx.outbox.claim([ONE], "a", NOW)) == 1
    assert store.write_sync(lambda tx: tx.outbox.claim([ONE, DeliveryId(2)], "b", NOW)) == 1
    assert [len(row(store, n).tries) for n in (1, 2)] == [1, 1]


def test_finish_ends_the_attempts_of_its_batch_only(store: Store) -> None:
    add_alerts(store, 2)
    store.write_sync(lambda tx: tx.outbox.claim([ONE], "a", NOW))
    store.write_sync(lambda tx: tx.outbox.claim([DeliveryId(2)], "b", NOW))
    done = store.write_sync(
        lambda tx: tx.outbox.finish("a", DeliveryState.SENT, now=NOW, outcome="sent", started=NOW, ms=12, reason="ok")
    )
    assert done == [1]
    assert states(store) == {"sent": 1, "sending": 1}
    assert [(t.outcome, t.ms, t.reason) for t in row(store).tries] == [("sent", 12, "ok")]
    assert row(store).sent_at == NOW
    assert [t.outcome for t in row(store, 2).tries] == ["sending"]


def test_a_wait_is_no_attempt(store: Store) -> None:
    add_alerts(store, 1)
    store.write_sync(lambda tx: tx.outbox.claim([ONE], "a", NOW))
    store.write_sync(
        lambda tx: tx.outbox.finish(
            "a", DeliveryState.WAITING, now=NOW, outcome="rate_limited", started=NOW, ms=1, next_at=NOW, counts=False
        )
    )
    assert row(store).delivery.attempts == 0
    assert len(row(store).tries) == 1


def test_a_group_is_claimed_without_loading_it(store: Store) -> None:
    add_alerts(store, 50)
    assert store.write_sync(lambda tx: tx.outbox.claim_all("desk", None, "g", NOW)) == 50
    listed = store.read(lambda tx: tx.outbox.batch("g", 5))
    assert len(listed) == 5
    assert store.read(lambda tx: tx.outbox.batch_counts("g")) == (50, {"وقف إطلاق النار": 50})


def test_the_fallback_gets_each_alert_once(store: Store) -> None:
    add_alerts(store, 2)
    assert store.write_sync(lambda tx: tx.outbox.to_fallback([ONE], "mail", NOW)) == 1
    assert store.write_sync(lambda tx: tx.outbox.to_fallback([ONE], "mail", NOW)) == 0
    assert store.write_sync(lambda tx: tx.outbox.to_fallback([ONE], "desk", NOW)) == 0
    assert row(store, 3).fallback_for == "desk"
    assert "in place of desk" in row(store, 3).delivery.reason


def test_rows_are_listed_by_state_and_channel_the_newest_first(store: Store) -> None:
    add_alerts(store, 3, ("desk", "mail"))
    store.write_sync(lambda tx: tx.outbox.drop([ONE], NOW))

    def ids(**options: object) -> list[int]:
        return [r.delivery.id for r in store.read(lambda tx: tx.outbox.listed(**options))]  # type: ignore[arg-type]

    assert ids() == [6, 5, 4, 3, 2, 1]
    assert ids(channel="mail", limit=2) == [6, 4]
    assert ids(states=[DeliveryState.DROPPED]) == [1]
    assert ids(before=3) == [2, 1]
    assert [r.delivery.channel for r in store.read(lambda tx: tx.outbox.of_alert(AlertId(2)))] == ["desk", "mail"]


def test_what_is_sent_stays_sent_whatever_a_person_asks(store: Store) -> None:
    add_alerts(store, 1)
    store.write_sync(lambda tx: tx.outbox.claim([ONE], "a", NOW))
    assert store.write_sync(lambda tx: tx.outbox.drop([ONE], NOW)) == 0
    store.write_sync(lambda tx: tx.outbox.finish("a", DeliveryState.SENT, now=NOW, outcome="sent", started=NOW, ms=1))
    assert store.write_sync(lambda tx: tx.outbox.retry([ONE], NOW)) == 0
    assert store.write_sync(lambda tx: tx.outbox.drop([ONE], NOW)) == 0


def test_a_claim_reads_the_order_from_the_index(store: Store) -> None:
    """A backlog of any length is read from its front."""

    def plan(tx: Tables) -> str:
        rows = tx.connection.execute(
            f"EXPLAIN QUERY PLAN SELECT * FROM deliveries INDEXED BY deliveries_order WHERE {DUE} "
            "ORDER BY severity DESC, created_at, id LIMIT 9",
            {"channel": "desk", "now": ""},
        )
        return " ".join(row[3] for row in rows)

    assert "TEMP B-TREE" not in store.read(plan)
    assert OPEN_INDEX in DUE
