"""Makes monitor/stories/data/weights.toml from a file of labelled items.

    python -m tools.train_stories LABELLED.jsonl [--write]

Prints how the grouping does on the file, each family decided by weights that were trained without it; `--write` then
trains on all and writes the file, keeping the thresholds. Items are added to their true stories one by one; each time
the stories near the item are examples, right or wrong, for a logistic regression with a ridge penalty. Families weigh
by the root of their size, so that no event of many reports rules the weights.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp
from pathlib import Path

from monitor import settings
from monitor.model import Assignment, StoryId
from monitor.stories.grouper import WIDE, Grouper
from monitor.stories.scoring import VALUES, Scoring, scoring
from tools.story_labels import Labelled, measure, read_labelled

RIDGE = 0.5
STEPS = 25
WEIGHTS_FILE = Path(__file__).parent.parent / "monitor/stories/data/weights.toml"
MEANINGS = {
    "whole": "cosine of all terms, on average over the story's items that are compared",
    "whole_best": "the same, of the item nearest",
    "focus": "cosine of what the headlines say is new, background left out",
    "head": "how far each one's first three terms stand in the other's opening",
    "days": "time since the earliest of them, in units of three days",
    "outlet": "share of them that are of the same outlet",
    "stance": "share of them that differ in whether they report a reaction or a statement",
}
HEADER = """\
# How likely an item belongs to a story: 1 / (1 + exp(-(intercept + sum of weight x value))).
# Made by tools/train_stories.py; do not edit the weights by hand.

[weights]
"""


@dataclass(frozen=True)
class Example:
    """The values of an item against one story near it, whether that is its story, and the families they touch."""

    values: tuple[float, ...]
    right: bool
    family: str
    families: frozenset[str]


def examples(labelled: Sequence[Labelled]) -> list[Example]:
    """Every item against the true stories near it, as the grouping would see them."""
    grouper = Grouper(settings.Stories())
    numbers: dict[str, int] = {}
    family_of: dict[int, str] = {}
    found = []
    for one in labelled:
        number = numbers.setdefault(one.story, len(numbers) + 1)
        family_of[number] = one.family
        for near in grouper.candidates(one.item, WIDE):
            families = frozenset((one.family, family_of[near.story_id]))
            found.append(Example(near.values, near.story_id == number, one.family, families))
        grouper.assign(replace(one.item, story_id=StoryId(number)), one.item.at)
        grouper.commit()
    return found


def fit(chosen: Sequence[Example]) -> list[float]:
    """Intercept and weights by Newton's method; the intercept is not penalised."""
    sizes = Counter(example.family for example in chosen)
    roots = [sizes[example.family] ** -0.5 for example in chosen]
    shares = [root * len(roots) / sum(roots) for root in roots]
    rows = [(1.0, *example.values) for example in chosen]
    size = len(rows[0])
    beta = [0.0] * size
    for _ in range(STEPS):
        gradient = [-RIDGE * value if at else 0.0 for at, value in enumerate(beta)]
        hessian = [[(RIDGE if at else 1e-6) if at == other else 0.0 for other in range(size)] for at in range(size)]
        for row, example, share in zip(rows, chosen, shares, strict=True):
            chance = 1 / (1 + exp(-sum(map(float.__mul__, beta, row))))
            for at in range(size):
                gradient[at] += (example.right - chance) * share * row[at]
                for other in range(size):
                    hessian[at][other] += chance * (1 - chance) * share * row[at] * row[other]
        step = solve(hessian, gradient)
        beta = [value + change for value, change in zip(beta, step, strict=True)]
        if max(map(abs, step)) < 1e-6:
            break
    return beta


def solve(matrix: Sequence[Sequence[float]], vector: Sequence[float]) -> list[float]:
    """The solution of a small linear system, by elimination with pivots."""
    size = len(vector)
    rows = [[*row, value] for row, value in zip(matrix, vector, strict=True)]
    for at in range(size):
        pivot = max(range(at, size), key=lambda index, at=at: abs(rows[index][at]))  # type: ignore[misc]
        rows[at], rows[pivot] = rows[pivot], rows[at]
        for below in rows[at + 1 :]:
            factor = below[at] / rows[at][at]
            for column in range(at, size + 1):
                below[column] -= factor * rows[at][column]
    solution = [0.0] * size
    for at in reversed(range(size)):
        known = sum(rows[at][column] * solution[column] for column in range(at + 1, size))
        solution[at] = (rows[at][size] - known) / rows[at][at]
    return solution


def held_out(labelled: Sequence[Labelled], like: Scoring) -> dict[str, Scoring]:
    """For each family, the scoring trained without any example that touches it; thresholds as in `like`."""
    found = examples(labelled)
    per_family = {}
    for family in dict.fromkeys(one.family for one in labelled):
        beta = fit([example for example in found if family not in example.families])
        per_family[family] = replace(like, intercept=beta[0], weights=tuple(beta[1:]))
    return per_family


def group(labelled: Sequence[Labelled], weights: Mapping[str, Scoring] | Scoring) -> list[Assignment]:
    """The whole stream through one grouper, each item decided by its family's weights."""
    grouper = Grouper(settings.Stories())
    outcome = []
    for one in labelled:
        grouper.weights = weights if isinstance(weights, Scoring) else weights[one.family]
        outcome.append(grouper.assign(one.item, one.item.at))
        grouper.commit()
    return outcome


def written(beta: Sequence[float], like: Scoring) -> str:
    """The weights file."""
    lines = [f"intercept = {beta[0]:.3f}"]
    lines += [f"{name} = {value:.3f}  # {MEANINGS[name]}" for name, value in zip(VALUES, beta[1:], strict=True)]
    return (
        HEADER
        + "\n".join(lines)
        + f"""

[thresholds]
join = {like.join}  # from this score on an item belongs to the story
repeat = {like.repeat}  # a repeat is silent from here on: score + told x the share of its headline told before
told = {like.told}
tie = {like.tie}  # a reaction that opens its own story is tied to an event that scores this much
"""
    )


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labelled", type=Path)
    parser.add_argument("--write", action="store_true", help="train on all items and write the weights file")
    arguments = parser.parse_args()
    labelled = read_labelled(arguments.labelled)
    quality = measure(labelled, group(labelled, held_out(labelled, scoring())))
    print("cross-validated by family:", quality)
    for family, score in sorted(quality.families.items(), key=lambda pair: pair[1]):
        print(f"  {family:24} {score:.3f}")
    if arguments.write:
        WEIGHTS_FILE.write_text(written(fit(examples(labelled)), scoring()), encoding="utf-8")
        print(f"wrote {WEIGHTS_FILE}; it takes effect with the next start")


if __name__ == "__main__":
    main()
