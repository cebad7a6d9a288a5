"""A user's own text for a channel: Jinja2 in a sandbox, checked when the configuration is. Pure.

A template sees data only, and cannot run for ever: loops over large ranges are refused by the sandbox, and the text is
bounded. One that fails on a real alert must not lose it; the caller falls back to our own text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from monitor.alerts.compose import note as notes
from monitor.alerts.compose import words
from monitor.alerts.compose.note import ALERT, Frame, Note
from monitor.alerts.compose.text import Marked
from monitor.errors import Fault
from monitor.model import Severity

if TYPE_CHECKING:
    from jinja2 import Template

MAX_TEXT = 20_000
FIELDS = "labels, severity, kind, headline, excerpt, outlet, outlets, time, ago, link, difference, late"


def check_template(source: str) -> Fault | None:
    """The fault in a template, or None: it is rendered once with a made-up alert."""
    from jinja2 import TemplateError, TemplateSyntaxError

    try:
        render(source, _SAMPLE, _FRAME)
    except TemplateSyntaxError as error:
        return Fault(message=f"the template cannot be read: {error.message}", line=error.lineno, hint=_HINT)
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        return Fault(message=f"the template fails on a sample alert: {error}", hint=_HINT)
    return None


def render(source: str, group: Sequence[Note], frame: Frame) -> str:
    """The text for `group`. `alerts` is the list of alerts; the first one's fields stand by themselves as well.

    Raises:
        jinja2.TemplateError: a name that is not there, a forbidden act, an endless loop.
    """
    alerts = [_fields(note, frame) for note in group]
    text = _compiled(source).render(
        **alerts[0],
        alerts=alerts,
        occasion=frame.occasion.kind,
        total=frame.occasion.total or len(group),
        possible_repeat=frame.repeat,
    )
    return text[:MAX_TEXT].strip()


@lru_cache(maxsize=32)
def _compiled(source: str) -> Template:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    return environment.from_string(source)


def _fields(note: Note, frame: Frame) -> Mapping[str, Any]:
    return {
        "labels": list(note.labels),
        "label": note.labels[0] if note.labels else "",
        "severity": note.severity.word,
        "sign": words.SIGNS[note.severity],
        "kind": note.kind,
        "headline": note.headline.text,
        "excerpt": note.excerpt.text,
        "outlet": note.outlet,
        "outlets": note.outlets,
        "time": words.local_time(note.at, frame.zone, frame.language, frame.now),
        "ago": notes.when_of(note, frame),
        "link": note.link or "",
        "difference": note.difference,
        "late": note.late,
    }


_HINT = f"fields: {FIELDS}; `alerts` is the list of all; see docs/channels.md"
_NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
_SAMPLE = (
    Note(
        labels=("وقف إطلاق النار",),
        severity=Severity.URGENT,
        kind="new",
        headline=Marked("الوسطاء يعلنون هدنة", ((15, 19),)),
        excerpt=Marked("أعلن الوسطاء هدنة تبدأ صباح الغد."),
        outlet="وكالة",
        at=_NOW - timedelta(minutes=3),
        published=True,
        late=False,
        outlets=2,
        difference="",
        link="https://example.org/1",
        story_id=1,
    ),
)
_FRAME = Frame(language="ar", zone=ZoneInfo("UTC"), now=_NOW, occasion=ALERT, repeat=False, key="sample")
