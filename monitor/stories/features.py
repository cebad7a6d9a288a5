"""What grouping keeps of an item's text: a few dozen terms, numbers and marks, as one compact blob. Pure.

The blob is what the store keeps, so that a start rebuilds the stories of the window without reading texts again.
"""

from __future__ import annotations

from hashlib import blake2b
from itertools import accumulate, islice
from operator import eq
from struct import pack
from sys import intern
from typing import NamedTuple
from zlib import crc32

from monitor.stories.headline import before_background, is_quote, split_headline
from monitor.stories.lexicon import BULLETIN, COMMENT, QUOTE, REACTION, SERIAL, cues_of, terms_of
from monitor.stories.serials import serials_of
from monitor.stories.tolls import tolls_of
from monitor.stories.words import fold, tokens, words_in

VERSION = "2"
CURRENT = f"{VERSION}\n".encode()
"""How the blobs of this version begin."""

TITLE_WORDS = 14  # what stands for a headline where there is none: about a sentence's worth of the opening
LEAD_WORDS = 40
ALL_WORDS = 110
MOST_TERMS = 60
BULLETIN_WORDS = 16
SKETCH_BINS = 16
_NO_HASH = 1 << 32
COPY_BINS = 6  # equal bins from which two sketches count as one text: about half of the shorter one's trigrams


class Features(NamedTuple):
    """The text of an item as grouping sees it.

    `terms`: unique, in order of appearance, headline first; the first `focus` of them are what the headline says is
    new, the first `title` the whole headline, the first `lead` headline and lead. `serials`: noun and number, as
    "noun:number"; `tolls`: kind and number likewise. `marks`: letters for the kinds of `cues.txt` that were found.
    `headline`, `whole`: hashes, equal for texts of equal words; 0 where a headline of fewer than four words, or a text
    of fewer than eight, would say nothing. `sketch`: MinHash over the word trigrams, one 4-byte minimum a bin.
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
    folded = fold(title)
    head, body = words_in(folded), tokens(summary)[:ALL_WORDS]
    focus, behind = split_headline(folded if head else " ".join(body[:TITLE_WORDS]))
    words = head + body
    opening = before_background(body, LEAD_WORDS)
    terms: dict[str, None] = {}
    in_focus, in_title, in_lead, _, _ = (
        _grown(terms, part) for part in (focus, behind, body[:opening], body[opening:], head)
    )
    cues = cues_of(words)
    joined = " ".join(words).encode()
    return Features(
        terms=tuple(map(intern, islice(terms, MOST_TERMS))),
        focus=in_focus,
        title=in_title,
        lead=min(MOST_TERMS, in_lead),
        serials=tuple(sorted(serials_of(words))) if SERIAL in cues else (),
        tolls=tuple(f"{kind}:{number}" for kind, number in sorted(tolls_of(words).items())),
        marks=_marks(focus, cues[len(head) :], is_quote(title)),
        headline=_digest(" ".join(head).encode()) if len(head) >= 4 else 0,
        whole=_digest(joined) if len(words) >= 8 else 0,
        sketch=_sketch(joined) if len(words) >= 8 else b"",
    )


def features(title: str, summary: str) -> bytes:
    """Reduce a text to the blob that `read` takes."""
    return write(extract(title, summary))


def write(text: Features) -> bytes:
    """The blob that `read` takes: about 0.4 KB of readable UTF-8 with a version."""
    fields = (
        VERSION,
        f"{text.headline:x} {text.whole:x}",
        " ".join(text.terms[: text.lead]),
        " ".join(text.terms[text.lead :]),
        f"{text.focus} {text.title}",
        " ".join(text.serials),
        " ".join(text.tolls),
        text.marks,
        text.sketch.hex(),
    )
    return "\n".join(fields).encode()


def is_current(blob: bytes) -> bool:
    """Whether this version of the program wrote a blob; another's cannot be read."""
    return blob.startswith(CURRENT)


def read(blob: bytes) -> Features:
    """The features in a blob."""
    _, digests, lead, rest, sizes, serials, tolls, marks, sketch = blob.decode().split("\n")
    headline, whole = digests.split()
    focus, title = sizes.split()
    leading = tuple(map(intern, lead.split()))
    return Features(
        terms=leading + tuple(map(intern, rest.split())),
        focus=int(focus),
        title=int(title),
        lead=len(leading),
        serials=tuple(serials.split()),
        tolls=tuple(tolls.split()),
        marks=marks,
        headline=int(headline, 16),
        whole=int(whole, 16),
        sketch=bytes.fromhex(sketch),
    )


def digests_in(blob: bytes) -> tuple[int, int]:
    """`headline` and `whole` of the features in a blob, without reading the rest."""
    headline, whole = blob.split(b"\n", 2)[1].split()
    return int(headline, 16), int(whole, 16)


def lead_in(blob: bytes) -> list[str]:
    """The terms of headline and lead of the features in a blob, without reading the rest."""
    return blob.split(b"\n", 3)[2].decode().split()


def is_copy(one: Features, other: Features) -> bool:
    """Whether two texts share about half or more of their word trigrams, by their sketches."""
    if one.whole and one.whole == other.whole:
        return True
    equal: int = sum(map(eq, memoryview(one.sketch).cast("I"), memoryview(other.sketch).cast("I")))
    return equal >= COPY_BINS


def _grown(terms: dict[str, None], words: list[str]) -> int:
    """How many terms there are when those of `words` have been added in order."""
    terms |= dict.fromkeys(terms_of(words))
    terms.pop("", None)
    return len(terms)


def _marks(focus: list[str], body_cues: list[str], quoted: bool) -> str:
    """The kinds of report that the new part of a headline announces; bulletins and comments also show further on."""
    marks = set(cues_of(focus))
    if COMMENT in marks:
        marks.add(REACTION)
    if quoted:
        marks.add(QUOTE)
    if BULLETIN in body_cues[:BULLETIN_WORDS]:
        marks.add(BULLETIN)
    if COMMENT in body_cues:
        marks.add(COMMENT)
    return "".join(sorted(marks))


def _digest(joined: bytes) -> int:
    return int.from_bytes(blake2b(joined, digest_size=8).digest())


def _sketch(joined: bytes) -> bytes:
    """One-permutation MinHash: the smallest hash of the trigrams in each of 16 bins; an empty bin repeats another.

    Args:
        joined: at least three words, a space between two.
    """
    bins = [_NO_HASH] * SKETCH_BINS
    ends = list(accumulate((len(word) + 1 for word in joined.split(b" ")), initial=0))
    for start, end in zip(ends, ends[3:], strict=False):
        value = crc32(joined[start : end - 1])
        at = value % SKETCH_BINS
        if value < bins[at]:
            bins[at] = value
    filled = next(value for value in bins if value != _NO_HASH)
    sketch = [filled := filled if value == _NO_HASH else value for value in bins]
    return pack(f">{SKETCH_BINS}I", *sketch)
