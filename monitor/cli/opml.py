"""`monitor import-opml` and `export-opml`: lists of feeds as other programs keep them."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from monitor.cli.output import say
from monitor.cli.session import Session, config_option, pass_session
from monitor.cli.table import clean_cell


@click.command("import-opml", short_help="Add the feeds of an OPML file.")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="A further tag for each feed; may be repeated.")
@click.option("--dry-run", is_flag=True, help="Only show what would be added.")
@config_option
@pass_session
def import_opml(session: Session, file: Path, tags: tuple[str, ...] = (), dry_run: bool = False) -> None:
    """Add the feeds of an OPML file (an export of a feed reader) to the configuration; folders become tags.

    Feeds that are there already are left out.

    \b
    Example:
      monitor import-opml subscriptions.opml --tag imported
    """
    from monitor.cli.wording import counted
    from monitor.config import edit
    from monitor.config.warnings import same_place
    from monitor.feeds.opml import read_opml
    from monitor.settings import Feed

    config = session.load()
    listed = read_opml(sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes())
    places, names = {same_place(feed.url) for feed in config.feeds}, {feed.name for feed in config.feeds}
    fresh: list[Feed] = []
    unfit: list[str] = []
    for feed in listed.feeds:
        if same_place(feed.url) in places:
            continue
        name, number = feed.name, 2
        while name in names:
            name, number = f"{feed.name} ({number})", number + 1
        one = Feed(name=name, url=feed.url, tags=tuple(dict.fromkeys((*feed.tags, *tags))))
        fault = edit.feed_fault(one)
        if fault:
            unfit.append(f"left out: {name}: {fault}")
            continue
        names.add(name)
        places.add(same_place(feed.url))
        fresh.append(one)
    for note in (*listed.notes, *unfit):
        say(note)
    for one in fresh:
        click.echo(clean_cell(f"{one.name}  {one.url}"))
    there = len(listed.feeds) - len(fresh) - len(unfit)
    if fresh and not dry_run:
        edit.edit(session.config_path, edit.add_feeds(fresh))
    verb = "would be added" if dry_run else "added"
    say(f"{counted(len(fresh), 'feed')} {verb}, {there} there already")


@click.command("export-opml", short_help="Write the feeds as an OPML file.")
@config_option
@pass_session
def export_opml(session: Session) -> None:
    """Write the configuration's feeds as OPML to stdout; without headers, proxies and passwords.

    \b
    Example:
      monitor export-opml > feeds.opml
    """
    from monitor.feeds.opml import write_opml

    sys.stdout.buffer.write(write_opml(session.load().feeds, session.clock()))
    sys.stdout.buffer.flush()
