"""What is judged of a channel beyond its keys' types: does its address name a known service, does its template work.

The address is a secret: only its scheme is ever shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from monitor.config.document import Document
from monitor.config.nearest import did_you_mean
from monitor.config.references import tables_of
from monitor.config.substitution import place_name
from monitor.errors import Fault


def check_channels(document: Document, data: dict[str, Any]) -> Iterator[Fault]:
    """Faults of channels in `data`, the document with `${…}` filled in."""
    for index, channel in tables_of(data, "channels"):
        url, template = channel.get("url"), channel.get("template")
        if isinstance(url, str) and "://" in url and "${" not in url.partition("://")[0]:
            faults = list(_scheme_faults(document, index, url)) or list(_address_faults(document, index, url))
            yield from faults
        if isinstance(template, str) and template.strip():
            yield from _template_faults(document, index, template)


def known_schemes() -> frozenset[str]:
    """How an address may begin: `terminal` and what Apprise knows."""
    text = Path(__file__).with_name("schemes.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def _scheme_faults(document: Document, index: int, url: str) -> Iterator[Fault]:
    scheme, _, rest = url.partition("://")
    path = ("channels", index, "url")
    where = place_name(document.data, path)
    known = known_schemes()
    if scheme.lower() in ("http", "https"):
        hint = f'write "json{"s" if scheme.lower() == "https" else ""}://…" for a webhook, or the service\'s own scheme'
        yield document.fault(f"url: {scheme}:// names no service", hint, path, where=where)
    elif scheme.lower() not in known:
        guess = did_you_mean(scheme, known)
        hint = f'write "{guess}://…"' if guess else "write terminal:// or an Apprise address (tgram://, mailtos://, …)"
        yield document.fault(f'url: "{scheme}://" is no known service', hint, path, where=where)
    elif not rest.strip("/") and scheme.lower() != "terminal":
        yield document.fault(f'url: nothing follows "{scheme}://"', "write the whole address", path, where=where)


def _address_faults(document: Document, index: int, url: str) -> Iterator[Fault]:
    """What the address asks of Apprise that would undo our own repeats, or a chat that cannot be one."""
    from monitor.alerts.address import check_url

    if "${" not in url and (fault := check_url(url)):
        path = ("channels", index, "url")
        yield document.fault(fault.message, fault.hint, path, where=place_name(document.data, path))


def _template_faults(document: Document, index: int, template: str) -> Iterator[Fault]:
    from monitor.alerts.compose.template import check_template

    fault = check_template(template)
    if fault is None:
        return
    path = ("channels", index, "template")
    placed = document.fault(fault.message, fault.hint, path, where=place_name(document.data, path))
    place = document.places.places.get(path)
    if fault.line and place is not None and document.text.startswith(('"""', "'''"), place.start):
        # A text in three quotes may open with a line break, which TOML drops.
        dropped = document.text.startswith("\n", place.start + 3)
        placed = replace(placed, line=placed.line + fault.line - 1 + dropped, column=1)
    yield placed
