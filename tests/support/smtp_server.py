"""A local SMTP server (aiosmtpd) that keeps mails and refuses on command."""

from __future__ import annotations

import email
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Any, Literal

from aiosmtpd.controller import Controller

MAX_LINE = 1001  # RFC 5321 section 4.5.3.1.6, and a little


@dataclass(slots=True)
class Mailbox:
    """What arrived. The `refuse_*` answers are given while they are set; `at_data` says what happens to the mail."""

    host: str = "127.0.0.1"
    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    refuse_sender: str = ""
    refuse_recipient: str = ""
    refuse_data: str = ""
    at_data: Literal["take", "drop", "hang"] = "take"
    arrived: threading.Condition = field(default_factory=threading.Condition)
    hang_seconds: float = 5

    def url(self, recipient: str = "desk@example.org", **query: str) -> str:
        """An Apprise URL that sends here."""
        extra = "".join(f"&{name}={value}" for name, value in query.items())
        return f"mailto://{self.host}:{self.port}?from=monitor@example.org&to={recipient}{extra}"

    def wait_for(self, count: int, seconds: float = 10) -> None:
        """Until `count` mails arrived."""
        with self.arrived:
            if not self.arrived.wait_for(lambda: len(self.mails) >= count, seconds):
                raise AssertionError(f"{len(self.mails)} of {count} mails arrived in {seconds} s")


class _Handler:
    def __init__(self, box: Mailbox) -> None:
        self._box = box

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        if self._box.refuse_sender:
            return self._box.refuse_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        if self._box.refuse_recipient:
            return self._box.refuse_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        box = self._box
        if box.refuse_data:
            return box.refuse_data
        if any(len(line) > MAX_LINE for line in envelope.content.split(b"\n")):
            return "500 Line too long"
        with box.arrived:
            box.raw.append(envelope.content)
            mail = email.message_from_bytes(envelope.content, policy=default)
            assert isinstance(mail, EmailMessage)
            box.mails.append(mail)
            box.arrived.notify_all()
        if box.at_data == "drop":
            server.transport.abort()
        elif box.at_data == "hang":
            time.sleep(box.hang_seconds)  # the whole server hangs, as a broken one does
        return "250 OK taken"


@contextmanager
def smtp_server() -> Iterator[Mailbox]:
    """A running server on loopback."""
    box = Mailbox()
    controller = Controller(_Handler(box), hostname=box.host, port=0, ready_timeout=10)
    # port=0 lets the system choose; the controller probes the port it was given, so it is told the real one first.
    import socket

    with socket.socket() as probe:
        probe.bind((box.host, 0))
        controller.port = box.port = probe.getsockname()[1]
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
