"""Groups items into stories, one by one as they come. Pure: no clock, no store; memory only, rebuilt by `load`.

What `assign` records is tentative until `commit`, so that it lives and dies with the transaction that stores it.
Order of the reasons: the same link, headline or text; a near copy; the score against the stories that are near.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from sys import intern

from monitor import settings
from monitor.model import Assignment, Role, StoryId
from monitor.stories.change import Text, material_change
from monitor.stories.entry import Entry
from monitor.stories.features import Features, digests_in, extract, is_current
from monitor.stories.item import StoryItem
from monitor.stories.memory import Memory
from monitor.stories.scoring import Probe, Scoring, scoring
from monitor.stories.verdict import Candidate, decide
from monitor.stories.vetoes import may_be_vetoed, veto


@dataclass(frozen=True)
class Reach:
    """How far to look: at how many of the nearest items, of how many stories, each at least as near as `cosine`.

    `lone`: also at items that share a single heavy term.
    """

    items: int
    stories: int
    cosine: float
    lone: bool = False


NEAR = Reach(items=20, stories=3, cosine=0.08)
WIDE = Reach(
    items=60, stories=8, cosine=0.0, lone=True
)  # to learn from: with the easy cases that a decision need not look at
COMPARED = 4  # of a story: its first item and its latest


class Grouper:
    """The stories of the window, in memory.

    Args:
        options: the [stories] table.
        next_id: the first StoryId that is free; `load` moves it past every id it sees.
        weights: another scoring than the committed one; for training.
    """

    def __init__(self, options: settings.Stories, *, next_id: int = 1, weights: Scoring | None = None) -> None:
        self._options = options
        self._window = options.window.total_seconds()
        self._next_id = next_id
        self.weights = weights or scoring()
        self._memory = Memory(self._window)

    def load(self, items: Iterable[StoryItem], *, merged: Mapping[StoryId, StoryId] | None = None) -> None:
        """Forget everything and rebuild from the stored items of the window, in the order of their ids (of arrival).

        Items without a `story_id` are passed over. `merged`: stories that a person merged away → where to.
        """
        self._memory = Memory(self._window)
        collecting = gc.isenabled()
        gc.disable()  # hundreds of thousands of objects are made here, and none is garbage: looking doubles the time
        try:
            self._restore(items, merged or {})
        finally:
            if collecting:
                gc.enable()

    def _restore(self, items: Iterable[StoryItem], merged: Mapping[StoryId, StoryId]) -> None:
        entries = []
        opened_at: dict[StoryId, float] = {}
        for item in items:
            if item.story_id is None:
                continue
            story_id = _resolve(item.story_id, merged) if merged else item.story_id
            self._next_id = max(self._next_id, item.story_id + 1, story_id + 1)
            if self._options.enabled:
                entry = _entry(item, story_id)
                entries.append(entry)
                if story_id not in opened_at:
                    opened_at[story_id] = item.story_opened_at.timestamp() if item.story_opened_at else entry.at
        self._memory.restore(entries, opened_at)

    def assign(self, item: StoryItem, now: datetime) -> Assignment:
        """Decide which story `item` belongs to and record it, tentatively.

        The outcome *opens* a story, *updates* one (something new was said, or we are not sure enough to stay silent),
        or *repeats* one. An item that is pinned by its `story_id` stays there.
        """
        if not self._options.enabled:
            return self._open(None, 0.0, "grouping is off", None)
        entry = _entry(item, StoryId(0))
        if item.story_id is not None:
            return self._join(entry, item.story_id, item.role or "repeats", 1.0, "it was put there before")
        self._memory.now = now.timestamp()
        probe = Probe(entry, self._memory.index.weights)
        twin = self._twin(entry, item.apart)
        near = [] if twin else self._near(entry, probe, item.apart)
        verdict = decide(entry, twin, near, probe, self.weights)
        if verdict.story_id is None:
            return self._open(entry, verdict.score, verdict.reason, verdict.parent_id)
        return self._join(entry, verdict.story_id, verdict.role, verdict.score, verdict.reason)

    def revise(self, item: StoryItem, before: Text, now: datetime) -> Assignment:
        """A later version of an item that has its story (`item.story_id`): does it say anything new?

        It stays in its story. `updates` with the difference as reason where something material changed, else `repeats`.
        The new text is remembered beside the old one, so that reports of either find the story.
        """
        if item.story_id is None:
            return self.assign(item, now)
        difference = material_change(before, item)
        if difference and self._options.enabled:
            self._memory.now = now.timestamp()
            self._memory.add(_entry(item, item.story_id), item.at.timestamp())
        role: Role = "updates" if difference else "repeats"
        reason = difference or "revised without material change"
        return Assignment(story_id=item.story_id, role=role, score=1.0, reason=reason)

    def mark(self) -> int:
        """A point to roll back to, for one savepoint among several in a transaction."""
        return self._memory.mark()

    def commit(self) -> None:
        """Keep what was assigned since the last commit: the transaction was committed. Lets go of what expired."""
        self._memory.commit()

    def rollback(self, mark: int = 0) -> None:
        """Forget what was assigned since `mark` (0: since the last commit): the transaction was rolled back."""
        self._next_id -= self._memory.rollback(mark)

    def __len__(self) -> int:
        """How many items are in memory."""
        return len(self._memory)

    def candidates(self, item: StoryItem, reach: Reach = NEAR) -> list[Candidate]:
        """The stories near an item that it may join, scored, best first; nothing is recorded (training, `explain`)."""
        entry = _entry(item, StoryId(0))
        return self._near(entry, Probe(entry, self._memory.index.weights), item.apart, reach)

    def _twin(self, entry: Entry, apart: frozenset[StoryId]) -> Entry | None:
        """An item of the window with the same link, headline or text, in this order."""
        for key in entry.keys:
            twin = self._memory.with_key(key)
            if twin is None or twin.story_id in apart or abs(twin.at - entry.at) > self._window:
                continue
            if not veto(entry, twin):
                return twin
        return None

    def _near(self, entry: Entry, probe: Probe, apart: frozenset[StoryId], reach: Reach = NEAR) -> list[Candidate]:
        memory = self._memory
        found: list[Candidate] = []
        looked_at = 0
        vetoed = may_be_vetoed(entry.text)
        for story_id, nearest in memory.near(entry, reach.items, lone=reach.lone).items():
            if story_id in apart or not memory.may_grow(story_id, entry.at):
                continue
            if vetoed and veto(entry, nearest):
                continue
            looked_at += 1
            if probe.whole(nearest) >= reach.cosine:
                members = memory.compared(nearest, entry.at, COMPARED)
                if not (vetoed and any(veto(entry, member) for member in members)):
                    values = probe.values(members)
                    found.append(Candidate(story_id, self.weights.score(values), values, members))
            if looked_at == reach.stories:
                break
        return sorted(found, key=lambda candidate: -candidate.score)

    def _join(self, entry: Entry, story_id: StoryId, role: Role, score: float, reason: str) -> Assignment:
        entry.story_id = story_id
        self._memory.add(entry, entry.at)
        return Assignment(story_id=story_id, role=role, score=score, reason=reason)

    def _open(self, entry: Entry | None, score: float, reason: str, parent_id: StoryId | None) -> Assignment:
        story_id = StoryId(self._next_id)
        self._next_id += 1
        if entry is not None:
            entry.story_id = story_id
            self._memory.add(entry, entry.at, opens=True)
        else:
            self._memory.count_opening()
        return Assignment(story_id=story_id, role="opens", score=score, reason=reason, parent_id=parent_id)


def _entry(item: StoryItem, story_id: StoryId) -> Entry:
    """An item in the form it has in memory."""
    form: bytes | Features
    if item.features is not None and item.text is None and is_current(item.features):
        form = item.features
        digests = digests_in(form)
    else:
        form = item.text or extract(item.title, item.summary)
        digests = form.headline, form.whole
    link = int.from_bytes(blake2b(item.link.encode(), digest_size=8).digest()) if item.link else 0
    keys = tuple(key for key in (link, *digests) if key)
    return Entry(item.id, story_id, intern(item.outlet), item.at.timestamp(), keys, form)


def _resolve(story_id: StoryId, merged: Mapping[StoryId, StoryId]) -> StoryId:
    """Where a story's items are after all merges, also chains of them; a ring ends where it closes."""
    seen = {story_id}
    while (into := merged.get(story_id)) is not None and into not in seen:
        seen.add(into)
        story_id = into
    return story_id
