"""What every command shares: where the configuration is, how to load it, how to open what has been stored.

Built once by `main` and passed along in click's context; commands ask it, and hold no state of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import click

from monitor.errors import MonitorError

if TYPE_CHECKING:
    from monitor.config.load import Loaded
    from monitor.settings import Config
    from monitor.store.database import Store


class Faces(Protocol):
    """What `__main__` hands over: the faces that cli must not import. Each returns an exit code or None."""

    def run(self, config_path: Path, **options: Any) -> int | None:
        """The daemon, until it is stopped."""

    def once(self, config_path: Path, **options: Any) -> int | None:
        """One pass over all feeds, deliver, end."""

    def demo(self, **options: Any) -> int | None:
        """Everything at once, offline."""


@dataclass(slots=True)
class Session:
    """One invocation. `config_path` as the user named it."""

    faces: Faces
    config_path: Path
    debug: bool = False
    _loaded: Loaded | None = field(default=None, repr=False)

    def load(self, *, with_text: bool = False) -> Config:
        """The configuration, read once. `with_text`: with its own text as well; the first to ask must ask for it.

        Raises:
            ConfigError: with every fault.
        """
        if self._loaded is None:
            from monitor.config.load import load

            self._loaded = load(self.config_path, with_text=with_text)
        return self._loaded.config

    @property
    def clock(self) -> Callable[[], datetime]:
        """The real clock."""
        from monitor.clock import utc_now

        return utc_now

    def store(self, *, must_exist: bool = True) -> Store:
        """The database of the configuration's state folder; close it.

        Raises:
            MonitorError: nothing has been stored yet and `must_exist`.
            StorageError: it cannot be opened.
        """
        from monitor.store.database import Store
        from monitor.store.files import has_database

        folder = self.load().state
        if must_exist and not has_database(folder):
            raise MonitorError(
                f"nothing has been stored in {folder} yet", hint='start "monitor run", or try "monitor once" first'
            )
        return Store.open(folder, self.clock)

    def store_or_none(self) -> Store | None:
        """The database, or None where nothing has been stored yet."""
        from monitor.store.files import has_database

        return self.store() if has_database(self.load().state) else None


pass_session = click.make_pass_decorator(Session)


def _set_config(ctx: click.Context, _param: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.ensure_object(Session).config_path = value


config_option = click.option(
    "-c",
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    callback=_set_config,
    expose_value=False,
    help="The configuration to use (default: config.toml).",
)

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
