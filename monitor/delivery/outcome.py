"""What an answer means: sent, wait, may pass, never, or unknown. Pure: statuses, exceptions and log lines in.

HTTP knows more than Apprise tells; where our own carriers see an answer they ask here with its status, for every other
service the words that Apprise logs are read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from monitor.outcomes import Permanent, RateLimited, SendOutcome, Temporary, UnknownOutcome

DEFAULT_WAIT = timedelta(seconds=60)
LONGEST_WAIT = timedelta(days=1)

_STATUS = re.compile(r"error[ =:]+(\d{3})\b")
_RETRY_AFTER = re.compile(r"retry[ _-]after[\"': =]+(\d+)", re.IGNORECASE)
# Names of exceptions after which nothing can have been sent: no connection stood yet.
_BEFORE_SENDING = (
    "ConnectTimeout",
    "ConnectTimeoutError",
    "NewConnectionError",
    "NameResolutionError",
    "gaierror",
    "ConnectionRefusedError",
    "SSLError",
    "SSLCertVerificationError",
    "ProxyError",
    "InvalidURL",
    "MissingSchema",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One line that Apprise logged while it sent. `error`: the exception that was being handled then, or None."""

    level: int
    text: str
    error: BaseException | None = None


def waiting(seconds: float, reason: str) -> RateLimited:
    """A wait the service asked for, within reason."""
    return RateLimited(wait=min(max(timedelta(seconds=seconds), timedelta(seconds=1)), LONGEST_WAIT), reason=reason)


def of_status(status: int, description: str, *, retry_after: float | None = None) -> SendOutcome:
    """An HTTP answer that is no success."""
    said = f"HTTP {status}" + (f": {description}" if description else "")
    if status == 429:
        return waiting(retry_after if retry_after is not None else DEFAULT_WAIT.total_seconds(), said)
    if status in (401, 403):
        return Permanent(reason=said, hint="check the channel's token or password, and that it may write there")
    if status in (404, 410):
        return Permanent(reason=said, hint="check the channel's url: the service does not know that address")
    if status in (400, 413, 414, 415, 422):
        return Permanent(reason=said, hint="the service refused this message", scope="message")
    if status in (408, 425) or status >= 500:
        if status == 503 and retry_after:
            return waiting(retry_after, said)
        # A gateway that gave up waiting may have passed the message on.
        return UnknownOutcome(reason=said) if status in (504, 524) else Temporary(reason=said)
    return Permanent(reason=said, hint="check the channel's url")


def of_exception(error: BaseException) -> SendOutcome:
    """A connection that failed: before anything was sent it is temporary, after that nobody knows."""
    chain = _chain(error)
    names = {type(e).__name__ for e in chain}
    # requests wraps urllib3's errors as text-bearing reasons; the type of the innermost tells the phase.
    if names & {"SSLCertVerificationError"}:
        return Temporary(reason="the service's certificate is not valid")
    if names & {"NameResolutionError", "gaierror"}:
        return Temporary(reason="the service's name could not be resolved")
    if names & set(_BEFORE_SENDING):
        return Temporary(reason="no connection to the service")
    if names & {"ReadTimeout", "ReadTimeoutError", "TimeoutError"}:
        return UnknownOutcome(reason="no answer in time")
    return UnknownOutcome(reason="the connection ended before the answer")


def _chain(error: BaseException) -> list[BaseException]:
    """The error, its causes, and what urllib3 keeps in `args` and `reason`."""
    found: list[BaseException] = []
    waiting_: list[object] = [error]
    while waiting_ and len(found) < 20:
        current = waiting_.pop()
        if not isinstance(current, BaseException) or any(current is seen for seen in found):
            continue
        found.append(current)
        waiting_ += [current.__cause__, current.__context__, getattr(current, "reason", None), *current.args]
    return found


def of_log(records: Sequence[Record]) -> SendOutcome:
    """A failure of a service that only Apprise knows, from what it logged at WARNING and above."""
    for record in records:
        if record.error is not None:
            return of_exception(record.error)
    text = " ".join(record.text for record in records)
    if status := _STATUS.search(text):
        seconds = _RETRY_AFTER.search(text)
        return of_status(int(status[1]), _short(text), retry_after=float(seconds[1]) if seconds else None)
    if "onnection error" in text or "Socket" in text:
        return UnknownOutcome(reason=_short(text))
    return Temporary(reason=_short(text) or "the service did not take the message and gave no reason")


def _short(text: str) -> str:
    return " ".join(text.split())[:300]
