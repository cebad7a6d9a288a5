"""`monitor doctor`: looks over configuration, database, daemon, feeds, channels and outbox, and says what is wrong."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from monitor.cli.output import colour, hanging, json_line, say
from monitor.cli.session import Session, config_option, json_option, pass_session
from monitor.cli.wording import ago, counted
from monitor.errors import ConfigError, StorageError

if TYPE_CHECKING:
    from monitor.settings import Config
    from monitor.store.database import Store
    from monitor.store.tables import Tables

_LOW_DISK_BYTES = 200_000_000
_MOST_NAMED = 5
_COLOURS = {"ok": "green", "note": "yellow", "wrong": "red"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was looked at and what was found. `hint`: what to do, or ""."""

    about: str
    state: Literal["ok", "note", "wrong"]
    finding: str
    hint: str = ""


@click.command(short_help="Look over everything and say what is wrong.")
@json_option
@config_option
@pass_session
def doctor(session: Session, as_json: bool) -> int:
    """Look over everything and say what is wrong, and what to do about it.

    Exit code 0: all is well (there may be notes); 1: something is wrong.

    \b
    Examples:
      monitor doctor
      monitor doctor --json | jq 'select(.state == "wrong")'
    """
    worst_is_wrong = False
    for finding in _findings(session):
        worst_is_wrong = worst_is_wrong or finding.state == "wrong"
        click.echo(json_line(asdict(finding)) if as_json else _shown(finding))
    if not as_json:
        say("something is wrong" if worst_is_wrong else "all is well")
    return 1 if worst_is_wrong else 0


def _shown(finding: Finding) -> str:
    sign = click.style(f"{finding.state:5}", fg=_COLOURS[finding.state]) if colour() else f"{finding.state:5}"
    words = f"{finding.finding}; {finding.hint}" if finding.hint else finding.finding
    return f"{sign}  {finding.about:13}  {hanging(words, 22)}"


def _findings(session: Session) -> Iterator[Finding]:
    try:
        config = session.load()
    except ConfigError as error:
        for fault in error.faults:
            state: Literal["wrong", "note"] = "wrong" if fault.severity == "error" else "note"
            yield Finding(about="configuration", state=state, finding=str(fault))
        yield from _running_on_the_former(session.config_path)
        return
    parts = f"{counted(len(config.feeds), 'feed')}, {counted(len(config.rules), 'rule')}"
    yield Finding(about="configuration", state="ok", finding=f"{parts}, {counted(len(config.channels), 'channel')}")
    yield _disk(config)
    yield _daemon(config)
    try:
        store = session.store_or_none()
    except StorageError as error:
        yield Finding(about="database", state="wrong", finding=str(error))
        return
    if store is None:
        yield Finding(about="database", state="note", finding="nothing stored yet", hint='start "monitor run"')
        return
    with store:
        now = session.clock()
        yield _database(store)
        yield from store.read(
            lambda tx: [*_reload(tx), *_feeds(tx, now), *_channels(tx, config, now), *_outbox(tx, config)]
        )


def _running_on_the_former(path: Path) -> Iterator[Finding]:
    """While the file is faulty nobody knows its `state`; the usual folder is looked at."""
    from monitor.store.lock import holder

    process = holder(path.absolute().parent / "state")
    if process is not None:
        words = f"running on the former configuration, process {process}"
        yield Finding(about="monitor", state="ok", finding=words, hint="save the file without the fault to change it")


def _disk(config: Config) -> Finding:
    folder = config.state if config.state.exists() else config.path.parent
    free = shutil.disk_usage(folder).free
    state: Literal["ok", "wrong"] = "wrong" if free < _LOW_DISK_BYTES else "ok"
    hint = "make room; what cannot be recorded is not sent" if state == "wrong" else ""
    return Finding(about="disk", state=state, finding=f"{free / 1e9:,.1f} GB free at {folder}", hint=hint)


