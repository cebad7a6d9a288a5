"""What grouping costs and how well it does.

    python -m bench.stories [LABELLED.jsonl] [--items 100000]

Cost is measured on a made-up stream of Arabic-looking items as long as real ones (67 words, of which 37 terms count, 25
of them in headline and lead): words by a Zipf law, three quarters of the items in stories of many sizes. Quality is
printed for a labelled file, cross-validated by family.
"""

from __future__ import annotations

import argparse
import platform
import random
import resource
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from monitor import settings
from monitor.model import ItemId, StoryId
from monitor.stories.features import features
from monitor.stories.grouper import Grouper
from monitor.stories.item import StoryItem
from monitor.stories.scoring import scoring
from tools.story_labels import measure, read_labelled
from tools.train_stories import group, held_out

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
        title = [*chance.sample(about[0], 6), *chance.choices(words, cum_weights=weights), *chance.choices(EMPTY, k=2)]
        body = chance.sample(about[1], 12) + chance.choices(words, cum_weights=weights, k=18)
        body += chance.choices(EMPTY, k=28)
        chance.shuffle(body)
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


def reading() -> None:
    """Print what reducing a text to its features costs, once an item."""
    items = list(made_up(2_000))
    start = time.process_time()
    for item in items:
        features(item.title, item.summary)
    print(f"reading a text: {(time.process_time() - start) / len(items) * 1e3:.3f} ms")


def deciding(count: int) -> None:
    """Print time an item as the window fills, and memory an item when it is full."""
    grouper = Grouper(settings.Stories())
    latest: deque[StoryItem] = deque(maxlen=1_000)
    before = _resident()
    for done, item in enumerate(made_up(count), start=1):
        grouper.assign(item, item.at)
        grouper.commit()
        latest.append(item)
        if done in (1_000, 3_000, 10_000, 30_000, 100_000) or done == count:
            print(f"window of {done:>7,}: deciding {_again(grouper, list(latest)):.3f} ms an item")
    print(f"memory: {(_resident() - before) / count / 1024:.2f} KB an item")


def rebuilding(count: int) -> None:
    """Print the time to load a window from stored items."""
    stored = [replace(item, story_id=StoryId(item.id // 4 + 1)) for item in made_up(count)]
    grouper = Grouper(settings.Stories())
    start = time.process_time()
    grouper.load(stored)
    print(f"rebuilding {count:,} items: {time.process_time() - start:.2f} s")


def quality(path: Path) -> None:
    """Print how the grouping does on labelled items, each family by weights trained without it."""
    labelled = read_labelled(path)
    found = measure(labelled, group(labelled, held_out(labelled, scoring())))
    print(f"{path.name}, {len(labelled)} items, cross-validated by family: {found}")


def _again(grouper: Grouper, items: list[StoryItem]) -> float:
    """Milliseconds an item, each decided as another outlet's, and taken back."""
    others = [replace(item, id=ItemId(item.id + 10_000_000), outlet="another", link=None) for item in items]
    reworded = [replace(item, features=_reworded(item)) for item in others]
    start = time.process_time()
    for item in reworded:
        grouper.assign(item, item.at)
        grouper.rollback()
    return (time.process_time() - start) / len(reworded) * 1e3


def _reworded(item: StoryItem) -> bytes:
    """The features of an item told with its words in another order, so that no hash finds it."""
    return features(" ".join(reversed(item.title.split())), " ".join(reversed(item.summary.split())))


def _resident() -> int:
    """Resident bytes of this process now (Linux; elsewhere its peak)."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labelled", type=Path, nargs="?", help="labelled items, to print quality as well")
    parser.add_argument("--items", type=int, default=100_000, help="the size of the window")
    arguments = parser.parse_args()
    print(f"Python {platform.python_version()} on {platform.machine()}, {platform.system()}")
    deciding(arguments.items)  # first: what a freed heap gives back would hide what an item costs
    rebuilding(min(50_000, arguments.items))
    reading()
    if arguments.labelled:
        quality(arguments.labelled)


if __name__ == "__main__":
    main()
