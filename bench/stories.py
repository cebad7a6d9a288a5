"""What grouping costs and how well it does.

    python -m bench.stories [LABELLED.jsonl] [--items 100000]

Cost is measured on a made-up stream of Arabic-looking items: words by a Zipf law, about 40 an item, three quarters of
the items in stories of many sizes. Quality is printed for a labelled file, cross-validated by family.
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from monitor import settings
from monitor.model import ItemId
from monitor.stories.features import features
from monitor.stories.grouper import Grouper
from monitor.stories.item import StoryItem

LETTERS = "ابتجحدرسصطعغفقكلمنهوي"
EMPTY = [
    "في",
    "من",
    "على",
    "إلى",
    "عن",
    "مع",
    "قال",
    "اليوم",
    "بعد",
    "الذي",
    "التي",
    "وقد",
    "كان",
    "أكد",
    "أعلن",
    "خلال",
    "بين",
    "هذا",
]
VOCABULARY = 60_000
WINDOW = timedelta(hours=72)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def made_up(count: int, seed: int = 7) -> Iterator[StoryItem]:
    """A stream of `count` items within one window, with their features."""
    chance = random.Random(seed)
    words = ["".join(chance.choices(LETTERS, k=chance.randint(3, 7))) for _ in range(VOCABULARY)]
    weights = list(accumulate(1 / (rank + 8) for rank in range(VOCABULARY)))
    running: list[tuple[list[str], list[str]]] = []
    for number in range(1, count + 1):
        if not running or chance.random() < 0.25:
            about = chance.choices(words, cum_weights=weights, k=10), chance.choices(words, cum_weights=weights, k=20)
            running.append(about)
            if len(running) > 2000:
                del running[chance.randrange(len(running))]
        else:
            about = running[-min(len(running), 1 + int(chance.expovariate(0.01)))]
        title = chance.sample(about[0], 7) + chance.choices(words, cum_weights=weights, k=2)
        body = chance.sample(about[1], 12) + chance.choices(words, cum_weights=weights, k=20) + EMPTY
        summary = " ".join(body)
        yield StoryItem(
            id=ItemId(number),
            outlet=f"outlet-{chance.randrange(300)}",
            title=" ".join(title),
            summary=summary,
            at=NOON + WINDOW * number / (count + 1),
            link=f"https://example.org/{number}",
            features=features(" ".join(title), summary),
        )


def cost(count: int) -> None:
    """Print time an item as the window fills, memory an item, and the time of a rebuild."""
    reading = list(made_up(2_000))
    start = time.process_time()
    for item in reading:
        features(item.title, item.summary)
    print(f"reading a text: {(time.process_time() - start) / len(reading) * 1e3:.3f} ms")
    grouper = Grouper(settings.Stories())
    latest: deque[StoryItem] = deque(maxlen=1_000)
    stored = []
    before = _resident()
    for done, item in enumerate(made_up(count), start=1):
        given = grouper.assign(item, item.at)
        grouper.commit()
        latest.append(item)
        if done <= REBUILT:
            stored.append(replace(item, title="", summary="", story_id=given.story_id, role=given.role))
        if done == REBUILT:
            _rebuild(stored)
            stored, before = [], before + _resident() - _resident_without(stored)
        if done in (1_000, 3_000, 10_000, 30_000, 100_000) or done == count:
            print(f"window of {done:>7,}: deciding {_timed(grouper, list(latest)):.3f} ms an item")
    print(f"memory: {(_resident() - before) / count / 1024:.2f} KB an item")


def _timed(grouper: Grouper, items: list[StoryItem]) -> float:
    """Milliseconds an item, deciding again and rolling back."""
    again = [replace(item, id=ItemId(item.id + 10_000_000), link=f"{item.link}?again") for item in items]
    start = time.process_time()
    for item in again:
        grouper.assign(item, item.at)
    spent = (time.process_time() - start) / len(again) * 1e3
    grouper.rollback()
    return spent


def _resident() -> float:
    """Peak resident bytes of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
