"""What all kinds of feed have in common once their fields are found: caps, cleaning, the ParsedItem they make. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import chain

from monitor.feeds.dates import DateReading
from monitor.feeds.links import MAX_LINK, absolute_link
from monitor.feeds.text import Text, first_image, plain, summary_text, tidy, title_text
from monitor.outcomes import ParsedItem

MAX_ITEMS = 500
"""Items read of one document, the first ones; far above any news feed's window."""

MAX_CATEGORIES = 20

MAX_SMALL = 200
"""Characters kept of an author, a category, a date as written."""

_TITLE_FROM_SUMMARY = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What reading needs to know beside the bytes.

    `url`: the address that answered. `zone`: IANA name for times that name none, or None. `digests`: of the raw items,
    in the document's order, or () where it was not cut.
    """

    url: str
    now: datetime
    zone: str | None = None
    digests: tuple[bytes, ...] = ()


class Notes:
    """Counts what was cut or repaired, so that it is reported once per document and not per item."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def add(self, what: str) -> None:
        """Note one more of `what`."""
        self._counts[what] = self._counts.get(what, 0) + 1

    def lines(self) -> tuple[str, ...]:
        """Each note once, with its count, in the order of first appearance."""
        return tuple(what if count == 1 else f"{what} ({count} times)" for what, count in self._counts.items())


def as_text(value: object) -> str:
    """A field that must be text; anything else, which feeds do send, is none."""
    return value if isinstance(value, str) else ""


def small_text(value: str) -> str:
    """A short field kept as written, on one line."""
    return " ".join(value[: 2 * MAX_SMALL].split())[:MAX_SMALL]


def finished_item(
    *,
    notes: Notes,
    title: str,
    bodies: Sequence[str],
    guid: str,
    links: Sequence[str],
    base: str,
    date: DateReading,
    published_raw: str,
    images: Iterable[str],
    categories: Sequence[str],
    author: str,
    digest: bytes,
) -> ParsedItem | None:
    """The item that these fields make, or None where there is neither title nor text nor link.

    Args:
        title: HTML as found.
        bodies: HTML as found, by preference; the first that says more than the title is taken.
        links, images: addresses by preference, relative to `base`; the first usable one is taken.
    """
    headline = title_text(title)
    summary = _telling(bodies, headline.value)
    link = next((found for found in (absolute_link(one, base) for one in links if one) if found), None)
    if not headline.value and not summary.value and not link:
        notes.add("an empty item left out")
        return None
    flags = tuple(dict.fromkeys(text.flag for text in (headline, summary) if text.flag))
    for what in (*flags, f"date {date.note}" if date.note else ""):
        if what:
            notes.add(what)
    if headline.cut:
        notes.add("a title shortened")
    if summary.cut:
        notes.add("a summary shortened")
    if len(categories) > MAX_CATEGORIES:
        notes.add(f"categories beyond the first {MAX_CATEGORIES} left out")
    if any(len(one) > MAX_LINK for one in (*links, guid)):
        notes.add(f"a link or guid longer than {MAX_LINK:,} characters left out or shortened")
    pictures = (absolute_link(one, base) for one in chain(images, _pictured(bodies)) if one)
    return ParsedItem(
        title=headline.value or summary.value[:_TITLE_FROM_SUMMARY].rstrip(),
        summary=summary.value,
        guid=tidy(guid)[:MAX_LINK] or None,
        link=link,
        published=date.moment,
        published_raw=tidy(published_raw),
        date_note=date.note,
        image=next((picture for picture in pictures if picture), None),
        categories=_distinct(categories),
        author=plain(author, MAX_SMALL),
        flags=flags,
        digest=digest,
    )


def _telling(bodies: Iterable[str], headline: str) -> Text:
    """The first body with a text of its own: some outlets put only a picture, or the title again, before it."""
    first = Text("")
    for body in bodies:
        if not body.strip():
            continue
        found = summary_text(body)
        if found.value and found.value != headline:
            return found
        first = first if first.value else found
    return first


def _pictured(bodies: Iterable[str]) -> Iterator[str]:
    return (found for found in map(first_image, bodies) if found)


@lru_cache(maxsize=1_000)
def _category(written: str) -> str:
    # The same few stand in every item of a feed.
    return plain(written, MAX_SMALL)


def _distinct(categories: Iterable[str]) -> tuple[str, ...]:
    names = map(_category, categories)
    return tuple(dict.fromkeys(name for name in names if name))[:MAX_CATEGORIES]
