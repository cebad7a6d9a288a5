"""What a message says, before any service's markup: one `Note` for each item, one `Occasion` for the whole. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from monitor.alerts.compose import words
from monitor.alerts.compose.text import Marked, clean, cut, excerpt, marked, safe_link, spans_of
from monitor.model import AlertKind, Delivery, Severity
from monitor.settings import Language

HEADLINE_UNITS = 300
EXCERPT_UNITS = 420
LABEL_UNITS = 60
LONGEST_READ = 20_000

OccasionKind = Literal["alert", "digest", "quiet", "silence", "backlog", "outage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Why a message is sent. Everything but `alert` makes a grouped message.

    `since`, `until`: the time the group covers, or the outage. `total`: all deliveries the message stands for, also
    those that are only counted; 0: as many as are listed. `by_rule`: label → how many, over all of them.
    """

    kind: OccasionKind = "alert"
    since: datetime | None = None
    until: datetime | None = None
    total: int = 0
    by_rule: Mapping[str, int] = field(default_factory=dict)


ALERT = Occasion()


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every renderer needs to know beside the notes."""

    language: Language
    zone: ZoneInfo
    now: datetime
    occasion: Occasion
    repeat: bool
    key: str
    stands_for: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One item with everything that is said of it; texts are clean, not yet escaped."""

    labels: tuple[str, ...]
    severity: Severity
    kind: AlertKind
    headline: Marked
    excerpt: Marked
    outlet: str
    at: datetime
    published: bool
    late: bool
    outlets: int
    difference: str
    link: str | None
    story_id: int


def notes_of(deliveries: Sequence[Delivery], now: datetime, max_age: timedelta | None) -> tuple[Note, ...]:
    """One note for each item, in the order given; several rules on one item become one note that names them all."""
    groups: dict[tuple[int, AlertKind], list[Delivery]] = {}
    for delivery in deliveries:
        groups.setdefault((delivery.alert.item.id, delivery.alert.kind), []).append(delivery)
    return tuple(_note(group, now, max_age) for group in groups.values())


def _note(group: Sequence[Delivery], now: datetime, max_age: timedelta | None) -> Note:
    alert = group[0].alert
    item = alert.item
    hits = [hit for delivery in group for hit in delivery.alert.hits]
    headline = marked(*_near(item.title, spans_of(hits, "title", item.title)))
    summary = marked(*_near(item.summary, spans_of(hits, "summary", item.summary)))
    if not headline.text:  # some feeds have no headlines: the text stands in
        headline, summary = excerpt(summary, HEADLINE_UNITS), Marked("")
    if summary.text.startswith(headline.text.rstrip("…")) and len(summary.text) < len(headline.text) + 20:
        summary = Marked("")  # a summary that only repeats the headline says nothing
    labels = dict.fromkeys(cut(Marked(clean(d.alert.label)), LABEL_UNITS).text for d in group)
    return Note(
        labels=tuple(labels),
        severity=max(d.alert.severity for d in group),
        kind=alert.kind,
        headline=cut(headline, HEADLINE_UNITS),
        excerpt=excerpt(summary, EXCERPT_UNITS) if summary.text else summary,
        outlet=clean(item.outlet),
        at=item.at,
        published=item.published is not None,
        late=max_age is not None and now - item.at > max_age,
        outlets=len(alert.story.outlets),
        difference=cut(Marked(clean(alert.difference)), EXCERPT_UNITS).text,
        link=safe_link(item.link),
        story_id=alert.story.id,
    )


def _near(text: str, spans: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """The part of a very long text around its first hit: the rest is not shown, and need not be cleaned."""
    if len(text) <= LONGEST_READ:
        return text, spans
    first = min((start for start, _ in spans), default=0)
    start = max(0, first - LONGEST_READ // 4)
    end = start + LONGEST_READ
    return text[start:end], [(a - start, min(b, end) - start) for a, b in spans if a < end]


def key_of(deliveries: Sequence[Delivery], channel: str) -> str:
    """A name for this message that stays the same when it is repeated."""
    ids = ",".join(str(n) for n in sorted(d.id for d in deliveries))
    return hashlib.blake2b(f"{channel}|{ids}".encode(), digest_size=12).hexdigest()


def flags_of(note: Note, language: Language) -> tuple[str, ...]:
    """Words that stand before the labels: urgent, update, late."""
    w = words.words(language)
    named = {"update": w.update, "revised": w.revised}
    flags = [w.urgent] if note.severity is Severity.URGENT else []
    if note.kind in named:
        flags.append(named[note.kind])
    if note.late:
        flags.append(w.late)
    return tuple(flags)


def asides_of(frame: Frame) -> tuple[str, ...]:
    """What is said of the message itself: that it may be a repeat, that it stands in for another channel."""
    w = words.words(frame.language)
    asides = [w.repeat] if frame.repeat else []
    if frame.stands_for:
        asides.append(w.instead.format(name=frame.stands_for))
    return tuple(asides)


def when_of(note: Note, frame: Frame) -> str:
    """Local time and age: "25 نوفمبر، 14:05 · منشور قبل 3 دقائق"."""
    w = words.words(frame.language)
    said = words.ago(max(timedelta(0), frame.now - note.at), frame.language)
    return (w.published if note.published else w.seen).format(ago=said)


def outlets_of(note: Note, language: Language) -> str:
    """How many outlets carry the story, or "" for one alone."""
    if note.outlets < 2:
        return ""
    w = words.words(language)
    texts = w.confirmed if note.kind == "corroborated" else w.carried
    text = texts[3 <= note.outlets % 100 <= 10]
    counted = words.count(note.outlets, "outlet", language)
    # After a verb that has its object already the subject is in the nominative: مصدران stays as it is.
    return text.format(outlets=counted)


def title_of(frame: Frame, listed: int) -> str:
    """The heading of a grouped message, with its count."""
    w = words.words(frame.language)
    total = frame.occasion.total or listed
    return f"{w.titles[frame.occasion.kind]}: {words.count(total, 'alert', frame.language)}"


def span_of(frame: Frame) -> str:
    """From when to when, or "" where the occasion does not say."""
    occasion = frame.occasion
    if occasion.since is None or occasion.until is None:
        return ""
    phrase = words.words(frame.language).titles["gap" if occasion.kind == "outage" else "span"]
    since, until = (
        words.local_time(moment, frame.zone, frame.language, frame.now) for moment in (occasion.since, occasion.until)
    )
    return phrase.format(since=since, until=until)


def rest_of(frame: Frame, listed: int, left_out: Mapping[str, int]) -> str:
    """ "and 120 more: …" for what a grouped message only counts; "" where it lists everything."""
    total = frame.occasion.total or listed
    if total <= listed:
        return ""
    w = words.words(frame.language)
    text = w.rest.format(count=words.count(total - listed, "more", frame.language))
    counts = w.comma.join(f"{label} {number:,}" for label, number in left_out.items() if number > 0)
    return f"{text} ({counts})" if counts else text
