"""How values stand in the database: times, safe text, JSON. It converts and must not query.

A time is text of fixed width in UTC, `2026-11-25T18:30:00.000000Z`, so that text order is time order.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from monitor.model import Hit


def to_text(moment: datetime) -> str:
    """The stored form of an aware time.

    Raises:
        ValueError: `moment` is naive; a guess here would shift news by hours.
    """
    if moment.tzinfo is not UTC:
        if moment.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        moment = moment.astimezone(UTC)
    # isoformat pads the year, as strftime("%Y") does not on every platform; 26 characters leave the +00:00 out.
    return moment.isoformat(timespec="microseconds")[:26] + "Z"


def to_text_or_none(moment: datetime | None) -> str | None:
    """As `to_text`; None stays None."""
    return None if moment is None else to_text(moment)


def to_time(text: str) -> datetime:
    """The aware UTC time of a stored text."""
    return datetime.fromisoformat(text)


def to_time_or_none(text: str | None) -> datetime | None:
    """As `to_time`; None stays None."""
    return None if text is None else to_time(text)


def safe(text: str) -> str:
    """`text` without what SQLite cannot hold or show: lone surrogates become U+FFFD, NUL goes.

    A lone surrogate raises UnicodeEncodeError in the driver and would cost the whole batch; a NUL ends the text for
    half of SQLite's functions.
    """
    if text.isascii():
        return text.replace("\x00", "") if "\x00" in text else text
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\x00", "") if "\x00" in text else text


def safe_or_none(text: str | None) -> str | None:
    """As `safe`; None stays None."""
    return None if text is None else safe(text)


def to_json(value: object) -> str:
    """Compact JSON; Arabic stays readable, lone surrogates are made safe."""
    return safe(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def from_json(text: str) -> Any:
    """What `to_json` wrote."""
    return json.loads(text)


def hits_to_json(hits: Iterable[Hit]) -> str:
    """The spans of a match as a list of lists, in the order of `Hit`'s fields."""
    return to_json([[hit.term, hit.field, hit.start, hit.end, hit.text, hit.how] for hit in hits])


def hits_from_json(text: str) -> tuple[Hit, ...]:
    """What `hits_to_json` wrote."""
    return tuple(
        Hit(term=term, field=field, start=start, end=end, text=span, how=how)
        for term, field, start, end, span, how in json.loads(text)
    )


def hints_from_json(text: str) -> Mapping[str, object]:
    """A feed's hints; {} where nothing stands."""
    return dict(json.loads(text)) if text and text != "{}" else {}
