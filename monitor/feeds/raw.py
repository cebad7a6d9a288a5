"""What a reader of XML found, before anything is cleaned or decided; and the ParsedFeed that it makes. Pure.

Both readers end here: feedparser's entries (read.py) and the plain documents that need no feedparser (plain.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urljoin

from monitor.feeds.dates import DateReading, read_date
from monitor.feeds.fields import MAX_ITEMS, MAX_SMALL, Context, Notes, finished_item, small_text
from monitor.feeds.links import absolute_link
from monitor.feeds.text import plain
from monitor.outcomes import ParsedFeed

_PICTURE = re.compile(r"[^?#]{1,1500}\.(?:jpe?g|png|gif|webp|avif)(?:[?#].{0,500})?", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class RawItem:
    """The fields of an item as they stand there; "" where there is none.

    `bodies`: HTML of the summary, of the content, of what is said of a picture. All lists: by preference.
    """

    title: str = ""
    bodies: list[str] = field(default_factory=list)
    guid: str = ""
    links: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    author: str = ""


@dataclass(slots=True, kw_only=True)
class RawFeed:
    """A document: what it says of itself, and its first items in its order; `count`: how many it has."""

    title: str = ""
    link: str = ""
    ttl: str = ""
    update_period: str = ""
    update_frequency: str = ""
    items: list[RawItem] = field(default_factory=list)
    count: int = 0


def finished_feed(raw: RawFeed, data: bytes, context: Context) -> ParsedFeed:
    """Clean the fields of each item and read its date.

    Args:
        data: the document, for what neither reader keeps.
        context: `digests` are those of the raw items, in order, or () where the document was not cut.

    Returns:
        The feed without `digests` and `body_hash`, which only the caller knows.
    """
    notes = Notes()
    if raw.count > MAX_ITEMS:
        notes.add(f"{raw.count} items, only the first {MAX_ITEMS} read")
    base = _base(raw.link, context.url)
    digests = context.digests if len(context.digests) == raw.count else (b"",) * raw.count
    made = []
    for item, key in zip(raw.items[:MAX_ITEMS], digests, strict=False):
        date, written = _date(item.dates, context)
        made.append(
            finished_item(
                notes=notes,
                title=item.title,
                bodies=item.bodies,
                guid=item.guid,
                links=[link for link in item.links if link != item.guid or link.startswith(("http://", "https://"))],
                base=base,
                date=date,
                published_raw=written,
                images=item.images,
                categories=item.categories,
                author=item.author,
                digest=key,
            )
        )
    return ParsedFeed(
        items=tuple(item for item in made if item is not None),
        title=plain(raw.title, MAX_SMALL),
        site=absolute_link(raw.link, context.url),
        hints=_hints(raw, data),
        notes=notes.lines(),
    )


def is_picture(address: str) -> bool:
    """Whether an address that comes without a type ends as pictures do."""
    return _PICTURE.fullmatch(address) is not None


def _date(dates: list[str], context: Context) -> tuple[DateReading, str]:
    """The first of an item's dates that can be read, with the text that stood there."""
    first: tuple[DateReading, str] | None = None
    for date in dates:
        written = small_text(date)
        if not written:
            continue
        reading = read_date(written, zone=context.zone, now=context.now)
        if reading.moment is not None:
            return reading, written
        first = first or (reading, written)
    return first or (DateReading(None), "")


def _base(link: str, url: str) -> str:
    """What relative links are relative to: the site's address, itself resolved against the feed's."""
    try:
        return urljoin(url, link) if link.startswith(("http://", "https://", "/")) else url
    except ValueError:
        return url


def _hints(raw: RawFeed, data: bytes) -> dict[str, object]:
    """How often the feed asks to be read: ttl_minutes, update_seconds, skip_hours (0 to 23), where it says so."""
    hints: dict[str, object] = {}
    ttl = raw.ttl.strip()
    if ttl.isascii() and ttl.isdigit() and len(ttl) < 7:
        hints["ttl_minutes"] = int(ttl)
    period = _PERIODS.get(raw.update_period.strip().lower())
    frequency = raw.update_frequency.strip()
    if period:
        times = int(frequency) if frequency.isascii() and frequency.isdigit() and len(frequency) < 5 else 1
        hints["update_seconds"] = period // max(1, times)
    skipped = _SKIP_HOURS.search(data, 0, _HEAD) if b"<skipHours" in data[:_HEAD] else None
    if skipped:
        hints["skip_hours"] = tuple(sorted({int(hour) % 24 for hour in _HOUR.findall(skipped[1])}))
    return hints


_HEAD = 20_000
# feedparser keeps only the last <hour>.
_SKIP_HOURS = re.compile(rb"<skipHours>([^!]{0,2000}?)</skipHours>")
_HOUR = re.compile(rb"<hour>\s{0,5}([01]?\d|2[0-4])\s{0,5}</hour>")

_PERIODS = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
"""Of sy:updatePeriod (http://web.resource.org/rss/1.0/modules/syndication/), in seconds."""
