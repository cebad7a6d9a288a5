"""`monitor items`: what has been stored, and what was decided about it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from monitor.cli.groups import ListGroup
from monitor.cli.options import limit_option, since_option, since_when
from monitor.cli.output import write_facts, write_json, write_table
from monitor.cli.session import Session, config_option, json_option, pass_session
from monitor.cli.table import Column
from monitor.errors import MonitorError

if TYPE_CHECKING:
    from monitor.store.item_lists import ListedItem
    from monitor.store.tables import Tables


@click.group(cls=ListGroup, short_help="List and show stored items.")
def items() -> None:
    """List and show stored items. Without a command: list.

    \b
    Examples:
      monitor items
      monitor items list --rule rafah --since 24h
      monitor items list --contains "وقف إطلاق النار" --json
      monitor items show 1204
    """


@items.command("list", short_help="List items, the newest first.")
@click.option("--feed", metavar="NAME", help="Only of this feed.")
@click.option("--rule", metavar="NAME", help="Only those for which this rule holds.")
@click.option("--status", type=click.Choice(["fresh", "backlog", "old", "held"]), help="Only of this status.")
@click.option("--contains", metavar="WORDS", default="", help="Only those with these words in their headline.")
@since_option(None)
@limit_option
@json_option
@config_option
@pass_session
def list_(
    session: Session,
    feed: str | None,
    rule: str | None,
    status: str | None,
    contains: str,
    since: timedelta | datetime | None,
    limit: int,
    as_json: bool,
) -> None:
    """List items by when they were first seen, the newest first.

    \b
    Example:
      monitor items list --feed "الجزيرة نت" -n 10
    """
    from monitor.arabic.clean import title_key
    from monitor.cli.rows import listed_row
    from monitor.cli.wording import headline, local
    from monitor.store.item_lists import newest_items

    now, zone = session.clock(), session.load().timezone
    with session.store() as store:
        found = store.read(
            newest_items,
            feed=feed,
            rule=rule,
            status=status,  # type: ignore[arg-type]  # click has checked the choice
            contains=title_key(contains),
            since=None if since is None else since_when(since, now),
            limit=limit,
        )
    if as_json:
        write_json(map(listed_row, found))
        return
    columns = (
        Column("ID", right=True),
        Column("SEEN"),
        Column("FEED", flexible=True),
        Column("HEADLINE", flexible=True),
        Column("RULES", flexible=True, colour="yellow"),
        Column("STATUS"),
    )
    rows = (
        (one.item.id, local(one.item.first_seen, zone, now), one.item.outlet, headline(one.item), ", ".join(one.rules),
         one.status)
        for one in found
    )  # fmt: skip
    write_table(columns, rows, nothing="no such items")


@items.command(short_help="Show one item: by number, address or guid.")
@click.argument("item")
@json_option
@config_option
@pass_session
def show(session: Session, item: str, as_json: bool) -> None:
    """Show one item, by its number, its address or its guid.

    \b
    Example:
      monitor items show https://outlet.example/2026/11/24/story
    """
    from monitor.cli.rows import listed_row
    from monitor.cli.wording import headline, local
    from monitor.store.item_lists import revisions

    now, zone = session.clock(), session.load().timezone
    with session.store() as store:
        found = store.read(find, item)
        if as_json:
            write_json(map(listed_row, found))
            return
        for one in found:
            facts = [
                ("item", one.item.id),
                ("feed", one.item.outlet),
                ("headline", headline(one.item)),
                ("summary", one.item.summary),
                ("link", one.item.link or ""),
                ("published", local(one.item.published, zone, now) or "the feed gives no date"),
                ("first seen", local(one.item.first_seen, zone, now)),
                ("status", f"{one.status}: {one.reason}" if one.reason else one.status),
                ("rules", ", ".join(one.rules) or "none holds"),
            ]
            if one.assignment is not None:
                facts.append(("story", f"{one.assignment.story_id} ({one.assignment.role}: {one.assignment.reason})"))
            facts += [
                (f"before {local(entry.replaced_at, zone, now)}", entry.title)
                for entry in store.read(revisions, one.item.id)
            ]
            write_facts(facts)


def find(tx: Tables, wanted: str) -> list[ListedItem]:
    """The items that a number, an address or a guid names.

    Raises:
        MonitorError: there is none.
    """
    from monitor.pipeline.explain import find as find_in

    found = find_in(tx, wanted)
    if not found:
        raise MonitorError(f'there is no item "{wanted}"', hint='see "monitor items list"')
    return found
