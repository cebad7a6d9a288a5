"""Recognises text whose charset was mistaken somewhere before us, and repairs it where that is certain. Pure.

Certain means: turning the letters back into the bytes they were made from gives valid Arabic, without a rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_ARABIC = re.compile("[\u0621-\u064a]")
# UTF-8 read as windows-1256: the lead bytes D8 and D9 became ط and ظ, each before a sign that no word has.
_AS_1256 = re.compile("[طظ][^\u0621-\u064a\\s]|[طظ][ءآأؤإئاب-ي]")
# UTF-8 read as windows-1252 or Latin-1.
_AS_LATIN = re.compile("[\u00d8\u00d9][\u0080-\u00bf\u0152-\u0192\u02c6-\u2122]")
_LATIN_1 = re.compile("[\u00c0-\u00ff]")
# windows-1256 read as windows-1252: whole words of accented letters.
_ACCENTED_WORD = re.compile("[\u00c0-\u00ff]{2,}")

FLAG = "mojibake"
REPAIRED = "mojibake repaired"

_UNDEFINED_1252 = {0x81, 0x8D, 0x8F, 0x90, 0x9D}


def repair(text: str) -> tuple[str, str]:
    """The text as it was meant, and a flag: "" untouched, REPAIRED, or FLAG for broken beyond certainty."""
    if text.isascii():
        return text, ""
    if _LATIN_1.search(text) is None:
        return _undo(text, _bytes_1256, "utf-8") if _looks_like_1256(text) else (text, "")
    if len(_AS_LATIN.findall(text)) >= 2:
        return _undo(text, _bytes_1252, "utf-8")
    accented = sum(len(word) for word in _ACCENTED_WORD.findall(text))
    if accented >= 4 and accented > 0.6 * sum(letter.isalpha() for letter in text):
        return _undo(text, _bytes_1252, "cp1256", flagged=False)
    return _undo(text, _bytes_1256, "utf-8") if _looks_like_1256(text) else (text, "")


def _looks_like_1256(text: str) -> bool:
    """Whether ط and ظ make up a share of the letters that no Arabic text reaches (0.45 in such texts, else < 0.05)."""
    heads = text.count("ط") + text.count("ظ")
    if heads < 3:
        return False
    return heads > 0.25 * (len(text) - text.count(" ")) and bool(_AS_1256.search(text))


def _undo(text: str, encode: Callable[[str], bytes], charset: str, *, flagged: bool = True) -> tuple[str, str]:
    try:
        meant = encode(text).decode(charset)
    except UnicodeError:
        return text, FLAG if flagged else ""
    letters = len(_ARABIC.findall(meant))
    if letters >= 3 and letters >= 0.5 * sum(letter.isalpha() for letter in meant):
        return meant, REPAIRED
    return text, FLAG if flagged else ""


def _bytes_1256(text: str) -> bytes:
    return text.encode("cp1256")


def _bytes_1252(text: str) -> bytes:
    """`text` in windows-1252, its five undefined bytes as browsers map them."""
    parts = bytearray()
    for letter in text:
        code = ord(letter)
        if code < 0x80 or 0xA0 <= code <= 0xFF or code in _UNDEFINED_1252:
            parts.append(code)
        else:
            parts += letter.encode("latin-1" if code < 0xA0 else "cp1252")
    return bytes(parts)
