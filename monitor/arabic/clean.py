"""Cleaning: one spelling for each letter, and a way back to the offsets of the text as given. Pure; knows no words.

`clean` keeps hamzas, yehs and teh marbuta as written (they tell words apart); `fold` drops what writers drop and is for
looking things up only. ة is never folded to ه: that would make عملة and عمله one word.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

# Text made of these alone is already clean. Latin letters and digits are left out: they need a closer look.
_PLAIN = " \\n!\"#$%'()*+,\\-./:;<=>?@\\[\\\\\\]\\^_`{|}~\u0621-\u063a\u0641-\u064a\u060c\u061b\u061f«»“”‘’–—…"
_UNUSUAL = re.compile(f"[^{_PLAIN}]")
# With these besides, it lacks at most lower case and spaces between scripts: no marks, no letters of other spellings.
_FOREIGN = re.compile(f"[^{_PLAIN}&0-9a-zA-Z]")
_COMBINING = "\u0300-\u036f\u0653-\u0655\u20d0-\u20f0\u3099\u309a\ufe20-\ufe2f"
# One letter that NFKC may change, with what combines with it; a plain letter only when something combines with it.
_TO_NORMALISE = re.compile(f"(?:.(?=[{_COMBINING}]))?[^{_PLAIN}0-9a-zA-Z][{_COMBINING}]*")
_ENTITY = re.compile(r"&(?:amp;|#38;|#[xX]26;)*(#[0-9]{1,7};?|#[xX][0-9a-fA-F]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};)")
# Tashkeel and Quranic marks, tatweel, zero-width, bidi controls, soft hyphen, variation selectors, and the presentation
# forms of tashkeel (NFKC would turn those into a space and a mark). U+0653-0655 stay until NFKC has composed ا + hamza.
_MARKS = (
    "\u0610-\u061a\u0640\u064b-\u0652\u0656-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08d3-\u08ff"
    "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ufe70-\ufe72\ufe74\ufe76-\ufe7f\ufc5e-\ufc63\ufcf2-\ufcf4"
)
_DELETED = re.compile(f"[{_MARKS}]+")
_DELETED_AFTER_NFKC = re.compile(f"[{_MARKS}\u0653-\u0655]+")
_TRAILING_MARKS = re.compile("[\u0640\u064b-\u0655\u0670]*")

_LETTERS = {
    "\u06cc": "ي", "\u06a9": "ك", "\u06c1": "ه", "\u06be": "ه", "\u06d5": "ه", "\u0671": "ا", "\u0672": "أ",
    "\u0673": "إ", "\u06c3": "ة", "\u06aa": "ك", "\u06d0": "ي",
}  # fmt: skip
_LETTERS.update({chr(0x660 + n): str(n) for n in range(10)})
_LETTERS.update({chr(0x6F0 + n): str(n) for n in range(10)})
_LETTER = re.compile(f"[{''.join(_LETTERS)}]")
_SURROGATE = re.compile("[\ud800-\udfff]")

_ARABIC = "\u0620-\u063f\u0641-\u064a\u066e-\u06d3\u06ee\u06ef\u06fa-\u06ff"
_ARABIC_LETTER = re.compile(f"[{_ARABIC}]")
_LATIN_RUN = re.compile("[a-z0-9]+")
_ASCII_RUN = re.compile("[a-zA-Z0-9]+")
_MAX_PASSES = 6


@dataclass(frozen=True, slots=True)
class _Layer:
    """One rewriting step: segments of the result, each with where it came from.

    A segment starts at `starts[i]` of the result and came from `origins[i]:ends[i]`; `copied[i]`: letter for letter.
    """

    starts: list[int]
    origins: list[int]
    ends: list[int]
    copied: list[bool]

    def start(self, position: int) -> int:
        segment = bisect_right(self.starts, position) - 1
        if segment < 0:
            return 0
        if self.copied[segment]:
            return min(self.origins[segment] + position - self.starts[segment], self.ends[segment])
        return self.origins[segment]

    def end(self, position: int) -> int:
        segment = bisect_right(self.starts, position - 1) - 1
        if segment < 0:
            return 0
        if self.copied[segment]:
            return min(self.origins[segment] + position - self.starts[segment], self.ends[segment])
        return self.ends[segment]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cleaned text and the way back. `original` is the text as given; `text` the cleaned one."""

    original: str
    text: str
    layers: tuple[_Layer, ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The code points of `original` that `text[start:end]` came from, with the marks written on its last letter."""
        if not self.layers:
            return start, end
        for layer in reversed(self.layers):
            start, end = layer.start(start), max(layer.end(end), layer.start(start))
        trailing = _TRAILING_MARKS.match(self.original, end)
        return start, trailing.end() if trailing else end


def clean(text: str) -> Cleaned:
    """One spelling for each letter; see the module. Idempotent: `clean(clean(t).text).text == clean(t).text`."""
    if _UNUSUAL.search(text) is None:
        return Cleaned(text, text)
    layers: list[_Layer] = []
    result = _passes(text, layers)
    return Cleaned(text, result, tuple(layers))


def clean_text(text: str) -> str:
    """`clean(text).text` without the way back, at a third of its cost."""
    if _UNUSUAL.search(text) is None:
        return text
    if "&" not in text and _FOREIGN.search(text) is None:
        return _ASCII_RUN.sub(_lowered_apart, text)  # nothing else is to be done, and `lower` on Arabic is slow
    return _passes(text, None)


def _passes(text: str, layers: list[_Layer] | None) -> str:
    for _ in range(_MAX_PASSES):
        text = _one_pass(text, layers)
        if _is_stable(text):
            return text
    # Entities nested in entities, layer on layer: hostile. Ending them here keeps the time bounded.
    return _one_pass(text.replace("&", " "), layers)


def _is_stable(text: str) -> bool:
    """Whether another pass would change nothing: what was deleted may have brought new neighbours together."""
    return _is_normalised(text) and not ("&" in text and _ENTITY.search(text))


def _is_normalised(text: str) -> bool:
    # The ellipsis is everywhere in headlines, ends a sentence as it is, and is left alone by `_TO_NORMALISE`.
    return unicodedata.is_normalized("NFKC", text.replace("…", "") if "…" in text else text)


def fold(text: str) -> str:
    """Cleaned letters without hamza and with one yeh, for lookups: إلى and الي are one. Idempotent."""
    return fold_cleaned(clean_text(text))


def fold_cleaned(cleaned: str) -> str:
    """`fold` for a text that `clean` has already been over; letter for letter."""
    return (
        cleaned.replace("أ", "ا")
        .replace("إ", "ا")
        .replace("آ", "ا")
        .replace("ى", "ي")
        .replace("ئ", "ء")
        .replace("ؤ", "ء")
    )


def clean_letters(text: str) -> str:
    """Only the letters' part of `clean` (Persian letters, digits, marks): for regular expressions, whose signs stay."""
    return _LETTER.sub(lambda found: _LETTERS[found[0]], _DELETED_AFTER_NFKC.sub("", text))


_SEPARATORS = re.compile(r"[^\w]+|_+")


def title_key(text: str) -> str:
    """The folded words of a headline joined by one space: equal for headlines that differ in spelling or signs only."""
    return _SEPARATORS.sub(" ", fold(text)).strip()


def _one_pass(text: str, layers: list[_Layer] | None) -> str:
    if "&" in text:
        text = _rewrite(text, _ENTITY, _decode_entity, layers)
    text = _one_spelling(text, layers) if _FOREIGN.search(text) else text.lower()
    return _rewrite(text, _LATIN_RUN, _apart_from_arabic, layers)


def _one_spelling(text: str, layers: list[_Layer] | None) -> str:
    text = _rewrite(text, _DELETED, _nothing, layers)
    if not _is_normalised(text):
        text = _rewrite(text, _TO_NORMALISE, _normalise, layers)
    text = _rewrite(text, _DELETED_AFTER_NFKC, _nothing, layers)
    if _LETTER.search(text):
        text = _LETTER.sub(lambda found: _LETTERS[found[0]], text)
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = _rewrite(text, _LONG_LOWER, lambda found: "i", layers).lower()
    return _SURROGATE.sub("\ufffd", lowered)


def _apart_from_arabic(found: re.Match[str]) -> str:
    """A change of script inside a run ends a word: الـAI is ال and ai, 7أكتوبر is 7 and أكتوبر."""
    text, (start, end) = found.string, found.span()
    before = " " if start and _ARABIC_LETTER.match(text, start - 1) else ""
    after = " " if _ARABIC_LETTER.match(text, end) else ""
    return f"{before}{found[0]}{after}"


def _lowered_apart(found: re.Match[str]) -> str:
    return _apart_from_arabic(found).lower()


_LONG_LOWER = re.compile("İ")  # the only letter whose lower case is longer


def _rewrite(
    text: str, pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str], layers: list[_Layer] | None
) -> str:
    """`pattern.sub` that adds to `layers`, where they are wanted, the map from the result to `text`."""
    if layers is None:
        return pattern.sub(replacement, text)
    layer = _Layer([], [], [], [])
    pieces: list[str] = []
    done = length = 0

    def add(piece: str, origin: int, end: int, copied: bool) -> None:
        nonlocal length
        if piece:
            layer.starts.append(length)
            layer.origins.append(origin)
            layer.ends.append(end)
            layer.copied.append(copied)
            pieces.append(piece)
            length += len(piece)

    changed = False
    for found in pattern.finditer(text):
        new = replacement(found)
        start, end = found.span()
        if new == found[0]:
            continue
        changed = True
        add(text[done:start], done, start, True)
        add(new, start, end, False)
        done = end
    if not changed:
        return text
    add(text[done:], done, len(text), True)
    layers.append(layer)
    return "".join(pieces)


def _nothing(found: re.Match[str]) -> str:
    return ""


def _decode_entity(found: re.Match[str]) -> str:
    # Encoded more than once (&amp;quot;), it is decoded to the end.
    decoded = html.unescape(f"&{found[1]}")
    return found[0] if decoded == f"&{found[1]}" else decoded.replace("\u00a0", " ")


def _normalise(found: re.Match[str]) -> str:
    normalised = unicodedata.normalize("NFKC", found[0])
    return _DELETED_AFTER_NFKC.sub("", normalised)
