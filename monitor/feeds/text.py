"""Turns a field's HTML into plain text, and a summary's text into news without the boilerplate around it. Pure.

Every step is linear in the length of its input, for the input is hostile: no tree is built, nothing is looked up. The
result holds no markup, no control or bidirectional formatting characters, no lone surrogates, and single spaces.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from monitor.feeds.boilerplate import without_boilerplate
from monitor.feeds.mojibake import repair

MAX_TITLE = 500
"""Characters of text kept of a title."""

MAX_SUMMARY = 4_000
"""Characters of text kept of a summary; some outlets put the whole article there."""

MAX_HTML = 64_000
"""Characters of a field's HTML looked at."""

# Possessive throughout, so that a quote which never closes costs at most its 500 characters.
_TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30}+)((?>[^<>"']++|"[^"<]{0,500}+"|'[^'<]{0,500}+'|["'])*+)>""")
_HIDDEN = re.compile(
    r"<(script|style|noscript|template|iframe|svg|object|select|textarea|head|title)\b(?=[\s>/])", re.IGNORECASE
)
_DECLARATION = re.compile(r"<[!?/][^<>]*>")
_BLOCK_NAMES = """
    address article aside blockquote br button caption center dd details dialog div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hr legend li main menu nav ol option p pre section summary table tbody td
    tfoot th thead tr ul video audio embed img
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_KNOWN_TAG = re.compile(
    r"</?(?:p|br|div|span|b|i|u|a|strong|em|img|h[1-6]|ul|ol|li|table|tr|td|font|blockquote|figure|script|style|iframe"
    r"|center|small|big|sup|sub|section|article|hr|pre|code)(?=[\s>/])[^<>]*>",
    re.IGNORECASE,
)
# What a generator that cuts HTML by its length leaves at the end.
_UNFINISHED = re.compile(
    r"(?:</(?:p|div|span|b|i|a|strong|em|h[1-6]|ul|ol|li|font|figure)"
    r"|<(?:p|br|div|span|a|strong|em|img|h[1-6]|ul|ol|li|font|iframe|figure)\s[^<>]*)$",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u180e\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_IMAGE = re.compile(r"""<img\b[^<>]{0,1000}?\ssrc\s*=\s*["']?([^"'<>\s]{4,2000})""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Text:
    """A field as text. `cut`: whether a limit took something away. `flag`: what mojibake.repair said."""

    value: str
    cut: bool = False
    flag: str = ""


def title_text(value: str) -> Text:
    """A title as one line of at most MAX_TITLE characters."""
    lines, flag = repair(lines_of(value[:MAX_HTML]))
    text = tidy(lines)
    return Text(shorten(text, MAX_TITLE), len(text) > MAX_TITLE or len(value) > MAX_HTML, flag)


def summary_text(value: str) -> Text:
    """A summary as one line of at most MAX_SUMMARY characters, boilerplate left out."""
    lines, flag = repair(lines_of(value[:MAX_HTML]))
    text = tidy(without_boilerplate(lines))
    return Text(shorten(text, MAX_SUMMARY), len(text) > MAX_SUMMARY or len(value) > MAX_HTML, flag)


def plain(value: str, limit: int) -> str:
    """A small field (author, category) as one line of at most `limit` characters."""
    return tidy(repair(lines_of(value[: 4 * limit]))[0])[:limit].rstrip()


def lines_of(value: str) -> str:
    """HTML as text, a line feed where a block begins or ends; entities decoded, also where they were escaped twice."""
    text = value
    for _ in range(3):
        if "<" in text:
            text = _strip(text)
        if "&" not in text:
            break
        decoded = html.unescape(text)
        if decoded == text:
            break
        text = decoded
        # Escaped markup inside text: it was escaped once too often. A lone "<" is just a sign.
        if not _ENTITY.search(text) and not _KNOWN_TAG.search(text):
            break
    return text


def tidy(text: str) -> str:
    """One line, single spaces, no characters that steer instead of being read."""
    line = " ".join(text.split())
    if line.isprintable():
        return line
    return " ".join(_SURROGATE.sub("\ufffd", _UNWANTED.sub("", line)).split())


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a space where one is near, with an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ", max(0, limit - 60))
    return f"{(head[:space] if space > 0 else head).rstrip()}…"


def first_image(value: str) -> str | None:
    """The source of the first picture in a field's HTML, as written there, or None."""
    found = _IMAGE.search(value[:MAX_HTML]) if "<img" in value or "<IMG" in value else None
    return html.unescape(found.group(1)) if found else None


def _strip(text: str) -> str:
    """`text` without tags, comments and elements that are not read; blocks become line feeds."""
    text = _without_hidden(text)
    if "<!" in text or "<?" in text:
        text = _DECLARATION.sub("", _without_comments(text))
    text = _TAG.sub(_tag_as_text, text)
    last = text.rfind("<")
    return text[:last] if last >= 0 and _UNFINISHED.match(text, last) else text


def _tag_as_text(found: re.Match[str]) -> str:
    return "\n" if found.group(2).lower() in _BLOCKS else ""


def _without_hidden(text: str) -> str:
    """Leaves out scripts, styles and the like with their content; one that never closes takes the rest with it."""
    found = _HIDDEN.search(text)
    if found is None:
        return text
    kept: list[str] = []
    at = 0
    while found:
        kept.append(text[at : found.start()])
        close = re.compile(rf"</{found.group(1)}\s*>", re.IGNORECASE).search(text, found.end())
        if close is None:
            return " ".join(kept)
        at = close.end()
        found = _HIDDEN.search(text, at)
    return " ".join([*kept, text[at:]])


def _without_comments(text: str) -> str:
    kept: list[str] = []
    at = 0
    while True:
        start = text.find("<!--", at)
        if start < 0:
            return "".join([*kept, text[at:]]).replace("<![CDATA[", "").replace("]]>", "")
        kept.append(text[at:start])
        end = text.find("-->", start + 4)
        if end < 0:
            return "".join(kept)
        at = end + 3
