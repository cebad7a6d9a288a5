"""Tells whether a document is so plain that feedparser cannot be slow on it, so that it may be read in this process.

feedparser takes quadratic time on long attribute lists, long runs in an author's field, many categories and anything
that is not well-formed. One pass of expat, linear itself at this size, counts all of these. Everything else about the
document does not matter: what is not tame goes to a process that can be killed.
"""

from __future__ import annotations

from xml.parsers import expat

MAX_BYTES = 64_000
"""Well above a whole feed of 30 items; at most some 40 ms of feedparser."""

MAX_DEPTH = 40
MAX_ATTRIBUTES = 50
MAX_ELEMENTS = 4_000
MAX_NAMESPACES = 60
MAX_TAGGED = 400
MAX_PERSON_BYTES = 400
MAX_KEYWORDS_BYTES = 1_000

_TAGGED = frozenset({"category", "subject", "keywords", "tags", "hashtags"})
# Where feedparser looks for an e-mail address, reads a date, or splits a text into many tags.
_SHORT_NAMES = """
    author managingeditor webmaster creator publisher contributor owner name email pubdate published updated modified
    created issued date lastbuilddate expirationdate
"""
_LONGEST = {
    **dict.fromkeys(_SHORT_NAMES.split(), MAX_PERSON_BYTES),
    **dict.fromkeys(("keywords", "tags", "hashtags"), MAX_KEYWORDS_BYTES),
}


class _NotTameError(Exception):
    """Raised out of expat's callbacks to stop early; never leaves this module."""


class _Counter:
    """Counts while expat goes through the document."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        self._depth = 0
        self._elements = 0
        self._namespaces = 0
        self._tagged = 0
        self._limits: list[int] = []
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartNamespaceDeclHandler = self._namespace
        parser.StartDoctypeDeclHandler = self._doctype

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > MAX_DEPTH or self._elements > MAX_ELEMENTS or len(attributes) > MAX_ATTRIBUTES:
            raise _NotTameError
        local = name.rpartition(" ")[2].lower()
        if local in _TAGGED:
            self._tagged += 1
            if self._tagged > MAX_TAGGED:
                raise _NotTameError
        longest = _LONGEST.get(local)
        self._limits.append(self._parser.CurrentByteIndex + longest if longest else 0)

    def _end(self, name: str) -> None:
        self._depth -= 1
        limit = self._limits.pop()
        if limit and self._parser.CurrentByteIndex > limit:
            raise _NotTameError

    def _namespace(self, prefix: str | None, uri: str) -> None:
        self._namespaces += 1
        if self._namespaces > MAX_NAMESPACES:
            raise _NotTameError

    def _doctype(self, name: str, system: str | None, public: str | None, has_internal_subset: bool) -> None:
        if has_internal_subset:
            raise _NotTameError


def is_tame(data: bytes) -> bool:
    """Whether `data` (UTF-8) is small, well-formed and free of everything that makes feedparser slow."""
    if len(data) > MAX_BYTES:
        return False
    parser = expat.ParserCreate("utf-8", " ")
    _Counter(parser)
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, _NotTameError):
        return False
    return True