def _daemon(config: Config) -> Finding:
    from monitor.store.lock import holder

    process = holder(config.state)
    if process is None:
        return Finding(about="monitor", state="note", finding="not running", hint='start it with "monitor run"')
    return Finding(about="monitor", state="ok", finding=f"running, process {process}")


def _database(store: Store) -> Finding:
    from monitor.store.connection import check

    try:
        store.read(lambda tx: check(tx.connection, store.path))
    except StorageError as error:
        return Finding(about="database", state="wrong", finding=error.message, hint=error.hint)
    status = store.path.stat()
    if status.st_mode & 0o077:
        words, hint = "others on this machine can read it", f"chmod 600 {store.path}"
        return Finding(about="database", state="note", finding=words, hint=hint)
    return Finding(about="database", state="ok", finding=f"whole, {status.st_size / 1e6:,.1f} MB")


def _reload(tx: Tables) -> Iterator[Finding]:
    from monitor.pipeline.agree import CONFIG_STATUS

    text = tx.meta.get(CONFIG_STATUS)
    if not text:
        return
    status = json.loads(text)
    if not status["ok"]:
        for fault in status["faults"]:
            yield Finding(
                about="reload", state="wrong", finding=f"refused: {fault}", hint="the former configuration goes on"
            )


def _feeds(tx: Tables, now: datetime) -> Iterator[Finding]:
    from monitor.store.overview import feed_overviews

    feeds = feed_overviews(tx, now)
    troubled = [feed for feed in feeds if feed.trouble and feed.trouble != "not read yet"]
    yield Finding(about="feeds", state="ok", finding=f"{len(feeds) - len(troubled)} of {len(feeds)} in order")
    for feed in troubled[:_MOST_NAMED]:
        hint = f'"monitor feeds test {feed.name}" tries it step by step'
        if feed.state == "held":
            hint = f'"monitor feeds release {feed.name}" lets it go on'
        since = f", last well {ago(feed.last_success_at, now)}"
        yield Finding(about="feed", state="note", finding=f"{feed.name}: {feed.trouble}{since}", hint=hint)
    if len(troubled) > _MOST_NAMED:
        more = f"and {len(troubled) - _MOST_NAMED} more"
        yield Finding(about="feed", state="note", finding=more, hint='see "monitor feeds list --trouble"')
    if feeds and len(troubled) == len(feeds):
        yield Finding(about="feeds", state="wrong", finding="no feed answers", hint="is this machine online?")


def _channels(tx: Tables, config: Config, now: datetime) -> Iterator[Finding]:
    memories = tx.channels.all()
    for channel in config.channels:
        memory = memories.get(channel.name)
        if memory is None or (memory.failing_since is None and not memory.broken):
            yield Finding(about="channel", state="ok", finding=channel.name)
            continue
        words = "refused by the service" if memory.broken else f"failing since {ago(memory.failing_since, now)}"
        hint = f'after mending it, try "monitor notify-test {channel.name}"'
        yield Finding(
            about="channel", state="wrong", finding=f"{channel.name}: {words}: {memory.last_error}", hint=hint
        )


def _outbox(tx: Tables, config: Config) -> Iterator[Finding]:
    counts = tx.outbox.counts()
    waiting = sum(counts.get(state, 0) for state in ("pending", "waiting", "sending", "unknown"))
    held, dead = counts.get("held", 0), counts.get("dead", 0)
    yield Finding(about="outbox", state="ok", finding=f"{waiting} to be sent, {held} held")
    configured = {channel.name for channel in config.channels}
    for name, count in tx.outbox.open_by_channel().items():
        if name not in configured:
            yield Finding(
                about="outbox",
                state="note",
                finding=f"{name}: {_waiting(count)} for this channel, which is not configured",
                hint="put it back under this name and they are sent; after a week they are given up",
            )
    if dead:
        yield Finding(
            about="outbox",
            state="wrong",
            finding=f"{dead} could not be delivered",
            hint='see "monitor outbox list --state dead", then "monitor outbox retry --all-dead"',
        )


def _waiting(count: int) -> str:
    return "1 delivery waits" if count == 1 else f"{count:,} deliveries wait"
