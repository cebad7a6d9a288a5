"""Groups items into stories, one by one as they come. Pure: no clock, no store; memory only, rebuilt by `load`.

What `assign` records is tentative until `commit`, so that it lives and dies with the transaction that stores it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from monitor import settings
from monitor.model import Assignment, StoryId
from monitor.stories.item import StoryItem


class Grouper:
    """The stories of the window, in memory.

    Args:
        options: the [stories] table.
        next_id: the first StoryId that is free; `load` moves it past every id it sees.
    """

    def __init__(self, options: settings.Stories, *, next_id: int = 1) -> None:
        self._options = options
        self._next_id = next_id
        self._by_key: dict[str, tuple[StoryId, datetime]] = {}
        self._undo: list[Callable[[], None]] = []

    def load(self, items: Iterable[StoryItem]) -> None:
        """Forget everything and rebuild from stored items, in the order of their ids (of arrival)."""
        self._by_key.clear()
        self._undo.clear()
        for item in items:
            if item.story_id is not None:
                self._next_id = max(self._next_id, item.story_id + 1)
                self._record(item, item.story_id)
        self._undo.clear()

    def assign(self, item: StoryItem, now: datetime) -> Assignment:
        """Decide which story `item` belongs to and record it, tentatively.

        The outcome opens a story, updates one (something new was said, or we are not sure enough to stay silent), or
        repeats one.
        """
        horizon = now - self._options.window
        for key in self._keys(item) if self._options.enabled else ():
            known = self._by_key.get(key)
            if known is not None and known[1] >= horizon and known[0] not in item.apart:
                self._record(item, known[0])
                return Assignment(story_id=known[0], role="repeats", score=1.0, reason="same link or headline")
        story_id = StoryId(self._next_id)
        self._next_id += 1
        self._undo.append(lambda: setattr(self, "_next_id", int(story_id)))
        self._record(item, story_id)
        reason = "nothing like it in the window" if self._options.enabled else "grouping is off"
        return Assignment(story_id=story_id, role="opens", score=0.0, reason=reason)

    def mark(self) -> int:
        """A point to roll back to, for one savepoint among several in a transaction."""
        return len(self._undo)

    def commit(self) -> None:
        """Keep what was assigned since the last commit: the transaction was committed."""
        self._undo.clear()

    def rollback(self, mark: int = 0) -> None:
        """Forget what was assigned since `mark` (0: since the last commit): the transaction was rolled back."""
        while len(self._undo) > mark:
            self._undo.pop()()

    @staticmethod
    def _keys(item: StoryItem) -> tuple[str, ...]:
        title = " ".join(item.title.split())
        return tuple(key for key in (item.link, f"title:{title}" if title else None) if key)

    def _record(self, item: StoryItem, story_id: StoryId) -> None:
        for key in self._keys(item):
            before = self._by_key.get(key)
            self._by_key[key] = (story_id, item.at)
            self._undo.append(lambda key=key, before=before: self._restore(key, before))  # type: ignore[misc]

    def _restore(self, key: str, before: tuple[StoryId, datetime] | None) -> None:
        if before is None:
            del self._by_key[key]
        else:
            self._by_key[key] = before
