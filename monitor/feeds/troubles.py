"""Why a fetch brought nothing, in plain words: library errors in, FetchFailed's kind and sentence out. Pure."""

from __future__ import annotations

import errno
import ssl
from collections.abc import Iterator
from http import HTTPStatus

import aiohttp
from aiohttp import http_exceptions

from monitor.feeds.address import AddressRefusedError, LookupFailedError
from monitor.outcomes import Failure

Trouble = tuple[Failure, str]

_TLS_WORDS = {
    # OpenSSL verify codes (openssl-verify(1)).
    9: "its certificate is not valid yet",
    10: "its certificate has expired",
    18: "its certificate is self-signed",
    19: "its certificate comes from an authority nobody vouches for (self-signed)",
    20: "the chain of its certificate is incomplete: the issuer is not known",
    21: "the chain of its certificate is incomplete: the issuer is not known",
    62: "its certificate is for another host name",
    64: "its certificate is for another address",
}
_SOCKET_WORDS = {
    errno.ECONNREFUSED: "the connection was refused: nothing listens there",
    errno.EHOSTUNREACH: "the host cannot be reached",
    errno.ENETUNREACH: "the network cannot be reached",
    errno.ETIMEDOUT: "the connection timed out",
    errno.ECONNRESET: "the server reset the connection",
}


class SocksFailedError(OSError):
    """A SOCKS proxy did not do its part; the text says which, without the proxy's address."""


def explain(error: BaseException, host: str, seconds: float) -> Trouble:
    """What went wrong between us and `host`; `seconds`: the deadline that was set."""
    chain = tuple(_chain(error))
    for link in chain:
        if isinstance(link, AddressRefusedError):
            return Failure.REFUSED_ADDRESS, f"not fetched: {link}"
        if isinstance(link, http_exceptions.LineTooLong):
            return Failure.TOO_LARGE, f"{host} sent headers that are too long"
    for link in chain:
        found = _tls(link, host) or _proxy(link) or _lookup(link, host)
        if found is not None:
            return found
    if isinstance(error, aiohttp.ServerTimeoutError | TimeoutError):
        return Failure.TIMEOUT, _timeout_words(error, host, seconds)
    for link in chain:
        found = _protocol(link, host) or _socket(link, host)
        if found is not None:
            return found
    return Failure.CONNECT, f"no answer from {host}: {_brief(error)}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it stems from; aiohttp keeps the cause in attributes as well."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        link = waiting.pop(0)
        if link is None or id(link) in seen or len(seen) > 16:
            continue
        seen.add(id(link))
        yield link
        waiting += [getattr(link, "os_error", None), getattr(link, "certificate_error", None), link.__cause__]
        waiting += [link.__context__]


def _timeout_words(error: BaseException, host: str, seconds: float) -> str:
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return f"{host} did not take the connection in time"
    if isinstance(error, aiohttp.ServerTimeoutError):
        return f"{host} fell silent in the middle of its answer"
    return f"{host} did not finish its answer within {seconds:g} s"


def _tls(error: BaseException, host: str) -> Trouble | None:
    if isinstance(error, aiohttp.ClientError):
        return None  # aiohttp's own are SSL errors too, but only what they wrap says which
    if isinstance(error, ssl.SSLCertVerificationError):
        words = _TLS_WORDS.get(error.verify_code, error.verify_message or "its certificate cannot be verified")
        return Failure.TLS, f"{host}: {words}"
    if isinstance(error, ssl.SSLError):
        reason = (error.reason or "").replace("_", " ").lower()
        return Failure.TLS, f"{host}: no secure connection ({reason or 'the handshake failed'})"
    return None


def _lookup(error: BaseException, host: str) -> Trouble | None:
    if isinstance(error, LookupFailedError):
        return Failure.DNS, str(error)
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Failure.DNS, f"the name {host} is not known"
    return None


def _proxy(error: BaseException) -> Trouble | None:
    # The proxy's address may hold a password: it is never a part of the sentence.
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return Failure.CONNECT, f"the proxy refused: {error.status} {_phrase(error.status)}"
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return Failure.CONNECT, "the proxy cannot be reached"
    if isinstance(error, SocksFailedError):
        return Failure.CONNECT, str(error)
    return None


def _protocol(error: BaseException, host: str) -> Trouble | None:
    if isinstance(error, http_exceptions.BadHttpMessage | aiohttp.ClientResponseError):
        message = str(error.message).strip().splitlines()
        told = _brief_text(message[0]).rstrip(":") if message else "no words for it"
        return Failure.PROTOCOL, f"{host} does not speak HTTP as agreed: {told}"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return Failure.PROTOCOL, f"{host} closed the connection without an answer"
    if isinstance(error, aiohttp.ClientPayloadError):
        return Failure.PROTOCOL, f"{host} closed the connection in the middle of the body"
    return None


def _socket(error: BaseException, host: str) -> Trouble | None:
    if isinstance(error, OSError) and error.errno in _SOCKET_WORDS:
        kind = Failure.TIMEOUT if error.errno == errno.ETIMEDOUT else Failure.CONNECT
        return kind, f"{host}: {_SOCKET_WORDS[error.errno]}"
    return None


def http_trouble(status: int) -> Trouble:
    """The kind and the words for a status that brings no body we can use."""
    words = {
        401: "it asks for a user and password",
        402: "it asks for payment",
        403: "it refuses this program",
        404: "nothing is at this address",
        408: "it gave up waiting for our request",
        410: "the feed was taken down for good",
        429: "it asks us to come less often",
        451: "it is blocked for legal reasons",
    }
    told = words.get(status) or ("the server has a fault of its own" if status >= 500 else "no feed came with it")
    kinds = {403: Failure.BLOCKED, 410: Failure.GONE, 429: Failure.RATE_LIMITED}
    return kinds.get(status, Failure.HTTP), f"{told} ({status} {_phrase(status)})".replace(" )", ")")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _brief(error: BaseException) -> str:
    return _brief_text(str(error)) or type(error).__name__


def _brief_text(text: str) -> str:
    plain = "".join(sign if sign.isprintable() else " " for sign in text).strip()
    return plain if len(plain) <= 160 else plain[:159] + "…"
