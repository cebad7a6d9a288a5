"""What decides about items, built from a configuration and replaced whole when that changes. It holds no I/O."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from monitor.pipeline.grouping import Grouping
from monitor.settings import Config, Feed

if TYPE_CHECKING:
    from monitor.alerts.routing import Routing
    from monitor.rules.ruleset import Ruleset


class Line:
    """The deciding parts of one configuration, each built with the first item that asks for it.

    `Line.of` builds them at once, so that faulty rules are refused; `Line(config)` is for a configuration that was
    checked when it was read.

    Attributes:
        config_id: its row in the history, or None.
    """

    def __init__(self, config: Config, *, grouping: Grouping | None = None, config_id: int | None = None) -> None:
        self.config = config
        self.grouping = grouping or Grouping(config.stories)
        self.config_id = config_id

    @classmethod
    def of(cls, config: Config, *, grouping: Grouping | None = None, config_id: int | None = None) -> Line:
        """From a whole configuration; `grouping` keeps the stories in memory over a reload. It changes nothing.

        Raises:
            ConfigError: a rule cannot be read.
        """
        kept = None if grouping is None else grouping.under(config.stories)
        line = cls(config, grouping=kept, config_id=config_id)
        line.prepare()
        return line

    def prepare(self) -> None:
        """Build everything now.

        Raises:
            ConfigError: a rule cannot be read.
        """
        _ = self.rules, self.routing

    def numbered(self, config_id: int) -> Line:
        """The same parts, under their configuration's row in the history."""
        line = copy.copy(self)
        line.config_id = config_id
        return line

    def feed_as_it_is(self, feed: Feed) -> Feed:
        """The feed as this configuration has it; as it was, where it has none of the name."""
        return self.feeds.get(feed.name, feed)

    @cached_property
    def feeds(self) -> Mapping[str, Feed]:
        """The feeds by name."""
        return {feed.name: feed for feed in self.config.feeds}

    @cached_property
    def rules(self) -> Ruleset:
        """All rules, compiled."""
        from monitor.rules.ruleset import compile_rules

        return compile_rules(self.config.rules, self.config.feeds)

    @cached_property
    def routing(self) -> Routing:
        """Which alerts go to which channels."""
        from monitor.alerts.routing import Routing

        return Routing.of(self.config)
