"""Takes a saved `config.toml` over while the daemon runs: whole, or not at all.

The only module that touches watchfiles. Whatever an editor does (rename, truncate and write, swap a symlink), what
counts is what the file says once it has stood still for a moment.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from monitor.daemon.nudge import Nudged
from monitor.errors import ConfigError, Fault, MonitorError
from monitor.logs import get_logger
from monitor.settings import Config

STILL_SECONDS = 0.1  # an editor that truncates and writes is done by then
UNFINISHED_SECONDS = 0.8  # for a file that is away, empty, or stops in the middle of a line
SHORTEST_LOOK = 0.02
WATCH_AGAIN_SECONDS = 1.0
PATIENCE_SECONDS = 1.2  # one that is never left alone is read all the same

Read = Callable[[Path], Config]
Apply = Callable[[Config], Awaitable[tuple[str, ...]]]
Refused = Callable[[tuple[Fault, ...]], Awaitable[None]]

_Signature = tuple[tuple[int, int, int] | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reloaded:
    """What came of one look at the file: applied with `changes`, or refused with `faults`."""

    changes: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


class Reloader:
    """Looks at the file when something moves in its folder, when asked (SIGHUP), and once a second in any case.

    Args:
        path: config.toml as the user named it; a symlink is followed anew at every look.
        read: reads and checks it; raises ConfigError.
        apply: hands a valid one to the running parts; returns what changed, one line each.
        refused: tells whoever should know of the faults.
    """

    def __init__(self, path: Path, *, read: Read, apply: Apply, refused: Refused) -> None:
        self._path = path
        self._read = read
        self._apply = apply
        self._refused = refused
        self._seen = self._signature()
        self._text = self._content()
        self._turn = asyncio.Lock()
        self._in_hand: set[asyncio.Task[Reloaded | None]] = set()
        self._watch: asyncio.Task[None] | None = None
        # A defect of ours in a look is logged there, and costs neither the watch nor the next look.
        self._moved = Nudged("config", self.look)
        self._asked = Nudged("reload", self.reload)
        self._stop = asyncio.Event()
        self._log = get_logger()

    def start(self) -> None:
        """Begin to watch the folder, and to listen for `ask`."""
        self._moved.start()
        self._asked.start()
        self._watch = asyncio.create_task(self._follow(), name="config-watch")

    async def stop(self) -> None:
        """No more reloads; one in hand ends first."""
        self._stop.set()
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        await self._moved.stop(0)
        await self._asked.stop(0)
        await asyncio.gather(*self._in_hand, return_exceptions=True)

    def ask(self) -> None:
        """SIGHUP: read the file again soon, changed or not."""
        self._asked.nudge()

    async def look(self) -> None:
        """Reload if the file is another than at the last look."""
        if self._signature() != self._seen:
            await self.reload(asked=False)

    async def reload(self, *, asked: bool = True) -> Reloaded | None:
        """Read the file and apply it. `asked`: also when its text is what it was (a variable may have changed).

        Returns None where there was nothing to do. Whoever waits may be cancelled (a tick at its deadline, the watch at
        the end): the reload goes on, for one that is cut between commit and swap would be applied by half.
        """
        task = asyncio.create_task(self._reload(asked=asked), name="config-reload")
        self._in_hand.add(task)
        task.add_done_callback(self._in_hand.discard)
        return await asyncio.shield(task)

    async def _reload(self, *, asked: bool) -> Reloaded | None:
        async with self._turn:
            await self._stand_still()
            content = self._content()
            if content == self._text and not asked:
                return None
            self._text = content
            try:
                config = await asyncio.to_thread(self._read, self._path)
                changes = await self._apply(config)
            except ConfigError as error:
                return await self._refuse(error.errors)
            except MonitorError as error:
                return await self._refuse((Fault(message=error.message, hint=error.hint, path=str(self._path)),))
            self._log.info("config_applied", changes=list(changes) or ["nothing that counts has changed"])
            return Reloaded(changes=changes)

    async def _refuse(self, errors: tuple[Fault, ...]) -> Reloaded:
        self._log.error("config_refused", faults=[*map(str, errors)], effect="the former configuration goes on")
        try:
            await self._refused(errors)
        except MonitorError as error:
            self._log.warning("config_refusal_not_recorded", reason=str(error))
        return Reloaded(faults=errors)

    async def _stand_still(self) -> None:
        """Until the file is written."""
        still, began = self._stands_for(), time.monotonic()
        while time.monotonic() - began < PATIENCE_SECONDS:
            before = self._signature()
            wait = max(STILL_SECONDS - still, SHORTEST_LOOK)
            await asyncio.sleep(wait)
            self._seen = self._signature()
            still = still + wait if self._seen == before else 0.0
            if still >= (UNFINISHED_SECONDS if self._unfinished() else STILL_SECONDS):
                return

    def _stands_for(self) -> float:
        """For how many seconds the files have stood as they are, as far as counts; by their own clock."""
        written = max((file[2] for file in self._signature() if file is not None), default=time.time_ns())
        return min(max((time.time_ns() - written) / 1e9, 0.0), STILL_SECONDS - SHORTEST_LOOK)

    def _unfinished(self) -> bool:
        """Whether the file looks as if its editor had not done with it."""
        text, _ = self._content()
        return text is None or not text.endswith(b"\n")

    async def _follow(self) -> None:
        said = ""
        while not self._stop.is_set():
            try:
                await self._watch_folders(self._folders())
                said = ""
            except (OSError, RuntimeError) as error:
                # Out of watches, a folder taken away: the look once a second goes on meanwhile.
                if str(error) != said:
                    said = str(error)
                    self._log.warning("config_watch_lost", reason=said)
                await asyncio.sleep(WATCH_AGAIN_SECONDS)

    async def _watch_folders(self, folders: frozenset[Path]) -> None:
        """Nudge at every move in these folders, until the file stands in others."""
        from watchfiles import awatch

        async with aclosing(
            awatch(
                *folders,
                recursive=False,
                debounce=100,
                step=20,
                stop_event=self._stop,
                ignore_permission_denied=True,
            )
        ) as moves:
            async for _ in moves:
                self._moved.nudge()
                if self._folders() != folders:
                    return  # the symlink points elsewhere now; watch there

    def _folders(self) -> frozenset[Path]:
        """Where something must be noticed: beside the path as it was named, and where its link leads."""
        try:
            goal = self._path.resolve()
        except (OSError, RuntimeError):  # swapped at this very moment, or a loop of links
            goal = self._path
        return frozenset(folder for folder in (self._path.absolute().parent, goal.absolute().parent) if folder.is_dir())

    def _files(self) -> tuple[Path, Path]:
        return self._path, self._path.absolute().parent / ".env"

    def _signature(self) -> _Signature:
        def one(path: Path) -> tuple[int, int, int] | None:
            try:
                found = os.stat(path)  # noqa: PTH116 - follows the symlink, one call
            except OSError:
                return None
            return found.st_ino, found.st_size, found.st_mtime_ns

        return tuple(one(path) for path in self._files())

    def _content(self) -> tuple[bytes | None, ...]:
        def one(path: Path) -> bytes | None:
            try:
                return path.read_bytes()
            except OSError:
                return None

        return tuple(one(path) for path in self._files())
