"""Feed documents for tests: small RSS, Atom and JSON bodies with Arabic news in them, whole or broken on purpose."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from monitor.settings import Feed

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
FEED = Feed(name="الشروق", url="https://news.example.org/rss")

HEADLINE = "وصول قافلة مساعدات إلى شمال قطاع غزة"
SUMMARY = "دخلت قافلة من عشرين شاحنة محملة بالدقيق والدواء عبر معبر كرم أبو سالم صباح اليوم."


def item(
    number: int = 1,
    *,
    title: str = "",
    summary: str = SUMMARY,
    date: str = "Wed, 25 Nov 2026 10:00:00 +0200",
    extra: str = "",
) -> str:
    """One RSS item; `title` "" gives a headline of its own to each number."""
    return (
        f"<item><title>{title or f'{HEADLINE} {number}'}</title><link>https://news.example.org/story/{number}</link>"
        f'<guid isPermaLink="false">story-{number}</guid><pubDate>{date}</pubDate>'
        f"<description>{summary}</description>{extra}</item>"
    )


def rss(items: str | Iterable[str] = "", *, declared: str = "UTF-8", head: str = "", prolog: str = "") -> str:
    """An RSS 2.0 document around `items`."""
    inner = items if isinstance(items, str) else "\n".join(items)
    declaration = f'<?xml version="1.0" encoding="{declared}"?>\n' if declared else ""
    return (
        f'{declaration}{prolog}<rss version="2.0"><channel><title>الشروق</title>'
        f"<link>https://news.example.org/</link>{head}\n{inner}\n</channel></rss>"
    )


def atom(entries: str) -> str:
    """An Atom document around `entries`."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>الشروق</title>'
        f'<link href="https://news.example.org/"/><id>urn:x</id>{entries}</feed>'
    )
