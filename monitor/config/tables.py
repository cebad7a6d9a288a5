"""Whole [[…]] tables cut out of a TOML text or put into it, so that every comment around them stays where it is. Pure.

tomlkit counts the comments below a table as part of it and would take them along; here a comment belongs to a table
when it touches it: the lines right above its header, and right below its last key unless another header follows them.
"""

from __future__ import annotations

from pathlib import Path

from monitor.config import document as documents
from monitor.config.document import Document
from monitor.errors import MonitorError


def append(text: str, key: str, blocks: list[str]) -> str:
    """The text with new tables behind the last one of that key, or at the end where there is none.

    Args:
        blocks: each the keys of one table, as lines that end with a line break, without the header.
    """
    document = _parse(text)
    count = _count(document, key)
    added = "".join(f"\n[[{key}]]\n{block}" for block in blocks)
    if not count:
        return f"{text.rstrip()}\n{added}" if text.strip() else added.lstrip("\n")
    _, end = _span(document, key, count - 1)
    head = text[:end]
    return f"{head}{'' if head.endswith(chr(10)) else chr(10)}{added}{text[end:]}"


def remove(text: str, key: str, index: int) -> str:
    """The text without one table and the comments that touch it."""
    start, end = _span(_parse(text), key, index)
    head, tail = text[:start], text[end:]
    if head.endswith("\n\n") or not head:
        tail = tail.removeprefix("\n")
    return head + tail


def insert_key(text: str, key: str, index: int, line: str) -> str:
    """The text with one more line of a table, behind its last key."""
    document = _parse(text)
    _span(document, key, index)
    own = [place.end for path, place in document.places.places.items() if path[:2] == (key, index) and len(path) == 3]
    end = _line_end(text, max(own, default=document.places.places[(key, index)].start))
    head = text[:end] if text[:end].endswith("\n") else f"{text[:end]}\n"
    return f"{head}{line}{text[end:]}"


def _parse(text: str) -> Document:
    return documents.parse(text, Path("config.toml"))


def _count(document: Document, key: str) -> int:
    found = document.data.get(key, [])
    return len(found) if isinstance(found, list) else 0


def _span(document: Document, key: str, index: int) -> tuple[int, int]:
    """Where a table begins and ends, in whole lines."""
    text, places = document.text, document.places.places
    header = places[(key, index)].start
    if not text.startswith("[[", header):
        hint = f"write [[{key}]] tables to have them edited, or edit the file yourself"
        raise MonitorError(f"{key} is not written as [[{key}]] tables", hint=hint)
    last = max(place.end for path, place in places.items() if path[:2] == (key, index))
    return _comments_above(text, text.rfind("\n", 0, header) + 1), _comments_below(text, _line_end(text, last))


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return len(text) if end < 0 else end + 1


def _comments_above(text: str, start: int) -> int:
    """The begin of the comment lines right above; one that opens the file speaks of the whole file and is left."""
    above = start
    while above > 0:
        line = text.rfind("\n", 0, above - 1) + 1
        if not text[line:above].lstrip().startswith("#"):
            return above
        above = line
    return start


def _comments_below(text: str, end: int) -> int:
    below = end
    while below < len(text):
        after = _line_end(text, below)
        line = text[below:after].strip()
        if not line.startswith("#"):
            return end if line.startswith("[") else below
        below = after
    return below
