"""`monitor completion`: how to switch on the shell's completion of commands and options."""

from __future__ import annotations

import click

_HOW = {
    "bash": ('eval "$(_MONITOR_COMPLETE=bash_source monitor)"', "~/.bashrc"),
    "zsh": ('eval "$(_MONITOR_COMPLETE=zsh_source monitor)"', "~/.zshrc"),
    "fish": ("_MONITOR_COMPLETE=fish_source monitor | source", "~/.config/fish/completions/monitor.fish"),
}


@click.command(short_help="Say how to switch on completion in your shell.")
@click.argument("shell", required=False, type=click.Choice(sorted(_HOW)))
def completion(shell: str | None) -> None:
    """Say how to switch on completion of commands and options in your shell.

    \b
    Examples:
      monitor completion
      monitor completion bash >> ~/.bashrc
    """
    if shell:
        click.echo(_HOW[shell][0])
        return
    for name, (line, file) in _HOW.items():
        click.echo(f"{name}: add this line to {file}, then open a new shell:\n  {line}")
