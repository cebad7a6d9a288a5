"""Comparing letters as written, where folding has already said "perhaps". Pure."""

from __future__ import annotations

_HAMZAS = frozenset("ءئؤ")


def same_letters(wanted: str, written: str) -> bool:
    """Whether `written` may spell `wanted`; both cleaned, of equal fold.

    A hamza on both sides must agree and a bare alef on either side is silent about it; ئ and ؤ and ء are one; ى may
    stand for ي as in Egyptian print, but ي never for ى.
    """
    for ours, theirs in zip(wanted, written, strict=True):
        if ours == theirs or ours == "ا" or theirs == "ا":
            continue
        if ours in _HAMZAS and theirs in _HAMZAS:
            continue
        if ours == "ي" and theirs == "ى":
            continue
        return False
    return True


def could_be(attested: str, written: str) -> bool:
    """Whether `written` may be the word `attested`, spelled in full in our lists, up to the shorter of the two.

    Stricter than `same_letters`: where we know the alef to be bare a written hamza contradicts (وأحد is not واحد).
    """
    for known, theirs in zip(attested, written, strict=False):
        if known == theirs or theirs == "ا":
            continue
        if (known in _HAMZAS and theirs in _HAMZAS) or (known == "ي" and theirs == "ى"):
            continue
        return False
    return True
