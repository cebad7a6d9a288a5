"""The examples of docs/guide.md do what the guide says of them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from monitor.rules.ruleset import compile_rules
from monitor.settings import Rule

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "guide.md").read_text("utf-8")
BLOCKS = re.findall(r"^```rule\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def examples() -> list[tuple[str, str, bool]]:
    found = []
    for block in BLOCKS:
        lines = block.splitlines()
        rule = "\n".join(line for line in lines if line[:1] not in "✓✗")
        found += [(rule, line[1:].strip(), line[0] == "✓") for line in lines if line[:1] in ("✓", "✗")]
    return found


@pytest.mark.parametrize(("rule", "text", "matched"), examples())
def test_example_does_what_the_guide_says(rule: str, text: str, matched: bool) -> None:
    keys: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in tomllib.loads(rule).items()
    }
    ruleset = compile_rules([Rule(name="example", **keys)])
    assert bool(ruleset.match(text, "")) is matched


def test_guide_has_examples_in_both_languages() -> None:
    english, arabic = GUIDE.split("## بالعربية")
    assert english.count("```rule") >= 12
    assert arabic.count("```rule") >= 4
