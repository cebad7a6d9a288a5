"""Sends e-mail through Apprise's plugin: its URL, its TLS and its login; the message and the dialogue are ours.

Apprise drops link targets from the plain part, does not fold long headers and keeps the server's codes to itself.
"""

from __future__ import annotations

import smtplib
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from apprise.plugins.email import NotifyEmail
from apprise.plugins.email.smtp import AppriseSMTPController

from monitor.model import Message
from monitor.outcomes import Permanent, SendOutcome, Sent, Temporary, UnknownOutcome

POLICY = SMTP.clone(max_line_length=76)


class MailCarrier(NotifyEmail):  # type: ignore[misc]  # Apprise has no types
    """One recipient. `message` and `sent_at` are set before `notify`; `outcome` holds what came of it."""

    request_rate_per_sec = 0
    message: Message
    outcome: SendOutcome | None = None
    deadline = 60.0
    sent_at: datetime

    def send(self, body: str, title: str = "", **kwargs: Any) -> bool:
        """One connection, one mail."""
        name, recipient = self.targets[0]
        sender_name, sender = self.from_addr
        try:
            mail = build(self.message, (sender_name or "", sender), (name or "", recipient), self.sent_at)
        except (ValueError, MessageError) as error:
            self.outcome = Permanent(reason=f"no mail can be made: {error}", hint="check from= and to= in the url")
            return False
        for address in sorted(self.reply_to)[:1]:
            mail["Reply-To"] = _address("", address)
        for header, value in self.headers.items():
            if header.lower() not in {key.lower() for key in mail}:
                mail[header] = value
        self.outcome = self._submit(sender, recipient, mail.as_bytes(policy=POLICY))
        return isinstance(self.outcome, Sent)

    def _submit(self, sender: str, recipient: str, data: bytes) -> SendOutcome:
        try:
            with _Dialogue(
                host=self.smtp_host,
                port=self.port,
                secure_mode=self.secure_mode,
                user=self.user,
                password=self.password,
                verify_certificate=self.verify_certificate,
                socket_connect_timeout=self.socket_connect_timeout,
            ) as dialogue:
                outcome: SendOutcome = dialogue.submit(sender, recipient, data)
                return outcome
        except smtplib.SMTPAuthenticationError as error:
            if 400 <= error.smtp_code < 500:
                return Temporary(reason=_said(error.smtp_code, error.smtp_error))
            return Permanent(
                reason=_said(error.smtp_code, error.smtp_error),
                hint="the mail server refused the login: check user and password (many providers want an app password)",
            )
        except smtplib.SMTPNotSupportedError as error:
            return Permanent(
                reason=f"the mail server cannot do what the url asks: {error}", hint="check mode= and port"
            )
        except smtplib.SMTPResponseException as error:
            return Temporary(reason=_said(error.smtp_code, error.smtp_error))
        except (OSError, RuntimeError) as error:
            return Temporary(reason=f"no connection to the mail server ({type(error).__name__})")


class _Dialogue(AppriseSMTPController):  # type: ignore[misc]  # Apprise has no types
    """Apprise's connection with its TLS and login, and our own walk through MAIL, RCPT, DATA."""

    def submit(self, sender: str, recipient: str, data: bytes) -> SendOutcome:
        """Hand one mail over; says how far it came."""
        smtp: smtplib.SMTP = self._socket
        try:
            smtp.ehlo_or_helo_if_needed()
            options = [f"size={len(data)}"] if smtp.has_extn("size") else []
            code, text = smtp.mail(sender, options)
            if code != 250:
                return _refused(code, text, "the mail server refused the sender: check from= in the channel's url")
            code, text = smtp.rcpt(recipient)
            if code not in (250, 251):
                return _refused(code, text, "the mail server refused the recipient: check the address")
            smtp.putcmd("data")
            code, text = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            return Temporary(reason=f"the mail server hung up before the mail ({type(error).__name__})")
        if code != 354:
            return _refused(code, text, "the mail server refused the mail", scope="message")
        try:
            smtp.send(smtplib._quote_periods(data) + b".\r\n")  # type: ignore[attr-defined] # as SMTP.data does
            code, text = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            return UnknownOutcome(reason=f"the mail server gave no answer to the mail ({type(error).__name__})")
        if code == 250:
            return Sent(detail=_said(code, text))
        return _refused(code, text, "the mail server refused the mail", scope="message")


def build(message: Message, sender: tuple[str, str], recipient: tuple[str, str], now: datetime) -> EmailMessage:
    """The mail: plain and HTML, headers folded, nothing in it that could break a line."""
    mail = EmailMessage(policy=POLICY)
    mail["Subject"] = _one_line(message.subject)
    mail["From"] = _address(*sender)
    mail["To"] = _address(*recipient)
    mail["Date"] = format_datetime(now)
    for name, value in message.headers.items():
        mail[name] = _one_line(value)
    mail.set_content(message.plain or message.body, cte="base64")
    if message.format == "html":
        mail.add_alternative(f"<!DOCTYPE html><html><body>{message.body}</body></html>", subtype="html", cte="base64")
    return mail


def _address(name: str, address: str) -> Address:
    return Address(display_name=_one_line(name), addr_spec=address)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _refused(code: int, text: bytes, hint: str, scope: str = "channel") -> SendOutcome:
    said = _said(code, text)
    if code in (421, 450, 451, 452, 454) or 400 <= code < 500:
        return Temporary(reason=said)
    # 552 and 554 on the mail itself, 523 too long: this mail, not the address.
    return Permanent(reason=said, hint=hint, scope="message" if scope == "message" else "channel")


def _said(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return f"SMTP {code} {' '.join(words.split())}"[:300]
