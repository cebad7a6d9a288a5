"""A small XML document as a tree, and the questions that tell a plain one from one with something odd in it. Pure.

Each question raises `DoubtError` at the first oddity: the document is then read by feedparser, which knows them all.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from xml.parsers import expat

# feedparser takes C1 controls for windows-1252, and a text in Latin-1 that is valid UTF-8 for twice encoded.
_C1 = re.compile("[\x80-\x9f]")
_BEYOND_LATIN_1 = re.compile("[^\x00-\xff]")


MAX_ELEMENTS = 30_000
"""About 10 MB of tree; three times what 500 items of twenty fields have."""


class DoubtError(Exception):
    """The document is not plain."""


class Element:
    """An element: expanded name ("uri local"), attributes, children; its text, stripped, where it has no children."""

    __slots__ = ("attributes", "children", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Element] = []
        self.text = ""


def tree(data: bytes) -> Element:
    """The root of a UTF-8 document.

    Raises:
        DoubtError: it has a document type, or more than MAX_ELEMENTS elements.
        xml.parsers.expat.ExpatError: it is not well-formed.
    """
    document = Element("", {})
    stack = [document]
    pieces: list[str] = []
    left = MAX_ELEMENTS

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise DoubtError
        element = Element(name, attributes)
        stack[-1].children.append(element)
        stack.append(element)
        pieces.clear()

    def end(_: str) -> None:
        stack.pop().text = "".join(pieces).strip()
        pieces.clear()

    def doubt(*_: object) -> None:
        raise DoubtError

    parser = expat.ParserCreate("utf-8", " ")
    parser.buffer_text = True
    parser.buffer_size = 65_536
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = pieces.append
    parser.StartDoctypeDeclHandler = doubt
    parser.Parse(data, True)
    return document.children[0]


def allow(element: Element, *names: str) -> None:
    """Doubt an element with other attributes than these."""
    if element.attributes and not element.attributes.keys() <= set(names):
        raise DoubtError


def leaf(element: Element) -> Element:
    """The element; doubt one with children."""
    if element.children:
        raise DoubtError
    return element


def leaves(element: Element, names: Collection[str]) -> list[Element]:
    """The children of an element; doubt one with attributes, or with any but childless bare children of these names."""
    allow(element)
    for child in element.children:
        if child.name not in names or child.children or child.attributes:
            raise DoubtError
    return element.children


def text(element: Element) -> str:
    """The text of an element; doubt one whose characters feedparser would take for others."""
    found = element.text
    if not found.isascii() and (_C1.search(found) or not _BEYOND_LATIN_1.search(found)):
        raise DoubtError
    return found


def address(found: str) -> str:
    """An address; doubt one with more slashes than it needs, which feedparser mends."""
    if ":///" in found:
        raise DoubtError
    return found


class Once:
    """Doubts what comes twice."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def see(self, name: str) -> None:
        """Note `name`; doubt it the second time."""
        if name in self._seen:
            raise DoubtError
        self._seen.add(name)
