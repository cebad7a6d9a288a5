"""What a channel sends next, case by case."""

from __future__ import annotations

from datetime import timedelta

from monitor.alerts.batch import SOLO, ChannelView, Plan, Queued, SendAll, SendThese, Wait, plan
from monitor.alerts.kinds import Pace
from monitor.alerts.pace import Bucket
from monitor.model import DeliveryId, DeliveryState, ItemId, Severity
from monitor.settings import Rate
from tests.support.alerts import NOW

FREE = Pace(None)
TWENTY = Pace(Rate(count=20, per=timedelta(minutes=1)))
IDLE = ChannelView(bucket=Bucket())


def row(number: int, **changes: object) -> Queued:
    values: dict[str, object] = {
        "id": DeliveryId(number),
        "item_id": ItemId(number),
        "kind": "new",
        "state": DeliveryState.PENDING,
        "severity": Severity.NORMAL,
        "created_at": NOW - timedelta(minutes=1),
    }
    return Queued(**(values | changes))  # type: ignore[arg-type]


def ids(act: Plan | None) -> tuple[int, ...]:
    assert isinstance(act, SendThese)
    return act.ids


def test_nothing_due_is_nothing_to_do() -> None:
    assert plan([], IDLE, FREE, NOW) is None


def test_one_alert_goes_as_itself() -> None:
    act = plan([row(1), row(2)], IDLE, FREE, NOW)
    assert ids(act) == (1,)
    assert isinstance(act, SendThese)
    assert (act.occasion, act.repeat) == ("alert", False)


def test_rules_of_one_item_go_together_its_update_does_not() -> None:
    queue = [row(1, item_id=ItemId(5)), row(2), row(3, item_id=ItemId(5)), row(4, item_id=ItemId(5), kind="update")]
    assert ids(plan(queue, IDLE, FREE, NOW)) == (1, 3)


def test_a_parked_channel_waits_and_so_does_one_out_of_pace() -> None:
    until = NOW + timedelta(seconds=50)
    assert plan([row(1)], ChannelView(bucket=Bucket(), parked_until=until), FREE, NOW) == Wait(until=until)
    act = plan([row(1)], ChannelView(bucket=Bucket(tokens=0, at=NOW)), TWENTY, NOW)
    assert isinstance(act, Wait)
    assert NOW < act.until < NOW + timedelta(seconds=4)


def test_repeats_go_first_and_with_those_they_went_with() -> None:
    again = {"state": DeliveryState.UNKNOWN, "possible_repeat": True}
    queue = [row(1, severity=Severity.URGENT), row(2, batch="b", **again), row(3, batch="b", **again), row(4, **again)]
    act = plan(queue, IDLE, FREE, NOW)
    assert act == SendThese(ids=(DeliveryId(2), DeliveryId(3)), repeat=True, batch="b", occasion="backlog")
    assert ids(plan([row(4, **again), row(5, **again)], IDLE, FREE, NOW)) == (4,)


def test_what_was_refused_in_a_group_goes_alone() -> None:
    queue = [row(1, severity=Severity.URGENT), row(2, batch=SOLO), row(3, batch=SOLO, item_id=ItemId(2))]
    assert ids(plan(queue, IDLE, TWENTY, NOW)) == (2,)


def test_what_was_held_is_one_summary_after_what_is_more_severe() -> None:
    night = {"state": DeliveryState.HELD, "held_by": "quiet"}
    queue = [row(1, severity=Severity.URGENT), row(2, **night), row(3, **night)]
    assert ids(plan(queue, IDLE, FREE, NOW)) == (1,)
    act = plan(queue[1:], IDLE, FREE, NOW)
    assert act == SendAll(occasion="quiet", held_by="quiet", since=NOW - timedelta(minutes=1), until=NOW)
    assert ids(plan(queue[1:2], IDLE, FREE, NOW)) == (2,)


def test_a_digest_of_one_is_still_a_digest() -> None:
    act = plan([row(1, state=DeliveryState.HELD, held_by="digest")], IDLE, FREE, NOW)
    assert isinstance(act, SendAll)
    assert act.occasion == "digest"


def test_an_outage_is_told_with_its_times() -> None:
    since, until = NOW - timedelta(hours=3), NOW - timedelta(minutes=2)
    view = ChannelView(bucket=Bucket(), gap_from=since, gap_until=until)
    assert plan([row(1), row(2)], view, FREE, NOW) == SendAll(occasion="outage", since=since, until=until)
    failing = ChannelView(bucket=Bucket(), failing_since=since)
    assert plan([row(1)], failing, FREE, NOW) == SendAll(occasion="outage", since=since, until=NOW)
    short = ChannelView(bucket=Bucket(), failing_since=NOW - timedelta(minutes=1))
    assert ids(plan([row(1)], short, FREE, NOW)) == (1,)


def test_after_a_pause_the_backlog_is_gathered_first() -> None:
    view = ChannelView(bucket=Bucket(), gather_until=NOW + timedelta(seconds=30))
    assert plan([row(1)], view, FREE, NOW) == Wait(until=NOW + timedelta(seconds=30))


def test_what_fits_goes_singly_what_does_not_is_grouped() -> None:
    tight = ChannelView(bucket=Bucket(tokens=3, at=NOW))
    assert ids(plan([row(n) for n in (1, 2, 3)], tight, TWENTY, NOW)) == (1,)
    act = plan([row(n) for n in (1, 2, 3, 4)], tight, TWENTY, NOW)
    assert isinstance(act, SendAll)
    assert (act.occasion, act.held_by) == ("backlog", None)


def test_the_urgent_go_before_the_group_while_there_is_room_for_both() -> None:
    urgent = [row(n, severity=Severity.URGENT) for n in (1, 2)]
    rest = [row(n) for n in range(3, 30)]
    assert ids(plan(urgent + rest, ChannelView(bucket=Bucket(tokens=3, at=NOW)), TWENTY, NOW)) == (1,)
    act = plan(urgent + rest, ChannelView(bucket=Bucket(tokens=2, at=NOW)), TWENTY, NOW)
    assert isinstance(act, SendAll)
