"""The grouping of items into stories."""

from datetime import UTC, datetime, timedelta

from monitor.model import ItemId
from monitor.settings import Stories
from monitor.stories.grouper import Grouper
from monitor.stories.item import StoryItem

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def item(number: int, title: str, summary: str = "", outlet: str = "outlet", hours: float = 0) -> StoryItem:
    return StoryItem(
        id=ItemId(number),
        outlet=outlet,
        title=title,
        summary=summary,
        at=NOON + timedelta(hours=hours),
        link=f"l{number}",
    )


def test_the_same_headline_repeats_its_story() -> None:
    grouper = Grouper(Stories())
    first = grouper.assign(item(1, "فتح المعبر أمام قوافل الإغاثة"), NOON)
    again = grouper.assign(item(2, "فتح المعبر أمام قوافل الإغاثة", outlet="other"), NOON)
    assert (first.role, again.role) == ("opens", "repeats")
    assert again.story_id == first.story_id


def test_rollback_forgets_what_was_assigned() -> None:
    grouper = Grouper(Stories())
    first = grouper.assign(item(1, "فتح المعبر"), NOON)
    grouper.rollback()
    assert grouper.assign(item(1, "فتح المعبر"), NOON) == first


def test_switched_off_every_item_opens_its_own_story() -> None:
    grouper = Grouper(Stories(enabled=False))
    assert grouper.assign(item(1, "فتح المعبر"), NOON).role == "opens"
    assert grouper.assign(item(2, "فتح المعبر"), NOON).role == "opens"
