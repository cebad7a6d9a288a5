"""`monitor check`: the configuration's faults and warnings, and its JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from monitor.cli.output import hanging, json_line, say, write_folded
from monitor.cli.session import Session, config_option, json_option, pass_session
from monitor.errors import ConfigError, Fault


@click.command(short_help="Check the configuration: every fault, and what to write instead.")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@json_option
@click.option("--schema", is_flag=True, help="Print the JSON Schema of config.toml, for editors.")
@click.option("--strict", is_flag=True, help="Exit with 2 for warnings as well.")
@config_option
@pass_session
def check(session: Session, file: Path | None, as_json: bool, schema: bool, strict: bool) -> int:
    """Check the configuration: every fault at once, with its place and what to write instead.

    Warnings name what is legal but surely not meant. Exit code 0: it can be used; 2: it cannot.

    \b
    Examples:
      monitor check
      monitor check other.toml
      monitor check --json | jq .message
      monitor check --schema > config.schema.json
    """
    if schema:
        from monitor.config.jsonschema import json_schema

        click.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))
        return 0
    from monitor.config.load import load

    path = file or session.config_path
    try:
        loaded = load(path)
    except ConfigError as error:
        _print(error.faults, as_json)
        count = sum(fault.severity == "error" for fault in error.faults)
        until = "it is" if count == 1 else "they are"
        say(hanging(f"{path}: {_counted(count, 'fault')}; it is not used until {until} mended", 4))
        return 2
    from monitor.cli.habits import habit_warnings

    warnings = (*loaded.warnings, *habit_warnings(loaded.config, session, path))
    _print(warnings, as_json)
    config = loaded.config
    parts = ((config.feeds, "feed"), (config.rules, "rule"), (config.channels, "channel"))
    counts = ", ".join(_counted(len(tables), word) for tables, word in parts)
    verdict = f"in order, with {_counted(len(warnings), 'warning')}" if warnings else "in order"
    say(hanging(f"{path}: {verdict} ({counts})", 4))
    return 2 if strict and warnings else 0


def _print(faults: Sequence[Fault], as_json: bool) -> None:
    for fault in faults:
        if as_json:
            fields = ("path", "line", "column", "severity", "where", "message", "hint")
            click.echo(json_line({field: getattr(fault, field) for field in fields}))
        else:
            write_folded(shown(fault), shade="red" if fault.severity == "error" else "yellow")


def shown(fault: Fault) -> str:
    """A fault or warning as a line for the person: place, thing, what is wrong, what to write instead."""
    if fault.severity == "warning":
        fault = replace(fault, where=f"warning: {fault.where}" if fault.where else "warning")
    return str(fault)


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
