"""`monitor match`: items in as JSON lines, one JSON line out for every hit. Reads no database, writes none."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from monitor.cli.output import json_line, say
from monitor.cli.session import Session, config_option, pass_session
from monitor.errors import ConfigError, Fault

if TYPE_CHECKING:
    from monitor.rules.ruleset import Ruleset
    from monitor.settings import Rule

_MOST_COMPLAINTS = 20


@click.command(short_help="Match items (JSON lines) against the rules.")
@click.argument("file", required=False, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--rules",
    "rules_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Take the rules of this file instead.",
)
@click.option(
    "--term", "terms", multiple=True, metavar="TERM", help="A rule of its own for this term; may be repeated."
)
@click.option(
    "--terms", "terms_file", type=click.Path(path_type=Path), metavar="FILE", help="The same for each line of a file."
)
@click.option("--rule", "names", multiple=True, metavar="NAME", help="Only this rule; may be repeated.")
@config_option
@pass_session
def match(
    session: Session,
    file: Path | None,
    rules_file: Path | None,
    terms: tuple[str, ...],
    terms_file: Path | None,
    names: tuple[str, ...],
) -> int:
    """Match items against the rules: {"id", "title", "summary"} in, one line for each hit out.

    A line of output is {"id", "rule", "term", "field", "start", "end", "text", "how"}: offsets are code points in the
    field as given, the end exclusive, and "text" is that slice. An item may name its "feed"; then only rules that read
    that feed are asked. A line that cannot be read is reported on stderr; the others go on, and the exit code is 1.

    \b
    Examples:
      monitor match items.jsonl
      monitor match --term رفح --term 'وقف إطلاق النار ~2' < items.jsonl
      monitor match --rules candidate.toml items.jsonl
    """
    ruleset, outlets = _ruleset(session, rules_file, terms, terms_file, names)
    output = sys.stdout.buffer
    complaints = _Complaints()
    flush = sys.stdin.isatty() and file is None
    with _opened(file) as lines:
        for identity, title, summary, feed in _items(lines, complaints):
            outlet = feed if feed in outlets else None
            written = [
                {
                    "id": identity,
                    "rule": found.rule,
                    "term": hit.term,
                    "field": hit.field,
                    "start": hit.start,
                    "end": hit.end,
                    "text": hit.text,
                    "how": hit.how,
                }
                for found in ruleset.match(title, summary, outlet=outlet)
                for hit in found.hits
            ]
            if written:
                output.write("".join(f"{json_line(row)}\n" for row in written).encode())
            if flush:
                output.flush()
    output.flush()
    return complaints.summary()


def _ruleset(
    session: Session, rules_file: Path | None, terms: tuple[str, ...], terms_file: Path | None, names: tuple[str, ...]
) -> tuple[Ruleset, frozenset[str]]:
    """The compiled rules, and the outlets they know."""
    from monitor.rules.ruleset import compile_rules

    given = [*terms, *(_lines_of(terms_file) if terms_file else ())]
    if rules_file is not None:
        from monitor.config.load import load_rules

        rules: tuple[Rule, ...] = load_rules(rules_file)
        feeds: tuple[Any, ...] = ()
    elif given:
        rules, feeds = (), ()
    else:
        config = session.load()
        rules, feeds = config.rules, config.feeds
    rules = (*rules, *_rules_of(given))
    if names:
        unknown = [name for name in names if name not in {rule.name for rule in rules}]
        if unknown:
            raise click.BadParameter(f'there is no rule "{unknown[0]}"', param_hint="--rule")
        rules = tuple(rule for rule in rules if rule.name in names)
    if not rules:
        raise click.UsageError("there are no rules to match; add [[rules]] to the configuration, or give --term")
    return compile_rules(rules, feeds), frozenset(feed.name for feed in feeds)


def _rules_of(terms: Iterable[str]) -> Iterator[Rule]:
    from monitor.rules.check import check_rule
    from monitor.settings import Rule

    faults: list[Fault] = []
    for term in dict.fromkeys(terms):
        rule = Rule(name=term, any=(term,))
        faults += [fault for fault in check_rule(rule) if fault.severity == "error"]
        yield rule
    if faults:
        raise ConfigError(faults)


def _lines_of(path: Path) -> list[str]:
    try:
        return [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except UnicodeDecodeError as error:
        raise click.BadParameter(f"{path} is not UTF-8", param_hint="--terms") from error


def _opened(file: Path | None) -> AbstractContextManager[BinaryIO]:
    if file is None or str(file) == "-":
        if sys.stdin.isatty():
            say("reading items from the keyboard, one JSON object a line; end with Ctrl-D")
        return nullcontext(sys.stdin.buffer)
    return file.open("rb")


class _Complaints:
    """Counts lines that could not be read; tells of the first ones."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, number: int, reason: str) -> None:
        self.count += 1
        if self.count <= _MOST_COMPLAINTS:
            say(f'line {number}: {reason}; write {{"id": …, "title": "…", "summary": "…"}}')

    def summary(self) -> int:
        if self.count > _MOST_COMPLAINTS:
            say(f"and {self.count - _MOST_COMPLAINTS} more lines that could not be read")
        return 1 if self.count else 0


def _items(lines: Iterable[bytes], complaints: _Complaints) -> Iterator[tuple[Any, str, str, str]]:
    """(id, title, summary, feed) of each line that can be read."""
    for number, raw in enumerate(lines, start=1):
        line = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            complaints.add(number, "this is not JSON")
            continue
        if not isinstance(row, dict):
            complaints.add(number, "this is not a JSON object")
            continue
        title, summary = row.get("title") or "", row.get("summary") or ""
        if not isinstance(title, str) or not isinstance(summary, str):
            complaints.add(number, "title and summary must be texts")
            continue
        feed = row.get("feed")
        yield row.get("id", number), title, summary, feed if isinstance(feed, str) else ""
