"""What grouping keeps of an item's text: a few dozen terms, numbers and marks, as one compact blob. Pure.

The blob is what the store keeps, so that a start rebuilds the stories of the window without reading texts again.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from sys import intern
from zlib import crc32

from monitor.stories.headline import before_background, is_quote, split_headline
from monitor.stories.lexicon import BULLETIN, COMMENT, QUOTE, REACTION, cue, term
from monitor.stories.serials import serials_of
from monitor.stories.tolls import tolls_of
from monitor.stories.words import tokens

VERSION = "1"
TITLE_WORDS = 14  # what stands for a headline where there is none: about a sentence's worth of the opening
LEAD_WORDS = 40
ALL_WORDS = 110
BULLETIN_WORDS = 16
SKETCH_BINS = 16
COPY_BINS = 6  # equal bins from which two sketches count as one text: about half of the shorter one's trigrams


@dataclass(frozen=True, slots=True)
class Features:
    """The text of an item as grouping sees it.

    `terms`: unique, in order of appearance, headline first; the first `focus` of them are what the headline says is
    new, the first `title` the whole headline, the first `lead` headline and lead. `serials`: noun and number, as
    "noun:number"; `tolls`: kind and number likewise. `marks`: letters for the kinds of `cues.txt` that were found. `headline`, `whole`: hashes, equal for texts of equal words; 0 where a headline
    of fewer than four words, or a text of fewer than eight, would say nothing. `sketch`: MinHash over the word
    trigrams, one 4-byte minimum a bin.
    """

    terms: tuple[str, ...]
    focus: int
    title: int
    lead: int
    serials: tuple[str, ...]
    tolls: tuple[str, ...]
    marks: str
    headline: int
    whole: int
    sketch: bytes


def extract(title: str, summary: str) -> Features:
    """Read a text. Either part may be empty; without a headline the first words of the summary stand for it."""
    head, body = tokens(title), tokens(summary)
    focus, behind = split_headline(title if head else " ".join(body[:TITLE_WORDS]))
    opening = body[: before_background(body, LEAD_WORDS)]
    words = [*head, *body[:ALL_WORDS]]
    terms: dict[str, None] = {}
    sizes = []
    for part in (focus, behind, opening, words):
        terms |= _terms(part)
        sizes.append(len(terms))
    return Features(
        terms=tuple(map(intern, terms)),
        focus=sizes[0],
        title=sizes[1],
        lead=sizes[2],
        serials=tuple(sorted(serials_of(words))),
        tolls=tuple(f"{kind}:{number}" for kind, number in sorted(tolls_of(words).items())),
        marks=_marks(title, focus, body),
        headline=_digest(head, 4),
        whole=_digest([*head, *body], 8),
        sketch=_sketch(words),
    )


def features(title: str, summary: str) -> bytes:
    """Reduce a text to the blob that `read` takes: about 0.4 KB of readable UTF-8 with a version."""
    text = extract(title, summary)
    fields = (
        VERSION,
        " ".join(text.terms),
        f"{text.focus} {text.title} {text.lead}",
        " ".join(text.serials),
        " ".join(text.tolls),
        text.marks,
        f"{text.headline:x} {text.whole:x}",
        text.sketch.hex(),
    )
    return "\n".join(fields).encode()


def read(blob: bytes) -> Features | None:
    """The features in a blob, or None where another version wrote it."""
    fields = blob.decode().split("\n")
    if fields[0] != VERSION or len(fields) != 8:
        return None
    _, terms, sizes, serials, tolls, marks, digests, sketch = fields
    focus, title, lead = map(int, sizes.split())
    headline, whole = digests.split()
    return Features(
        terms=tuple(map(intern, terms.split())),
        focus=focus,
        title=title,
        lead=lead,
        serials=tuple(serials.split()),
        tolls=tuple(tolls.split()),
        marks=marks,
        headline=int(headline, 16),
        whole=int(whole, 16),
        sketch=bytes.fromhex(sketch),
    )


def is_copy(one: Features, other: Features) -> bool:
    """Whether two texts share about half or more of their word trigrams, by their sketches."""
    if one.whole and one.whole == other.whole:
        return True
    ours, theirs = one.sketch, other.sketch
    equal = 0
    for at in range(0, min(len(ours), len(theirs)), 4):
        equal += ours[at : at + 4] == theirs[at : at + 4] != b"\xff\xff\xff\xff"
    return equal >= COPY_BINS


def _marks(title: str, focus: list[str], body: list[str]) -> str:
    """The kinds of report that the new part of a headline announces; bulletins and comments also show further on."""
    marks = {cue(word) for word in focus}
    if COMMENT in marks:
        marks.add(REACTION)
    if is_quote(title):
        marks.add(QUOTE)
    marks.update(mark for word in body[:BULLETIN_WORDS] if (mark := cue(word)) == BULLETIN)
    marks.update(mark for word in body[:ALL_WORDS] if (mark := cue(word)) == COMMENT)
    return "".join(sorted(marks))


def _digest(words: list[str], least: int) -> int:
    if len(words) < least:
        return 0
    return int.from_bytes(blake2b(" ".join(words).encode(), digest_size=8).digest())


def _terms(words: list[str]) -> dict[str, None]:
    """The terms of some words, each once, in order; numbers and empty words left out."""
    return dict.fromkeys(stem for word in words if word[0] > "9" and (stem := term(word)))


def _sketch(words: list[str]) -> bytes:
    """One-permutation MinHash: the smallest hash of the trigrams in each of 16 bins, all ones in an empty bin."""
    if len(words) < 8:
        return b""
    bins = [0xFFFFFFFF] * SKETCH_BINS
    for one, two, three in zip(words, words[1:], words[2:], strict=False):
        value = crc32(f"{one} {two} {three}".encode())
        at = value % SKETCH_BINS
        if value < bins[at]:
            bins[at] = value
    return b"".join(value.to_bytes(4, "big") for value in bins)
