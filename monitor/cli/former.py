"""The rule behind an alert as it was when that was decided, and whether it still is so: for `monitor alerts show`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.config.history import RuleThen
    from monitor.model import Alert
    from monitor.store.configs import AppliedConfig

_WORDS = {"same": "still the same", "changed": "changed since", "removed": "removed since"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerRule:
    """A rule with the configuration it stood in, and what became of it."""

    rule: RuleThen
    config: AppliedConfig
    now: Literal["same", "changed", "removed"]

    def facts(self, zone: str, now: datetime) -> Iterator[tuple[str, str]]:
        """Names and values for a person, one for each key of the rule but its name."""
        from monitor.cli.wording import local

        applied = f"configuration {self.config.id} of {local(self.config.at, zone, now)}"
        yield "as it was", f"{_WORDS[self.now]} ({applied})"
        yield from (("", line) for line in self.rule.lines if not line.startswith(("name =", "label =")))

    def row(self) -> dict[str, Any]:
        """The same for programs."""
        from monitor.cli.wording import iso

        return {
            "now": self.now,
            "config": self.config.id,
            "applied": iso(self.config.at),
            "table": self.rule.table,
        }


def rule_as_it_was(alert: Alert, config: AppliedConfig | None, text_now: str) -> FormerRule | None:
    """The rule of `alert` in the configuration it was decided with; None where that is not known.

    Args:
        text_now: the configuration as it stands in the file now, without secrets.
    """
    from monitor.config.history import rule_then

    then = None if config is None else rule_then(config.text, alert.rule)
    if config is None or then is None:
        return None
    today = rule_then(text_now, alert.rule)
    now: Literal["same", "changed", "removed"] = "removed"
    if today is not None:
        now = "same" if today.table == then.table else "changed"
    return FormerRule(rule=then, config=config, now=now)
