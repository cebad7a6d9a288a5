"""Takes out of a document what XML forbids: one such byte would send the whole of it to the loose parser. Pure."""

from __future__ import annotations

import re

# References to what is no XML character (https://www.w3.org/TR/xml/#charsets); feedparser raises on some.
_BAD_REFERENCE = re.compile(
    rb"&#(?:[xX]0*+(?:[dD][89a-fA-F][0-9a-fA-F]{2}|[0-8bBcCeEfF]?|1[0-9a-fA-F]|[fF]{3}[eEfF]|[0-9a-fA-F]{7,}"
    rb"|(?:11|1[2-9a-fA-F]|[2-9a-fA-F][0-9a-fA-F])[0-9a-fA-F]{4})"
    rb"|0*+(?:5529[6-9]|55[3-9]\d\d|56\d{3}|57[0-2]\d\d|573[0-3]\d|5734[0-3]|6553[45]|[0-8]?|1[124-9]|2\d|3[01]|\d{8,}"
    rb"|11141(?:1[2-9]|[2-9]\d)|111(?:4[2-9]|[5-9]\d)\d\d|11[2-9]\d{4}|1[2-9]\d{5}|[2-9]\d{6}));"
)
_CONTROLS = bytes([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)])
_FIRST_ELEMENT = re.compile(rb"<\w")
_DECLARATION = re.compile(rb"<\?xml[^>]{0,200}\?>")
_DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]{0,500}>", re.IGNORECASE)

MAX_PROLOG = 2_000
"""Bytes before the first element given to feedparser as they are; its patterns for them are quadratic."""


def without_forbidden(data: bytes) -> bytes:
    """`data` without bytes and references that XML forbids; a long prolog is reduced to declaration and DOCTYPE."""
    if b"&#" in data:
        data = _BAD_REFERENCE.sub("\ufffd".encode(), data)
    data = data.translate(None, _CONTROLS).lstrip()
    first = _FIRST_ELEMENT.search(data)
    if first and first.start() > MAX_PROLOG:
        prolog = data[: first.start()]
        kept = [found.group() for found in (_DECLARATION.match(prolog), _DOCTYPE.search(prolog)) if found]
        data = b"".join([*kept, data[first.start() :]])
    return data
