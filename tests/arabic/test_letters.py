"""Comparing letters as written."""

from __future__ import annotations

import pytest

from monitor.arabic.letters import could_be, same_letters


@pytest.mark.parametrize(
    ("wanted", "written", "same"),
    [
        ("أمن", "امن", True),
        ("امن", "أمن", True),
        ("أمن", "آمن", False),
        ("أحداث", "إحداث", False),
        ("مسؤول", "مسئول", True),
        ("مصري", "مصرى", True),
        ("موسيقى", "موسيقي", False),
    ],
)
def test_a_hamza_on_both_sides_must_agree_and_yeh_goes_one_way(wanted: str, written: str, same: bool) -> None:
    assert same_letters(wanted, written) is same


def test_a_known_bare_alef_is_contradicted_by_a_hamza() -> None:
    assert could_be("واحد", "واحد")
    assert not could_be("واحد", "وأحد")
    assert could_be("إلغاء", "الغاء")
