"""What of a configuration is secret, and its text without that, for the history of applied configurations. Pure.

What `${…}` names is no secret; what stands inline is replaced where it stands, and once more by value wherever else it
was pasted. Comments go: one may be a channel with its token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from monitor.config.document import Document
from monitor.config.environment import PLACEHOLDER
from monitor.config.substitution import secret_paths
from monitor.logs import Redactor
from monitor.settings import Config


def redacted(document: Document, config: Config) -> str:
    """The document's text with `***` for every secret and without comments; `config` is what was made of it."""
    cuts: list[tuple[int, int, str]] = [(start, end, "") for start, end in document.places.comments]
    for path, value in secret_paths(document.data):
        place = document.places.places.get(path)
        if place is not None:
            cuts.append((place.start, place.end, _quoted(_hidden(value))))
    kept, at = [], 0
    for start, end, replacement in sorted(cuts):
        kept += [document.text[at:start], replacement]
        at = end
    lines = (line.rstrip() for line in "".join([*kept, document.text[at:]]).split("\n"))
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"
    return Redactor(secrets_of(config)).hide(text)


def secrets_of(config: Config) -> Iterator[str]:
    """Every text of a configuration that must not turn up elsewhere: whole addresses, and the secrets within them."""
    for feed in config.feeds:
        yield from (secret.reveal() for secret in feed.headers.values())
        if feed.proxy is not None:
            yield from _secret_parts(feed.proxy.reveal())
    for channel in config.channels:
        yield from _secret_parts(channel.url.reveal())


def _secret_parts(url: str) -> Iterator[str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        yield url
        return
    if len(url) > len(f"{parts.scheme}://"):
        yield url
    if parts.password:
        yield from (parts.password, unquote(parts.password))
    # Tokens of chat services stand where a host or a path would: long, with digits among the letters.
    place = parts.netloc.rpartition("@")[2]
    pieces = [place, *place.split(":"), *parts.path.split("/")]
    yield from (unquote(piece) for piece in pieces if len(piece) >= 12 and any(map(str.isdigit, piece)))


def _hidden(value: str) -> str:
    """What of a secret may be kept: its scheme, and the names of the variables it is made of."""
    scheme, mark, _ = value.partition("://")
    names = [found.group() for found in PLACEHOLDER.finditer(value) if found.group(2)]
    bare = PLACEHOLDER.sub("", value.partition("://")[2] if mark else value)
    if not bare.strip("/:@"):
        return value
    kept = "".join(names)
    return f"{scheme}://***{kept}" if mark and scheme.isalnum() else f"***{kept}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
