"""`monitor run`, `once`, `demo` and `reload`: start the faces that do the work, or nudge the one that runs."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Sequence
from typing import Any

import click

from monitor.cli.output import hanging, say
from monitor.cli.session import Session, config_option, pass_session
from monitor.errors import ConfigError, MonitorError

_RELOAD_SECONDS = 10.0

_verbose = click.option("-v", "--verbose", is_flag=True, help="Log every detail.")


@click.command(short_help="Show everything at once, offline, with sample feeds.")
@click.option("--keep", is_flag=True, help="Go on when the sample news day is over, until Ctrl-C.")
@pass_session
def demo(session: Session, keep: bool) -> int | None:
    """Show everything at once, offline: sample feeds on this machine, the real monitor, alerts in the terminal.

    It ends by itself after about 45 seconds with a summary; Ctrl-C ends it at once. Nothing outside a temporary
    folder is touched.

    \b
    Example:
      monitor demo
    """
    return session.faces.demo(keep=keep)


@click.command(short_help="Watch the feeds and send alerts until stopped.")
@click.option("--telegram-api", metavar="URL", help="Send through your own Bot API server instead of Telegram's.")
@_verbose
@config_option
@pass_session
def run(session: Session, telegram_api: str | None, verbose: bool) -> int | None:
    """Watch the feeds and send alerts until stopped (Ctrl-C or SIGTERM).

    A saved config.toml is taken over while it runs; a faulty one changes nothing.

    \b
    Examples:
      monitor run
      monitor run --config /etc/news-monitor/config.toml
    """
    from monitor.config.environment import notify_address

    return session.faces.run(
        session.config_path, verbose=verbose, telegram_api=telegram_api, notify_address=notify_address()
    )


@click.command(short_help="Ask every feed once, send what is due, and end.")
@_verbose
@config_option
@pass_session
def once(session: Session, verbose: bool) -> int | None:
    """Ask every feed once, send what is due, and end; for cron, or to see whether all is well.

    \b
    Examples:
      monitor once
      */10 * * * * cd /srv/news && monitor once
    """
    return session.faces.once(session.config_path, verbose=verbose)


@click.command(short_help="Tell the running monitor to read its configuration again.")
@config_option
@pass_session
def reload(session: Session) -> int:
    """Tell the running monitor to read its configuration again, and say what changed.

    Saving config.toml or .env is enough; this is to see the answer.

    \b
    Example:
      monitor reload
    """
    from monitor.pipeline.agree import CONFIG_STATUS
    from monitor.store.lock import holder

    try:
        config = session.load()
    except ConfigError as error:
        return _refused([*map(str, error.errors)])
    process = holder(config.state)
    if process is None:
        raise MonitorError("no monitor is running on this state folder", hint='start it with "monitor run"')
    with session.store() as store:

        def status() -> str:
            return store.read(lambda tx: tx.meta.get(CONFIG_STATUS))

        before = status()
        os.kill(process, signal.SIGHUP)
        deadline = time.monotonic() + _RELOAD_SECONDS
        while time.monotonic() < deadline:
            if status() != before:
                return _answer(json.loads(status()))
            time.sleep(0.1)
    raise MonitorError(f"the monitor (process {process}) has not answered yet", hint='look with "monitor doctor"')


def _answer(status: dict[str, Any]) -> int:
    if not status["ok"]:
        return _refused(status["faults"])
    for change in status["changes"]:
        click.echo(hanging(change, 2))
    say("taken over" if status["changes"] else "taken over; nothing had changed")
    return 0


def _refused(faults: Sequence[str]) -> int:
    for fault in faults:
        click.echo(hanging(fault, 2))
    say("refused; a running monitor goes on with the former configuration")
    return 2
