"""What the grouping sees of an item: its words, its outlet, its time, and where it already belongs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.model import ItemId, Role, StoryId
from monitor.stories.features import Features


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryItem:
    """One item as the grouping needs it.

    `link`: canonical. `at`: when it was published, or first seen where the feed did not say; aware UTC.
    `story_id`, `role`, `parent_id`: None before it is assigned, set when it is loaded from the store.
    `story_opened_at`: when its story was opened, where that lies before the items loaded; None: with its first item.
    `features`: what `stories.features.features(title, summary)` gave, so that a load need not read the texts again;
    None: computed. `text`: the same as `stories.features.extract` gave it, where it is at hand. `apart`: stories this
    item must never join, because a person took it out of them.
    """

    id: ItemId
    outlet: str
    title: str
    at: datetime
    summary: str = ""
    link: str | None = None
    story_id: StoryId | None = None
    role: Role | None = None
    parent_id: StoryId | None = None
    story_opened_at: datetime | None = None
    features: bytes | None = None
    text: Features | None = None
    apart: frozenset[StoryId] = frozenset()
