"""From deliveries to one message for one channel. Pure; it picks the renderer by the kind of service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.alerts.compose import email, payload, plain, telegram, terminal
from monitor.alerts.compose.note import ALERT, Frame, Note, Occasion, asides_of, key_of, notes_of
from monitor.alerts.compose.text import Marked, clean, cut, decorate, line_mark
from monitor.alerts.compose.words import words
from monitor.alerts.kinds import Kind, kind_of
from monitor.model import Delivery, Message
from monitor.settings import Channel, Config

GENERIC_CHARACTERS = 1800  # what most services of Apprise's breadth take in one message (Discord: 2000)
TERMINAL_CHARACTERS = 8000
MAIL_CHARACTERS = 60_000


def compose(
    deliveries: Sequence[Delivery],
    channel: Channel,
    config: Config,
    now: datetime,
    *,
    repeat: bool = False,
    occasion: Occasion = ALERT,
) -> Message:
    """One message that carries `deliveries`, in the order given, made for the service of `channel`.

    Several deliveries of one item become one message that names all rules; several items become a grouped message,
    also under the occasion `alert`.

    Args:
        repeat: the message may have arrived before; it says so.
        occasion: why it is sent, and what else it stands for.
    """
    notes = notes_of(deliveries, now, config.items.max_age)
    if occasion.kind == "alert" and len(notes) > 1:
        occasion = replace(occasion, kind="backlog")
    frame = Frame(
        language=channel.language or config.language,
        zone=ZoneInfo(config.timezone),
        now=now,
        occasion=occasion,
        repeat=repeat,
        key=key_of(deliveries, channel.name),
        stands_for=clean(deliveries[0].stands_for) if len({d.stands_for for d in deliveries}) == 1 else "",
    )
    kind = kind_of(channel.url.reveal())
    if channel.template and (own := _own_text(channel.template, notes, frame)):
        return _message(kind, own, deliveries, notes, frame, channel)
    return _message(kind, "", deliveries, notes, frame, channel)


def compose_notice(
    subject: str, body: str, channel: Channel, config: Config, now: datetime, *, key: str = ""
) -> Message:
    """What the monitor says of itself (a feed that stopped, the proof of life), for any kind of channel.

    Args:
        key: stable name of the notice, for Message-ID and payload.
    """
    language = channel.language or config.language
    frame = Frame(
        language=language, zone=ZoneInfo(config.timezone), now=now, occasion=ALERT, repeat=False, key=f"notice-{key}"
    )
    subject = cut(Marked(clean(subject)), email.SUBJECT_UNITS).text
    body = "\n".join(clean(line) for line in body.splitlines())
    lines = [line for line in (subject, *body.splitlines()) if line]
    text = "\n".join(line_mark(line, language) + decorate(Marked(line)) for line in lines)
    match kind_of(channel.url.reveal()):
        case "telegram":
            return Message(
                subject="", body=telegram.notice(subject, body, frame), format="html", plain=text, key=frame.key
            )
        case "email":
            html = email.notice(subject, body, frame)
            headers = email.headers((), frame, channel.name)
            return Message(subject=subject, body=html, format="html", plain=text, headers=headers, key=frame.key)
        case "json":
            fields = {"version": payload.VERSION, "key": frame.key, "notice": {"subject": subject, "body": body}}
            return Message(subject=subject, body=text, format="text", plain=text, payload=fields, key=frame.key)
        case _:
            return Message(subject="", body=text, format="text", plain=text, key=frame.key)


def _own_text(source: str, notes: Sequence[Note], frame: Frame) -> str:
    """The user's text, or "" when their template fails on this alert: the alert goes out in our own words."""
    from jinja2 import TemplateError

    from monitor.alerts.compose.template import render

    try:
        return render(source, notes, frame)
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError):
        return ""


def _message(
    kind: Kind, own: str, deliveries: Sequence[Delivery], notes: Sequence[Note], frame: Frame, channel: Channel
) -> Message:
    limit = {"email": MAIL_CHARACTERS, "terminal": TERMINAL_CHARACTERS, "telegram": 3400}.get(kind, GENERIC_CHARACTERS)
    one = frame.occasion.kind == "alert"
    text = own or (plain.single(notes[0], frame) if one else plain.grouped(notes, frame, limit=limit))
    if own:
        text = "\n".join((*asides_of(frame), text))
    if kind == "telegram":
        body = telegram.single(notes[0], frame) if one else telegram.grouped(notes, frame)
        body = telegram.plain_text(text, frame) if own else body
        return Message(subject="", body=body, format="html", plain=text, key=frame.key)
    if kind == "email":
        body = email.single(notes[0], frame) if one else email.grouped(notes, frame)
        return Message(
            subject=email.subject(notes, frame),
            body=email.text_page(text, frame) if own else body,
            format="html",
            plain=f"{text}\n\n-- \n{words(frame.language).footer}\n",
            headers=email.headers(notes, frame, channel.name),
            key=frame.key,
        )
    if kind == "json":
        fields = payload.payload(deliveries, frame, text)
        subject = email.subject(notes, frame)
        return Message(subject=subject, body=text, format="text", plain=text, payload=fields, key=frame.key)
    if kind == "terminal" and not own:
        shown = terminal.single(notes[0], frame) if one else terminal.grouped(notes, frame, limit=limit)
        return Message(subject="", body=shown, format="text", plain=text, key=frame.key)
    return Message(subject="", body=text, format="text", plain=text, key=frame.key)
