"""Every command is there, has help, and ends as decided: monitor.cli.main, monitor.cli.groups, monitor.cli.session,
monitor.cli.completion, monitor.cli.daemon."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from monitor.cli.main import COMMANDS, build
from tests.support.cli import Desk, NoFaces


def commands() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    group = build(NoFaces())
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        found.append((name,))
        if isinstance(command, click.Group):
            found += [(name, inner) for inner in command.list_commands(click.Context(command))]
    return found


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_command_has_help_with_what_it_does(empty_desk: Desk, words: tuple[str, ...]) -> None:
    done = empty_desk(*words, "--help")
    assert done.exit_code == 0, done.output
    assert "Usage: monitor" in done.stdout
    assert len(done.stdout.splitlines()) > 4


@pytest.mark.parametrize("name", COMMANDS)
def test_list_of_commands_says_what_each_command_says_of_itself(name: str) -> None:
    command = build(NoFaces()).get_command(click.Context(build(NoFaces())), name)
    assert command is not None
    assert command.get_short_help_str(200) == COMMANDS[name][1]


def test_misspelt_command_says_what_was_meant(empty_desk: Desk) -> None:
    done = empty_desk("itms")
    assert done.exit_code == 2
    assert 'did you mean "items"?' in done.stderr


def test_configuration_that_is_not_there_exits_with_2_and_no_traceback(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.config.unlink()
    done = desk("items")
    assert done.exit_code == 2
    assert "config.toml" in done.stderr
    assert "Traceback" not in done.output


def test_faulty_configuration_exits_with_2_from_every_command(empty_desk: Desk) -> None:
    empty_desk.config.write_text('[[rules]]\nname = "a"\n', "utf-8")
    for words in (("items",), ("feeds",), ("explain", "1"), ("match",)):
        assert empty_desk(*words, given="").exit_code == 2


def test_reload_of_a_faulty_file_says_that_nothing_changes(empty_desk: Desk) -> None:
    empty_desk.config.write_text("evry = 1\n", "utf-8")
    done = empty_desk("reload")
    assert done.exit_code == 2
    assert 'config.toml:1:1: unknown key "evry"' in done.stdout
    assert "a running monitor goes on with the former configuration" in done.stderr


def test_reload_without_a_running_monitor_says_how_to_start_one(empty_desk: Desk) -> None:
    done = empty_desk("reload")
    assert done.exit_code == 1
    assert "monitor run" in done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_says_which_line_to_add(empty_desk: Desk, shell: str) -> None:
    done = empty_desk("completion", shell)
    assert done.exit_code == 0
    assert f"_MONITOR_COMPLETE={shell}_source monitor" in done.stdout
