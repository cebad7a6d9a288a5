"""`monitor feeds`: how each feed does; take feeds in and out; let held ones go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.groups import ListGroup
from monitor.cli.output import say, write_json, write_table
from monitor.cli.session import Session, config_option, json_option, pass_session
from monitor.cli.table import Column
from monitor.errors import MonitorError

if TYPE_CHECKING:
    from monitor.settings import Feed
    from monitor.store.overview import FeedOverview
    from monitor.store.tables import Tables


@click.group(cls=ListGroup, short_help="List, add, test, remove and release feeds.")
def feeds() -> None:
    """List, add, test, remove and release feeds. Without a command: list.

    \b
    Examples:
      monitor feeds
      monitor feeds list --trouble
      monitor feeds add https://outlet.example --name "الصحيفة" --tag general
      monitor feeds test "الجزيرة نت"
      monitor feeds release "الصحيفة"
    """


@feeds.command("list", short_help="List the feeds and how each one does.")
@click.option("--trouble", is_flag=True, help="Only those with which something is wrong.")
@click.option("--tag", metavar="TAG", help="Only those with this tag.")
@json_option
@config_option
@pass_session
def list_(session: Session, trouble: bool, tag: str | None, as_json: bool) -> None:
    """List the feeds: last success, interval, items a day, next poll, and what is wrong in words.

    \b
    Example:
      monitor feeds list --trouble --json
    """
    from monitor.cli.rows import feed_row

    now = session.clock()
    known = _overviews(session, now)
    wanted = [feed for feed in session.load().feeds if tag is None or tag.lstrip("#") in feed.tags]
    found = [(feed, known.get(feed.name)) for feed in wanted]
    if trouble:
        found = [(feed, state) for feed, state in found if state is not None and state.trouble]
    if as_json:
        write_json(
            feed_row(state) if state else {"name": feed.name, "url": feed.url, "tags": list(feed.tags), "state": "new"}
            for feed, state in found
        )
        return
    columns = (
        Column("FEED", flexible=True),
        Column("STATE"),
        Column("LAST OK"),
        Column("EVERY", right=True),
        Column("A DAY", right=True),
        Column("NEXT"),
        Column("WHAT IS WRONG", flexible=True, colour="red"),
    )
    rows = (_shown(feed, state, now) for feed, state in found)
    write_table(columns, rows, nothing="no feed is in trouble" if trouble else "no feeds", below=True)


@feeds.command(short_help="Find the feed behind an address and add it.")
@click.argument("address")
@click.option("--name", help="As alerts shall show it; default: the feed's own title.")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="A group it belongs to; may be repeated.")
@click.option("--dry-run", is_flag=True, help="Only show what would be added.")
@config_option
@pass_session
def add(session: Session, address: str, name: str | None, tags: tuple[str, ...], dry_run: bool) -> None:
    """Find the feed behind a site's address, show its newest items, and write it into the configuration.

    \b
    Examples:
      monitor feeds add https://outlet.example
      monitor feeds add outlet.example/rss --name "الصحيفة" --tag palestine
    """
    from monitor.cli.feed_trial import find_feed

    find_feed(session, address, name=name, tags=tuple(tag.lstrip("#") for tag in tags), dry_run=dry_run)


@feeds.command(short_help="Try a feed step by step; nothing is stored.")
@click.argument("feed")
@json_option
@config_option
@pass_session
def test(session: Session, feed: str, as_json: bool) -> int:
    """Try a feed step by step, each with its finding: a configured one by its name, or any address.

    Nothing is stored. Exit code 1 when it could not be read.

    \b
    Examples:
      monitor feeds test "الجزيرة نت"
      monitor feeds test https://outlet.example/rss
    """
    from monitor.cli.feed_trial import try_feed

    return try_feed(session, feed, as_json=as_json)


@feeds.command(short_help="Take a feed out of the configuration.")
@click.argument("name")
@config_option
@pass_session
def remove(session: Session, name: str) -> None:
    """Take a feed out of the configuration; its stored items stay until they are old.

    \b
    Example:
      monitor feeds remove "الصحيفة"
    """
    from monitor.config import edit

    edit.edit(session.config_path, edit.remove_feed(name))
    say(f'"{name}" is no longer watched; the former file is {edit.former(session.config_path).name}')


@feeds.command(short_help="Let a held or stopped feed go on.")
@click.argument("name")
@click.option("--tell", is_flag=True, help="Its held items are news: let them alert.")
@config_option
@pass_session
def release(session: Session, name: str, tell: bool) -> None:
    """Let a feed go on that was held (all its items suddenly looked new) or stopped (the server said it is gone).

    Held items are kept as backlog and do not alert, unless --tell.

    \b
    Example:
      monitor feeds release "الصحيفة"
    """
    from monitor.cli.wording import counted
    from monitor.pipeline.line import Line
    from monitor.pipeline.release import release as release_in

    config, now = session.load(), session.clock()

    def go_on(tx: Tables) -> str:
        state = tx.feeds.state(name)
        if state is None or state.state == "active":
            what = "is not held" if state else "is not known"
            raise MonitorError(f'the feed "{name}" {what}', hint='see "monitor feeds list"')
        released = release_in(tx, name, Line.of(config), now, tell=tell)
        if released is None:
            tx.feeds.set_state(name, "active", "", now)
            return "it is asked again at once"
        told = counted(len(released.alerts), "alert") if tell else "none of them alerts"
        return f"{counted(released.items, 'held item')}, {told}"

    with session.store() as store:
        words = store.write_sync(go_on)
    say(f'"{name}" goes on: {words}')


@feeds.command("import-opml", short_help="Add the feeds of an OPML file.")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.pass_context
def import_opml_(ctx: click.Context, file: Path) -> None:
    """Add the feeds of an OPML file; the same as "monitor import-opml".

    \b
    Example:
      monitor feeds import-opml subscriptions.opml
    """
    from monitor.cli.opml import import_opml

    ctx.invoke(import_opml, file=file)


@feeds.command("export-opml", short_help="Write the feeds as an OPML file.")
@click.pass_context
def export_opml_(ctx: click.Context) -> None:
    """Write the feeds as OPML to stdout; the same as "monitor export-opml".

    \b
    Example:
      monitor feeds export-opml > feeds.opml
    """
    from monitor.cli.opml import export_opml

    ctx.invoke(export_opml)


def _overviews(session: Session, now: datetime) -> Mapping[str, FeedOverview]:
    from monitor.store.overview import feed_overviews

    store = session.store_or_none()
    if store is None:
        return {}
    with store:
        return {feed.name: feed for feed in store.read(feed_overviews, now)}


def _shown(feed: Feed, state: FeedOverview | None, now: datetime) -> Sequence[object]:
    from monitor.cli.wording import ago, span

    if state is None:
        return feed.name, "new", "never", "", "", "", ""
    rate = "" if state.items_a_day is None else f"{state.items_a_day:.0f}"
    coming = "due" if state.next_poll_at is None or state.next_poll_at <= now else ago(state.next_poll_at, now)
    coming = "" if state.state == "stopped" else coming
    wrong = state.trouble
    if state.state != "active":
        wrong = f'{wrong}; let it go on with: monitor feeds release "{feed.name}"'
    return feed.name, state.state, ago(state.last_success_at, now), span(state.interval), rate, coming, wrong
