"""Services that only Apprise knows: reached, and their failures told apart by what it logs."""

from __future__ import annotations

import json

import pytest

from monitor.delivery.sender import Sender
from monitor.outcomes import Permanent, RateLimited, Sent, Temporary
from tests.support.alerts import channel
from tests.support.messages import message_for
from tests.support.webhook import Webhook


async def test_a_service_only_apprise_knows_is_reached(sender: Sender, hook: Webhook) -> None:
    to = channel("other", hook.url.replace("json://", "ntfy://").replace("/alerts", "/topic?mode=private"))
    outcome = await sender.send(to, message_for(to))
    assert isinstance(outcome, Sent), outcome
    assert "وقف إطلاق النار" in json.dumps(hook.bodies[0], ensure_ascii=False)


@pytest.mark.parametrize(("status", "kind"), [(429, RateLimited), (500, Temporary), (403, Permanent), (400, Permanent)])
async def test_its_statuses_are_read_from_what_apprise_logs(
    sender: Sender, hook: Webhook, status: int, kind: type
) -> None:
    to = channel("other", hook.url.replace("json://", "xml://"))
    hook.answers = [(status, {})]
    assert isinstance(await sender.send(to, message_for(to)), kind)


async def test_its_connection_errors_are_told_by_phase(sender: Sender) -> None:
    to = channel("other", "xml://127.0.0.1:1/x")
    assert await sender.send(to, message_for(to)) == Temporary(reason="no connection to the service")
