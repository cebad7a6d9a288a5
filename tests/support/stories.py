"""Items for the tests of the grouping."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.model import Assignment, ItemId
from monitor.settings import Stories
from monitor.stories.grouper import Grouper
from monitor.stories.item import StoryItem

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def item(number: int, title: str, summary: str = "", outlet: str = "", hours: float = 0) -> StoryItem:
    """An item of its own outlet and link, `hours` after noon."""
    return StoryItem(
        id=ItemId(number),
        outlet=outlet or f"outlet-{number}",
        title=title,
        summary=summary,
        at=NOON + timedelta(hours=hours),
        link=f"https://example.org/{number}",
    )


def assigned(grouper: Grouper, *items: StoryItem) -> list[Assignment]:
    """What becomes of items that come one by one, each in its own transaction."""
    outcome = []
    for one in items:
        outcome.append(grouper.assign(one, one.at))
        grouper.commit()
    return outcome


def grouped(*items: StoryItem) -> list[Assignment]:
    """What becomes of items in a new grouper."""
    return assigned(Grouper(Stories()), *items)


def stored(items: list[StoryItem], outcome: list[Assignment]) -> list[StoryItem]:
    """The items as the store would give them back."""
    return [
        replace(one, story_id=given.story_id, role=given.role, parent_id=given.parent_id)
        for one, given in zip(items, outcome, strict=True)
    ]
