"""`monitor run`: from a path to a running daemon and its exit code."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from monitor import logs
from monitor.app import App, build
from monitor.clock import Clock, utc_now
from monitor.config.load import load
from monitor.config.redact import secrets_of
from monitor.daemon.service import end_for_certain, serve
from monitor.errors import ConfigError, Fault
from monitor.settings import Config
from monitor.store.lock import StateLock

if TYPE_CHECKING:
    from monitor.delivery.sender import Sender


def run(
    config_path: Path, *, verbose: bool = False, telegram_api: str | None = None, notify_address: str | None = None
) -> int:
    """Watch the feeds of `config_path` until SIGTERM, SIGINT or a fault that nothing can work around.

    Args:
        verbose: log records of every step.
        telegram_api: where an own Bot API server stands; None: Telegram's.
        notify_address: where systemd listens; None: nowhere.

    Raises:
        ConfigError: config.toml is faulty.
        AlreadyRunningError: another monitor works on the state folder.
        StorageError: the database cannot be used.
    """
    loaded = load(config_path, with_text=True)
    redactor = logs.configure("debug" if verbose else "info", secrets=secrets_of(loaded.config))
    reading = Reading()
    reading.say(loaded.warnings)
    with StateLock(loaded.config.state):
        app = build(loaded.config, redactor=redactor, check_pages=True, sender=_sender(utc_now, telegram_api))
        asyncio.run(_until_stopped(app, reading, notify_address))
    return 0


async def _until_stopped(app: App, reading: Reading, notify_address: str | None) -> None:
    stop = asyncio.Event()
    resort = asyncio.create_task(_last_resort(stop))
    try:
        await serve(app, stop, read=reading.read, notify_address=notify_address)
    finally:
        await app.close()
        resort.cancel()


async def _last_resort(stop: asyncio.Event) -> None:
    await stop.wait()
    end_for_certain()


class Reading:
    """Reads config.toml for a running monitor, and says each of its warnings once, not after every save."""

    def __init__(self) -> None:
        self._said: frozenset[tuple[str, str]] = frozenset()

    def read(self, path: Path) -> Config:
        """The file as it stands.

        Raises:
            ConfigError: it is faulty, or empty: a full disk or an editor in the middle of its work leaves such a file,
                and taking it over would end all watching.
        """
        loaded = load(path, with_text=True)
        if not loaded.config.text.strip():
            hint = "to watch nothing, stop the monitor"
            raise ConfigError([Fault(message="the file is empty; that is not taken over", hint=hint, path=str(path))])
        self.say(loaded.warnings)
        return loaded.config

    def say(self, warnings: tuple[Fault, ...]) -> None:
        """Log the warnings that were not there at the last reading; they are known by their words, not their lines."""
        fresh = [str(fault) for fault in warnings if (fault.where, fault.message) not in self._said]
        if fresh:
            logs.get_logger().warning("config_doubtful", warnings=fresh)
        self._said = frozenset((fault.where, fault.message) for fault in warnings)


def _sender(clock: Clock, telegram_api: str | None) -> Sender | None:
    if telegram_api is None:
        return None
    from monitor.delivery.sender import Sender

    return Sender(clock, telegram_api=telegram_api)
