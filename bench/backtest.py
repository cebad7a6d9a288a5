"""What `monitor backtest` costs over a full store, as a user would run it: the whole program, wall and CPU time.

    python -m bench.backtest [--items 100000] [--rounds 3] [--keep FOLDER]

The store is filled here from a fixed seed: items of sixty outlets over a week, titles of about nine words and summaries
of about thirty, spelled as feeds spell them (digits and Latin names in every fourth text, quotes, now and then
vowel marks, tatweel or entities). A third of the items tell a story that another outlet has. The rules are thirty, a
hundred terms; about one item in twenty matches.
"""

from __future__ import annotations

import argparse
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.matching import COMMON, stock
from monitor.arabic.clean import title_key
from monitor.config.load import load
from monitor.model import Assignment, FeedId, ItemId, StoryId
from monitor.outcomes import ParsedItem
from monitor.settings import Config
from monitor.store.database import Store
from monitor.store.items import NewItem
from monitor.store.stories import Placed
from monitor.store.tables import Tables

OUTLETS = 60
SPAN = timedelta(days=7)
WATCHED = (
    "رفح", "هدنة", "وقف إطلاق النار", "مساعدات", "معبر كرم أبو سالم", "الأونروا", "نزوح", "خان يونس", "اجتياح", "أسرى",
    "تبادل الأسرى", "المجاعة", "الذهب", "النفط", "زلزال", "فيضانات", "انتخابات", "استقالة الحكومة", "الكوليرا", "لقاح",
)  # fmt: skip
ODDITIES = (
    "7 أكتوبر", "2026", "15 %", "F-35", "G20", "covid-19", "BBC", "«أوبك+»", "\"فورين بوليسي\"", "(أ ف ب)", "#غزة",
    "مُحَمَّد", "عاجـــل", "&quot;", "&nbsp;", "ـ", "٣٠", "x.com", "لـ«الوكالة»", "الـ13", "…",
)  # fmt: skip
_CONFIG = """\
language = "ar"
timezone = "Asia/Gaza"
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of one run of the program, children included."""

    wall: float
    cpu: float


def configuration(words: list[str]) -> str:
    """A `config.toml`: sixty feeds in three groups, thirty rules, three channels of different habits."""
    feeds = (
        f'[[feeds]]\nname = "outlet-{number}"\nurl = "https://outlet-{number}.example/rss"\n'
        f'tags = ["{("general", "radio", "economy")[number % 3]}"]\n'
        for number in range(OUTLETS)
    )
    parts = [_CONFIG, *feeds]
    terms = iter([*WATCHED, *reversed(words)])
    for number in range(30):
        listed = ", ".join(f'"{next(terms)}"' for _ in range(3 if number % 3 else 4))
        none = 'none = ["مباراة", "الدوري"]\n' if number % 4 == 0 else ""
        some = 'feeds = ["#general", "#radio"]\n' if number % 5 == 0 else ""
        parts.append(f'[[rules]]\nname = "rule-{number}"\nany = [{listed}]\n{none}{some}')
    parts.append('[[channels]]\nname = "desk"\nurl = "terminal://"\n')
    parts.append('[[channels]]\nname = "night"\nurl = "terminal://"\nquiet = { from = "23:00", to = "07:00" }\n')
    parts.append('[[channels]]\nname = "daily"\nurl = "terminal://"\ndigest = "0 8,20 * * *"\n')
    return "\n".join(parts)


class _Writer:
    """Makes the texts."""

    def __init__(self, chance: random.Random, words: list[str]) -> None:
        self._chance = chance
        self._words = words
        self._weights = [0.0]
        for rank in range(len(words)):
            self._weights.append(self._weights[-1] + 1 / (rank + 20))
        del self._weights[0]

    def sentence(self, count: int) -> str:
        """`count` words with their signs."""
        chance = self._chance
        made = []
        for stem in chance.choices(self._words, cum_weights=self._weights, k=count):
            draw = chance.random()
            if draw < 0.38:
                made.append(chance.choice(COMMON))
            elif draw < 0.6:
                made.append(f"ال{stem}")
            elif draw < 0.72:
                made.append(f"{chance.choice(('و', 'ب', 'ل', 'وال', 'بال'))}{stem}")
            elif draw < 0.78:
                made.append(f"{stem}{chance.choice(('ها', 'ه', 'هم', 'ا'))}")
            else:
                made.append(f"{stem}{chance.choice(('', '', '', '', '،', '.'))}")
        if chance.random() < 0.25:
            made.insert(chance.randrange(count), chance.choice(ODDITIES))
        if chance.random() < 0.012:
            made.insert(chance.randrange(count), chance.choice(("", "ب", "و")) + chance.choice(WATCHED))
        return " ".join(made)


