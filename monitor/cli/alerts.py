"""`monitor alerts`: what was decided to be told, and silences on a rule, a feed or a story."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from monitor.cli.former import rule_as_it_was
from monitor.cli.groups import ListGroup
from monitor.cli.options import Span, limit_option, since_option, since_when
from monitor.cli.output import json_line, say, write_facts, write_json, write_table
from monitor.cli.session import Session, config_option, json_option, pass_session
from monitor.cli.table import Column
from monitor.errors import MonitorError

if TYPE_CHECKING:
    from monitor.alerts.routing import SilenceKind
    from monitor.model import Alert
    from monitor.store.tables import Tables


@click.group(cls=ListGroup, short_help="List and show alerts; silence a rule, a feed or a story.")
def alerts() -> None:
    """List and show alerts; silence a rule, a feed or a story. Without a command: list.

    \b
    Examples:
      monitor alerts --since 24h
      monitor alerts show 51
      monitor alerts silence rafah --for 2h
      monitor alerts silence story:17 --for 1d --because "known"
      monitor alerts silences
    """


@alerts.command("list", short_help="List alerts, the newest first.")
@click.option("--rule", metavar="NAME", help="Only of this rule.")
@since_option(None)
@limit_option
@json_option
@config_option
@pass_session
def list_(session: Session, rule: str | None, since: timedelta | datetime | None, limit: int, as_json: bool) -> None:
    """List alerts, the newest first.

    \b
    Example:
      monitor alerts list --rule ceasefire --since 7d --json
    """
    from monitor.cli.rows import alert_row
    from monitor.cli.wording import headline, local

    now, zone = session.clock(), session.load().timezone
    start = None if since is None else since_when(since, now)
    with session.store() as store:
        found = store.read(lambda tx: tx.alerts.newest(rule=rule, since=start, limit=limit))
    if as_json:
        write_json(map(alert_row, found))
        return
    columns = (
        Column("ID", right=True),
        Column("TIME"),
        Column("RULE", flexible=True, colour="yellow"),
        Column("SEVERITY"),
        Column("KIND"),
        Column("HEADLINE", flexible=True),
        Column("FEED", flexible=True),
    )
    rows = (
        (one.id, local(one.created_at, zone, now), one.rule, one.severity.word, one.kind, headline(one.item),
         one.item.outlet)
        for one in found
    )  # fmt: skip
    write_table(columns, rows, nothing="no such alerts")


@alerts.command(short_help="Show an alert with its hits and deliveries.")
@click.argument("alert", type=int)
@json_option
@config_option
@pass_session
def show(session: Session, alert: int, as_json: bool) -> None:
    """Show an alert: what it said, which words hit, where it went, and the rule as it was then.

    \b
    Example:
      monitor alerts show 51
    """
    from monitor.cli.rows import alert_row, delivery_row
    from monitor.cli.wording import counted, headline, local
    from monitor.model import AlertId

    now, zone = session.clock(), session.load(with_text=True).timezone
    with session.store() as store:
        found = store.read(_get, alert)
        deliveries = store.read(lambda tx: tx.outbox.of_alert(AlertId(alert)))
        then = rule_as_it_was(found, store.read(lambda tx: tx.configs.of_alert(AlertId(alert))), session.load().text)
    if as_json:
        rule = None if then is None else then.row()
        click.echo(json_line({**alert_row(found), "rule_then": rule, "deliveries": [*map(delivery_row, deliveries)]}))
        return
    extent = f"{counted(found.story.items, 'item')} of {counted(len(found.story.outlets), 'outlet')}"
    write_facts(
        [
            ("alert", f"{found.id}, {found.kind}, {found.severity.word}"),
            ("rule", found.rule if found.label == found.rule else f"{found.rule} ({found.label})"),
            *(() if then is None else then.facts(zone, now)),
            ("headline", headline(found.item)),
            ("feed", found.item.outlet),
            ("link", found.item.link or ""),
            ("time", local(found.created_at, zone, now)),
            ("why", found.reason),
            *((("changed", found.difference),) if found.difference else ()),
            *(("hit", f"{hit.term}: «{hit.text}» in the {hit.field} ({hit.how})") for hit in found.hits),
            ("story", f"{found.story.id}: {extent}"),
            *(
                (f"→ {one.delivery.channel}", ": ".join(filter(None, [one.delivery.state.value, one.delivery.reason])))
                for one in deliveries
            ),
        ]
    )


@alerts.command(short_help="Ask for silence on a rule, a feed or a story.")
@click.argument("target")
@click.option("--for", "length", type=Span(), required=True, help="How long: 2h, 1d.")
@click.option("--because", default="", metavar="WHY", help="Shown in the list of silences.")
@config_option
@pass_session
def silence(session: Session, target: str, length: timedelta, because: str) -> None:
    """Ask for silence on a rule, a feed or a story; it ends by itself, and a summary follows.

    TARGET is the name of a rule or of a feed, or story:NUMBER; rule:NAME and feed:NAME where a name is both.

    \b
    Examples:
      monitor alerts silence aid --for 2h
      monitor alerts silence "feed:صفا" --for 1d
    """
    from monitor.cli.wording import local

    now, zone = session.clock(), session.load().timezone
    kind, name = _target(session, target)
    until = now + length
    with session.store() as store:
        if kind == "story":
            store.read(_story_exists, name)
        store.write_sync(lambda tx: tx.silences.add(kind, name, until, now, because))
    say(f'{kind} "{name}" is silent until {local(until, zone, now)}; end it with "monitor alerts unsilence {target}"')


@alerts.command(short_help="End a silence now.")
@click.argument("target")
@config_option
@pass_session
def unsilence(session: Session, target: str) -> None:
    """End a silence now; what it held is sent.

    \b
    Example:
      monitor alerts unsilence aid
    """
    now = session.clock()

    def lift(tx: Tables) -> str | None:
        for kept in tx.silences.listed(now):
            kind, name = kept.silence.kind, kept.silence.target
            if target in (name, f"{kind}:{name}"):
                tx.silences.remove(kind, name)
                tx.outbox.lift_silences(now)
                return f'{kind} "{name}"'
        return None

    with session.store() as store:
        lifted = store.write_sync(lift)
    if lifted is None:
        raise MonitorError(f'nothing is silent by the name "{target}"', hint='see "monitor alerts silences"')
    say(f"{lifted} may be heard again")


@alerts.command(short_help="List the silences in force.")
@json_option
@config_option
@pass_session
def silences(session: Session, as_json: bool) -> None:
    """List the silences in force, the first to end first.

    \b
    Example:
      monitor alerts silences
    """
    from monitor.cli.wording import iso, local

    now, zone = session.clock(), session.load().timezone
    with session.store() as store:
        found = store.read(lambda tx: tx.silences.listed(now))
    if as_json:
        write_json(
            {"kind": one.silence.kind, "target": one.silence.target, "until": iso(one.silence.until),
             "created": iso(one.created_at), "reason": one.reason}
            for one in found
        )  # fmt: skip
        return
    columns = (Column("KIND"), Column("TARGET", flexible=True), Column("UNTIL"), Column("WHY", flexible=True))
    rows = ((one.silence.kind, one.silence.target, local(one.silence.until, zone, now), one.reason) for one in found)
    write_table(columns, rows, nothing="nothing is silent")


def _target(session: Session, target: str) -> tuple[SilenceKind, str]:
    """What a name on the command line means."""
    from monitor.config.nearest import did_you_mean

    config = session.load()
    rules, feeds = {rule.name for rule in config.rules}, {feed.name for feed in config.feeds}
    kind, colon, name = target.partition(":")
    if colon and kind == "story" and name.isdigit():
        return "story", name
    if colon and kind == "rule" and name in rules:
        return "rule", name
    if colon and kind == "feed" and name in feeds:
        return "feed", name
    if target in rules:
        return "rule", target
    if target in feeds:
        return "feed", target
    guess = did_you_mean(target, rules | feeds)
    hint = f'did you mean "{guess}"?' if guess else "name a rule or a feed, or write story:NUMBER"
    raise MonitorError(f'there is no rule and no feed "{target}"', hint=hint)


def _story_exists(tx: Tables, name: str) -> None:
    from monitor.model import StoryId

    if tx.stories.get(StoryId(int(name))) is None:
        raise MonitorError(f"there is no story {name}", hint='see "monitor stories list"')


def _get(tx: Tables, alert: int) -> Alert:
    from monitor.model import AlertId

    found = tx.alerts.get(AlertId(alert))
    if found is None:
        raise MonitorError(f"there is no alert {alert}", hint='see "monitor alerts list"')
    return found
