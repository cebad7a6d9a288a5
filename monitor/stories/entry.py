"""An item as it lies in memory while its window lasts. Small on purpose: there may be a hundred thousand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.model import ItemId, StoryId
from monitor.stories.features import Features, lead_in, read

_DAY = 86_400
# Bulletins change with the local day; Arab capitals lie between UTC and UTC+4, most at +3.
_LOCAL_SECONDS = 3 * 3600


@dataclass(slots=True, eq=False)
class Entry:
    """One grouped item. `at`: seconds of the epoch. `keys`: hashes that equal items share (link, headline, text).

    Its text is there in one of two forms: as the store keeps it, or read. It is read when it is first wanted, which for
    most items of a start is never; so a start is fast. Both forms at once would double what an item costs.
    """

    item_id: ItemId
    story_id: StoryId
    outlet: str
    at: float
    keys: tuple[int, ...]
    _form: bytes | Features

    @property
    def text(self) -> Features:
        """The features."""
        form = self._form
        if isinstance(form, bytes):
            form = self._form = read(form)
        return form

    @property
    def posted(self) -> Sequence[str]:
        """The terms by which it is found: those of headline and lead."""
        form = self._form
        return lead_in(form) if isinstance(form, bytes) else form.terms[: form.lead]

    @property
    def day(self) -> int:
        """The local day it belongs to, counted from the epoch."""
        return int((self.at + _LOCAL_SECONDS) // _DAY)


@dataclass(slots=True, eq=False)
class OpenStory:
    """A story that may still grow. `first_at`: when it was opened, in seconds; `entries` in order of arrival."""

    story_id: StoryId
    first_at: float
    entries: list[Entry]
