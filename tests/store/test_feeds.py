"""Feeds between polls: agreement with config.toml, schedule, validators, failures, and how they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.model import Validators
from monitor.store.database import Store
from monitor.store.feeds import FeedPolled
from monitor.store.overview import FeedOverview, feed_overviews
from monitor.store.polls import PollRecord
from tests.support.world import MINUTE, NOW, World, config, feed, item


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path, lambda: NOW) as store:
        store.write_sync(lambda tx: tx.feeds.sync([feed("alpha"), feed("beta", tags=("gaza",))], NOW))
        yield store


def answered(store: Store, name: str, **more: object) -> FeedPolled:
    state = store.read(lambda tx: tx.feeds.state(name))
    assert state is not None
    polled = FeedPolled(
        feed_id=state.id,
        at=NOW,
        elapsed=timedelta(milliseconds=12),
        outcome="new",
        success=True,
        next_poll_at=NOW + 5 * MINUTE,
        interval=5 * MINUTE,
    )
    return replace(polled, **more)  # type: ignore[arg-type]


def polled(store: Store, name: str, **more: object) -> None:
    store.write_sync(lambda tx, one: tx.feeds.polled(one), answered(store, name, **more))


def due(store: Store, minutes: int = 0) -> list[str]:
    return store.read(lambda tx: tx.feeds.due(NOW + minutes * MINUTE))


def test_new_feeds_are_due_at_once(store: Store) -> None:
    assert sorted(due(store)) == ["alpha", "beta"]
    assert store.read(lambda tx: tx.feeds.next_due_at()) == NOW


def test_polled_feed_is_due_when_planned(store: Store) -> None:
    polled(store, "alpha")
    assert due(store) == ["beta"]
    assert due(store, 5) == ["beta", "alpha"]


def test_everything_a_poll_leaves_comes_back(store: Store) -> None:
    digests = frozenset({b"12345678", b"abcdefgh"})
    polled(
        store,
        "alpha",
        validators=Validators(etag='W/"x"', last_modified="Wed, 25 Nov 2026 12:00:00 GMT"),
        body_hash=b"h" * 16,
        digests=digests,
        hints={"ttl_minutes": 5},
        pending_url="https://new.example/rss",
        pending_since=NOW,
    )
    state = store.read(lambda tx: tx.feeds.state("alpha"))
    assert state is not None
    assert state.validators == Validators(etag='W/"x"', last_modified="Wed, 25 Nov 2026 12:00:00 GMT")
    assert (state.body_hash, state.known_digests) == (b"h" * 16, digests)
    assert state.hints == {"ttl_minutes": 5}
    assert (state.pending_url, state.pending_since) == ("https://new.example/rss", NOW)
    assert (state.interval, state.next_poll_at) == (5 * MINUTE, NOW + 5 * MINUTE)
    assert (state.first_polled_at, state.last_success_at) == (NOW, NOW)


def test_unchanged_poll_keeps_body_validators_and_hints(store: Store) -> None:
    polled(
        store,
        "alpha",
        validators=Validators(etag="a"),
        body_hash=b"h",
        digests=frozenset({b"12345678"}),
        hints={"x": 1},
    )
    polled(store, "alpha", unchanged=True, outcome="not_modified")

    state = store.read(lambda tx: tx.feeds.state("alpha"))
    assert state is not None
    assert state.validators.etag == "a"
    assert (state.body_hash, state.known_digests, state.hints) == (b"h", frozenset({b"12345678"}), {"x": 1})


def test_body_without_validators_drops_the_old_ones(store: Store) -> None:
    polled(store, "alpha", validators=Validators(etag="a"))
    polled(store, "alpha", validators=Validators())

    state = store.read(lambda tx: tx.feeds.state("alpha"))
    assert state is not None
    assert state.validators == Validators()


def test_failures_are_counted_from_the_first_and_end_with_an_answer(store: Store) -> None:
    polled(store, "alpha", success=False, failures=1, error="no such host", error_kind="dns")
    polled(store, "alpha", success=False, failures=2, error="no such host", error_kind="dns", at=NOW + MINUTE)
    (failing, _) = store.read(feed_overviews, NOW)
    assert failing.failing_since == NOW
    assert failing.trouble == "no such host (2 times in a row)"

    polled(store, "alpha", at=NOW + 2 * MINUTE)
    (well, _) = store.read(feed_overviews, NOW)
    assert (well.failing_since, well.last_error, well.trouble) == (None, "", "")


def test_failed_first_poll_leaves_the_feed_unread(store: Store) -> None:
    polled(store, "alpha", success=False, failures=1, error="x", error_kind="dns")
    state = store.read(lambda tx: tx.feeds.state("alpha"))
    assert state is not None
    assert state.first_polled_at is None


def test_poll_does_not_undo_what_a_person_did_meanwhile(store: Store) -> None:
    stale = answered(store, "alpha")
    store.write_sync(lambda tx: tx.feeds.set_state("alpha", "held", "by hand", NOW))
    store.write_sync(lambda tx: tx.feeds.polled(stale))
    (alpha, _) = store.read(feed_overviews, NOW)
    assert alpha.trouble == "held: by hand"


def test_stopped_feed_is_not_due_until_it_is_set_free(store: Store) -> None:
    polled(store, "alpha", success=False, state="stopped", state_reason="gone", next_poll_at=None)
    assert due(store, 10_000) == ["beta"]
    assert store.write_sync(lambda tx: tx.feeds.set_state("alpha", "active", "", NOW))
    assert "alpha" in due(store)


def test_feed_with_another_address_is_a_feed_never_read(store: Store) -> None:
    polled(store, "alpha", validators=Validators(etag="a"), body_hash=b"h", digests=frozenset({b"12345678"}))
    moved = replace(feed("alpha"), url="https://elsewhere.example/feed")
    store.write_sync(lambda tx: tx.feeds.sync([moved, feed("beta")], NOW))

    state = store.read(lambda tx: tx.feeds.state("alpha"))
    assert state is not None
    assert (state.url, state.validators, state.body_hash, state.first_polled_at) == (moved.url, Validators(), b"", None)
    assert "alpha" in due(store)


def test_feed_that_left_is_not_due_and_comes_back_with_its_memory(store: Store) -> None:
    polled(store, "alpha", validators=Validators(etag="a"))
    store.write_sync(lambda tx: tx.feeds.sync([feed("beta")], NOW))
    assert due(store, 100) == ["beta"]
    assert [one.name for one in store.read(feed_overviews, NOW)] == ["beta"]
    assert [one.name for one in store.read(feed_overviews, NOW, all_=True)] == ["alpha", "beta"]

    store.write_sync(lambda tx: tx.feeds.sync([feed("alpha"), feed("beta")], NOW))
    state = store.read(lambda tx: tx.feeds.state("alpha"))
    assert state is not None
    assert state.validators.etag == "a"


def test_fault_of_ours_puts_the_feed_off(store: Store) -> None:
    store.write_sync(lambda tx: tx.feeds.postpone("alpha", NOW + MINUTE, "ValueError: x"))
    assert due(store) == ["beta"]
    assert due(store, 1) == ["beta", "alpha"]


def test_feeds_can_be_made_due(store: Store) -> None:
    for name in ("alpha", "beta"):
        polled(store, name)
    store.write_sync(lambda tx: tx.feeds.poll_soon(["beta"], NOW))
    assert due(store) == ["beta"]
    store.write_sync(lambda tx: tx.feeds.poll_soon(None, NOW))
    assert sorted(due(store)) == ["alpha", "beta"]


def test_forgotten_body_is_read_as_a_whole(store: Store) -> None:
    polled(store, "alpha", validators=Validators(etag="a"), body_hash=b"h", digests=frozenset({b"12345678"}))
    store.write_sync(lambda tx: tx.feeds.forget_body("alpha"))
    state = store.read(lambda tx: tx.feeds.state("alpha"))
    assert state is not None
    assert (state.validators, state.body_hash, state.known_digests) == (Validators(), b"", frozenset())


def test_overview_counts_items_by_the_day_without_backlog(tmp_path: Path) -> None:
    with World(config(tmp_path, feeds=(feed("alpha"),)), known=False) as world:
        world.publish("alpha", *(item(f"خبر قديم عن الاقتصاد {n}", key=f"b{n}") for n in range(5)))
        world.later(days=2)
        world.publish("alpha", item("خبر جديد", key="1", at=world.now), item("خبر آخر", key="2", at=world.now))

        (alpha,) = world.store.read(feed_overviews, world.now)

    assert alpha.items == 7
    assert alpha.items_a_day == pytest.approx(1.0)
    assert isinstance(alpha, FeedOverview)


def test_poll_records_are_listed_and_pruned(store: Store) -> None:
    feed_id = answered(store, "alpha").feed_id
    records = [
        PollRecord(
            feed_id=feed_id, at=NOW - n * MINUTE, elapsed=MINUTE, outcome="dns", reason="no such host", notes=("a",)
        )
        for n in range(5)
    ]
    for record in records:
        store.write_sync(lambda tx, one: tx.polls.add(one), record)

    found = store.read(lambda tx: tx.polls.newest(feed_id, 2))
    assert [one.at for one in found] == [NOW, NOW - MINUTE]
    assert (found[0].reason, found[0].notes, found[0].elapsed) == ("no such host", ("a",), MINUTE)
    assert store.write_sync(lambda tx: tx.polls.prune(NOW - 2 * MINUTE)) == 2
    assert store.read(lambda tx: tx.polls.get(found[0].id)) == found[0]


def test_overview_of_a_feed_read_today_tells_the_rhythm_of_its_dates(tmp_path: Path) -> None:
    with World(config(tmp_path, feeds=(feed("alpha"),))) as world:
        assert world.store.read(feed_overviews, world.now)[0].items_a_day is None
        polled = world.polled("alpha", hints={"items_a_day": 48.0, "rhythm_at": world.now.isoformat()})
        world.store.write_sync(lambda tx: tx.feeds.polled(polled))
        assert world.store.read(feed_overviews, world.now)[0].items_a_day == pytest.approx(48.0)
