"""Messages made for a channel, as the program makes them."""

from __future__ import annotations

from monitor.alerts.compose import compose
from monitor.model import Message, Severity
from monitor.settings import Channel
from tests.support.alerts import NOW, a_config, a_delivery, an_alert, an_item


def message_for(to: Channel, **changes: object) -> Message:
    """An urgent alert on an item with these changes."""
    delivery = a_delivery(alert=an_alert(item=an_item(1, **changes), severity=Severity.URGENT))
    return compose([delivery], to, a_config(to), NOW)
