"""Labelled items for the grouping: reading them, and measuring an outcome against them.

A labelled file holds one JSON object a line, in stream order: id, outlet, date, title, text, story, relation, family.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.model import Assignment, ItemId
from monitor.stories.item import StoryItem

_MORNING = timedelta(hours=6)
_APART = timedelta(minutes=5)


@dataclass(frozen=True)
class Labelled:
    """An item with its true story, its relation to it (first, copy, rewrite, update) and its family of topics."""

    item: StoryItem
    story: str
    relation: str
    family: str


@dataclass(frozen=True)
class Quality:
    """How a grouping did.

    `duplicates`: alerts too many per story of two items or more. `lost`: stories whose first item went into another
    story; `silent`: those of them where it was a mere repeat. `notices`: share of updates among all items. `joined`:
    relation → (joined its story, all). `families`: family → B-cubed F1.
    """

    f1: float
    precision: float
    recall: float
    duplicates: float
    lost: int
    silent: int
    notices: float
    joined: dict[str, tuple[int, int]]
    families: dict[str, float]

    def __str__(self) -> str:
        joined = "  ".join(f"{relation} {right}/{total}" for relation, (right, total) in self.joined.items())
        return (
            f"B-cubed F1 {self.f1:.3f} (P {self.precision:.3f} R {self.recall:.3f})  "
            f"duplicate alerts per story {self.duplicates:.2f}  stories lost {self.lost}, in silence {self.silent}  "
            f"notices {self.notices:.1%}  joined: {joined}"
        )


def read_labelled(path: Path) -> list[Labelled]:
    """The labelled items, in stream order, their times spread over their day in that order."""
    of_day: Counter[str] = Counter()
    labelled = []
    for number, text in enumerate(filter(str.strip, path.read_text(encoding="utf-8").splitlines()), start=1):
        line = json.loads(text)
        at = datetime.fromisoformat(line["date"]).replace(tzinfo=UTC) + _MORNING + of_day[line["date"]] * _APART
        of_day[line["date"]] += 1
        item = StoryItem(id=ItemId(number), outlet=line["outlet"], title=line["title"], summary=line["text"], at=at)
        labelled.append(Labelled(item, line["story"], line["relation"], line["family"]))
    return labelled


def measure(labelled: Sequence[Labelled], outcome: Sequence[Assignment]) -> Quality:
    """B-cubed averages over items (Amigo et al. 2009), and what a person would notice."""
    truth = [one.story for one in labelled]
    given = [one.story_id for one in outcome]
    both, in_story, in_group = Counter(zip(truth, given, strict=True)), Counter(truth), Counter(given)
    pairs = list(zip(truth, given, strict=True))
    precision = [both[pair] / in_group[pair[1]] for pair in pairs]
    recall = [both[pair] / in_story[pair[0]] for pair in pairs]
    of_family: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(labelled):
        of_family[one.family].append(at)
    spread = {story: len({group for other, group in pairs if other == story}) - 1 for story in in_story}
    several = [extra for story, extra in spread.items() if in_story[story] > 1]
    lost, silent, joined = _fates(labelled, outcome)
    return Quality(
        f1=_f1(precision, recall),
        precision=_mean(precision),
        recall=_mean(recall),
        duplicates=_mean(several),
        lost=lost,
        silent=silent,
        notices=sum(one.role == "updates" for one in outcome) / len(outcome),
        joined=joined,
        families={
            family: _f1([precision[at] for at in places], [recall[at] for at in places])
            for family, places in of_family.items()
        },
    )


def _fates(labelled: Sequence[Labelled], outcome: Sequence[Assignment]) -> tuple[int, int, dict[str, tuple[int, int]]]:
    """Stories lost, those lost in silence, and how many of each relation joined their story."""
    lost = silent = 0
    groups: dict[str, set[int]] = defaultdict(set)
    joined: dict[str, tuple[int, int]] = {}
    for one, given in zip(labelled, outcome, strict=True):
        if one.story not in groups:
            lost += given.role != "opens"
            silent += given.role == "repeats"
        else:
            right, total = joined.get(one.relation, (0, 0))
            joined[one.relation] = (right + (given.story_id in groups[one.story]), total + 1)
        groups[one.story].add(given.story_id)
    return lost, silent, dict(sorted(joined.items()))


def _f1(precision: Sequence[float], recall: Sequence[float]) -> float:
    return 2 * _mean(precision) * _mean(recall) / (_mean(precision) + _mean(recall))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