def items(chance: random.Random, words: list[str], count: int, start: datetime) -> Iterator[tuple[NewItem, Placed]]:
    """The items in the order they came, each with its place in a story."""
    writer = _Writer(chance, words)
    told: list[tuple[str, StoryId]] = []
    stories = 0
    for number in range(1, count + 1):
        outlet = chance.randrange(OUTLETS)
        first = not told or chance.random() >= 0.33
        if first:
            stories += 1
            title, story_id = writer.sentence(chance.randint(7, 12)), StoryId(stories)
            told.append((title, story_id))
            del told[:-3_000]
        else:
            title, story_id = chance.choice(told)
        at = start + SPAN * number / (count + 1)
        assignment = Assignment(
            story_id=story_id,
            role="opens" if first else chance.choice(("repeats", "repeats", "updates")),
            score=0.0 if first else 0.9,
            reason="nothing like it within the window" if first else "same words",
        )
        item = ParsedItem(title=title, summary=writer.sentence(chance.randint(20, 45)) + ".", published=at)
        address = f"https://outlet-{outlet}.example/{number}"
        row = NewItem(
            id=ItemId(number), feed_id=FeedId(outlet + 1), item=item, guid=address, link_key=address,
            title_key=title_key(title), content_hash=number.to_bytes(8, "big"), status="fresh", reason="new; fresh",
            assignment=assignment,
        )  # fmt: skip
        yield row, Placed(assignment=assignment, outlet=f"outlet-{outlet}", title=title, at=at)


def fill(config: Config, words: list[str], count: int, now: datetime, seed: int = 11) -> None:
    """Put `count` items of the last week into the store of `config`."""
    made = items(random.Random(seed), words, count, now - SPAN)

    def some(tx: Tables) -> int:
        done = 0
        for row, placed in made:
            tx.stories.place([placed])
            tx.items.add([row], None, row.item.published or now)
            done += 1
            if done == 5_000:
                break
        return done

    with Store.open(config.state, lambda: now) as store:
        store.write_sync(lambda tx: tx.feeds.sync(config.feeds, now))
        while store.write_sync(some):
            pass


def run(folder: Path, *options: str) -> Cost:
    """Run the program once; its output is thrown away, its figures are checked to be there."""
    command = [sys.executable, "-m", "monitor", "--config", str(folder / "config.toml"), "backtest", *options]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if "matched" not in done.stderr:
        raise SystemExit(f"unexpected answer: {done.stderr}")
    print(f"  {' '.join(options):40} {done.stderr.strip()[:110]}", file=sys.stderr)
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def main() -> None:
    """The command."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--items", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--keep", type=Path, help="fill the store in this folder, or use what is there")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = chosen.keep or Path(scratch)
        words = stock(random.Random(7), 20_000)
        folder.mkdir(parents=True, exist_ok=True)
        text = configuration(words)
        for name, changed in (("config.toml", text), ("other.toml", text.replace('"هدنة"', '"هدنة", "تهدئة"'))):
            (folder / name).write_text(changed, "utf-8")
            (folder / name).chmod(0o600)
        config = load(folder / "config.toml").config
        if not (config.state / "monitor.db").exists():
            fill(config, words, chosen.items, datetime.now(UTC))
        print(f"{platform.machine()}, Python {platform.python_version()}, {chosen.items:,} items")
        print(f"{'':40} {'wall s':>8} {'CPU s':>8}")
        ways = {
            "one configuration": ("--since", "9d"),
            "one rule": ("rule-0", "--since", "9d"),
            "compared with another": ("--since", "9d", "--config", str(folder / "other.toml")),
        }
        for name, words_of in ways.items():
            costs = [run(folder, *words_of) for _ in range(chosen.rounds)]
            print(f"{name:40} {min(c.wall for c in costs):8.2f} {min(c.cpu for c in costs):8.2f}")


if __name__ == "__main__":
    main()
