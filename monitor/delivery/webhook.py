"""Sends the alert as JSON fields through Apprise's JSON plugin; the plugin reads the URL, the payload is ours."""

from __future__ import annotations

import json
import time
from typing import Any

import requests
from apprise.plugins.custom_json import NotifyJSON

from monitor.delivery.http import post, retry_after
from monitor.delivery.outcome import of_exception, of_status
from monitor.model import Message
from monitor.outcomes import SendOutcome, Sent


class WebhookCarrier(NotifyJSON):  # type: ignore[misc]  # Apprise has no types
    """One address. `message` is set before `notify`; `outcome` holds what came of it."""

    request_rate_per_sec = 0
    message: Message
    outcome: SendOutcome | None = None
    deadline = 60.0

    def send(self, body: str, title: str = "", **kwargs: Any) -> bool:
        """Post the payload. The key travels as Idempotency-Key, so that a receiver can tell a repeat."""
        fields = {**(self.message.payload or {"title": title, "message": body}), **self.payload_extras}
        headers = {"User-Agent": self.app_id, "Content-Type": "application/json"}
        if self.message.key:
            headers["Idempotency-Key"] = self.message.key
        port = f":{self.port}" if isinstance(self.port, int) else ""
        url = f"{'https' if self.secure else 'http'}://{self.host}{port}{self.fullpath}"
        try:
            answer = post(
                url,
                data=json.dumps(fields, ensure_ascii=False).encode("utf-8", "replace"),
                headers={**headers, **self.headers},
                timeout=self.request_timeout,
                verify=self.verify_certificate,
                until=time.monotonic() + self.deadline,
                method=self.method,
                auth=(self.user, self.password or "") if self.user else None,
                params=self.params,
            )
        except requests.RequestException as error:
            self.outcome = of_exception(error)
            return False
        if 200 <= answer.status < 300:
            self.outcome = Sent(detail=f"HTTP {answer.status}")
            return True
        self.outcome = of_status(answer.status, "", retry_after=retry_after(answer))
        return False
