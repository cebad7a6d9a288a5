"""Which items of a document are new, which are later versions of a stored one, which were seen. Pure.

The order of evidence: guid, then canonical link, then title and day. No single key is believed against the others: a
guid that returns under another link and another title is another article, and so is a link that many items share.
Where the evidence is thin an item counts as new, for a repeat joins its story while a swallowed item is lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from monitor.feeds.known import ItemKeys, KnownItem, KnownItems, item_keys
from monitor.feeds.links import is_generic, site_of
from monitor.model import ItemId
from monitor.outcomes import ParsedItem
from monitor.settings import Feed, Items

Status = Literal["new", "revised", "seen"]

AKIN = 0.5
"""Share of common words from which two titles count as versions of one (0.4 joins "قصف رفح" with "قصف خان يونس")."""

SAME_DAY = timedelta(hours=18)
"""Two items with one title are one article when they are dated no further apart: a day, whatever zone it is cut in."""

UNDATED_DAYS = timedelta(days=2)
"""The same for items without a date, counted from when the first was seen."""

TELLING_WORDS = 5
"""From this many words a title is an article's own; shorter ones ("موجز الأنباء") recur every hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """An item with what was decided about it.

    `item_id`: of the stored item it is a version of; None when new, or when its twin stands earlier in this document.
    `elsewhere`: the outlet that first brought it, when that is another feed; rules limited to this feed may still ask.
    `news`: whether it may alert by the first-poll and max-age rules; `news_reason` says why (not).
    `title_known`: a new item whose title this feed has carried before. `rekeyed`: a seen item under another guid or
    link than the stored ones, which are to be replaced, or the next change would make it a stranger.
    """

    item: ParsedItem
    status: Status
    item_id: ItemId | None
    reason: str
    keys: ItemKeys
    elsewhere: str | None = None
    news: bool = True
    news_reason: str = ""
    title_known: bool = False
    rekeyed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    """What one document says of its own keys. `standing`: raw items in it that are known by digest, not at hand."""

    feed: str
    site: str
    now: datetime
    guids: frozenset[str]
    shared_guids: frozenset[str]
    shared_links: frozenset[str]
    standing: frozenset[bytes]


def identify(
    items: Sequence[ParsedItem],
    known: KnownItems,
    feed: Feed,
    now: datetime,
    rules: Items,
    *,
    first_poll: bool = False,
    keys: Sequence[ItemKeys] | None = None,
    standing: frozenset[bytes] = frozenset(),
) -> list[Identified]:
    """Decide for each item whether it is new, revised or seen, in the document's order.

    Args:
        items: the items at hand, those known by digest already left out.
        known: what the store found for `known.keys_of(items)`; new items are added to it on the way.
        feed: the feed that brought them.
        now: the time of the poll, aware.
        rules: the first-poll and max-age rules.
        first_poll: whether this feed has never been read before.
        keys: `Lookup.keys` of the same items, where they have been made already.
        standing: digests of all raw items in the document; a stored item that stands there unchanged is no earlier
            version of one at hand.
    """
    keyed = list(zip(items, keys or [item_keys(item) for item in items], strict=True))
    document = _Document(
        feed=feed.name,
        site=site_of(feed.url),
        now=now,
        guids=frozenset(one.guid for _, one in keyed if one.guid),
        shared_guids=_shared((one, one.guid) for _, one in keyed),
        shared_links=_shared((one, one.link_key) for _, one in keyed),
        standing=standing.difference(item.digest for item in items),
    )
    newest = _newest(items) if first_poll else None
    decided = []
    for position, (item, its_keys) in enumerate(keyed):
        identified = _identify_one(item, its_keys, known, document)
        if identified.status == "new":
            known.add(_as_known(item, its_keys, document))
        news, why = is_news(item, rules, now, first_poll=first_poll, newest=position == newest)
        decided.append(replace(identified, news=news, news_reason=why))
    return decided


def is_news(
    item: ParsedItem, rules: Items, now: datetime, *, first_poll: bool = False, newest: bool = False
) -> tuple[bool, str]:
    """Whether an item may alert at all, and why (not): the first-poll rule, then the age limit."""
    if first_poll and rules.first_poll == "silent":
        return False, "backlog of a feed read for the first time (items.first_poll is silent)"
    if first_poll and rules.first_poll == "newest" and not newest:
        return False, "not the newest item of a feed read for the first time (items.first_poll is newest)"
    if rules.max_age is not None and item.published is not None and now - item.published > rules.max_age:
        days = (now - item.published) / timedelta(days=1)
        return False, f"{days:.1f} days old when first seen (items.max_age)"
    return True, "undated, taken as fresh" if item.published is None else "fresh"


def _identify_one(item: ParsedItem, keys: ItemKeys, known: KnownItems, document: _Document) -> Identified:
    named = keys
    if keys.guid and _says_nothing(keys.guid, known, document):
        named = replace(keys, guid="")
    for candidates, judge in (
        (known.by_guid(named.guid) if named.guid else (), _same_by_guid),
        (known.by_link(keys.link_key) if keys.link_key else (), _same_by_link),
        (known.by_title(keys.title_key) if keys.title_key else (), _same_by_title),
    ):
        for candidate in _nearest_first(candidates, document):
            why = judge(item, named, candidate, document)
            if why:
                return _version_of(candidate, item, keys, document, why)
    return Identified(
        item=item,
        status="new",
        item_id=None,
        reason=_why_new(keys, known, document),
        keys=keys,
        title_known=any(one.outlet == document.feed and one.id is not None for one in known.by_title(keys.title_key)),
    )


def _version_of(known: KnownItem, item: ParsedItem, keys: ItemKeys, document: _Document, why: str) -> Identified:
    """`item` is `known`: unchanged or edited?"""
    if known.id is None:
        return Identified(item=item, status="seen", item_id=None, reason=f"twice in this document: {why}", keys=keys)
    if known.outlet != document.feed:
        reason = f"{why} as an item of {known.outlet}"
        return Identified(item=item, status="seen", item_id=known.id, reason=reason, keys=keys, elsewhere=known.outlet)
    if keys.content_hash == known.content_hash or keys.content_hash in known.past_hashes:
        moved = keys.guid not in ("", known.guid) or keys.link_key not in ("", known.link_key)
        reason = why if keys.content_hash == known.content_hash else f"{why}; an earlier version served again"
        return Identified(item=item, status="seen", item_id=known.id, reason=reason, keys=keys, rekeyed=moved)
    what = "title edited" if keys.title_key != known.title_key else "summary edited"
    return Identified(item=item, status="revised", item_id=known.id, reason=f"{what} ({why})", keys=keys)


def _same_by_guid(item: ParsedItem, keys: ItemKeys, known: KnownItem, document: _Document) -> str:
    """Why an item with a known guid is that item, or ""."""
    if not _one_publisher(keys, known, document):
        return ""
    if keys.link_key and keys.link_key == known.link_key and not _vague(keys.link_key, document):
        return "same guid and link"
    akin = likeness(keys.title_key, known.title_key) >= AKIN
    if akin:
        return "same guid, title alike" if keys.link_key == known.link_key else "same guid and title, link changed"
    if keys.content_hash == known.content_hash:
        return "same guid and text"
    if _still_there(known, document):
        return ""
    if _same_moment(item, known):
        return "same guid and time"
    if keys.link_key != known.link_key and _names(keys.guid, keys.link_key) and _names(keys.guid, known.link_key):
        return "same guid, named in both links"
    return ""


def _same_by_link(item: ParsedItem, keys: ItemKeys, known: KnownItem, document: _Document) -> str:
    """Why an item with a known link is that item, or ""."""
    if _vague(keys.link_key, document):
        return ""
    if not keys.guid or not known.guid:
        return "same link"
    if keys.guid == known.guid:
        return ""  # judged by guid already
    if likeness(keys.title_key, known.title_key) >= AKIN:
        return "same link, guid changed"
    if _same_moment(item, known) and known.guid not in document.guids and not _still_there(known, document):
        return "same link and time, guid changed"
    return ""


def _same_by_title(item: ParsedItem, keys: ItemKeys, known: KnownItem, document: _Document) -> str:
    """Why an item with a known title is that item, or ""."""
    if known.outlet != document.feed and known.site != document.site:
        return ""
    if item.published is not None and known.published is not None:
        if abs(item.published - known.published) > SAME_DAY:
            return ""
    elif document.now - known.first_seen > UNDATED_DAYS and keys.content_hash != known.content_hash:
        return ""
    if keys.guid and keys.guid != known.guid and known.guid in document.guids and known.outlet == document.feed:
        return ""  # both stand in one document: two items that share a headline
    if _still_there(known, document) and (keys.guid != known.guid or keys.link_key != known.link_key):
        return ""  # so they do here
    nameless = not keys.guid and not keys.link_key
    if nameless or not (known.guid or known.link_key) or _same_moment(item, known):
        return "same title and day"
    if keys.content_hash == known.content_hash:
        return "same title, text and day"
    if keys.title_key.count(" ") + 1 >= TELLING_WORDS:
        return "same title and day"
    return ""


def likeness(first: str, second: str) -> float:
    """Share of words two folded titles have in common, 0..1 (Jaccard); 1.0 for equal ones, 0.0 where one is empty."""
    if first == second:
        return 1.0 if first else 0.0
    ours, theirs = set(first.split()), set(second.split())
    return len(ours & theirs) / len(ours | theirs) if ours and theirs else 0.0


def _one_publisher(keys: ItemKeys, known: KnownItem, document: _Document) -> bool:
    """Guids such as "12345" mean something within one site only; addresses and URNs mean it everywhere."""
    if known.outlet == document.feed or (known.site and known.site == document.site):
        return True
    return keys.guid.startswith(("http://", "https://", "urn:", "tag:")) and not is_generic(keys.guid)


def _same_moment(item: ParsedItem, known: KnownItem) -> bool:
    """Whether both carry one time, and it is the outlet's own rather than one we put there."""
    return item.published is not None and item.published == known.published and not item.date_note


