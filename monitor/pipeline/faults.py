"""Remembers which faults of ours each feed runs into, so that a traceback is printed once and not at every poll.

It holds no more than one entry a feed, and forgets it with the feed's next poll that works. No I/O.
"""

from __future__ import annotations

import re

Signature = tuple[str, str, int, str]

_NUMBERS = re.compile(r"\d+")


class KnownFaults:
    """One for the whole program."""

    def __init__(self) -> None:
        self._of_feed: dict[str, Signature] = {}

    def is_new(self, feed: str, error: BaseException) -> bool:
        """Take in a fault of a feed; whether it is another than its last one, and no other feed has it just now.

        A full disk fails every feed in the same way: one traceback says it all.
        """
        signature = signature_of(error)
        known = signature in self._of_feed.values()
        self._of_feed[feed] = signature
        return not known

    def worked(self, feed: str) -> None:
        """A poll of this feed came to an end without a fault of ours."""
        self._of_feed.pop(feed, None)


def signature_of(error: BaseException) -> Signature:
    """What makes two faults one: kind, place in the code, and words but for the numbers in them (ids, sizes, times)."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    file, line = ("", 0) if frame is None else (frame.tb_frame.f_code.co_filename, frame.tb_lineno)
    return type(error).__qualname__, file, line, _NUMBERS.sub("0", str(error))[:500]
