"""What keeps alike items apart: the next number of a series, the next day of a bulletin. Pure."""

from __future__ import annotations

from monitor.stories.entry import Entry
from monitor.stories.features import Features
from monitor.stories.lexicon import BULLETIN


def may_be_vetoed(text: Features) -> bool:
    """Whether anything in a text could keep it apart from another; if not, `veto` need not be asked."""
    return bool(text.serials) or BULLETIN in text.marks


def veto(one: Entry, other: Entry) -> str:
    """Why the two cannot be one story, in words; "" where nothing forbids it."""
    if one.text.serials and other.text.serials:
        ours = dict(serial.split(":") for serial in one.text.serials)
        for serial in other.text.serials:
            noun, number = serial.split(":")
            if ours.get(noun, number) != number:
                return f"another number of the series: {ours[noun]}, not {number}"
    if BULLETIN in one.text.marks and BULLETIN in other.text.marks and one.day != other.day:
        return "the bulletin of another day"
    return ""
