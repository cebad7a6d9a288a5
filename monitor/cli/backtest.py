"""`monitor backtest`: what the rules would have alerted over stored items, and what another file would change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.marks import around
from monitor.cli.options import since_option, since_when
from monitor.cli.output import hanging, json_line, progress, say, write_folded
from monitor.cli.session import Session, json_option, pass_session
from monitor.errors import MonitorError

if TYPE_CHECKING:
    from monitor.pipeline.backtest import Backtest
    from monitor.pipeline.simulation import WouldTell
    from monitor.settings import Config

_SHADES = {"+": "green", "-": "red", "~": "yellow"}


@click.command(short_help="What the rules would have alerted over stored items.")
@click.argument("rule", required=False)
@click.option("--rule", "rule_option", metavar="NAME", help="Only this rule (the same as the argument).")
@since_option("7d")
@click.option(
    "--config", "--against", "other_file", type=click.Path(path_type=Path), metavar="OTHER",
    help="Another configuration: show what it would add and remove.",
)  # fmt: skip
@click.option("-n", "--limit", type=click.IntRange(0), default=50, show_default=True, help="At most so many of each.")
@json_option
@pass_session
def backtest(
    session: Session,
    rule: str | None,
    rule_option: str | None,
    since: timedelta | datetime,
    other_file: Path | None,
    limit: int,
    as_json: bool,
) -> None:
    """What the rules would have alerted over stored items: when, where, in which words.

    The real matcher, stories and routing decide. With --config OTHER: what that configuration would add, remove and
    change, each with the reason.

    \b
    Examples:
      monitor backtest --since 7d
      monitor backtest rafah --since 30d
      monitor backtest --config candidate.toml
    """
    from monitor.config.load import load
    from monitor.pipeline.backtest import backtest as run

    config, now = session.load(), session.clock()
    other = load(other_file).config if other_file else None
    wanted = rule or rule_option
    _known_rule(wanted, config, other)
    with session.store() as store, progress("looking at items") as bar:
        found = run(
            store, config, since=since_when(since, now), until=now, other=other, rule=wanted, progress=bar.reach
        )
    if other is not None and other.stories.enabled and _grouping(other) != _grouping(config):
        say(f"{other_file} groups stories differently; that is not tried: the items stay in the stories they are in")
    if as_json:
        _write_json(found, compared=other is not None)
    else:
        _write(found, config, now, limit, other_file)


def _grouping(config: Config) -> object:
    """What decides which story an item joins."""
    return config.stories.enabled, config.stories.window


def _known_rule(wanted: str | None, config: Config, other: Config | None) -> None:
    from monitor.config.nearest import did_you_mean

    names = {rule.name for one in (config, other) if one is not None for rule in one.rules}
    if wanted is not None and wanted not in names:
        guess = did_you_mean(wanted, names)
        raise MonitorError(
            f'there is no rule "{wanted}"', hint=f'did you mean "{guess}"?' if guess else 'see "monitor rules list"'
        )


def _write_json(found: Backtest, *, compared: bool) -> None:
    for told in found.alerts:
        click.echo(json_line({"change": "none" if compared else "", **_row(told)}))
    for told in found.added:
        click.echo(json_line({"change": "added", **_row(told)}))
    for gone in found.removed:
        click.echo(json_line({"change": "removed", **_row(gone.alert), "why": gone.why}))
    for other in found.changed:
        click.echo(json_line({"change": "changed", **_row(other.after), "why": other.what}))


def _row(told: WouldTell) -> dict[str, object]:
    from monitor.cli.rows import hit_row
    from monitor.cli.wording import iso

    decision = told.decision
    return {
        "at": iso(told.at),
        "rule": decision.rule,
        "kind": decision.kind,
        "severity": decision.severity.word,
        "item": decision.item.id,
        "story": decision.story_id,
        "headline": decision.item.title,
        "feed": decision.item.outlet,
        "channels": [
            {"channel": one.channel, "state": one.state.value, "reason": one.reason} for one in decision.deliveries
        ],
        "hits": [hit_row(hit) for hit in decision.hits],
        "reason": decision.reason,
    }


def _write(found: Backtest, config: Config, now: datetime, limit: int, other_file: Path | None) -> None:
    from monitor.cli.wording import counted

    zone = config.timezone
    if other_file is None:
        _list("", ((told, "") for told in found.alerts[-limit:]), zone, now)
        _left_out(len(found.alerts), limit)
    else:
        _list("+", ((told, told.decision.reason) for told in found.added[-limit:]), zone, now)
        _list("-", ((gone.alert, gone.why) for gone in found.removed[-limit:]), zone, now)
        _list("~", ((one.after, one.what) for one in found.changed[-limit:]), zone, now)
        _left_out(max(len(found.added), len(found.removed), len(found.changed)), limit)
    rules: dict[str, int] = {}
    for told in found.alerts:
        rules[told.decision.rule] = rules.get(told.decision.rule, 0) + 1
    by_rule = ", ".join(f"{name} {count}" for name, count in sorted(rules.items(), key=lambda pair: -pair[1]))
    words = f"{counted(found.items, 'item')}, {found.matched:,} matched, {counted(len(found.alerts), 'alert')}"
    say(hanging(f"{words}{f' ({by_rule})' if by_rule else ''}", 2))
    if other_file is not None:
        changed = f", change {len(found.changed)}" if found.changed else ""
        say(f"{other_file} would add {len(found.added)}, remove {len(found.removed)}{changed}")


def _list(sign: str, alerts: Iterable[tuple[WouldTell, str]], zone: str, now: datetime) -> None:
    from monitor.cli.wording import local

    for told, why in alerts:
        decision = told.decision
        where = ", ".join(
            f"{one.channel} (held: {one.hold.by} until {local(one.hold.until, zone, now)})" if one.hold else one.channel
            for one in decision.deliveries
        )
        kind = "" if decision.kind == "new" else f", {decision.kind}"
        head = (
            f"{sign + ' ' if sign else ''}{local(told.at, zone, now)}  {decision.rule} ({decision.severity.word}{kind})"
        )
        write_folded(f"{head} → {where or 'no channel'}", hang="      ", shade=_SHADES.get(sign))
        item = decision.item
        words = around(item.title, item.summary, decision.hits, colour=False)
        write_folded(f"{item.outlet}: {words}", indent="    ")
        if why:
            write_folded(why, indent="    ")


def _left_out(count: int, limit: int) -> None:
    if count > limit:
        say(f"… and {count - limit} more; see all with --limit {count} or --json")
