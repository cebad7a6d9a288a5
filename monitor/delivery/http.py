"""One POST that ends: a total deadline, a bounded answer, no redirects followed with a secret in hand."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

MAX_ANSWER = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service said; `body` is bounded, headers have lower-case names."""

    status: int
    body: bytes
    headers: Mapping[str, str]


def post(
    url: str,
    *,
    data: bytes,
    headers: Mapping[str, str],
    timeout: Any,
    verify: bool,
    until: float,
    method: str = "POST",
    auth: tuple[str, str] | None = None,
    params: Mapping[str, str] | None = None,
) -> Answer:
    """Send `data`, read at most 64 KB.

    Args:
        timeout: connect and read timeouts in seconds, as requests takes them.
        until: `time.monotonic()` after which a dripping answer is given up.

    Raises:
        requests.RequestException: no answer, or none in time.
    """
    with requests.request(
        method,
        url,
        data=data,
        headers=dict(headers),
        timeout=timeout,
        verify=verify,
        allow_redirects=False,
        stream=True,
        auth=auth,
        params=dict(params) if params else None,
    ) as response:
        body = bytearray()
        for chunk in response.iter_content(1024):
            body += chunk
            if len(body) >= MAX_ANSWER:
                break
            if time.monotonic() > until:
                raise requests.ReadTimeout("the answer dripped")
        return Answer(response.status_code, bytes(body), {k.lower(): v for k, v in response.headers.items()})


def retry_after(answer: Answer) -> float | None:
    """Seconds of a `Retry-After` header; a date or nonsense is None."""
    text = answer.headers.get("retry-after", "").strip()
    return float(text) if text.isascii() and text.isdigit() else None
