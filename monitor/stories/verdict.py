"""Decides what an item is to the stories near it: opens, updates or repeats, with the reason. Pure.

Two thresholds keep a story from being swallowed in silence: what joins without being sure, or says something that the
story's reports did not, is an *update*, which a person can see; only what was told before is a *repeat*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.model import Role, StoryId
from monitor.stories.change import toll_change
from monitor.stories.entry import Entry
from monitor.stories.features import Features, is_copy
from monitor.stories.lexicon import COMMENT, CORRECTION, DENIAL
from monitor.stories.scoring import VALUES, Probe, Scoring, takes_stance

COPY_TOLD, COPY_COSINE = 0.5, 0.4  # what a copy also shares: the news of its headline, most of its terms
BEST = VALUES.index("whole_best")
# Two headlines that share a town are not one event; cosines of texts this short say more than they know.
ENOUGH_SHARED = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A story near an item. `values` in the order of `scoring.VALUES`; `members`: those of its items compared with."""

    story_id: StoryId
    score: float
    values: tuple[float, ...]
    members: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided. `story_id` None: opens a new one, under `parent_id` if it reacts to that story's event."""

    story_id: StoryId | None
    role: Role
    score: float
    reason: str
    parent_id: StoryId | None = None


def decide(entry: Entry, twin: Entry | None, near: Sequence[Candidate], probe: Probe, weights: Scoring) -> Verdict:
    """The verdict on an item, given the equal item (or None) and the stories near it, best first."""
    if twin is not None:
        return _same(entry, twin, "the same link, headline or text")
    for candidate in near:
        if candidate.values[BEST] < COPY_COSINE:
            continue
        for member in candidate.members:
            # Bulletins and match reports fill one form with other facts; a copy has the other's headline facts, too.
            if is_copy(entry.text, member.text) and probe.told([member]) >= COPY_TOLD:
                return _same(entry, member, "a near copy")
    if not near:
        return Verdict(None, "opens", 0.0, "nothing like it in the window")
    best = near[0]
    if best.score < weights.join:
        return _opens(entry, best, weights)
    shared = probe.shared(best.members)
    if shared < ENOUGH_SHARED:
        words = "1 word" if shared == 1 else f"{shared} words"
        return Verdict(None, "opens", best.score, f"only {words} in common with the nearest story: too few to tell")
    news = _news(entry, best, probe, weights)
    if news:
        return Verdict(best.story_id, "updates", best.score, f"belongs to the story ({best.score:.2f}); {news}")
    return Verdict(
        best.story_id, "repeats", best.score, f"belongs to the story ({best.score:.2f}) and says what was told"
    )


def _same(entry: Entry, other: Entry, how: str) -> Verdict:
    news = _new_toll(entry, [other])
    reason = f"{how} as item {other.item_id}" + (f"; {news}" if news else "")
    return Verdict(other.story_id, "updates" if news else "repeats", 1.0, reason)


def _opens(entry: Entry, best: Candidate, weights: Scoring) -> Verdict:
    reacts = takes_stance(entry.text) or entry.text.focus < entry.text.title
    if best.score >= weights.tie and reacts:
        reason = f"reacts to a story, and is one of its own ({best.score:.2f}, below {weights.join:.2f})"
        return Verdict(None, "opens", best.score, reason, parent_id=best.story_id)
    return Verdict(
        None, "opens", best.score, f"the nearest story is too far ({best.score:.2f}, below {weights.join:.2f})"
    )


def _news(entry: Entry, best: Candidate, probe: Probe, weights: Scoring) -> str:
    """Why an item that joins must not be silent; "" where it may."""
    toll = _new_toll(entry, best.members)
    if toll:
        return toll
    for mark, said in ((DENIAL, "denies"), (CORRECTION, "corrects")):
        if mark in entry.text.marks and not any(mark in member.text.marks for member in best.members):
            return f"{said} something"
    if _comments(entry.text) and not _comments(best.members[0].text):
        return "may be a reaction to it"
    told = probe.told(best.members)
    if best.score + weights.told * told < weights.repeat:
        return f"not sure enough to be silent: {told:.0%} of its headline was told before"
    return ""


def _comments(text: Features) -> bool:
    """Whether a report is, or may be, about what somebody thinks of an event; a weaker sign than a stance."""
    return takes_stance(text) or COMMENT in text.marks


def _new_toll(entry: Entry, members: Sequence[Entry]) -> str:
    """The tolls beyond those that the story's items gave, in words; a first toll is news only where none stood."""
    ours = _tolls(entry.text)
    if not ours:
        return ""
    known: dict[str, int] = {}
    for member in members:
        for kind, number in _tolls(member.text).items():
            known[kind] = max(number, known.get(kind, 0))
    higher = {kind: number for kind, number in ours.items() if kind in known and number > known[kind]}
    return "; ".join(toll_change(known, higher))


def _tolls(text: Features) -> dict[str, int]:
    return {kind: int(number) for kind, number in (toll.split(":") for toll in text.tolls)}
