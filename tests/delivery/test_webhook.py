"""JSON webhooks: the whole alert, and what each status means."""

from __future__ import annotations

from datetime import timedelta

from monitor.delivery.sender import Sender
from monitor.outcomes import Permanent, RateLimited, Sent, Temporary
from tests.support.alerts import channel
from tests.support.messages import message_for
from tests.support.webhook import Webhook


async def test_carries_the_whole_alert_as_fields(sender: Sender, hook: Webhook) -> None:
    to = channel("hook", hook.url)
    assert isinstance(await sender.send(to, message_for(to)), Sent)
    body = hook.bodies[0]
    assert body["version"] == 1
    alert = body["alerts"][0]
    assert alert["severity"] == "urgent"
    assert alert["item"]["link"] == "https://www.example.org/news/1?a=1&b=2"
    first = alert["hits"][0]
    assert alert["item"]["title"][first["start"] : first["end"]] == first["text"]
    assert hook.headers[0]["idempotency-key"] == body["key"]
    assert hook.headers[0]["user-agent"] == "news-monitor"


async def test_statuses(sender: Sender, hook: Webhook) -> None:
    to = channel("hook", hook.url)
    hook.answers = [
        (429, {"Retry-After": "33"}),
        (500, {}),
        (401, {}),
        (404, {}),
        (422, {}),
        (302, {"Location": "/"}),
    ]
    outcomes = [await sender.send(to, message_for(to)) for _ in range(6)]
    kinds = [RateLimited, Temporary, Permanent, Permanent, Permanent, Permanent]
    assert [type(outcome) for outcome in outcomes] == kinds
    assert outcomes[0] == RateLimited(wait=timedelta(seconds=33), reason="HTTP 429")
