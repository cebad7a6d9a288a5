"""What decides about items, built once from a configuration and replaced whole when that changes. It holds no I/O."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.alerts.routing import Routing
from monitor.pipeline.grouping import Grouping
from monitor.rules.ruleset import Ruleset, compile_rules
from monitor.settings import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The deciding parts of one configuration. `config_id`: its row in the history, or None."""

    config: Config
    rules: Ruleset
    routing: Routing
    grouping: Grouping
    config_id: int | None = None

    @classmethod
    def of(cls, config: Config, *, grouping: Grouping | None = None, config_id: int | None = None) -> Line:
        """From a whole configuration; `grouping` keeps the stories in memory over a reload.

        Raises:
            ConfigError: a rule cannot be read.
        """
        rules = compile_rules(config.rules, config.feeds)
        if grouping is None:
            grouping = Grouping(config.stories)
        else:
            grouping.configure(config.stories)
        return cls(config=config, rules=rules, routing=Routing.of(config), grouping=grouping, config_id=config_id)
