"""Links as keys: one canonical spelling of an article's address, whatever way it was reached. Pure.

The canonical link is compared, never opened or shown: the link as the outlet gave it is kept beside it.
"""

from __future__ import annotations

import re
import unicodedata
from binascii import a2b_qp
from functools import cache
from importlib import resources
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlencode, urljoin, urlsplit

MAX_LINK = 2_000
"""Characters; a longer link is dropped by the parser, for no article needs it and some servers make them endless."""

_IGNORED_HOST_PARTS = ("www.", "m.", "amp.", "mobile.")
_IGNORED_LAST_SEGMENTS = frozenset({"", "amp", "index.html", "index.htm", "index.php"})
_SEGMENT_SAFE = "!$&'()*+,;=:@~-._"
_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/;]*", re.IGNORECASE)
_BREAK = re.compile(r"[ \t]*[\r\n]+[ \t]*")
_JUNK = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
# What nearly all links look like; they need no taking apart.
_PLAIN_LINK = re.compile(r"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?:[/?][!-\[\]-~]*)?")
_PLAIN_STORY = re.compile(
    r"https?://([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)((?:/[A-Za-z0-9._%-]*)*)"
    r"(?:\?((?:[A-Za-z0-9_.-]+=[A-Za-z0-9_.~-]*&)*[A-Za-z0-9_.-]+=[A-Za-z0-9_.~-]*))?"
)
_PLAIN_SEGMENT = re.compile(r"(?:[A-Za-z0-9._-]|%[89A-F][0-9A-F])+")
_PLAIN_HOST = re.compile(r"[a-z0-9._-]+")
# Addresses that only lead to another, with the parameter that names it.
_REDIRECTORS = {
    ("google.com", "/url"): ("url", "q"),
    ("l.facebook.com", "/l.php"): ("u",),
    ("lm.facebook.com", "/l.php"): ("u",),
    ("t.umblr.com", "/redirect"): ("z",),
}
_SECOND_LEVEL = frozenset({"com", "co", "org", "net", "gov", "edu", "ac", "info", "mil", "sch"})
_FEED_HOST_PARTS = ("feeds.", "feed.", "rss.")


@cache
def _tracking() -> tuple[frozenset[str], tuple[str, ...]]:
    """Names of tracking parameters and their prefixes, from data/tracking_params.txt."""
    text = resources.files("monitor.feeds").joinpath("data/tracking_params.txt").read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    exact = frozenset(line for line in lines if not line.endswith("*"))
    return exact, tuple(line[:-1] for line in lines if line.endswith("*"))


def canonical_link(url: str) -> str:
    """One spelling for all addresses of one article; idempotent.

    The scheme, `www.`/`m.`/`amp.`, default ports, user names, tracking parameters, the order of parameters, fragments,
    a last slash, AMP endings and the way letters are escaped make no difference. Anything that is no http(s) address
    comes back with its white space removed.
    """
    text = _JUNK.sub("", url)
    plain = _PLAIN_STORY.fullmatch(text)
    if plain:
        host, path, query = plain[1].lower(), plain[2], plain[3]
        kept = f"?{query}" if query and (query := _plain_query(query)) else ""
        return f"https://{_strip_prefix(host)}{_canonical_path(path)}{kept}"
    for _ in range(4):
        unwrapped = _unwrap(text)
        if unwrapped is None:
            break
        text = unwrapped
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return text
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return text
    host = _canonical_host(parts.hostname)
    where = f"{host}:{port}" if port not in (None, 80, 443) else host
    query = _canonical_query(parts.query)
    fragment = f"#{quote(parts.fragment, safe=_SEGMENT_SAFE + '/?%')}" if parts.fragment.startswith(("!", "/")) else ""
    return f"https://{where}{_canonical_path(parts.path)}{'?' + query if query else ''}{fragment}"


def absolute_link(link: str | None, base: str) -> str | None:
    """`link` as an absolute http(s) address without white space and invisible marks, or None where it is none.

    Args:
        link: as the feed gave it; may be relative, or no address at all.
        base: the feed's own address.
    """
    if not link:
        return None
    text = link.strip()
    if not _PLAIN_LINK.fullmatch(text):
        text = _JUNK.sub("", _BREAK.sub("", text).strip().replace(" ", "%20"))
    if not text or len(text) > MAX_LINK:
        return None
    if text.startswith("www."):
        text = f"https://{text}"
    if _PLAIN_LINK.fullmatch(text):
        return text
    try:
        joined = urljoin(base, text)
        parts = urlsplit(joined)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and "\\" not in parts.netloc
        _ = parts.port
    except ValueError:
        return None
    return joined if usable else None


