"""`monitor backup`: the database as one file, also while the monitor runs."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.cli.output import say
from monitor.cli.session import Session, config_option, pass_session
from monitor.errors import MonitorError


@click.command(short_help="Copy the database, also while the monitor runs.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@config_option
@pass_session
def backup(session: Session, file: Path, force: bool) -> None:
    """Copy the database into FILE, whole and compact, also while the monitor runs.

    To restore: stop the monitor, put the file in the place of state/monitor.db, and delete monitor.db-wal and
    monitor.db-shm.

    \b
    Example:
      monitor backup /backups/news-$(date +%F).db
    """
    if file.exists() and not force:
        raise MonitorError(f"{file} is there already", hint="choose another name, or add --force")
    with session.store() as store:
        size = store.backup(file)
    say(f"{file}: {size / 1_000_000:,.1f} MB")
