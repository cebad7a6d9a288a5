"""Walks an item's line stage by stage and gives each reason: what was stored, beside what the rules say now.

It asks the same functions that decided. It changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from monitor.alerts.routing import route, silenced_by
from monitor.feeds.links import canonical_link
from monitor.model import Alert, Assignment, Item, ItemId, Match, Story
from monitor.pipeline.line import Line
from monitor.rules.miss import not_covered, why_not
from monitor.rules.ruleset import RuleMatch
from monitor.store.item_lists import ListedItem, find_items, revisions
from monitor.store.tables import Tables

StageName = Literal["fetched", "identified", "matched", "grouped", "routed", "delivered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of the line. `outcome`: in a word or two; `reasons`: in words, one line each."""

    name: StageName
    outcome: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFinding:
    """What one rule says of the item. `match` None: it does not hold; `why`: then why, or what came nearest.

    `stored`: whether it held when the item came (the configuration may have changed since).
    """

    rule: str
    label: str
    match: RuleMatch | None
    stored: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Everything about one item. `stages`: in the order of the line."""

    listed: ListedItem
    stages: tuple[Stage, ...]
    rules: tuple[RuleFinding, ...]
    alerts: tuple[Alert, ...]


def find(tx: Tables, wanted: str) -> list[ListedItem]:
    """The items that an id, an address or a guid names; several where section feeds share an article."""
    text = wanted.strip()
    link = canonical_link(text) if "://" in text else ""
    return find_items(tx, text, link)


def explain(tx: Tables, listed: ListedItem, line: Line, now: datetime) -> Explanation:
    """Explain one item under the configuration in force, its times in the timezone of the configuration."""
    findings = _findings(tx, listed.item, line)
    alerts = tuple(tx.alerts.of_item(listed.item.id))
    zone = ZoneInfo(line.config.timezone)
    stages = (
        _fetched(tx, listed.item, zone),
        _identified(tx, listed, zone),
        _matched(findings, tx.matches.rules_of(listed.item.id)),
        _grouped(tx, listed),
        _routed(tx, listed, findings, alerts, line, now),
        _delivered(tx, alerts, zone),
    )
    return Explanation(listed=listed, stages=stages, rules=findings, alerts=alerts)


def _fetched(tx: Tables, item: Item, zone: ZoneInfo) -> Stage:
    row = tx.connection.execute("SELECT poll_id FROM items WHERE id = ?", (item.id,)).fetchone()
    poll = tx.polls.get(row[0]) if row is not None and row[0] is not None else None
    reasons = [f"from {item.outlet}", f"first seen {_moment(item.first_seen, zone)}"]
    if poll is None:
        reasons.append("the record of that poll is not kept any more")
    else:
        status = "" if poll.http_status is None else f"HTTP {poll.http_status}, "
        took = round(poll.elapsed.total_seconds() * 1000)
        reasons.append(f"{status}{took} ms, {poll.items} items in the document, {poll.new} of them new")
        reasons.extend(poll.notes)
    return Stage(name="fetched", outcome=_moment(item.first_seen, zone), reasons=tuple(reasons))


def _identified(tx: Tables, listed: ListedItem, zone: ZoneInfo) -> Stage:
    item = listed.item
    reasons = [listed.reason]
    reasons.append(f"published {_moment(item.published, zone)}" if item.published else "the feed gives no date")
    if item.date_note:
        reasons.append(item.date_note)
    reasons += [
        f"edited {_moment(entry.replaced_at, zone)}: {entry.reason}; before: {entry.title}"
        for entry in revisions(tx, item.id)
    ]
    return Stage(name="identified", outcome=listed.status, reasons=tuple(reason for reason in reasons if reason))


def _findings(tx: Tables, item: Item, line: Line) -> tuple[RuleFinding, ...]:
    stored = tx.matches.rules_of(item.id)
    here = {match.rule: match for match in line.rules.match(item.title, item.summary, outlet=item.outlet)}
    anywhere = {match.rule for match in line.rules.match(item.title, item.summary)}
    examined = line.rules.examine(item.title, item.summary)
    language = line.config.language
    findings = []
    for rule, tree in zip(line.rules.rules, line.rules.trees, strict=True):
        match = here.get(rule.name)
        if match is not None:
            why = _hits_in_words(match)
        elif rule.name in anywhere:
            why = not_covered(rule.feeds, item.outlet, language)
        else:
            why = why_not(tree, examined, language)
        findings.append(RuleFinding(rule=rule.name, label=rule.title, match=match, stored=rule.name in stored, why=why))
    return tuple(findings)


def _hits_in_words(match: RuleMatch) -> str:
    return "; ".join(f"{hit.term}: «{hit.text}» in the {hit.field} ({hit.how})" for hit in match.hits) or "every item"


def _matched(findings: tuple[RuleFinding, ...], stored: Iterable[str]) -> Stage:
    hits = [one for one in findings if one.match is not None]
    reasons: list[str] = []
    alike: dict[str, list[str]] = {}  # why → the rules that miss for that very reason
    for one in findings:
        note = ""
        if one.stored and one.match is None:
            note = " (it held when the item came; rule or text have changed since)"
        elif one.match is not None and not one.stored:
            note = " (it did not hold when the item came; the rule is newer)"
        if one.match is not None or note:
            reasons.append(f"{one.rule}: {'holds: ' if one.match else 'does not hold: '}{one.why}{note}")
        else:
            alike.setdefault(one.why, []).append(one.rule)
    reasons += [
        f"{', '.join(rules)}: {'does' if len(rules) == 1 else 'do'} not hold: {why}"
        for why, rules in sorted(alike.items(), key=lambda pair: len(pair[1]))
    ]
    gone = sorted(set(stored) - {one.rule for one in findings})
    reasons += [f"{rule}: held when the item came; it is not in the configuration any more" for rule in gone]
    outcome = ", ".join(one.rule for one in hits) or "no rule holds"
    return Stage(name="matched", outcome=outcome, reasons=tuple(reasons))


def _grouped(tx: Tables, listed: ListedItem) -> Stage:
    assignment = listed.assignment
    if assignment is None:
        return Stage(name="grouped", outcome="no story", reasons=(f"a {listed.status} item joins no story",))
    story = tx.stories.get(assignment.story_id)
    reasons = [assignment.reason]
    if assignment.role != "opens":
        reasons.append(f"score {assignment.score:.2f}")
    if story is not None:
        reasons.append(f"story {story.id}: {story.headline}; {_extent(story)}")
    return Stage(name="grouped", outcome=f"{assignment.role} story {assignment.story_id}", reasons=tuple(reasons))


def _routed(
    tx: Tables,
    listed: ListedItem,
    findings: tuple[RuleFinding, ...],
    alerts: tuple[Alert, ...],
    line: Line,
    now: datetime,
) -> Stage:
    told = {alert.rule: alert for alert in alerts}
    reasons = [
        f"{alert.rule}: {alert.kind} alert {alert.id}, {alert.severity.word}: {alert.reason}" for alert in alerts
    ]
    quiet = [one for one in findings if one.match is not None and one.rule not in told]
    reasons += _why_quiet(tx, listed, quiet, line, now)
    outcome = f"{len(alerts)} alert{'s' if len(alerts) != 1 else ''}"
    return Stage(name="routed", outcome=outcome, reasons=tuple(reasons) or ("no rule holds, nothing to tell",))


def _why_quiet(tx: Tables, listed: ListedItem, quiet: list[RuleFinding], line: Line, now: datetime) -> list[str]:
    """Why rules that hold caused no alert by this item."""
    assignment = listed.assignment
    if not quiet:
        return []
    if assignment is None or listed.status != "fresh":
        return [f"{one.rule}: no alert: {listed.reason}" for one in quiet]
    earlier = {alert.rule: alert for alert in tx.alerts.of_story(assignment.story_id)}
    reasons = []
    for one in quiet:
        before = earlier.get(one.rule)
        if before is not None:
            reasons.append(f"{one.rule}: no alert: the story was told by {before.item.outlet} (alert {before.id})")
        elif not one.stored:
            reasons.append(f"{one.rule}: no alert: the rule did not hold when the item came")
        else:
            reasons.append(f"{one.rule}: {_decided_now(tx, listed.item, one, assignment, line, now)}")
    return reasons


def _decided_now(
    tx: Tables, item: Item, finding: RuleFinding, assignment: Assignment, line: Line, now: datetime
) -> str:
    """What routing says today."""
    hits = () if finding.match is None else finding.match.hits
    silences = tx.silences.active(now)
    decisions = route(
        item=item,
        matches=[Match(rule=finding.rule, item_id=item.id, hits=hits)],
        assignment=assignment,
        routing=line.routing,
        now=now,
        told=tx.alerts.told(assignment.story_id, assignment.parent_id),
        silences=silences,
    )
    asked = silenced_by(silences, rule=finding.rule, feed=item.outlet, story_id=assignment.story_id, now=now)
    silent = f"; silenced until {_moment(asked[0].until, ZoneInfo(line.config.timezone))}" if asked else ""
    return f"no alert: {decisions[0].reason if decisions else 'the rule is gone'}{silent}"


def _delivered(tx: Tables, alerts: tuple[Alert, ...], zone: ZoneInfo) -> Stage:
    reasons, states = [], []
    for alert in alerts:
        rows = tx.outbox.of_alert(alert.id)
        if not rows:
            reasons.append(
                f"{alert.rule}: no channel wants it (severity {alert.severity.word}, or the rule's channels)"
            )
        for row in rows:
            state = row.delivery.state.value
            states.append(f"{row.delivery.channel}: {state}")
            sent = "" if row.sent_at is None else f" {_moment(row.sent_at, zone)}"
            parts = [f"{alert.rule} → {row.delivery.channel}: {state}{sent}"]
            if row.held_by:
                until = "" if row.held_until is None else f" until {_moment(row.held_until, zone)}"
                parts.append(f"held by {row.held_by}{until}")
            said = row.held_until is not None and row.delivery.reason.startswith(f"{row.held_by} until ")
            parts += [text for text in ("" if said else row.delivery.reason, row.hint) if text]
            if len(row.tries) > 1 or not sent:  # a single attempt that went well was told already
                parts += [f"attempt {_moment(one.at, zone)}: {one.outcome}: {one.reason}" for one in row.tries]
            reasons.append("; ".join(parts))
    return Stage(name="delivered", outcome=", ".join(states) or "nothing to deliver", reasons=tuple(reasons))


def _extent(story: Story) -> str:
    outlets = len(story.outlets)
    return f"{story.items} item{'s' * (story.items != 1)} of {outlets} outlet{'s' * (outlets != 1)}"


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"


def explain_id(tx: Tables, item_id: ItemId, line: Line, now: datetime) -> Explanation | None:
    """As `explain`, by the item's id; None where there is no such item."""
    found = find_items(tx, str(item_id))
    return explain(tx, found[0], line, now) if found else None
