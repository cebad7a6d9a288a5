"""`monitor rules add | edit | remove`: changes of config.toml, checked before they are written, its comments kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

from monitor.cli.output import hanging, say
from monitor.cli.session import Session, config_option, pass_session
from monitor.errors import ConfigError, MonitorError

if TYPE_CHECKING:
    from monitor.config.edit import Change
    from monitor.config.load import Loaded

Command = TypeVar("Command", bound=Callable[..., Any])

_SEVERITIES = click.Choice(["low", "normal", "urgent"])
_LISTS = ("any", "all", "none", "feeds", "channels")
_MANY = {
    "any": "A word or phrase; one of these must occur.",
    "all": "A word or phrase that must occur.",
    "none": "A word or phrase that must not occur.",
    "feeds": "A feed or #tag it reads.",
    "channels": "A channel it tells.",
}
_FLAGS = {"feeds": "feed", "channels": "channel"}


def _single(command: Command) -> Command:
    """The options that set one key of a rule."""
    for option in (
        click.option("--severity", type=_SEVERITIES, help="How much it matters."),
        click.option("--query", metavar="QUERY", help="A query instead of lists of terms."),
        click.option("--label", metavar="TEXT", help="What alerts show."),
    ):
        command = option(command)
    return command


def _lists(prefix: str) -> Callable[[Command], Command]:
    """The options `--any`, `--all` … with a prefix, each of which may be repeated."""

    def decorate(command: Command) -> Command:
        for key in reversed(_LISTS):
            flag = f"--{prefix}{_FLAGS.get(key, key)}"
            field = f"{prefix.replace('-', '_')}{key}"
            verb = {"": "", "add-": "Add: ", "remove-": "Take out: "}[prefix]
            command = click.option(flag, field, multiple=True, metavar="TEXT", help=verb + _MANY[key])(command)
        return command

    return decorate


@click.command(short_help="Add a rule to the configuration.")
@click.argument("name")
@_lists("")
@_single
@config_option
@pass_session
def add(session: Session, /, name: str, **given: Any) -> None:
    """Add a rule to the configuration. It is checked first; a faulty one is not written.

    \b
    Examples:
      monitor rules add prisoners --label الأسرى --any أسرى --any 'تبادل الأسرى'
      monitor rules add crossing --query 'رفح AND معبر' --severity urgent --channel desk
    """
    from monitor.config import edit as edits

    fields = {"name": name, **_set(given)}
    loaded = _written(session, edits.add_rule(fields))
    _doubts(loaded, name)
    say(f'"{name}" is watched for from now on; the former file is {edits.former(session.config_path).name}')


@click.command(short_help="Change a rule in the configuration.")
@click.argument("name")
@_lists("add-")
@_lists("remove-")
@_single
@config_option
@pass_session
def edit(session: Session, /, name: str, **given: Any) -> None:
    """Change a rule in the configuration: set a key, add terms, take terms out. An empty text takes a key out.

    \b
    Examples:
      monitor rules edit ceasefire --add-any هدن --severity urgent
      monitor rules edit rafah --remove-any رفح --query 'رفح AND معبر'
    """
    from monitor.config import edit as edits

    fields = {key: given[key] or None for key in ("label", "query", "severity") if given[key] is not None}
    adding = {key: given[f"add_{key}"] for key in _LISTS if given[f"add_{key}"]}
    removing = {key: given[f"remove_{key}"] for key in _LISTS if given[f"remove_{key}"]}
    if not (fields or adding or removing):
        raise MonitorError("nothing to change was named", hint='see "monitor rules edit --help"')
    loaded = _written(session, edits.edit_rule(name, fields=fields, add=adding, remove=removing))
    _doubts(loaded, name)
    say(f'"{name}" is changed; the former file is {edits.former(session.config_path).name}')


@click.command(short_help="Take a rule out of the configuration.")
@click.argument("name")
@config_option
@pass_session
def remove(session: Session, name: str) -> None:
    """Take a rule out of the configuration. What it told before stays stored.

    \b
    Example:
      monitor rules remove prisoners
    """
    from monitor.config import edit as edits

    _written(session, edits.remove_rule(name))
    say(f'"{name}" is no longer watched for; the former file is {edits.former(session.config_path).name}')


def _written(session: Session, change: Change) -> Loaded:
    """The configuration after the change; where it would be faulty, its faults and the end of the command."""
    from monitor.config.edit import edit

    try:
        return edit(session.config_path, change)
    except ConfigError as error:
        for fault in error.errors:
            say(hanging(str(fault), 2))
        say("nothing was written")
        raise click.exceptions.Exit(2) from error


def _doubts(loaded: Loaded, name: str) -> None:
    """What `monitor check` says of this rule: it was written, but may not be what was meant."""
    from monitor.cli.check import shown

    place = [rule.name for rule in loaded.config.rules].index(name) + 1
    for warning in loaded.warnings:
        if warning.where.startswith(f"rules[{place}] "):
            say(hanging(shown(warning), 2))


def _set(given: Mapping[str, Any]) -> dict[str, Any]:
    """The keys that were given, in the order of a rule's table."""
    order = ("label", "any", "all", "none", "query", "feeds", "severity", "channels")
    return {key: list(given[key]) if key in _LISTS else given[key] for key in order if given[key]}
