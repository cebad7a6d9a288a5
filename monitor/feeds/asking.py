"""What is asked of a server: the address read once, by one parser, and the headers of a hop. Sends nothing.

Credentials (user:password in the address, the feed's own headers) belong to the origin the user wrote them for; they
are left off for any other, and stay off once a redirect has led elsewhere.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping

from yarl import URL

from monitor.model import Validators
from monitor.settings import Feed, Secret

ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
ACCEPT_ENCODING = "gzip, deflate, br"

_HARMLESS = frozenset({"accept", "accept-language", "user-agent"})
_OURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "accept-encoding", "te", "upgrade"})
_AMBIGUOUS = re.compile(r"[\x00-\x1f\x7f\\]")
_PERCENT_U = re.compile(r"%u[0-9a-fA-F]{4}")

Origin = tuple[str, str, int]


class BadAddressError(ValueError):
    """The address cannot be asked; the text says why, for a person."""


def read_address(text: str, base: URL | None = None) -> URL:
    """Reads an address as written, without its fragment; a plain ASCII one is asked byte for byte.

    Args:
        text: the user's, or a Location header's (raw UTF-8 and spaces are taken as browsers take them).
        base: what a relative address is relative to.

    Raises:
        BadAddressError: not http or https, no host, or characters that two parsers could read differently.
    """
    stripped = text.strip()
    if len(stripped) > 8000:
        raise BadAddressError("an address of more than 8,000 characters")
    if _AMBIGUOUS.search(stripped):
        raise BadAddressError(f"{_shown(stripped)} holds a backslash or a control character")
    exact = stripped.isascii() and " " not in stripped
    try:
        found = URL(stripped, encoded=exact or _PERCENT_U.search(stripped) is not None)
        if base is not None and not found.absolute:
            found = base.join(found)
        if "#" in stripped:
            found = found.with_fragment(None)
        host, port = found.raw_host, found.port
    except ValueError as error:
        raise BadAddressError(f"{_shown(stripped)} is not an address: {error}") from error
    if found.scheme not in ("http", "https"):
        raise BadAddressError(f"{_shown(stripped)} is not http or https")
    if not host or not port:
        raise BadAddressError(f"{_shown(stripped)} has no host")
    return found


def _shown(address: str) -> str:
    """An address for a sentence: printable, short, without a password."""
    # Up to the last "@" before the query: a password may hold "@" and "/", and this is no address anyway.
    plain = re.sub(r"(:/+)[^?#]*@", r"\1", "".join(sign if sign.isprintable() else "?" for sign in address))
    return plain if len(plain) <= 120 else plain[:119] + "…"


def without_credentials(url: URL) -> URL:
    """The address without user and password."""
    return url.with_user(None) if url.raw_user is not None or url.raw_password is not None else url


def origin_of(url: URL) -> Origin:
    """Scheme, host and port: what credentials are bound to (RFC 6454)."""
    return (url.scheme, (url.raw_host or "").lower(), url.port or 0)


def request_headers(
    feed: Feed, validators: Validators, agent: str, *, at_home: bool, home: URL | None = None
) -> dict[str, str]:
    """The headers of one hop.

    Args:
        agent: the User-Agent of this try.
        at_home: whether the hop goes to the origin the user wrote, with no other origin in between.
        home: the address as the user wrote it, for its user and password.
    """
    headers = {"User-Agent": agent, "Accept": ACCEPT, "Accept-Encoding": ACCEPT_ENCODING}
    if validators.etag:
        headers["If-None-Match"] = validators.etag
    if validators.last_modified:
        headers["If-Modified-Since"] = validators.last_modified
    if feed.headers:
        _add_own(headers, feed.headers, at_home=at_home)
    if at_home and home is not None and home.raw_user is not None and not _has(headers, "authorization"):
        headers["Authorization"] = _basic(home.user or "", home.password or "")
    return headers


def _add_own(headers: dict[str, str], own: Mapping[str, Secret], *, at_home: bool) -> None:
    for name, value in own.items():
        lower = name.lower()
        if lower in _OURS or not (at_home or lower in _HARMLESS):
            continue
        for standing in [standing for standing in headers if standing.lower() == lower]:
            del headers[standing]
        headers[name] = value.reveal()


def _has(headers: Mapping[str, str], lower: str) -> bool:
    return any(name.lower() == lower for name in headers)


def _basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode("ascii")


def kept_validators(headers: Mapping[str, str]) -> Validators:
    """The validators of an answer, verbatim; those that could not be sent back byte for byte are left out."""
    return Validators(etag=_sendable(headers.get("etag")), last_modified=_sendable(headers.get("last-modified")))


def _sendable(value: str | None) -> str | None:
    if not value or len(value) > 2000:
        return None
    return value if all(" " <= sign <= "~" or "\xa0" <= sign < "\ud800" for sign in value) else None
