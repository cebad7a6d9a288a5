"""Who is told what of an item that matched, and when: severity, channels, quiet hours, digests, silences.

Pure: values and `now` in, decisions with their reasons out. It knows neither the store nor the services.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from monitor.alerts.cron import next_run
from monitor.alerts.quiet import quiet_until
from monitor.model import AlertKind, Assignment, DeliveryState, Hit, Item, Match, Severity, StoryId
from monitor.settings import Channel, Config, Rule, Stories

SilenceKind = Literal["rule", "feed", "story"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Someone asked not to hear of a rule, a feed (by name) or a story (by id) until a time."""

    kind: SilenceKind
    target: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Why a delivery has to wait, and until when."""

    by: Literal["quiet", "digest", "silence"]
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryDecision:
    """One channel that is told: at once (`pending`) or later (`held`, with its hold)."""

    channel: str
    state: DeliveryState
    reason: str
    hold: Hold | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDecision:
    """What becomes of one match. With `tells` False there is no alert, and `reason` says why."""

    rule: str
    label: str
    severity: Severity
    kind: AlertKind
    story_id: StoryId
    item: Item
    hits: tuple[Hit, ...]
    tells: bool
    reason: str
    difference: str = ""
    deliveries: tuple[DeliveryDecision, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was told of an item's story before: rule → the kinds of its alerts.

    `parent`: rules told of the story's parent. `outlets`: how many outlets carry the story, this item's included.
    """

    story: Mapping[str, frozenset[AlertKind]]
    parent: frozenset[str] = frozenset()
    outlets: int = 1


NOTHING_TOLD = Told(story={})


@dataclass(frozen=True, slots=True)
class Routing:
    """The part of the configuration that routing needs."""

    rules: Mapping[str, Rule]
    channels: tuple[Channel, ...]
    stories: Stories
    timezone: str

    @classmethod
    def of(cls, config: Config) -> Routing:
        """From a whole configuration."""
        return cls({rule.name: rule for rule in config.rules}, config.channels, config.stories, config.timezone)


def route(
    *,
    item: Item,
    matches: Sequence[Match],
    assignment: Assignment,
    routing: Routing,
    now: datetime,
    told: Told = NOTHING_TOLD,
    silences: Sequence[Silence] = (),
    withheld: str = "",
    difference: str = "",
) -> tuple[AlertDecision, ...]:
    """Decide for every match of `item`, in the order of `matches`, whether and whom to tell.

    Args:
        told: what the story's readers know already; the store asks the alerts table.
        withheld: why nothing of this item may alert (a new feed's backlog, too old, a held feed), or "".
        difference: what the latest revision changed, in words, or "".
    """
    decisions = []
    for match in matches:
        rule = routing.rules.get(match.rule)
        if rule is None:
            continue  # the rule left the configuration between matching and routing
        kind, why = (None, withheld) if withheld else _kind(rule, item, assignment, told, routing.stories, difference)
        severity = rule.severity
        if kind in ("update", "corroborated") and routing.stories.updates != "alert":
            severity = Severity.LOW
        deliveries: tuple[DeliveryDecision, ...] = ()
        if kind is not None:
            deliveries = tuple(
                decided
                for channel in routing.channels
                if (decided := _deliver(channel, rule, severity, item, assignment.story_id, routing, silences, now))
            )
        decisions.append(
            AlertDecision(
                rule=rule.name,
                label=rule.title,
                severity=severity,
                kind=kind or "new",
                story_id=assignment.story_id,
                item=item,
                hits=match.hits,
                tells=kind is not None,
                reason=why,
                difference=difference,
                deliveries=deliveries,
            )
        )
    return tuple(decisions)


def _kind(
    rule: Rule, item: Item, assignment: Assignment, told: Told, stories: Stories, difference: str
) -> tuple[AlertKind | None, str]:
    """Which kind of alert this match is, or None, with the reason in words."""
    kinds = told.story.get(rule.name, frozenset())
    # A story of its own that reacts to a told one is news; only a development of the told one is not.
    known = bool(kinds) or (assignment.role == "updates" and rule.name in told.parent)
    if not known:
        if item.revision > 1:
            return "revised", "the edited text matches for the first time"
        if assignment.role == "repeats":
            return "new", "first match of this rule in a story that is already known"
        return "new", "a new story for this rule"
    at = stories.corroborated_at
    if kinds and at is not None and told.outlets >= at and "corroborated" not in kinds:
        return "corroborated", f"{told.outlets} outlets carry the story"
    if assignment.role == "updates" or difference:
        if stories.updates == "silent":
            return None, "the story develops; updates are silent"
        return ("revised" if difference else "update"), "the story develops"
    return None, "the story was told already; counted there"


def _deliver(
    channel: Channel,
    rule: Rule,
    severity: Severity,
    item: Item,
    story_id: StoryId,
    routing: Routing,
    silences: Sequence[Silence],
    now: datetime,
) -> DeliveryDecision | None:
    """What one channel gets: a delivery, held or not, or None when it is not addressed."""
    if (rule.channels and channel.name not in rule.channels) or severity < channel.min_severity:
        return None
    held = hold(
        channel,
        severity=severity,
        timezone=routing.timezone,
        silences=silenced_by(silences, rule=rule.name, feed=item.outlet, story_id=story_id, now=now),
        now=now,
    )
    if held is None:
        return DeliveryDecision(channel=channel.name, state=DeliveryState.PENDING, reason="")
    reason = f"{held.by} until {held.until:%Y-%m-%d %H:%M} UTC"
    return DeliveryDecision(channel=channel.name, state=DeliveryState.HELD, reason=reason, hold=held)


def silenced_by(
    silences: Sequence[Silence], *, rule: str, feed: str, story_id: StoryId, now: datetime
) -> tuple[Silence, ...]:
    """The silences that cover an alert at `now`; those that have ended count no more."""
    target = {"rule": rule, "feed": feed, "story": str(story_id)}
    return tuple(s for s in silences if s.until > now and target[s.kind] == s.target)


def hold(
    channel: Channel, *, severity: Severity, timezone: str, silences: Sequence[Silence], now: datetime
) -> Hold | None:
    """What holds an alert of `severity` back from `channel` at `now`, or None.

    A silence comes before everything, for somebody asked for it; then quiet hours, then the digest. A digest that
    would fall into quiet hours is looked at again when it is due.
    """
    if silences:
        return Hold(by="silence", until=max(s.until for s in silences))
    until = quiet_until(channel.quiet, timezone, severity, now)
    if until is not None and channel.digest is None:
        return Hold(by="quiet", until=until)
    if channel.digest is not None:
        return Hold(by="digest", until=next_run(channel.digest, timezone, now))
    return None
