"""The closed list of what may stand on the left of a word."""

from __future__ import annotations

import pytest

from monitor.arabic.clitics import ARTICLE, CONJUNCTION, FUTURE, LAM_ARTICLE, LEFTS, LONE_CLITICS, PREPOSITION


@pytest.mark.parametrize(
    ("left", "kind"),
    [("و", CONJUNCTION), ("فب", PREPOSITION), ("وبال", ARTICLE), ("فلل", LAM_ARTICLE), ("وس", FUTURE)],
)
def test_a_licensed_stack_has_a_kind(left: str, kind: int) -> None:
    assert LEFTS[left].kind == kind


@pytest.mark.parametrize("left", ["الو", "بل", "سال", "وو", "لال", "ت", "كب"])
def test_no_other_stack_is_licensed(left: str) -> None:
    assert left not in LEFTS


def test_a_future_never_stands_apart() -> None:
    assert "ل" in LONE_CLITICS
    assert "س" not in LONE_CLITICS
