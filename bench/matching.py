"""What a word of text costs in the matcher, by number of terms; and what compiling them costs.

    python bench/matching.py [--rounds N] [--words N] [--json]

Text and rules are made here, from a fixed seed: sentences of invented and real words with clitics, endings and signs;
terms drawn from the same stock, so that some hit. Times are CPU time of one core, the best of the rounds: ratios
hold within one run whatever else the machine does. Each measurement is `Ruleset.match` on items of a title and a
summary: cleaning, scanning, rules and hits together.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from monitor.arabic.lexicon import entries
from monitor.rules.ruleset import Ruleset, compile_rules
from monitor.settings import Rule

SIZES = (10, 100, 1_000, 10_000)
LIMITS = {10: 0.5, 100: 0.5, 1_000: 2.0, 10_000: 4.0}
TERMS_PER_RULE = 10
COMMON = (
    "في", "من", "على", "إلى", "عن", "أن", "مع", "بعد", "قبل", "بين", "خلال", "هذا", "هذه", "التي", "الذي", "قال",
    "قالت", "أعلن", "أعلنت", "أكد", "أكدت", "كان", "كانت", "وقد", "كما", "لم", "لا", "اليوم", "أمس", "رئيس", "وزير",
    "الحكومة", "الجيش", "المدينة", "قطاع", "القطاع", "السلطات", "المصادر", "بيان", "تصريحات", "اتفاق", "مفاوضات",
    "الوسطاء",
)  # fmt: skip
ROOTS = ("كتب", "درس", "علم", "عمل", "حكم", "نقل", "قصف", "سكن", "دخل", "خرج", "رفع", "نصب", "جمع", "فصل", "حفظ", "نشر")
LETTERS = "بتثجحخدذرزسشصضطظعغفقكلمنهوي"


def stock(rng: random.Random, count: int) -> list[str]:
    """`count` distinct stems: the words of our lists, then invented ones on the patterns of Arabic."""
    words = [word for word in entries("stems.txt") if len(word) > 3]
    patterns = ("م{}{}ا{}", "{}{}ا{}ة", "ت{}{}ي{}", "ا{}ت{}ا{}", "م{}{}و{}", "{}ا{}{}ية", "{}{}و{}ات", "م{}ا{}{}ة")
    seen = dict.fromkeys(words)
    while len(seen) < count:
        root = rng.choice(ROOTS) if rng.random() < 0.2 else "".join(rng.sample(LETTERS, 3))
        seen[rng.choice(patterns).format(*root)] = None
    chosen = list(seen)
    rng.shuffle(chosen)
    return chosen[:count]


def items(rng: random.Random, words: Sequence[str], count: int) -> list[tuple[str, str]]:
    """Titles of about ten words and summaries of about thirty, `count` words in all. Frequent words as in news."""
    weights = [1 / (rank + 20) for rank in range(len(words))]
    drawn = iter(rng.choices(words, weights, k=count * 2))
    made: list[tuple[str, str]] = []
    total = 0
    while total < count:
        sizes = rng.randint(7, 12), rng.randint(20, 40)
        title, summary = (" ".join(_word(rng, next(drawn)) for _ in range(size)) for size in sizes)
        made.append((title, f"{summary}."))
        total += sum(sizes)
    return made


def _word(rng: random.Random, stem: str) -> str:
    draw = rng.random()
    if draw < 0.42:
        return rng.choice(COMMON)
    if draw < 0.65:
        return f"ال{stem}"
    if draw < 0.76:
        return f"{rng.choice(('و', 'ب', 'ل', 'وال', 'بال'))}{stem}"
    if draw < 0.83 and not stem.endswith("ة"):
        return f"{stem}{rng.choice(('ها', 'ه', 'هم', 'ا'))}"
    return f"{stem}{rng.choice(('', '', '', '', '', '،', '.', '؛'))}"


def rules(terms: Sequence[str]) -> list[Rule]:
    """`terms` in rules of ten, every twentieth term a phrase with the next."""
    groups = [terms[start : start + TERMS_PER_RULE] for start in range(0, len(terms), TERMS_PER_RULE)]
    return [
        Rule(name=f"rule {number}", any=(*group[:-1], f"{group[-1]} {group[0]}") if number % 2 else tuple(group))
        for number, group in enumerate(groups)
    ]


def microseconds_per_word(ruleset: Ruleset, texts: Sequence[tuple[str, str]], rounds: int) -> float:
    """CPU microseconds per word of text, best of `rounds`."""
    words = sum(len(title.split()) + len(summary.split()) for title, summary in texts)
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        for title, summary in texts:
            ruleset.match(title, summary)
        best = min(best, time.process_time() - start)
    return best / words * 1e6


def compile_cost(size: int) -> dict[str, float]:
    """Seconds and megabytes to compile `size` terms, in a fresh process so that the memory is its own."""
    command = [sys.executable, __file__, "--compile", str(size)]
    answer: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return answer


def compile_here(size: int) -> dict[str, float]:
    """The measurement that `compile_cost` asks for."""
    from monitor.arabic.lexicon import lexicon

    rng = random.Random(7)
    made = rules(stock(rng, 30_000)[:size])
    lexicon()
    before = resident()
    start = time.process_time()
    compiled = compile_rules(made)
    seconds = time.process_time() - start
    return {"seconds": seconds, "megabytes": resident() - before, "rules": len(compiled.rules)}


def resident() -> float:
    """Megabytes of memory this process holds now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def main() -> None:
    """Prints the table, or one JSON object."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--words", type=int, default=40_000)
    options.add_argument("--json", action="store_true")
    options.add_argument("--compile", type=int, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.compile:
        print(json.dumps(compile_here(chosen.compile)))
        return
    rng = random.Random(7)
    words = stock(rng, 30_000)
    texts = items(rng, words[9_000:] + words[:9_000], chosen.words)
    rows = []
    for size in SIZES:
        ruleset = compile_rules(rules(words[:size]))
        hits = sum(len(match.hits) for title, summary in texts for match in ruleset.match(title, summary))
        cost = microseconds_per_word(ruleset, texts, chosen.rounds)
        rows.append({"terms": size, "us_per_word": cost, "hits_per_word": hits / chosen.words, **compile_cost(size)})
    if chosen.json:
        print(json.dumps(rows))
        return
    print(f"{platform.machine()}, Python {platform.python_version()}, {chosen.words} words")
    print(f"{'terms':>7} {'µs/word':>8} {'limit':>6} {'ratio':>6} {'hits/word':>10} {'compile s':>10} {'MB':>6}")
    for row in rows:
        ratio = row["us_per_word"] / rows[0]["us_per_word"]
        size = int(row["terms"])
        print(
            f"{size:7} {row['us_per_word']:8.2f} {LIMITS[size]:6.1f} {ratio:6.1f} {row['hits_per_word']:10.3f}"
            f" {row['seconds']:10.2f} {row['megabytes']:6.0f}"
        )


if __name__ == "__main__":
    main()
