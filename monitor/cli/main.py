"""The command line: which commands there are, how they are found, how an error ends. It does nothing itself.

Each command lives in a module of its own that is imported when it is invoked, so that none pays for another.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from monitor.cli.groups import Entry, LazyGroup
from monitor.cli.session import Faces, Session
from monitor.errors import ConfigError, MonitorError

# name → (module:attribute, what it does). The words are those of the commands' own help; a test compares them.
COMMANDS: Mapping[str, Entry] = {
    "demo": ("monitor.cli.daemon:demo", "Show everything at once, offline, with sample feeds."),
    "run": ("monitor.cli.daemon:run", "Watch the feeds and send alerts until stopped."),
    "once": ("monitor.cli.daemon:once", "Ask every feed once, send what is due, and end."),
    "check": ("monitor.cli.check:check", "Check the configuration: every fault, and what to write instead."),
    "match": ("monitor.cli.match:match", "Match items (JSON lines) against the rules."),
    "replay": ("monitor.cli.replay:replay", "Send items (JSON lines) through the whole line, on a scratch database."),
    "backtest": ("monitor.cli.backtest:backtest", "What the rules would have alerted over stored items."),
    "explain": ("monitor.cli.explain:explain", "Walk one item's way and give the reason at each step."),
    "feeds": ("monitor.cli.feeds:feeds", "List, add, test, remove and release feeds."),
    "items": ("monitor.cli.items:items", "List and show stored items."),
    "stories": ("monitor.cli.stories:stories", "List, show, split and merge stories."),
    "alerts": ("monitor.cli.alerts:alerts", "List and show alerts; silence a rule, a feed or a story."),
    "outbox": ("monitor.cli.outbox:outbox", "List, show, retry and drop deliveries."),
    "rules": ("monitor.cli.rules:rules", "List, show, try, suggest and edit rules."),
    "notify-test": ("monitor.cli.notify:notify_test", "Send a test message to a channel, or to all."),
    "reload": ("monitor.cli.daemon:reload", "Tell the running monitor to read its configuration again."),
    "doctor": ("monitor.cli.doctor:doctor", "Look over everything and say what is wrong."),
    "backup": ("monitor.cli.backup:backup", "Copy the database, also while the monitor runs."),
    "import-opml": ("monitor.cli.opml:import_opml", "Add the feeds of an OPML file."),
    "export-opml": ("monitor.cli.opml:export_opml", "Write the feeds as an OPML file."),
    "completion": ("monitor.cli.completion:completion", "Say how to switch on completion in your shell."),
}


class Main(LazyGroup):
    """The outermost group: every error ends here, as words and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; 1 for what failed, 2 for what is wrong with the configuration or the call."""
        code: Any = None
        try:
            code = super().invoke(ctx)
        except ConfigError as error:
            from monitor.cli.output import hanging

            self._end(ctx, error, "\n".join(hanging(str(fault), 2) for fault in error.errors), 2)
        except MonitorError as error:
            from monitor.cli.output import hanging

            self._end(ctx, error, hanging(f"error: {error}", 2), 1)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            self._end(ctx, error, f"error: {place}{error.strerror or error}", 1)
        except Exception as error:  # noqa: BLE001 - the last place that can turn a defect into words
            words = f"error: something went wrong that should not ({type(error).__name__}: {error})"
            self._end(ctx, error, f'{words}; run it again as "monitor --debug …" and report what it prints', 1)
        if isinstance(code, int) and code:
            ctx.exit(code)

    def _end(self, ctx: click.Context, error: Exception, words: str, code: int) -> None:
        session = ctx.find_object(Session)
        if session is not None and session.debug:
            raise error
        click.echo(words, err=True)
        ctx.exit(code)


_HELP = """Watch Arabic news feeds for the words that matter to you, and be told once per story.

\b
Begin with:
  monitor demo                 see it work, offline
  monitor check                is config.toml in order?
  monitor run                  watch, until Ctrl-C

Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.
"""


def build(faces: Faces) -> click.Group:
    """The command line, with the faces that only `__main__` may import."""

    @click.group(cls=Main, entries=COMMANDS, help=_HELP, context_settings={"help_option_names": ["-h", "--help"]})
    @click.option(
        "-c",
        "--config",
        "config_path",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="The configuration to use (default: config.toml, or what NEWS_MONITOR_CONFIG names).",
    )
    @click.option("--debug", is_flag=True, help="On an error, show where in the program it happened.")
    @click.version_option(package_name="news-monitor", prog_name="monitor", message="%(prog)s %(version)s")
    @click.pass_context
    def monitor(ctx: click.Context, config_path: Path | None, debug: bool) -> None:
        from monitor.config.environment import named_config

        ctx.obj = Session(faces=faces, config_path=config_path or Path(named_config()), debug=debug)

    return monitor
