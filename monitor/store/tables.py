"""The tables over one connection, as one value `tx` that a transaction's function receives.

It must not begin or end transactions.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from monitor.store.feeds import Feeds
from monitor.store.meta import Meta

if TYPE_CHECKING:
    from monitor.store.alerts import Alerts
    from monitor.store.channels import Channels
    from monitor.store.configs import Configs
    from monitor.store.items import Items
    from monitor.store.matches import Matches
    from monitor.store.notices import Notices
    from monitor.store.outbox import Outbox
    from monitor.store.polls import Polls
    from monitor.store.silences import Silences
    from monitor.store.stories import Stories


class Tables:
    """One attribute a table; `on_commit` and `on_rollback` tie what lives in memory to the transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.feeds = Feeds(connection)
        self.meta = Meta(connection)
        self._after_commit: list[Callable[[], None]] = []
        self._after_rollback: list[Callable[[], None]] = []

    # All other tables come on use: a poll that finds nothing new needs none of them.

    @cached_property
    def polls(self) -> Polls:
        """Polls that brought something or failed."""
        from monitor.store.polls import Polls

        return Polls(self.connection)

    @cached_property
    def items(self) -> Items:
        """Items, their revisions and their keys."""
        from monitor.store.items import Items

        return Items(self.connection)

    @cached_property
    def matches(self) -> Matches:
        """Which rules hold for which items, with the spans."""
        from monitor.store.matches import Matches

        return Matches(self.connection)

    @cached_property
    def stories(self) -> Stories:
        """Stories and the items of each."""
        from monitor.store.stories import Stories

        return Stories(self.connection)

    @cached_property
    def alerts(self) -> Alerts:
        """Decisions to tell."""
        from monitor.store.alerts import Alerts

        return Alerts(self.connection)

    @cached_property
    def configs(self) -> Configs:
        """The configurations that were applied."""
        from monitor.store.configs import Configs

        return Configs(self.connection)

    @cached_property
    def outbox(self) -> Outbox:
        """Deliveries and their attempts."""
        from monitor.store.outbox import Outbox

        return Outbox(self.connection)

    @cached_property
    def channels(self) -> Channels:
        """What each channel remembers: pace, parking, failures."""
        from monitor.store.channels import Channels

        return Channels(self.connection)

    @cached_property
    def silences(self) -> Silences:
        """Who asked not to be told of what, and until when."""
        from monitor.store.silences import Silences

        return Silences(self.connection)

    @cached_property
    def notices(self) -> Notices:
        """What the monitor says of itself."""
        from monitor.store.notices import Notices

        return Notices(self.connection)

    def on_commit(self, function: Callable[[], None]) -> None:
        """Call `function` once this transaction is on disk. It must not raise."""
        self._after_commit.append(function)

    def on_rollback(self, function: Callable[[], None]) -> None:
        """Call `function` if what was done up to now is undone. It must not raise."""
        self._after_rollback.append(function)

    def mark(self) -> int:
        """A point to which `undo` can go back."""
        return len(self._after_rollback)

    def undo(self, mark: int) -> None:
        """Run what was registered for a roll-back since `mark`, the newest first."""
        while len(self._after_rollback) > mark:
            self._after_rollback.pop()()
        if not mark:
            self._after_commit.clear()

    def committed(self) -> None:
        """Run what was registered for the commit, in order, and forget the rest."""
        waiting, self._after_commit = self._after_commit, []
        self._after_rollback.clear()
        for function in waiting:
            function()
