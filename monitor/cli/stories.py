"""`monitor stories`: the items about one event, and corrections by hand that stay."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from monitor.cli.groups import ListGroup
from monitor.cli.options import limit_option, since_option, since_when
from monitor.cli.output import json_line, say, write_facts, write_json, write_table
from monitor.cli.session import Session, config_option, json_option, pass_session
from monitor.cli.table import Column
from monitor.errors import MonitorError

if TYPE_CHECKING:
    from monitor.model import Story
    from monitor.store.tables import Tables


@click.group(cls=ListGroup, short_help="List, show, split and merge stories.")
def stories() -> None:
    """List, show, split and merge stories. Without a command: list. Corrections by hand stay.

    \b
    Examples:
      monitor stories --outlets 3
      monitor stories show 17
      monitor stories split 17 1204 1207
      monitor stories merge 17 21
    """


@stories.command("list", short_help="List stories, the newest first.")
@click.option("--outlets", type=click.IntRange(1), default=1, help="Only those that so many outlets carry.")
@since_option(None)
@limit_option
@json_option
@config_option
@pass_session
def list_(session: Session, outlets: int, since: timedelta | datetime | None, limit: int, as_json: bool) -> None:
    """List stories, those with the newest items first.

    \b
    Example:
      monitor stories list --since 24h --outlets 3
    """
    from monitor.cli.rows import story_row
    from monitor.cli.wording import local

    now, zone = session.clock(), session.load().timezone
    start = None if since is None else since_when(since, now)
    with session.store() as store:
        found = store.read(lambda tx: tx.stories.newest(since=start, limit=limit, outlets=outlets))
    if as_json:
        write_json(map(story_row, found))
        return
    columns = (
        Column("ID", right=True),
        Column("LAST"),
        Column("ITEMS", right=True),
        Column("HEADLINE", flexible=True),
        Column("OUTLETS", flexible=True),
    )
    rows = ((one.id, local(one.last_at, zone, now), one.items, one.headline, "، ".join(one.outlets)) for one in found)
    write_table(columns, rows, nothing="no such stories")


@stories.command(short_help="Show a story with its items and alerts.")
@click.argument("story", type=int)
@json_option
@config_option
@pass_session
def show(session: Session, story: int, as_json: bool) -> None:
    """Show a story: its items in order with their part in it, and the alerts it caused.

    \b
    Example:
      monitor stories show 17
    """
    from monitor.cli.rows import alert_row, story_row
    from monitor.cli.wording import iso, local
    from monitor.model import StoryId

    now, zone = session.clock(), session.load().timezone
    with session.store() as store:
        found = store.read(_get, story)
        entries = store.read(lambda tx: tx.stories.entries(found.id))
        alerts = store.read(lambda tx: tx.alerts.of_story(found.id))
        parent = store.read(lambda tx: tx.stories.parent_of(StoryId(found.id)))
    if as_json:
        rows = [
            {"item": one.item_id, "feed": one.outlet, "title": one.title, "link": one.link, "at": iso(one.at),
             "role": one.role, "score": round(one.score, 3), "reason": one.reason}
            for one in entries
        ]  # fmt: skip
        click.echo(
            json_line({**story_row(found), "parent": parent, "entries": rows, "alerts": list(map(alert_row, alerts))})
        )
        return
    facts: list[tuple[str, object]] = [
        ("story", found.id),
        ("headline", found.headline),
        ("from", local(found.first_at, zone, now)),
        ("to", local(found.last_at, zone, now)),
        ("outlets", "، ".join(found.outlets)),
    ]
    if parent is not None:
        facts.append(("reacts to", f"story {parent}"))
    facts += [
        ("alert", f"{one.id} {one.rule} ({one.kind}), {local(one.created_at, zone, now)}: {one.reason}")
        for one in alerts
    ]
    write_facts(facts)
    columns = (
        Column("ITEM", right=True),
        Column("TIME"),
        Column("ROLE"),
        Column("FEED", flexible=True),
        Column("HEADLINE", flexible=True),
        Column("WHY", flexible=True),
    )
    write_table(
        columns,
        ((one.item_id, local(one.at, zone, now), one.role, one.outlet, one.title, one.reason) for one in entries),
    )


@stories.command(short_help="Take items out of a story into one of their own.")
@click.argument("story", type=int)
@click.argument("items", type=int, nargs=-1, required=True, metavar="ITEM...")
@config_option
@pass_session
def split(session: Session, story: int, items: tuple[int, ...]) -> None:
    """Take items out of a story into a new one of their own; they never return to it.

    \b
    Example:
      monitor stories split 17 1204 1207
    """
    from monitor.model import ItemId, StoryId
    from monitor.store.story_edits import split as split_in

    with session.store() as store:
        new = store.write_sync(split_in, StoryId(story), [ItemId(item) for item in items])
    say(f"story {new} holds {', '.join(map(str, items))} now; a running monitor heeds it")


@stories.command(short_help="Make several stories one.")
@click.argument("into", type=int)
@click.argument("others", type=int, nargs=-1, required=True, metavar="STORY...")
@config_option
@pass_session
def merge(session: Session, into: int, others: tuple[int, ...]) -> None:
    """Make several stories one; the numbers of the others lead to the first from now on.

    \b
    Example:
      monitor stories merge 17 21
    """
    from monitor.model import StoryId
    from monitor.store.story_edits import merge as merge_in

    with session.store() as store:
        store.write_sync(merge_in, StoryId(into), [StoryId(other) for other in others])
    say(f"{', '.join(map(str, others))} belong to story {into} now; a running monitor heeds it")


def _get(tx: Tables, story: int) -> Story:
    from monitor.model import StoryId

    found = tx.stories.get(StoryId(story))
    if found is None:
        raise MonitorError(f"there is no story {story}", hint='see "monitor stories list"')
    return found
