"""Whether a feed's whole window suddenly looks new, so that it must be held instead of alerting. Pure.

A content system that moves gives every article a new guid, a new link, often a new date. What identity could not tell
from news is caught here: the feed is held, reported, and goes on when a person releases it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.feeds.identity import Identified

MIN_ITEMS = 8
"""Fewer new items than this are never held: a small feed may well turn over between two polls."""

NEW_SHARE = 0.9
SUSPECT_SHARE = 0.5
GRACE = timedelta(hours=1)
ONE_MOMENT = timedelta(minutes=2)
SHORT_GAP = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowVerdict:
    """`held`: store the items, alert nothing of them, set the feed's state to held. `reason`: in words, either way."""

    held: bool
    reason: str


def window_suspicious(
    identified: Sequence[Identified],
    *,
    unchanged: int,
    last_success_at: datetime | None,
    now: datetime,
    last_new_at: datetime | None = None,
) -> WindowVerdict:
    """Decide whether a document's new items look like old ones in new clothes.

    Args:
        identified: what identity decided for the items at hand.
        unchanged: how many items were known by their digest and are not among `identified`.
        last_success_at: when this feed was last read with success; None on its first poll, which is never held.
        now: the time of the poll.
        last_new_at: when this feed last brought a new item. A cache that stood still for hours serves one old document
            all the while and then a whole new window: what is dated since the last news is news, however late.
    """
    fresh = [one for one in identified if one.status == "new"]
    total = len(identified) + unchanged
    if last_success_at is None:
        return WindowVerdict(held=False, reason="first poll")
    if len(fresh) < MIN_ITEMS or len(fresh) < NEW_SHARE * total:
        return WindowVerdict(held=False, reason=f"{len(fresh)} of {total} items are new")
    whole = f"all {len(fresh)} of {total} items look new"
    retold = sum(one.title_known for one in fresh)
    if retold >= SUSPECT_SHARE * len(fresh):
        return WindowVerdict(held=True, reason=f"{whole}, but {retold} of their titles were seen here before")
    dates = [one.item.published for one in fresh if one.item.published is not None]
    since = min(last_success_at, last_new_at or last_success_at)
    late = sum(moment < since - GRACE for moment in dates)
    if late >= SUSPECT_SHARE * len(fresh):
        told = "the last poll" if since == last_success_at else "the last news it brought"
        return WindowVerdict(held=True, reason=f"{whole}, but {late} are dated before {told}")
    if now - last_success_at > SHORT_GAP:
        return WindowVerdict(held=False, reason=f"{whole}, plausible after a long pause")
    if len(dates) < SUSPECT_SHARE * len(fresh):
        return WindowVerdict(held=True, reason=f"{whole} within a short time and carry no dates")
    if max(dates) - min(dates) <= ONE_MOMENT:
        return WindowVerdict(held=True, reason=f"{whole} and carry one and the same time")
    return WindowVerdict(held=False, reason=f"{whole}, dated since the last poll")