def _still_there(known: KnownItem, document: _Document) -> bool:
    """Whether a stored item stands unchanged in the document beside the items at hand."""
    return known.digest in document.standing and known.outlet == document.feed


def _says_nothing(guid: str, known: KnownItems, document: _Document) -> bool:
    """Whether several differently titled items of this feed bear one guid, as where it is "0" or the site's address."""
    if guid in document.shared_guids:
        return True
    ours = [one.title_key for one in known.by_guid(guid) if one.outlet == document.feed]
    return len(ours) > 1 and _differ(ours)


def _vague(link_key: str, document: _Document) -> bool:
    return is_generic(link_key) or link_key in document.shared_links


def _names(guid: str, link_key: str) -> bool:
    """Whether a guid stands in a link, as in /story/123456/old-headline."""
    return len(guid) >= 4 and guid in link_key


def _shared(keyed: Iterable[tuple[ItemKeys, str]]) -> frozenset[str]:
    """Keys that several differently titled items of one document carry: they name no article."""
    titles: defaultdict[str, list[str]] = defaultdict(list)
    for item, key in keyed:
        if key:
            titles[key].append(item.title_key)
    return frozenset(key for key, ones in titles.items() if len(ones) > 1 and _differ(ones))


def _differ(titles: Sequence[str]) -> bool:
    return any(likeness(titles[0], other) < AKIN for other in titles[1:])


