"""Decides which charset a body is in and hands on UTF-8 bytes, whatever its labels say. Pure.

Labels of Arab outlets are wrong in every possible way, so the bytes are asked first: a byte order mark, then whether
they are valid UTF-8 (text in another charset practically never is), then what is left of UTF-8, and only then labels.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARATION = re.compile(rb"""^\s*<\?xml\b[^>]{0,200}?\?>""")
_ENCODING = re.compile(rb"""(\bencoding\s*=\s*)(["'])([A-Za-z0-9._:-]{1,40})\2""")
_HEADER_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
# What feeds call them → what Python calls them.
_ALIASES = {
    "cp-1256": "cp1256",
    "windows1256": "cp1256",
    "win1256": "cp1256",
    "win-1256": "cp1256",
    "x-cp1256": "cp1256",
    "arabic": "iso-8859-6",
    "iso-8859-6-i": "iso-8859-6",
    "iso-8859-6-e": "iso-8859-6",
    "asmo-708": "iso-8859-6",
    "utf8": "utf-8",
    "unicode": "utf-16",
}
_MARKS = re.compile(rb"(?:\s*\xef\xbb\xbf)*")
_MULTIBYTE = ("utf-16", "utf-32")
# Letters of the Arabic script as the two old charsets write them; the 8859-6 range is all letters and marks.
_LETTERS_1256 = bytes([*range(0xC1, 0xD7), *range(0xD8, 0xE0), 0xE1, *range(0xE3, 0xE7), 0xEC, 0xED])
_LETTERS_8859_6 = bytes([*range(0xC1, 0xDB), *range(0xE0, 0xEB)])
_HIGH = bytes(range(0x80, 0x100))
_IN_8859_6 = bytes([*range(0x80), 0xA0, 0xA4, 0xAC, 0xAD, 0xBB, 0xBF, *range(0xC1, 0xDB), *range(0xE0, 0xF3)])

MOSTLY = 0.02
"""Share of the non-ASCII bytes that may be broken for a body still to count as UTF-8."""

ARABIC_SHARE = 0.8
"""Share of the high bytes that must become Arabic letters for an old charset to be believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A body as UTF-8 bytes without a byte order mark, its XML declaration saying so.

    `charset`: what the bytes were in. `certain`: False where nothing fitted and letters may be wrong. `notes`: what was
    decided against the labels, in words.
    """

    data: bytes
    charset: str
    certain: bool = True
    notes: tuple[str, ...] = ()


def to_utf8(body: bytes, *, content_type: str = "", override: str | None = None) -> Decoded:
    """Turn a body into UTF-8.

    Args:
        body: as received, content coding undone.
        content_type: the answer's Content-Type header, or "".
        override: the charset the user gave for this feed, or None. It is believed unless it cannot be decoded at all.
    """
    declared = _declared(body, content_type)
    notes: list[str] = []
    if override:
        text = _strict(body, override) or _strict(body.lstrip(), override)
        if text is not None:
            return _decoded(text, _python_name(override) or override, ())
        notes.append(f"not {override} as configured; decided by the bytes")
    for bom, charset in _BOMS:
        if body.startswith(bom):
            return _from_bom(body[len(bom) :], charset, notes)
    wide = _wide_without_bom(body)
    if wide:
        return _decoded(body.decode(wide, "replace"), wide, (*notes, f"{wide} without a byte order mark"))
    if _is_utf8(body):
        if declared not in (None, "utf-8", "ascii") and not body.isascii():
            notes.append(f"labelled {declared}, but valid UTF-8")
        return Decoded(data=_redeclare(body), charset="utf-8", notes=tuple(notes))
    return _not_utf8(body, declared, notes)


def _not_utf8(body: bytes, declared: str | None, notes: list[str]) -> Decoded:
    """Mostly UTF-8, else the declared charset, else the old Arabic ones, else a guess that says so."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd") - body.count(b"\xef\xbf\xbd")
    high = len(body) - len(body.translate(None, _HIGH))
    if broken <= max(1, MOSTLY * high) and high - broken >= 4 * broken:
        return _decoded(text, "utf-8", (*notes, f"UTF-8 with {broken} broken characters, replaced"))
    if declared and declared != "utf-8":
        strict = _strict(body, declared)
        if strict is not None and _plausible(body, declared, high) and not _rather_8859_6(body, declared, high):
            return _decoded(strict, declared, tuple(notes))
        notes.append(f"labelled {declared}, which the bytes are not")
    share_1256 = _share(body, _LETTERS_1256, high)
    if _rather_8859_6(body, "cp1256", high):
        return _decoded(body.decode("iso-8859-6", "replace"), "iso-8859-6", (*notes, "unlabelled iso-8859-6"))
    if share_1256 >= ARABIC_SHARE:
        return _decoded(body.decode("cp1256", "replace"), "windows-1256", (*notes, "unlabelled windows-1256"))
    return _guess(body, declared, share_1256, notes)


def _guess(body: bytes, declared: str | None, share_1256: float, notes: list[str]) -> Decoded:
    if declared and declared != "utf-8":
        strict = _strict(body, declared)
        if strict is not None:
            return _decoded(strict, declared, tuple(notes[:-1]), certain=not declared.startswith(_MULTIBYTE))
    charset = "windows-1256" if share_1256 >= 0.5 else "utf-8"
    note = f"no charset fits; read as {charset}, letters may be wrong"
    return _decoded(body.decode(charset, "replace"), charset, (*notes, note), certain=False)


def _from_bom(rest: bytes, charset: str, notes: list[str]) -> Decoded:
    if charset == "utf-8":
        # Pages put together of several files have a mark for each of them.
        rest = _MARKS.sub(b"", rest, count=1)
        if _is_utf8(rest):
            return Decoded(data=_redeclare(rest), charset="utf-8", notes=tuple(notes))
        return _not_utf8(rest, None, [*notes, "a UTF-8 byte order mark before other bytes"])
    return _decoded(rest.decode(charset, "replace"), charset, tuple(notes))


def _wide_without_bom(body: bytes) -> str | None:
    """UTF-16 or -32 by where the zero bytes stand in the markup at the start, or None."""
    start = body[:200]
    if start.count(0) < len(start) // 8:
        return None
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if start[:4] in (b"<\0\0\0", b"\0\0\0<"):
        return "utf-32-le" if start[0] else "utf-32-be"
    if odd > 2 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 2 * odd else None


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _strict(body: bytes, charset: str) -> str | None:
    name = _python_name(charset)
    if name is None:
        return None
    try:
        return body.decode(name)
    except (UnicodeError, LookupError):
        return None


def _python_name(charset: str) -> str | None:
    """The text codec of that name, or None; codecs that are no charsets (rot13, hex) are none."""
    name = charset.strip().lower().replace("_", "-")
    try:
        info = codecs.lookup(_ALIASES.get(name, name))
    except (LookupError, ValueError):
        return None
    return info.name if info._is_text_encoding and info.name not in _UNSAFE else None


_UNSAFE = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined", "utf-7", "mbcs", "oem"})


def _declared(body: bytes, content_type: str) -> str | None:
    """The charset the document names, else the header, as Python calls it; None where neither is known."""
    head = body[:300]
    declaration = _DECLARATION.match(head)
    inside = _ENCODING.search(declaration.group()) if declaration else None
    header = _HEADER_CHARSET.search(content_type)
    for name in (inside.group(3).decode("ascii") if inside else "", header.group(1) if header else ""):
        known = _python_name(name) if name else None
        if known:
            return known
    return None


def _plausible(body: bytes, charset: str, high: int) -> bool:
    """Whether a declared charset gives a text in which letters dominate; an old Arabic one must give Arabic."""
    if charset in ("cp1256", "iso8859-6"):
        letters = _LETTERS_1256 if charset == "cp1256" else _LETTERS_8859_6
        return high == 0 or _share(body, letters, high) >= 0.5
    if charset.startswith(_MULTIBYTE):
        return False
    # A Latin label on bytes that are Arabic in windows-1256 is the commonest lie of all.
    return _share(body, _LETTERS_1256, high) < ARABIC_SHARE or not charset.startswith(
        ("iso8859-1", "cp125", "latin", "ascii")
    )


def _rather_8859_6(body: bytes, charset: str, high: int) -> bool:
    """Whether bytes said to be windows-1256 are iso-8859-6, whose letters do not reach as far.

    No longer text in windows-1256 does without the bytes of ف, ق and ك, which mean nothing in the other.
    """
    if charset != "cp1256" or body.translate(None, _IN_8859_6):
        return False
    return _share(body, _LETTERS_8859_6, high) > max(ARABIC_SHARE, _share(body, _LETTERS_1256, high))


def _share(body: bytes, letters: bytes, high: int) -> float:
    return (len(body) - len(body.translate(None, letters))) / high if high else 0.0


def _decoded(text: str, charset: str, notes: tuple[str, ...], *, certain: bool = True) -> Decoded:
    data = text.lstrip("\ufeff").encode("utf-8", "replace")
    shown = "windows-1256" if charset == "cp1256" else charset
    return Decoded(data=_redeclare(data), charset=shown, certain=certain, notes=notes)


def _redeclare(data: bytes) -> bytes:
    """`data` with its XML declaration naming UTF-8, and nothing before the declaration (expat refuses that)."""
    declaration = _DECLARATION.match(data[:300])
    if declaration is None:
        return data
    found = _ENCODING.search(declaration.group())
    start = len(declaration.group()) - len(declaration.group().lstrip())
    if found is None or found.group(3).lower() in (b"utf-8", b"utf8"):
        return data[start:] if start else data
    text = declaration.group()
    return text[start : found.start(3)] + b"utf-8" + text[found.end(3) :] + data[len(text) :]