def is_generic(canonical: str) -> bool:
    """Whether a canonical link names a site rather than an article, so that many items may share it."""
    rest = canonical.partition("://")[2]
    return "/" not in rest and "?" not in rest


def site_of(url: str) -> str:
    """The registrable part of an address's host, roughly: the two last labels, or three under `com.sa` and the like."""
    try:
        host = urlsplit(url.strip()).hostname or ""
    except ValueError:
        return ""
    host = _canonical_host(host)
    labels = host.split(".")
    if len(labels) <= 2 or host.replace(".", "").isdigit() or ":" in host:
        return host
    third = len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3:] if third else labels[-2:])


def _unwrap(text: str) -> str | None:
    """The address inside a known redirector's link, or None."""
    if "url=" not in text and "q=" not in text and "u=" not in text and "z=" not in text:
        return None
    try:
        parts = urlsplit(text)
        names = _REDIRECTORS.get((_strip_prefix(parts.hostname or ""), parts.path))
        if names is None:
            return None
        values = dict(parse_qsl(parts.query, max_num_fields=50))
    except ValueError:
        return None
    target = next((values[name] for name in names if name in values), "")
    target = _JUNK.sub("", target)
    return target if target.lower().startswith(("http://", "https://")) else None


def _strip_prefix(host: str) -> str:
    """`host` without the parts that only name a way to show the same page."""
    while True:
        for prefix in _IGNORED_HOST_PARTS:
            rest = host[len(prefix) :]
            if host.startswith(prefix) and "." in rest.strip("."):
                host = rest
                break
        else:
            return host


def _canonical_host(hostname: str) -> str:
    host = hostname.lower().strip(".")
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii").lower()
        except UnicodeError:
            host = unicodedata.normalize("NFC", host)
    if ":" in host:
        return f"[{host}]"
    if not _PLAIN_HOST.fullmatch(host):
        # No name that could be looked up; spelled so that a second pass leaves it alone.
        return quote(host, safe="%-._").lower()
    return _strip_prefix(host)


def _canonical_path(path: str) -> str:
    path = _SESSION.sub("", path)
    segments = [_canonical_segment(segment) for segment in path.split("/") if segment]
    while segments and segments[-1].lower() in _IGNORED_LAST_SEGMENTS:
        segments.pop()
    return "".join(f"/{segment}" for segment in segments)


def _canonical_segment(segment: str) -> str:
    if segment.isascii() and "%" not in segment and segment.replace("-", "").replace("_", "").isalnum():
        return segment
    if _PLAIN_SEGMENT.fullmatch(segment) and _is_canonical(segment):
        return segment
    raw = unquote_to_bytes(segment)
    try:
        return quote(unicodedata.normalize("NFC", raw.decode("utf-8")), safe=_SEGMENT_SAFE)
    except UnicodeDecodeError:
        return quote(raw, safe=_SEGMENT_SAFE)


def _is_canonical(segment: str) -> bool:
    """Whether a segment, in which only bytes beyond ASCII are escaped, spells letters in the one canonical way."""
    # Quoted-printable (RFC 2045) differs from this in the sign only, and is read many times faster.
    raw = a2b_qp(segment.replace("%", "="))
    try:
        return unicodedata.is_normalized("NFC", raw.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _plain_query(query: str) -> str:
    """`_canonical_query` for one in which nothing is escaped."""
    exact, prefixes = _tracking()
    pairs = [tuple(pair.split("=", 1)) for pair in query.split("&")]
    kept = sorted(pair for pair in pairs if not _is_tracking(pair[0].lower(), exact, prefixes))
    return "&".join(map("=".join, kept))


def _canonical_query(query: str) -> str:
    if not query:
        return ""
    while "&amp;" in query:
        query = query.replace("&amp;", "&")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=200)
    except ValueError:
        return query
    exact, prefixes = _tracking()
    kept = [(name, value) for name, value in pairs if not _is_tracking(name.lower(), exact, prefixes)]
    return urlencode(sorted(kept), quote_via=quote)


def _is_tracking(name: str, exact: frozenset[str], prefixes: tuple[str, ...]) -> bool:
    return name in exact or name.startswith(prefixes)
