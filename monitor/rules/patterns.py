"""A /regular expression/ on cleaned text, in linear time (google-re2), with code point offsets. The one home of re2."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from monitor.arabic.clean import clean_letters


class Pattern:
    """A compiled expression; case does not matter, as cleaned text is lower case."""

    def __init__(self, expression: str) -> None:
        """Compiles.

        Raises:
            ValueError: `expression` does not compile; says why.
        """
        import re2

        options = re2.Options()
        options.case_sensitive = False
        options.log_errors = False
        options.max_mem = 8 << 20
        try:
            self._compiled: Any = re2.compile(clean_letters(expression).encode("utf-8", "replace"), options)
        except re2.error as error:
            detail = error.args[0] if error.args else ""
            raise ValueError(detail.decode("utf-8", "replace") if isinstance(detail, bytes) else str(detail)) from error

    def matches_nothing(self) -> bool:
        """Whether it matches the empty text, and so everywhere."""
        return self._compiled.search(b"") is not None

    def places(self, cleaned: str) -> Iterator[tuple[int, int]]:
        """Where it matches, start and end as code points; empty matches are none."""
        encoded = cleaned.encode("utf-8", "replace")
        bytes_done = points_done = 0
        for found in self._compiled.finditer(encoded):
            start, end = found.span()
            if start == end:
                continue
            first = points_done + len(encoded[bytes_done:start].decode("utf-8", "ignore"))
            last = first + len(encoded[start:end].decode("utf-8", "ignore"))
            bytes_done, points_done = end, last
            yield first, last
