"""One request and its answer, read as far as it is worth reading. Judges nothing; redirects are the caller's."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from monitor.feeds.asking import kept_validators
from monitor.feeds.decode import BodyDecoder, BodyTooLargeError, DecodeError
from monitor.feeds.errand import Errand
from monitor.feeds.sessions import Sessions
from monitor.feeds.troubles import Trouble
from monitor.model import Validators
from monitor.outcomes import Failure

_ERROR_PAGE = 65_536
_WITH_BODY = frozenset({200, 203, 206, 226})
_WORTH_A_LOOK = frozenset({403, 429, 503})
_RANGE = re.compile(r"bytes\s+0-([0-9]{1,18})/([0-9]{1,18})", re.IGNORECASE)
_NONE = Validators()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. `headers`: lower-case names. `trouble`: why a body that was announced cannot be used.

    `validators` are empty where the body is not whole: its next version must not be missed for a 304.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    validators: Validators = _NONE
    notes: tuple[str, ...] = ()
    trouble: Trouble | None = None


async def exchange(sessions: Sessions, errand: Errand, max_body: int) -> Answer:
    """Sends the errand's next request and reads the answer, at most `max_body` decoded bytes of it.

    Raises:
        aiohttp.ClientError, TimeoutError, OSError: no answer, or none that could be read.
    """
    session, extra = sessions.of(errand.feed)
    async with session.get(errand.url, headers=errand.headers(), allow_redirects=False, **extra) as response:
        headers = {name.lower(): value for name, value in response.headers.items()}
        status = response.status
        if status == 304:
            return Answer(status=status, headers=headers, validators=kept_validators(headers))
        if status in _WITH_BODY:
            return await _with_body(response, headers, max_body)
        if status in _WORTH_A_LOOK:
            return Answer(status=status, headers=headers, body=await _start_of_page(response, headers))
        return Answer(status=status, headers=headers)  # leaving the block drops what was not read


async def _with_body(response: aiohttp.ClientResponse, headers: Mapping[str, str], max_body: int) -> Answer:
    status = response.status
    too_large = f"more than {_size(max_body)} (the cap max_body)"
    announced = headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > max_body:
        return Answer(status=status, headers=headers, trouble=(Failure.TOO_LARGE, too_large))
    try:
        decoder = BodyDecoder(headers.get("content-encoding", ""), max_body)
        cut = await _read(response, decoder)
    except BodyTooLargeError:
        return Answer(status=status, headers=headers, trouble=(Failure.TOO_LARGE, too_large))
    except DecodeError as error:
        return Answer(status=status, headers=headers, trouble=(Failure.ENCODING, str(error)))
    notes = ("labelled as compressed, but plain",) if decoder.plain_after_all else ()
    part = status == 206 and not _is_whole(headers.get("content-range", ""))
    if not cut and decoder.complete and not part:
        return Answer(
            status=status, headers=headers, body=decoder.body(), validators=kept_validators(headers), notes=notes
        )
    told = "a part was sent, although the whole was asked for" if part else "the body broke off"
    from monitor.feeds.cut import up_to_last_item  # only a body that broke off is cut here

    whole_items = up_to_last_item(decoder.body())
    if not whole_items:
        return Answer(status=status, headers=headers, trouble=(Failure.PROTOCOL, told))
    return Answer(status=status, headers=headers, body=whole_items, notes=(*notes, f"{told}; whole items kept"))


def _is_whole(content_range: str) -> bool:
    """Whether a Content-Range ("bytes 0-99/100") covers all of the body (RFC 9110 section 14.4)."""
    found = _RANGE.fullmatch(content_range.strip())
    return found is not None and int(found[1]) + 1 == int(found[2])


async def _read(response: aiohttp.ClientResponse, decoder: BodyDecoder) -> bool:
    """Feeds the decoder to the end of the body; True: the connection ended before the body did."""
    try:
        while chunk := await response.content.readany():
            decoder.feed(chunk)
    except (aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError, ConnectionError):
        return True
    return False


async def _start_of_page(response: aiohttp.ClientResponse, headers: Mapping[str, str]) -> bytes:
    """The beginning of an error page, to tell a challenge from a plain refusal; b"" where it cannot be read."""
    try:
        decoder = BodyDecoder(headers.get("content-encoding", ""), _ERROR_PAGE)
    except DecodeError:
        return b""
    with contextlib.suppress(BodyTooLargeError, DecodeError):  # its start is all we want
        await _read(response, decoder)
    return decoder.body()


def _size(count: int) -> str:
    return f"{count / 1_000_000:g} MB" if count >= 1_000_000 else f"{count / 1000:g} KB"
