"""`monitor run` as a process of its own: started on a configuration, watched through its log, ended or killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_CODE = """
import sys
from pathlib import Path
from monitor.daemon.run import run
from monitor.errors import MonitorError
try:
    sys.exit(run(Path(sys.argv[1]), verbose=True, telegram_api=sys.argv[2] or None))
except MonitorError as error:
    print(error, file=sys.stderr)
    sys.exit(1)
"""

Record = dict[str, Any]


class DaemonProcess:
    """One daemon. Its log records are read as they come; `output` is what it wrote to standard output.

    `counts`: how many records of each event have come.
    """

    def __init__(self, config: Path, *, telegram_api: str = "") -> None:
        self.records: list[Record] = []
        self.noise: list[str] = []
        self.output: list[str] = []
        self.counts: Counter[str] = Counter()
        self._changed = threading.Condition()
        self._process = subprocess.Popen(
            [sys.executable, "-X", "utf8", "-c", _CODE, str(config), telegram_api],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._readers = [
            threading.Thread(target=self._read_log, daemon=True),
            threading.Thread(target=self._read_output, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def _read_log(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            with self._changed:
                try:
                    record = json.loads(line)
                except ValueError:
                    self.noise.append(line.rstrip("\n"))
                else:
                    self.records.append(record)
                    self.counts[str(record.get("event"))] += 1
                self._changed.notify_all()

    def _read_output(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._changed:
                self.output.append(line.rstrip("\n"))
                self._changed.notify_all()

    def all(self, event: str, **fields: object) -> list[Record]:
        """The records of one event, with these fields."""
        return list(self._matching(event, fields))

    def _matching(self, event: str, fields: dict[str, object]) -> Iterator[Record]:
        for record in self.records:
            if record.get("event") == event and all(record.get(key) == value for key, value in fields.items()):
                yield record

    def wait_for(self, event: str, *, count: int = 1, seconds: float = 20, **fields: object) -> Record:
        """Block until `count` such records have come; gives the last of them."""
        self.until(lambda: len(self.all(event, **fields)) >= count, f"{count} {event} {fields}", seconds)
        return self.all(event, **fields)[-1]

    def until(self, condition: Callable[[], bool], what: str, seconds: float = 20) -> None:
        """Block until `condition` holds; it is asked with every line and ten times a second."""
        end = time.monotonic() + seconds
        with self._changed:
            while not condition():
                assert time.monotonic() < end, f"no {what} within {seconds} s\n{self._tail()}"
                self._changed.wait(0.1)

    def _tail(self) -> str:
        lines = [*self.noise[-20:], *(json.dumps(record, ensure_ascii=False) for record in self.records[-15:])]
        return "\n".join(lines)

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def kill(self) -> None:
        """kill -9, at whatever it is doing."""
        os.kill(self.pid, signal.SIGKILL)
        self._process.wait(10)
        self._end_reading()

    def stop(self, seconds: float = 10) -> tuple[int, float]:
        """SIGTERM; gives the exit code and how many seconds it took."""
        began = time.monotonic()
        self._process.terminate()
        code = self._process.wait(seconds)
        took = time.monotonic() - began
        self._end_reading()
        return code, took

    def wait(self, seconds: float = 20) -> int:
        """Block until it ends by itself; gives the exit code."""
        code = self._process.wait(seconds)
        self._end_reading()
        return code

    def _end_reading(self) -> None:
        for reader in self._readers:
            reader.join(5)
        for stream in (self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self.kill()
