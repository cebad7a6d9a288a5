"""Who is told what, and why not: severities, channels, stories, silences, quiet hours, digests."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from monitor.alerts.routing import AlertDecision, Routing, Silence, Told, route
from monitor.model import Assignment, DeliveryState, Match, Role, Severity, StoryId
from monitor.settings import Channel, QuietWindow, Rule, Stories
from tests.support.alerts import NOW, a_config, an_item, channel

CEASEFIRE = Rule(name="ceasefire", label="هدنة", any=("هدنة",), severity=Severity.URGENT)
RAFAH = Rule(name="rafah", any=("رفح",), channels=("mail",))
NIGHT = QuietWindow(from_=time(23), to=time(7))


def decide(
    *channels: Channel,
    rules: tuple[Rule, ...] = (CEASEFIRE, RAFAH),
    role: Role = "opens",
    stories: Stories | None = None,
    revision: int = 1,
    now: datetime = NOW,
    **options: object,
) -> tuple[AlertDecision, ...]:
    item = an_item(1, revision=revision)
    config = a_config(*(channels or (channel("desk"), channel("mail"))), rules=rules, stories=stories or Stories())
    return route(
        item=item,
        matches=[Match(rule=rule.name, item_id=item.id, hits=()) for rule in rules],
        assignment=Assignment(story_id=StoryId(5), role=role, score=0.5, reason=""),
        routing=Routing.of(config),
        now=now,
        **options,  # type: ignore[arg-type]
    )


def names(decision: AlertDecision) -> list[str]:
    return [one.channel for one in decision.deliveries]


def test_a_rule_without_channels_goes_to_every_channel_one_with_channels_to_those() -> None:
    ceasefire, rafah = decide()
    assert names(ceasefire) == ["desk", "mail"]
    assert names(rafah) == ["mail"]
    assert rafah.label == "rafah"


def test_a_channel_hears_only_of_its_severity_and_above() -> None:
    ceasefire, rafah = decide(channel("desk"), channel("mail", min_severity=Severity.URGENT))
    assert names(ceasefire) == ["desk", "mail"]
    assert names(rafah) == []


def test_a_withheld_item_alerts_nobody_and_says_why() -> None:
    decisions = decide(withheld="the feed's first poll")
    assert [(d.tells, d.reason, d.deliveries) for d in decisions] == [(False, "the feed's first poll", ())] * 2


def test_one_alert_per_rule_and_story() -> None:
    told = Told(story={"ceasefire": frozenset({"new"})}, outlets=2)
    ceasefire, rafah = decide(role="repeats", told=told)
    assert not ceasefire.tells
    assert "told already" in ceasefire.reason
    assert rafah.tells
    assert "first match of this rule" in rafah.reason


@pytest.mark.parametrize(
    ("updates", "tells", "severity"),
    [("silent", False, Severity.URGENT), ("notice", True, Severity.LOW), ("alert", True, Severity.URGENT)],
)
def test_what_a_development_does_is_the_users_choice(updates: str, tells: bool, severity: Severity) -> None:
    told = Told(story={"ceasefire": frozenset({"new"})})
    stories = Stories(updates=updates)  # type: ignore[arg-type]
    decision = decide(role="updates", told=told, stories=stories)[0]
    assert (decision.tells, decision.severity) == (tells, severity)


def test_a_development_of_a_told_story_is_none_of_its_own_but_a_reaction_is() -> None:
    told = Told(story={}, parent=frozenset({"ceasefire"}))
    assert not decide(role="updates", told=told)[0].tells
    assert decide(role="opens", told=told)[0].tells


def test_corroboration_is_told_once() -> None:
    stories = Stories(corroborated_at=3)
    told = Told(story={"ceasefire": frozenset({"new"})}, outlets=3)
    assert decide(role="repeats", told=told, stories=stories)[0].kind == "corroborated"
    told = Told(story={"ceasefire": frozenset({"new", "corroborated"})}, outlets=4)
    assert not decide(role="repeats", told=told, stories=stories)[0].tells


def test_an_edit_that_newly_matches_alerts_as_revised() -> None:
    decision = decide(revision=2)[0]
    assert (decision.tells, decision.kind) == (True, "revised")


def test_quiet_hours_hold_and_let_the_urgent_through() -> None:
    now = datetime(2026, 11, 25, 22, tzinfo=UTC)  # midnight in Gaza
    ceasefire, rafah = decide(channel("desk", quiet=(NIGHT,)), channel("mail", quiet=(NIGHT,)), now=now)
    assert [one.state for one in ceasefire.deliveries] == [DeliveryState.PENDING] * 2
    held = rafah.deliveries[0]
    assert held.state is DeliveryState.HELD
    assert held.hold is not None
    assert (held.hold.by, held.hold.until) == ("quiet", datetime(2026, 11, 26, 5, tzinfo=UTC))
    assert "quiet until" in held.reason


def test_a_digest_channel_collects_until_its_hour() -> None:
    ceasefire, _ = decide(channel("desk", digest="0 8,20 * * *"))
    hold = ceasefire.deliveries[0].hold
    assert hold is not None
    assert (hold.by, hold.until) == ("digest", datetime(2026, 11, 25, 18, tzinfo=UTC))


@pytest.mark.parametrize(("kind", "target"), [("rule", "ceasefire"), ("feed", "الجزيرة"), ("story", "5")])
def test_silences_hold_what_they_name_until_they_end(kind: str, target: str) -> None:
    until = NOW + timedelta(hours=2)
    silence = Silence(kind=kind, target=target, until=until)  # type: ignore[arg-type]
    ceasefire, rafah = decide(silences=[silence])
    assert {one.hold.until for one in ceasefire.deliveries if one.hold} == {until}
    assert (rafah.deliveries[0].hold is None) is (kind == "rule")


def test_a_silence_that_has_ended_holds_nothing() -> None:
    silence = Silence(kind="rule", target="ceasefire", until=NOW)
    assert decide(silences=[silence])[0].deliveries[0].hold is None


def test_a_rule_that_left_the_configuration_is_passed_over() -> None:
    config = a_config(rules=(CEASEFIRE,))
    matches = [Match(rule="gone", item_id=an_item().id, hits=())]
    assignment = Assignment(story_id=StoryId(1), role="opens", score=0, reason="")
    assert route(item=an_item(), matches=matches, assignment=assignment, routing=Routing.of(config), now=NOW) == ()