def _nearest_first(candidates: Sequence[KnownItem], document: _Document) -> Sequence[KnownItem]:
    """This feed's own items before those of others, so that a section feed does not hide our own revision."""
    if len(candidates) < 2:
        return candidates
    return sorted(candidates, key=lambda one: (one.outlet != document.feed, one.id is None))


def _why_new(keys: ItemKeys, known: KnownItems, document: _Document) -> str:
    if keys.guid and any(_one_publisher(keys, one, document) for one in known.by_guid(keys.guid)):
        return "guid used again for another article"
    if keys.link_key and known.by_link(keys.link_key):
        return "link shared with other items, another article"
    if keys.guid or keys.link_key:
        return "guid and link not seen before"
    return "no guid or link; title not seen that day"


def _as_known(item: ParsedItem, keys: ItemKeys, document: _Document) -> KnownItem:
    return KnownItem(
        id=None,
        outlet=document.feed,
        site=document.site,
        guid=keys.guid,
        link_key=keys.link_key,
        title_key=keys.title_key,
        content_hash=keys.content_hash,
        first_seen=document.now,
        published=item.published,
    )


def _newest(items: Sequence[ParsedItem]) -> int | None:
    """Position of the latest dated item; the first of the document where none is dated."""
    if not items:
        return None
    dated = [(item.published, -position) for position, item in enumerate(items) if item.published is not None]
    return -max(dated)[1] if dated else 0
