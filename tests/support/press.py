"""Feeds that never stop: a thread that publishes items on every path, each with one word, and remembers when."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from tests.support.feed_server import FeedServer, Reply
from tests.support.newsroom import News, rss

KEPT = 80  # items in a document; far more than come between two polls


@dataclass(frozen=True, slots=True)
class Published:
    """`at`: seconds of `time.monotonic` when it stood in the feed."""

    guid: str
    path: str
    word: str
    at: float


@dataclass(slots=True)
class Press:
    """Publishes about `rate` items a second while it is entered; what stands twice in a list comes twice as often."""

    feeds: FeedServer
    paths: Sequence[str]
    words: Sequence[str]
    rate: float = 12.0
    published: list[Published] = field(default_factory=list)
    _documents: dict[str, list[News]] = field(default_factory=dict)
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def publish(self, path: str, word: str) -> None:
        """One item with `word` in its headline."""
        number = len(self.published)
        guid = f"item-{number}"
        news = News(guid=guid, title=f"نشرة {number}: {word}", summary="تفاصيل لاحقا.")
        self._serve(path, [news, *self._documents[path]][:KEPT])
        self.published.append(Published(guid=guid, path=path, word=word, at=time.monotonic()))

    def _serve(self, path: str, document: list[News]) -> None:
        self._documents[path] = document
        etag = f'"{document[0].guid}"'
        self.feeds.script(path, Reply(body=rss(document), etag=etag, headers={"Content-Type": "application/rss+xml"}))

    def _run(self) -> None:
        chance = random.Random(4)
        while not self._over.wait(1 / self.rate):
            self.publish(chance.choice(self.paths), chance.choice(self.words))

    def stop(self) -> None:
        """Publish no more."""
        self._over.set()
        if self._thread is not None:
            self._thread.join(10)

    def __enter__(self) -> Self:
        for path in set(self.paths):
            self._serve(path, [News(guid=f"old{path}", title="نشرة الطقس")])
        self._thread = threading.Thread(target=self._run, daemon=True, name="press")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
