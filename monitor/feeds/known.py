"""What is known of items already stored, as identity needs it, and how it is looked up. Pure.

The store keeps four key columns for every item: `guid`, `link_key`, `title_key` and `content_hash`. It is asked with
`keys_of(items)` and answers with a `KnownItems`; identity.py decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from monitor.arabic.clean import title_key as fold_title
from monitor.feeds.links import canonical_link
from monitor.model import ItemId
from monitor.outcomes import ParsedItem

MAX_GUID = 300
"""Characters of a guid kept as a key; a longer one is replaced by its digest."""

_HASHED_SUMMARY = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemKeys:
    """The keys of one item, as the store keeps them.

    `guid`: stripped, "" where there is none. `link_key`: the canonical link, "" where there is none. `title_key`: the
    folded words of the title joined by one space, "" for an empty title. `content_hash`: 8 bytes over the folded title
    and summary, so that a change of marks or spaces is no revision.
    """

    guid: str
    link_key: str
    title_key: str
    content_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownItem:
    """One stored item as identity needs it.

    `outlet`: the name of the feed that first brought it. `site`: `links.site_of` of that feed's address.
    `content_hash`: of the latest revision; `past_hashes`: of the earlier ones. `digest`: of its raw form as last read.
    """

    id: ItemId | None
    outlet: str
    site: str
    guid: str
    link_key: str
    title_key: str
    content_hash: bytes
    first_seen: datetime
    published: datetime | None = None
    past_hashes: frozenset[bytes] = frozenset()
    digest: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """Which stored items could be the same as those at hand: any that has one of these keys.

    `keys`: of each item at hand, in order, so that identity need not make them again.
    """

    guids: frozenset[str]
    link_keys: frozenset[str]
    title_keys: frozenset[str]
    keys: tuple[ItemKeys, ...] = ()


class KnownItems:
    """Stored items by key. Holds whatever the store found for a `Lookup`; the order of adding decides ties."""

    def __init__(self, items: Iterable[KnownItem] = ()) -> None:
        self._by_guid: dict[str, list[KnownItem]] = {}
        self._by_link: dict[str, list[KnownItem]] = {}
        self._by_title: dict[str, list[KnownItem]] = {}
        for item in items:
            self.add(item)

    def add(self, item: KnownItem) -> None:
        """Make `item` known under each of its keys."""
        for table, key in (
            (self._by_guid, item.guid),
            (self._by_link, item.link_key),
            (self._by_title, item.title_key),
        ):
            if key:
                table.setdefault(key, []).append(item)

    def by_guid(self, guid: str) -> Sequence[KnownItem]:
        """Items with this guid, of any feed."""
        return self._by_guid.get(guid, ())

    def by_link(self, link_key: str) -> Sequence[KnownItem]:
        """Items with this canonical link, of any feed."""
        return self._by_link.get(link_key, ())

    def by_title(self, title_key: str) -> Sequence[KnownItem]:
        """Items with these words as their title, of any feed."""
        return self._by_title.get(title_key, ())


def item_keys(item: ParsedItem) -> ItemKeys:
    """The keys under which the store keeps an item."""
    guid = (item.guid or "").strip()
    if len(guid) > MAX_GUID:
        guid = "digest:" + blake2b(guid.encode("utf-8", "replace"), digest_size=16).hexdigest()
    folded = fold_title(item.title)
    content = f"{folded}\n{_without_marks(item.summary[:_HASHED_SUMMARY])}"
    return ItemKeys(
        guid=guid,
        link_key=canonical_link(item.link) if item.link else "",
        title_key=folded,
        content_hash=blake2b(content.encode("utf-8", "replace"), digest_size=8).digest(),
    )


_MARKS = re.compile("[\u0640\u064b-\u0652\u200c-\u200f]+")


def _without_marks(text: str) -> str:
    """A cheap folding of a whole summary: vowel marks, alefs and spaces make no difference."""
    text = _MARKS.sub("", text).replace("أ", "ا").replace("إ", "ا").replace("آ", "ا")
    return " ".join(text.split())


def keys_of(items: Iterable[ParsedItem]) -> Lookup:
    """What to ask the store for before `identity.identify(items, ...)`."""
    keys = tuple(item_keys(item) for item in items)
    return Lookup(
        guids=frozenset(key.guid for key in keys if key.guid),
        link_keys=frozenset(key.link_key for key in keys if key.link_key),
        title_keys=frozenset(key.title_key for key in keys if key.title_key),
        keys=keys,
    )
