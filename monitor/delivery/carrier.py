"""Makes the carrier for a channel's URL and runs one send on it, blocking. Apprise is imported here, on first use."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from monitor.alerts.kinds import kind_of
from monitor.delivery.address import completed
from monitor.delivery.capture import LogCapture
from monitor.delivery.outcome import of_log
from monitor.errors import DeliveryError
from monitor.model import Message
from monitor.outcomes import Permanent, SendOutcome, Sent


def carry(
    url: str, message: Message, capture: LogCapture, now: datetime, *, deadline: float, telegram_api: str | None
) -> SendOutcome:
    """Send one message to the one recipient of `url`; returns what came of it and does not raise for a bad URL.

    Args:
        deadline: seconds after which an answer that drips is given up.
        telegram_api: where the Bot API stands, without `/bot…`; None: Telegram's own.
    """
    try:
        plugin = make(url, telegram_api=telegram_api)
    except DeliveryError as error:
        return Permanent(reason=error.message, hint=error.hint)
    plugin.deadline = deadline
    plugin.message = message
    plugin.sent_at = now
    with capture.collect() as records:
        # Not the Apprise object: it would hand the send to its shared pool, where one black hole delays all others.
        done = plugin.notify(body=message.body, title=message.subject, body_format=message.format)
    outcome: SendOutcome | None = getattr(plugin, "outcome", None)
    if outcome is not None:
        return outcome
    return Sent() if done else of_log(records)


def make(url: str, *, telegram_api: str | None = None) -> Any:
    """The Apprise plugin for `url`, ours where we have one.

    Raises:
        DeliveryError: Apprise does not understand it, or it names no recipient, or several.
    """
    url = completed(url)
    try:
        plugin = _plugin(url, telegram_api)
    except Exception as error:
        raise DeliveryError(
            f"the url cannot be used ({type(error).__name__})",
            hint="check it against the service's page in Apprise's wiki",
        ) from error
    if plugin is None:
        raise DeliveryError("no service understands the url", hint="check its scheme and its parts")
    targets = getattr(plugin, "targets", None)
    # Some services have a default recipient and an empty list; `len` is how many requests the plugin would make.
    if isinstance(targets, list | set | tuple) and (len(targets) > 1 or not (targets or len(plugin))):
        number = "no" if not targets else "more than one"
        raise DeliveryError(f"the url names {number} recipient", hint="one channel, one recipient")
    return plugin


def _plugin(url: str, telegram_api: str | None) -> Any:
    kind = kind_of(url)
    if kind == "telegram":
        from monitor.delivery.telegram import TelegramCarrier

        parsed = TelegramCarrier.parse_url(url)
        plugin = TelegramCarrier(**parsed, asset=_asset()) if parsed else None
        if plugin is not None and telegram_api:
            plugin.notify_url = f"{telegram_api.rstrip('/')}/bot"
        return plugin
    if kind == "json":
        from monitor.delivery.webhook import WebhookCarrier

        parsed = WebhookCarrier.parse_url(url)
        return WebhookCarrier(**parsed, asset=_asset()) if parsed else None
    if kind == "email":
        from monitor.delivery.mail import MailCarrier

        parsed = MailCarrier.parse_url(url)
        return MailCarrier(**parsed, asset=_asset()) if parsed else None
    import apprise

    plugin = apprise.Apprise.instantiate(url, asset=_asset(), suppress_exceptions=True)
    if plugin is not None:
        plugin.request_rate_per_sec = 0
    return plugin


def _asset() -> Any:
    """How services see us: under our own name, without Apprise's pictures."""
    from apprise import AppriseAsset

    return AppriseAsset(
        app_id="news-monitor", app_desc="News Monitor", app_url="", image_url_mask="", image_url_logo=""
    )
