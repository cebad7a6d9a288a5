"""What a configuration would have told of stored items, what another would tell, what a rule would hit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from monitor import settings
from monitor.model import Severity
from monitor.pipeline.backtest import Backtest, backtest
from monitor.pipeline.trying import try_rule
from tests.support.world import DESK, NOW, RAFAH, TRUCE, World, config, item

TRUCE_TITLE = "اتفاق على هدنة إنسانية في غزة لثلاثة أيام"
GOLD = settings.Rule(name="gold", label="ذهب", any=("الذهب",))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(config(tmp_path)) as world:
        world.publish("alpha", item(TRUCE_TITLE, key="t1"), item("أسعار الذهب ترتفع في الأسواق", key="g1"))
        world.later(minutes=5)
        world.publish("beta", item(TRUCE_TITLE, key="t2", at=world.now))
        world.later(minutes=5)
        world.publish("beta", item("قصف عنيف على رفح فجر اليوم", key="r1", at=world.now))
        world.later(minutes=1)
        yield world


def run(world: World, other: settings.Config | None = None, **more: object) -> Backtest:
    since = more.pop("since", NOW - timedelta(days=1))
    return backtest(world.store, world.config, since=since, until=world.now, other=other, **more)  # type: ignore[arg-type]


def told(result: Backtest) -> list[tuple[str, str]]:
    return [(alert.decision.rule, alert.decision.item.outlet) for alert in result.alerts]


def test_same_configuration_tells_what_was_told(world: World) -> None:
    result = run(world)

    assert told(result) == [("truce", "alpha"), ("rafah", "beta")]
    assert (result.items, result.matched) == (4, 3)
    assert [alert.at for alert in result.alerts] == [NOW, NOW + timedelta(minutes=10)]
    (delivery,) = result.alerts[0].decision.deliveries
    assert delivery.channel == "desk"
    assert result.alerts[0].decision.hits[0].text == "هدنة"


def test_nothing_is_written(world: World) -> None:
    before = world.rows("SELECT * FROM alerts")
    run(world)
    assert world.rows("SELECT * FROM alerts") == before


def test_another_configuration_shows_the_difference_and_why(world: World) -> None:
    quiet = settings.QuietWindow(from_=time(0), to=time(23, 59))
    other = replace(
        world.config,
        rules=(replace(TRUCE, severity=Severity.LOW), GOLD),
        channels=(replace(DESK, quiet=(quiet,)), replace(DESK, name="mail")),
    )

    result = run(world, other)

    assert [alert.decision.rule for alert in result.added] == ["gold"]
    assert [(one.alert.decision.rule, one.why) for one in result.removed] == [("rafah", "the rule is not there")]
    (changed,) = result.changed
    assert changed.before.decision.rule == "truce"
    assert "severity low instead of normal" in changed.what
    assert "also to mail" in changed.what
    assert "desk: quiet until" in changed.what


def test_rule_that_holds_no_more_is_said_so(world: World) -> None:
    other = replace(world.config, rules=(replace(RAFAH, none=("قصف",)), TRUCE))
    (removed,) = run(world, other).removed
    assert removed.why == "the rule does not hold for this item"


def test_one_rule_can_be_looked_at_alone(world: World) -> None:
    assert told(run(world, rule="rafah")) == [("rafah", "beta")]


def test_story_told_before_the_time_asked_for_is_not_told_again(world: World) -> None:
    assert told(run(world, since=NOW + timedelta(minutes=2))) == [("rafah", "beta")]


def test_backlog_counts_as_what_it_was(tmp_path: Path) -> None:
    with World(config(tmp_path), known=False) as world:
        world.publish("alpha", item(TRUCE_TITLE, key="t1"))
        world.later(minutes=1)
        assert told(run(world)) == []


def test_without_stories_every_item_is_told(world: World) -> None:
    other = replace(world.config, stories=settings.Stories(enabled=False))
    result = run(world, other)
    assert len([alert for alert in result.added if alert.decision.rule == "truce"]) == 2


def test_progress_reaches_its_end(world: World) -> None:
    seen: list[tuple[int, int]] = []
    run(world, progress=lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, 4)
    assert seen[-1] == (4, 4)


def test_rule_is_tried_on_stored_items(world: World) -> None:
    trial = try_rule(world.store, TRUCE, world.config, since=NOW - timedelta(days=1))

    assert (trial.items, trial.hits) == (4, 2)
    assert trial.by_outlet == {"alpha": 1, "beta": 1}
    assert trial.by_text == {"هدنة": 2}
    assert [found.outlet for found, _ in trial.newest] == ["beta", "alpha"]
    assert try_rule(world.store, TRUCE, world.config, since=NOW, limit=1).newest[0][0].outlet == "beta"
