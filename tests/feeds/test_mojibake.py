from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.mojibake import FLAG, REPAIRED, repair

MEANT = "أعلنت وزارة الصحة، اليوم، ارتفاع عدد المصابين إلى 10 آلاف"


@pytest.mark.parametrize(
    ("written", "read"),
    [("utf-8", "cp1256"), ("utf-8", "latin-1"), ("cp1256", "cp1252"), ("cp1256", "latin-1")],
)
def test_a_charset_mistaken_for_another_is_undone(written: str, read: str) -> None:
    assert repair(MEANT.encode(written).decode(read)) == (MEANT, REPAIRED)


def test_windows_1252_is_undone_through_its_undefined_bytes() -> None:
    undefined = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
    garbled = "".join(chr(byte) if byte in undefined else bytes([byte]).decode("cp1252") for byte in MEANT.encode())
    assert repair(garbled) == (MEANT, REPAIRED)


def test_what_lost_letters_on_the_way_is_flagged_and_left_alone() -> None:
    garbled = MEANT.encode().decode("cp1252", "replace")
    assert repair(garbled) == (garbled, FLAG)


@pytest.mark.parametrize(
    "text",
    [MEANT, "plain English", "Éléphant à l'école, où est passé l'été ?", "رفح", "طظ", "", "Ø", "5 > 3", "غزة: Gaza"],
)
def test_sound_text_is_not_touched(text: str) -> None:
    assert repair(text) == (text, "")


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ابتثجحخدذرزسشصضعغفقكلمنهوي ءآأؤإئىة،.0123456789", max_size=80))
def test_no_arabic_text_is_taken_for_mojibake(text: str) -> None:
    assert repair(text) == (text, "")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_taken_and_only_changed_with_a_flag(text: str) -> None:
    repaired, flag = repair(text)
    assert flag in ("", REPAIRED, FLAG)
    assert flag == REPAIRED or repaired == text
