"""Sends to Telegram through Apprise's plugin, with the answer read in full: status, wait, the group's new id.

The plugin reads the URL and belongs to Apprise; only its send is ours, because Apprise keeps the answer to itself.
"""

from __future__ import annotations

import json
import re
import time
from typing import Any

import requests
from apprise import NotifyFormat
from apprise.plugins.telegram import NotifyTelegram

from monitor.delivery.http import Answer, post
from monitor.delivery.outcome import of_exception, of_status, waiting
from monitor.model import Message
from monitor.outcomes import Permanent, SendOutcome, Sent, UnknownOutcome

_TAG = re.compile(r"<[^>]+>")


class TelegramCarrier(NotifyTelegram):  # type: ignore[misc]  # Apprise has no types
    """One chat. `message` is set before `notify`; `outcome` holds what came of it."""

    # The framework waits between sends on its own; the pace is the outbox's.
    request_rate_per_sec = 0
    message: Message
    outcome: SendOutcome | None = None
    deadline = 60.0

    def send(self, body: str, title: str = "", **kwargs: Any) -> bool:
        """Post `message` to the one chat; a text whose markup is refused goes out once more as plain text."""
        started = time.monotonic()
        chat, topic = self.targets[0]
        payload: dict[str, Any] = {
            "chat_id": chat,
            "text": self.message.body,
            "parse_mode": "HTML",
            "disable_notification": self.silent,
            "link_preview_options": {"is_disabled": not self.preview},
        }
        if topic:
            payload["message_thread_id"] = topic
        self.outcome = self._post(payload, started)
        refused = isinstance(self.outcome, Permanent) and "can't parse entities" in self.outcome.reason
        if refused:
            # Better unadorned than not at all; the first was refused, so this is no repeat.
            del payload["parse_mode"]
            payload["text"] = _fitting(self.message.plain or _TAG.sub("", self.message.body))
            plain = self._post(payload, started)
            self.outcome = Sent(detail="as plain text; the markup was refused") if isinstance(plain, Sent) else plain
        return isinstance(self.outcome, Sent)

    def _post(self, payload: dict[str, Any], started: float) -> SendOutcome:
        url = f"{self.notify_url}{self.bot_token}/sendMessage"
        try:
            answer = post(
                url,
                data=json.dumps(payload).encode(),
                headers={"User-Agent": self.app_id, "Content-Type": "application/json"},
                timeout=self.request_timeout,
                verify=self.verify_certificate,
                until=started + self.deadline,
            )
        except requests.RequestException as error:
            return of_exception(error)
        return read_answer(answer)


def read_answer(answer: Answer) -> SendOutcome:
    """The meaning of a Bot API answer (core.telegram.org/bots/api#making-requests)."""
    try:
        fields = json.loads(answer.body)
        if not isinstance(fields, dict):
            raise ValueError("not an object")
    except ValueError:
        if answer.status == 200:
            return UnknownOutcome(reason="the answer could not be read")
        return of_status(answer.status, "")
    if answer.status == 200 and fields.get("ok") is True:
        result = fields.get("result")
        number = result.get("message_id") if isinstance(result, dict) else None
        return Sent(detail=f"message {number}" if number else "")
    description = str(fields.get("description", ""))[:300]
    code = fields.get("error_code")
    return _refusal(code if isinstance(code, int) else answer.status, description, fields.get("parameters"))


def _refusal(code: int, description: str, parameters: object) -> SendOutcome:
    known = parameters if isinstance(parameters, dict) else {}
    said = f"Telegram {code}: {description}"
    if new := known.get("migrate_to_chat_id"):
        return Permanent(
            reason=f"{said} (new id {new})", hint=f"the group became a supergroup: put {new} in the channel's url"
        )
    if code == 429:
        wait = known.get("retry_after")
        return waiting(float(wait) if isinstance(wait, int | float) else 60.0, said)
    text = description.lower()
    if code == 401 or (code == 404 and "not found" in text and "chat" not in text):
        return Permanent(reason=said, hint="the bot token is wrong or was revoked: get it from @BotFather")
    if code == 403:
        return Permanent(
            reason=said, hint="the bot was blocked, removed or may not write there: add it to the chat again"
        )
    if code == 400 and ("chat" in text and ("not found" in text or "empty" in text or "invalid" in text)):
        return Permanent(reason=said, hint="check the chat id; write to the bot first, or add it to the group")
    if code == 400 and any(word in text for word in ("thread", "topic", "rights", "upgraded", "peer_id")):
        return Permanent(reason=said, hint="check the chat, its topic and the bot's rights there")
    if code == 400:
        return Permanent(reason=said, hint="Telegram refused this message", scope="message")
    return of_status(code, description)


def _fitting(text: str) -> str:
    """At most 4096 UTF-16 units."""
    raw = text.encode("utf-16-le", "replace")
    return raw[:8180].decode("utf-16-le", "ignore")


FORMAT = NotifyFormat.HTML
