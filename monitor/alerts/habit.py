"""Tells when a rule or a feed is quiet far beyond its own habit. Pure: times in, a finding or None out.

A habit is learned from the gaps between past events, no shape of their distribution assumed: what is longer than any
gap of the past month by half, and than a floor, is out of the ordinary. Few events make no habit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

LOOK_BACK = timedelta(days=30)
ENOUGH = 10  # events from which on there is a habit
BEYOND = 1.5  # times the longest gap so far
FEED_FLOOR = timedelta(hours=6)  # a newsroom sleeps
RULE_FLOOR = timedelta(days=1)  # a subject rests


@dataclass(frozen=True, slots=True)
class Quiet:
    """`since`: the last event; `usual`: the middle gap between events; `longest`: the longest so far."""

    since: datetime
    usual: timedelta
    longest: timedelta


def quiet_beyond_habit(times: Sequence[datetime], now: datetime, floor: timedelta) -> Quiet | None:
    """The silence since the last event, if it is far longer than any before; else None.

    Args:
        times: when it happened during `LOOK_BACK`, the oldest first.
        floor: a silence shorter than this is never remarked on.
    """
    if len(times) < ENOUGH:
        return None
    gaps = [later - earlier for earlier, later in pairwise(times)]
    longest, silence = max(gaps), now - times[-1]
    if silence <= max(floor, longest * BEYOND):
        return None
    return Quiet(since=times[-1], usual=timedelta(seconds=median(gap.total_seconds() for gap in gaps)), longest=longest)
