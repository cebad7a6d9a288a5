"""Groups of commands: found lazily, with "did you mean", and with `list` as what a group does by itself."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click

Entry = tuple[str, str]


class Group(click.Group):
    """A group that says what was meant when a command is misspelt."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click, with "did you mean"."""
        name, known = (args[0] if args else ""), self.list_commands(ctx)
        if name and name not in known and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, known, n=1, cutoff=0.6)
            hint = f'; did you mean "{near[0]}"?' if near else f"; there are: {', '.join(known)}"
            ctx.fail(f'there is no command "{name}"{hint}')
        return super().resolve_command(ctx, args)


class ListGroup(Group):
    """A group whose `list` is meant when no command is named: `monitor feeds --json` is `monitor feeds list --json`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `list` before the options where no command stands."""
        if not args or (args[0].startswith("-") and args[0] not in ("-h", "--help")):
            args = ["list", *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which they were written."""
        return list(self.commands)


class LazyGroup(Group):
    """A group whose commands are imported when one is invoked; its list of commands needs no import.

    Args:
        entries: name → ("module:attribute", what it does).
    """

    def __init__(self, *args: Any, entries: Mapping[str, Entry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries = entries

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which a person meets them."""
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command, or None."""
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        module, _, attribute = entry[0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from `entries`."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, what) for name, (_, what) in self.entries.items()])
