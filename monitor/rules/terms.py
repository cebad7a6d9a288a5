"""Reading one term as a user types it: a word, a phrase, a quoted phrase, a beginning*, a /pattern/, ~slop, field:.

Gives a `Term` or raises `TermError`, which knows its column and says what to write in the user's language.
"""

from __future__ import annotations

import re
from dataclasses import replace

from monitor.arabic.clean import clean
from monitor.model import FieldName
from monitor.rules.messages import TermError
from monitor.rules.tree import Term, Word

MAX_SLOP = 20
DEFAULT_SLOP_OF_TWO_WORDS = 0
DEFAULT_SLOP_OF_MORE_WORDS = 2

_FIELD = re.compile(r"\s*(title|summary)\s*:", re.IGNORECASE)
_SLOP = re.compile(r"\s*~\s*(\S*)\s*$")
_PATTERN = re.compile(r"\s*/(.*)/\s*$", re.DOTALL)
_QUOTES = {'"': '"', "«": "»", "“": "”", "„": "“"}
_WORD = re.compile(r"[^\W_]+(?:\*(?!\w))?")


def parse_term(source: str, *, widen: bool = False) -> Term:
    """The term that `source` writes.

    Raises:
        TermError: it is empty, holds no word, has an open quote, a slop that is none …
    """
    field, body, offset = _split_field(source)
    if not body.strip():
        raise TermError("empty", column=offset + 1)
    pattern = _PATTERN.match(body)
    if pattern:
        return Term(source, pattern=_checked_pattern(pattern[1], offset), field=field)
    body, slop = _split_slop(body, offset)
    stripped = body.strip()
    if stripped.endswith("+"):
        widen, stripped = True, stripped[:-1].rstrip()
    quoted = _unquoted(stripped, offset + len(body) - len(body.lstrip()))
    if quoted is not None:
        words = tuple(Word(text, "exact") for text in _words(quoted))
    else:
        words = _form_words(stripped, offset, widen)
    if not words:
        raise TermError("no_word", column=offset + 1, text=stripped)
    if len(words) == 1 and slop is not None:
        raise TermError("slop_on_one_word", column=offset + 1, text=stripped)
    if slop is None:
        slop = DEFAULT_SLOP_OF_MORE_WORDS if len(words) > 2 and quoted is None else DEFAULT_SLOP_OF_TWO_WORDS
    return Term(source.strip(), words=words, slop=slop, field=field)


def _split_field(source: str) -> tuple[FieldName | None, str, int]:
    found = _FIELD.match(source)
    if not found:
        return None, source, 0
    field: FieldName = "title" if found[1].lower() == "title" else "summary"
    return field, source[found.end() :], found.end()


def _split_slop(body: str, offset: int) -> tuple[str, int | None]:
    found = _SLOP.search(body)
    if not found:
        return body, None
    digits = clean(found[1]).text
    if not digits.isascii() or not digits.isdigit() or int(digits) > MAX_SLOP:
        raise TermError("bad_slop", column=offset + found.start() + 1, text=found[1], most=MAX_SLOP)
    return body[: found.start()], int(digits)


def _unquoted(body: str, offset: int) -> str | None:
    closing = _QUOTES.get(body[0]) if body else None
    if closing is None:
        if body.endswith(tuple(_QUOTES.values())) and body.count('"') % 2:
            raise TermError("unbalanced_quote", column=offset + len(body))
        return None
    inner = body[1:]
    if not inner.endswith(closing):
        raise TermError("unbalanced_quote" if closing not in inner else "after_quote", column=offset + 1)
    return inner[:-1]


def _words(text: str) -> list[str]:
    return [word.rstrip("*") for word in _WORD.findall(clean(text).text)]


def _form_words(body: str, offset: int, widen: bool) -> tuple[Word, ...]:
    found = _WORD.findall(clean(body).text)
    words = [Word(text.rstrip("*"), "prefix" if text.endswith("*") else "form", widen=widen) for text in found]
    if len(words) > 1:
        words = [replace(word, in_phrase=True) for word in words]
    return tuple(words)


def _checked_pattern(pattern: str, offset: int) -> str:
    from monitor.rules.patterns import Pattern

    try:
        compiled = Pattern(pattern)
    except ValueError as error:
        raise TermError("bad_pattern", column=offset + 1, text=pattern, detail=str(error)) from error
    if compiled.matches_nothing():
        raise TermError("empty_pattern", column=offset + 1, text=pattern)
    return pattern
