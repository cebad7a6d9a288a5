"""Ties the grouping, which lives in memory, to the transactions that store what it decides.

It is used on the writer's thread only. What it decides is `stories`' business.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from monitor import settings
from monitor.model import Assignment
from monitor.store.story_edits import edits
from monitor.store.tables import Tables

if TYPE_CHECKING:
    from monitor.stories.grouper import Grouper
    from monitor.stories.item import StoryItem


class Grouping:
    """The stories of the window. Loaded with the first new item, and anew after a correction by hand.

    Args:
        options: the [stories] table.
    """

    def __init__(self, options: settings.Stories) -> None:
        self._options = options
        self._grouper: Grouper | None = None
        self._edits = -1

    def under(self, options: settings.Stories) -> Grouping:
        """The grouping for `options`: this one, with what it has in memory, or another that loads anew."""
        return self if options == self._options else Grouping(options)

    def load(self, tx: Tables, now: datetime) -> Grouper:
        """Rebuild from the store. `begin` does it when needed; a daemon may do it before its first poll."""
        from monitor.stories.grouper import Grouper

        grouper = Grouper(self._options, next_id=tx.stories.next_id())
        grouper.load(tx.stories.for_grouping(now - self._options.window))
        self._grouper = grouper
        self._edits = edits(tx)
        return grouper

    def begin(self, tx: Tables, now: datetime) -> Callable[[StoryItem, datetime], Assignment]:
        """Ready for this transaction; gives `assign(item, now)`. What it records lives and dies with `tx`."""
        grouper = self._grouper
        if grouper is None or self._edits != edits(tx):
            grouper = self.load(tx, now)
            tx.on_rollback(self._forget)  # the load may have seen rows that are now undone
        mark = grouper.mark()
        tx.on_rollback(lambda: grouper.rollback(mark))
        tx.on_commit(grouper.commit)
        return grouper.assign

    def _forget(self) -> None:
        self._grouper = None
