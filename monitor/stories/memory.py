"""The items and stories of the window, with a journal so that what was added last can be taken back exactly. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping

from monitor.model import StoryId
from monitor.stories.entry import Entry, OpenStory
from monitor.stories.index import Index

AGE_IN_WINDOWS = 2  # a story takes in nothing later than this many windows after it was opened
LARGEST = 400  # items in the window from which a story takes in no more: it has drifted, or is a theme


class Memory:
    """What the grouping remembers. `window` in seconds; `now`: the time of the latest decision, in seconds."""

    def __init__(self, window: float) -> None:
        self.index = Index()
        self.now = 0.0
        self._window = window
        self._entries: deque[Entry] = deque()
        self._stories: dict[StoryId, OpenStory] = {}
        self._keys: dict[int, Entry] = {}
        self._journal: list[tuple[Entry | None, tuple[Entry | None, ...], bool]] = []

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, entry: Entry, opened_at: float, *, opens: bool = False) -> None:
        """Remember an item in its story. `opened_at`: when the story began, if it is not known yet, in seconds."""
        self._journal.append((entry, tuple(self._keys.get(key) for key in entry.keys), opens))
        self._entries.append(entry)
        self.index.add(entry)
        for key in entry.keys:
            self._keys[key] = entry
        story = self._stories.get(entry.story_id)
        if story is None:
            self._stories[entry.story_id] = OpenStory(entry.story_id, opened_at, [entry])
        else:
            story.entries.append(entry)

    def restore(self, entries: Collection[Entry], opened_at: Mapping[StoryId, float]) -> None:
        """Remember many items at once, in order of arrival, for good. `opened_at`: when their stories began."""
        self._entries.extend(entries)
        self.index.restore(entries)
        stories, keys = self._stories, self._keys
        for entry in entries:
            for key in entry.keys:
                keys[key] = entry
            story = stories.get(entry.story_id)
            if story is None:
                stories[entry.story_id] = OpenStory(entry.story_id, opened_at[entry.story_id], [entry])
            else:
                story.entries.append(entry)

    def count_opening(self) -> None:
        """Note that a story id was given out without an item to remember."""
        self._journal.append((None, (), True))

    def with_key(self, key: int) -> Entry | None:
        """The latest item that has this key."""
        return self._keys.get(key)

    def near(self, entry: Entry, limit: int, *, lone: bool = False) -> dict[StoryId, Entry]:
        """The stories of the items nearest to one (see `Index.near`), nearest first, each with its nearest item."""
        nearest: dict[StoryId, Entry] = {}
        for other in self.index.near(entry, limit, lone=lone):
            if abs(other.at - entry.at) <= self._window:
                nearest.setdefault(other.story_id, other)
        return nearest

    def may_grow(self, story_id: StoryId, at: float) -> bool:
        """Whether a story is young and small enough to take in an item of that time."""
        story = self._stories[story_id]
        return at - story.first_at <= AGE_IN_WINDOWS * self._window and len(story.entries) < LARGEST

    def compared(self, nearest: Entry, at: float, limit: int) -> list[Entry]:
        """The items that stand for a story: its first, its latest, and the one nearest to the item in question."""
        entries = self._stories[nearest.story_id].entries
        chosen = entries if len(entries) <= limit else [entries[0], *entries[1 - limit :]]
        members = [member for member in chosen if abs(member.at - at) <= self._window]
        if nearest not in members:
            members.append(nearest)
        return members

    def mark(self) -> int:
        """The place in the journal to roll back to."""
        return len(self._journal)

    def commit(self) -> None:
        """Close the journal and let go of what is older than the window."""
        for entry, _, _ in self._journal:
            if entry is not None:
                self.index.trim(entry)
        self._journal.clear()
        horizon = self.now - self._window
        while self._entries and self._entries[0].at < horizon:
            self._expire(self._entries.popleft())

    def rollback(self, mark: int) -> int:
        """Take back what was added since `mark`; returns how many stories were opened in it."""
        opened = 0
        while len(self._journal) > mark:
            entry, replaced, opens = self._journal.pop()
            opened += opens
            if entry is not None:
                self._take_back(entry, replaced)
        return opened

    def _take_back(self, entry: Entry, replaced: tuple[Entry | None, ...]) -> None:
        self._entries.pop()
        self.index.take_back(entry)
        for key, before in zip(entry.keys, replaced, strict=True):
            if before is None:
                self._keys.pop(key, None)
            else:
                self._keys[key] = before
        story = self._stories[entry.story_id]
        story.entries.pop()
        if not story.entries:
            del self._stories[entry.story_id]

    def _expire(self, entry: Entry) -> None:
        self.index.expire(entry)
        for key in entry.keys:
            if self._keys.get(key) is entry:
                del self._keys[key]
        story = self._stories[entry.story_id]
        story.entries.remove(entry)
        if not story.entries:
            del self._stories[entry.story_id]
