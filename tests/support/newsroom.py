"""Everything around a daemon under test: feeds on loopback, a Bot API, a mail server, a folder with its config.toml."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from pathlib import Path

from tests.support.bot_api import BotApi, bot_api
from tests.support.daemon_process import DaemonProcess
from tests.support.feed_server import FeedServer, Reply
from tests.support.smtp_server import Mailbox, smtp_server

TOKEN = "123456789:TEST-token_for_the_local_bot_api_12345"
CHAT = "4711"

RULES = """
[[rules]]
name = "ceasefire"
label = "وقف إطلاق النار"
any = ["وقف إطلاق النار", "هدنة"]
severity = "urgent"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One item of a test feed."""

    guid: str
    title: str
    summary: str = ""
    link: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


def rss(items: list[News]) -> bytes:
    """A feed document with these items."""
    entries = "".join(
        f"<item><guid isPermaLink='false'>{escape(one.guid)}</guid><title>{escape(one.title)}</title>"
        f"<link>{escape(one.link or 'https://news.example/' + one.guid)}</link>"
        f"<description>{escape(one.summary)}</description><pubDate>{format_datetime(one.at)}</pubDate></item>"
        for one in items
    )
    head = "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>t</title>"
    return f"{head}<link>https://news.example/</link>{entries}</channel></rss>".encode()


@dataclass(slots=True)
class Newsroom:
    """The surroundings. `publish` changes what a feed serves; `config` is the file the daemon reads."""

    folder: Path
    feeds: FeedServer
    telegram: BotApi
    mail: Mailbox
    items: dict[str, list[News]] = field(default_factory=dict)
    edition: int = 0

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    def publish(self, path: str, *items: News) -> None:
        """Add items to the feed at `path`, newest first, under a new ETag."""
        self.items[path] = [*items, *self.items.get(path, [])]
        self.edition += 1
        body = rss(self.items[path])
        etag = f'"{self.edition}"'
        self.feeds.script(path, Reply(body=body, etag=etag, headers={"Content-Type": "application/rss+xml"}))

    def configure(self, *paths: str, rules: str = RULES, channels: str | None = None, extra: str = "") -> None:
        """Write config.toml: these feeds, polled every second."""
        feeds = "".join(
            f'[[feeds]]\nname = "صحيفة {path}"\nurl = "{self.feeds.url(path)}"\nevery = "1s"\n' for path in paths
        )
        told = channels if channels is not None else self.channels()
        self.config.write_text(
            'language = "ar"\ntimezone = "Asia/Gaza"\nstate = "state"\n\n[polling]\nevery = "1s"\nmin = "1s"\n'
            f'max = "2s"\ntimeout = "5s"\nallow_private_addresses = true\n\n{extra}{feeds}{rules}{told}',
            "utf-8",
        )

    def channels(self) -> str:
        """Telegram and mail."""
        return (
            f'[[channels]]\nname = "desk"\nurl = "tgram://{TOKEN}/{CHAT}"\n'
            f'[[channels]]\nname = "mail"\nurl = "{self.mail.url()}"\n'
        )

    def daemon(self) -> DaemonProcess:
        """A daemon on this configuration."""
        return DaemonProcess(self.config, telegram_api=self.telegram.url)


@contextmanager
def newsroom(folder: Path) -> Iterator[Newsroom]:
    """All servers running; the daemon is started by the test."""
    with FeedServer() as feeds, bot_api(TOKEN) as telegram, smtp_server() as mail:
        yield Newsroom(folder=folder, feeds=feeds, telegram=telegram, mail=mail)
