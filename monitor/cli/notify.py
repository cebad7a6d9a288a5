"""`monitor notify-test`: a real message to a channel, and what the service answered."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, assert_never

import click

from monitor.cli.output import say
from monitor.cli.session import Session, config_option, pass_session
from monitor.errors import MonitorError
from monitor.outcomes import Permanent, RateLimited, SendOutcome, Sent, Temporary, UnknownOutcome

if TYPE_CHECKING:
    from monitor.settings import Channel, Config

_DEADLINE = timedelta(seconds=60)


@click.command("notify-test", short_help="Send a test message to a channel, or to all.")
@click.argument("channel", required=False)
@click.option("--telegram-api", metavar="URL", help="Send through your own Bot API server instead of Telegram's.")
@config_option
@pass_session
def notify_test(session: Session, channel: str | None, telegram_api: str | None) -> int:
    """Send a test message to a channel, or to every one, and say what the service answered.

    Quiet hours, digests and rates are not looked at. Exit code 1 when one of them failed.

    \b
    Examples:
      monitor notify-test
      monitor notify-test desk
    """
    config = session.load()
    wanted = _wanted(config, channel)
    outcomes = asyncio.run(_send(session, config, wanted, telegram_api))
    for one, outcome in zip(wanted, outcomes, strict=True):
        say(f"{one.name}: {_words(outcome)}")
    return 0 if all(isinstance(outcome, Sent) for outcome in outcomes) else 1


def _wanted(config: Config, name: str | None) -> tuple[Channel, ...]:
    from monitor.config.nearest import did_you_mean

    if not config.channels:
        raise MonitorError("there are no channels", hint="add a [[channels]] table to the configuration")
    if name is None:
        return config.channels
    found = tuple(channel for channel in config.channels if channel.name == name)
    if not found:
        guess = did_you_mean(name, [channel.name for channel in config.channels])
        listed = "there are: " + ", ".join(channel.name for channel in config.channels)
        raise MonitorError(f'there is no channel "{name}"', hint=f'did you mean "{guess}"?' if guess else listed)
    return found


async def _send(
    session: Session, config: Config, channels: tuple[Channel, ...], telegram_api: str | None
) -> list[SendOutcome]:
    from monitor.alerts.compose.trial import compose_trial
    from monitor.delivery.sender import Sender

    sender = Sender(session.clock, telegram_api=telegram_api)
    now = session.clock()
    try:
        sends = [sender.send(one, compose_trial(one, config, now), _DEADLINE) for one in channels]
        return list(await asyncio.gather(*sends))
    finally:
        sender.close()


def _words(outcome: SendOutcome) -> str:
    match outcome:
        case Sent(detail=detail):
            return f"sent{f' ({detail})' if detail else ''}; look whether it arrived"
        case RateLimited(wait=wait, reason=reason):
            return f"the service asks to wait {round(wait.total_seconds())} s: {reason}"
        case Temporary(reason=reason):
            return f"failed for now: {reason}"
        case Permanent(reason=reason, hint=hint):
            return f"failed: {reason}{f'; {hint}' if hint else ''}"
        case UnknownOutcome(reason=reason):
            return f"it may or may not have arrived: {reason}"
    assert_never(outcome)
