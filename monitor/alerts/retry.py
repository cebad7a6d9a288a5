"""When to try again, and when to stop trying. Pure: attempts, jitter and `now` in, a time or None out."""

from __future__ import annotations

from datetime import datetime, timedelta

FIRST = timedelta(seconds=5)
LONGEST = timedelta(minutes=15)

# With another channel to turn to, people should not wait long for this one.
PATIENCE_WITH_FALLBACK = timedelta(minutes=10)
PATIENCE = timedelta(days=2)

# What was refused for good is probed now and then: perhaps somebody put it right at the service's end.
BROKEN_PROBE = timedelta(hours=1)


def back_off(attempts: int, jitter: float) -> timedelta:
    """The wait after the `attempts`-th failure (1-based): 5 s, 15 s, 45 s … 15 min, spread by ±20 %.

    Args:
        jitter: in [0, 1), drawn by the caller, so that channels that failed together do not return together.
    """
    wait = min(LONGEST, FIRST * float(3 ** min(max(attempts, 1) - 1, 10)))
    return wait * (0.8 + 0.4 * jitter)


def next_attempt(
    *, attempts: int, failing_since: datetime, has_fallback: bool, jitter: float, now: datetime
) -> datetime | None:
    """When to try again after a temporary failure; None when patience has ended.

    Args:
        attempts: failures so far, this one included.
        failing_since: when this delivery first failed.
    """
    patience = PATIENCE_WITH_FALLBACK if has_fallback else PATIENCE
    at = now + back_off(attempts, jitter)
    return None if at - failing_since > patience else at
