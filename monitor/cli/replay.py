"""`monitor replay`: recorded items through the whole line on a scratch database; nothing is sent."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO

import click

from monitor.cli.output import json_line, progress
from monitor.cli.session import Session, config_option, pass_session


@click.command(short_help="Send items (JSON lines) through the whole line, on a scratch database.")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@config_option
@pass_session
def replay(session: Session, file: Path) -> int:
    """Send recorded items through the whole line on a scratch database: identify, match, group, route. Nothing is sent.

    A line of FILE (or of stdin, as -) is {"id", "feed", "title", "summary", "link", "guid", "published"}; its time is
    the clock. A line of output is {"id", "status", "story", "role", "matches", "alerts", "reason"}, in the same order.
    The configuration's rules, stories and channels decide. Exit code 1 when a line could not be read.

    \b
    Examples:
      monitor replay day.jsonl
      monitor replay day.jsonl | jq -c 'select(.alerts != [])'
    """
    from monitor.pipeline.replay import replay as run

    config = session.load()
    failed = False
    with progress("replaying", _count(file)) as bar, _opened(file) as source:
        output = sys.stdout.buffer
        for result in bar.over(run(_lines(source), config, start=session.clock())):
            failed = failed or result["status"] == "error"
            output.write(f"{json_line(result)}\n".encode())
        output.flush()
    return 1 if failed else 0


def _opened(file: Path) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if str(file) == "-" else file.open("rb")


def _lines(source: Iterable[bytes]) -> Iterator[str]:
    """Lines as text; what is not UTF-8 is kept as marks, and then is no JSON or shows what was wrong."""
    for number, line in enumerate(source):
        yield (line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line).decode("utf-8", "replace")


def _count(file: Path) -> int | None:
    """How many lines a file has, for the progress; None for a stream."""
    if str(file) == "-" or not file.is_file():
        return None
    with file.open("rb") as source:
        return sum(block.count(b"\n") for block in iter(lambda: source.read(1 << 20), b""))
