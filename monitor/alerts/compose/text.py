"""Text for eyes: cleaned of what a feed may smuggle in, cut at words, with its hits and its directions kept right.

Pure. Nothing here escapes for a markup; that is done last, by `decorate`'s caller, for the service at hand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from monitor.model import FieldName, Hit

RLM, LRM, RLI, FSI, PDI = "\u200f", "\u200e", "\u2067", "\u2068", "\u2069"
ELLIPSIS = "…"

# Overrides, embeddings and isolates from a feed could turn the rest of our message around; we set our own.
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\ufeff\u00ad")
# Runs that read left to right inside Arabic: Latin words and numbers with the marks that belong to them. The first and
# the last character are letters or digits, so that a full stop after a name stays with the Arabic sentence.
_LEFT_TO_RIGHT = re.compile(r"[A-Za-z0-9À-ɏ](?:[A-Za-z0-9À-ɏ .,:;/@&'’+%#_()\-–]*[A-Za-z0-9À-ɏ%])?", re.ASCII)
_ARABIC = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_SENTENCE_END = re.compile(r"[.!?؟۔…]\s+|\n+")


@dataclass(frozen=True, slots=True)
class Marked:
    """A clean text and the spans in it that hit, in order, not overlapping; offsets are code points."""

    text: str
    spans: tuple[tuple[int, int], ...] = ()


def clean(text: str) -> str:
    """`text` on one line, without controls, bidi characters of its own, or lone surrogates."""
    return marked(text, ()).text


def marked(text: str, spans: Sequence[tuple[int, int]]) -> Marked:
    """Clean `text` for display and carry `spans` (offsets in `text`) over to the result."""
    kept: list[str] = []
    place = [0] * (len(text) + 1)
    space = True  # leading spaces go
    for index, char in enumerate(text):
        place[index] = len(kept)
        category = unicodedata.category(char)
        if char.isspace() or category in ("Zl", "Zp") or (category == "Cc" and char in "\t\r\n\x85"):
            if not space:
                kept.append(" ")
            space = True
        elif char in _BIDI or category in ("Cc", "Cs", "Co", "Cn"):
            continue
        else:
            kept.append(char)
            space = False
    place[len(text)] = len(kept)
    joined = "".join(kept).rstrip()
    last = len(text)
    moved = ((place[min(max(0, start), last)], min(place[min(max(0, end), last)], len(joined))) for start, end in spans)
    return Marked(joined, _merged([span for span in moved if span[0] < span[1]]))


def _merged(spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


def spans_of(hits: Sequence[Hit], field: FieldName, text: str) -> list[tuple[int, int]]:
    """The spans of `hits` in `field`, those that still fit the text; an edit may have moved the words since."""
    return [(h.start, h.end) for h in hits if h.field == field and text[h.start : h.end] == h.text]


def units(text: str) -> int:
    """Length in UTF-16 code units, as Telegram counts."""
    return len(text) + sum(1 for char in text if char > "\uffff")


def cut(text: Marked, limit: int) -> Marked:
    """`text` in at most `limit` UTF-16 units, cut after a whole word, with an ellipsis where something is missing."""
    if units(text.text) <= limit:
        return text
    size = end = 0
    room = limit - 1
    for end, char in enumerate(text.text):  # noqa: B007 — `end` is what we are after
        size += 2 if char > "\uffff" else 1
        if size > room:
            break
    # A word that is longer than half of the room is cut inside; never between a letter and its marks.
    word = text.text.rfind(" ", 0, end + 1)
    if word > end // 2:
        end = word
    while end > 0 and end < len(text.text) and unicodedata.combining(text.text[end]):
        end -= 1
    kept = text.text[:end].rstrip(" ،,;:؛-–—(«")
    spans = tuple((a, min(b, len(kept))) for a, b in text.spans if a < len(kept))
    return Marked(kept + ELLIPSIS, spans)


def excerpt(text: Marked, limit: int) -> Marked:
    """One or two sentences around the first hit, at most `limit` UTF-16 units; the beginning where nothing hit."""
    begins = [0, *(m.end() for m in _SENTENCE_END.finditer(text.text)), len(text.text)]
    first = text.spans[0][0] if text.spans else 0
    index = max(i for i, begin in enumerate(begins[:-1]) if begin <= first)
    start = begins[index]
    end = begins[min(index + 2, len(begins) - 1)]
    if units(text.text[start:end]) > limit:
        end = max(begins[index + 1], text.spans[0][1] if text.spans else 0)
        # The hit itself must be seen even in an endless sentence: begin two thirds of the room before it, at a word.
        if text.spans and units(text.text[start : text.spans[0][1]]) > limit - 2:
            back = max(start, first - limit // 3)
            space = text.text.find(" ", back, first)
            start = space + 1 if space >= 0 else first
    part = text.text[start:end].rstrip()
    lead = ELLIPSIS if start not in begins else ""
    spans = tuple(
        (a - start + len(lead), min(b, start + len(part)) - start + len(lead))
        for a, b in text.spans
        if start <= a < start + len(part)
    )
    return cut(Marked(lead + part, spans), limit)


def is_arabic(text: str) -> bool:
    """Whether a text reads right to left: more of its letters do than do not. The first word may be a Latin name."""
    balance = 0
    for char in text:
        direction = unicodedata.bidirectional(char)
        balance += direction in ("R", "AL")
        balance -= direction == "L"
    return balance > 0


def line_mark(text: str, language: str) -> str:
    """The invisible mark a line begins with, so that its direction is ours and not its first word's."""
    return RLM if language == "ar" or is_arabic(text) else LRM


def decorate(
    text: Marked, *, escape: Callable[[str], str] = str, mark: tuple[str, str] = ("", ""), isolate: bool = True
) -> str:
    """`text` escaped, its spans between `mark`, its left-to-right runs isolated.

    A text without any Arabic is isolated as a whole, so that its last full stop stays at its end.
    """
    edges: dict[int, list[str]] = {}
    if isolate and text.text and not _ARABIC.search(text.text):
        edges = {0: [FSI], len(text.text): [PDI]}
    elif isolate:
        for run in _LEFT_TO_RIGHT.finditer(text.text):
            edges.setdefault(run.start(), []).append(FSI)
            edges.setdefault(run.end(), []).insert(0, PDI)
    for start, end in text.spans:
        edges.setdefault(start, []).append(mark[0])
        edges.setdefault(end, []).insert(0, mark[1])
    parts: list[str] = []
    before = 0
    for offset in sorted(edges):
        parts.append(escape(text.text[before:offset]))
        parts.extend(edges[offset])
        before = offset
    parts.append(escape(text.text[before:]))
    return "".join(parts)


def isolated(text: str) -> str:
    """A name, number or date kept together in a line of our own words.

    A name with Arabic in it is read from the right even when it begins with Latin ("Sky News عربية").
    """
    return f"{RLI if _ARABIC.search(text) else FSI}{text}{PDI}" if text else ""


def safe_link(link: str | None) -> str | None:
    """`link` if it is an http(s) address of sane length without spaces or controls, else None."""
    if not link or len(link) > 2000 or any(c.isspace() or c in _BIDI or ord(c) < 32 or c in '"<>\\^`{|}' for c in link):
        return None
    try:
        parts = urlsplit(link)
        host = parts.hostname
    except ValueError:
        return None
    return link if parts.scheme.lower() in ("http", "https") and host else None


def host_of(link: str) -> str:
    """The host a link leads to, as shown to a person: without `www.`, names in other scripts in punycode."""
    host = (urlsplit(link).hostname or "").removeprefix("www.")
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return ascii(host).strip("'")
