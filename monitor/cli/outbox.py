"""`monitor outbox`: every delivery with its state; send again, or give up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from monitor.cli.groups import ListGroup
from monitor.cli.options import limit_option
from monitor.cli.output import json_line, say, write_facts, write_json, write_table
from monitor.cli.session import Session, config_option, json_option, pass_session
from monitor.cli.table import Column
from monitor.errors import MonitorError

if TYPE_CHECKING:
    from monitor.model import DeliveryId
    from monitor.store.outbox import OutboxRow
    from monitor.store.tables import Tables

_STATES = ("pending", "held", "sending", "waiting", "unknown", "sent", "dead", "dropped")


@click.group(cls=ListGroup, short_help="List, show, retry and drop deliveries.")
def outbox() -> None:
    """List, show, retry and drop deliveries. Without a command: list.

    \b
    Examples:
      monitor outbox --state dead
      monitor outbox show 88
      monitor outbox retry 88 89
      monitor outbox retry --all-dead
    """


@outbox.command("list", short_help="List deliveries, the newest first.")
@click.option(
    "--state", "states", type=click.Choice(_STATES), multiple=True, help="Only in this state; may be repeated."
)
@click.option("--channel", metavar="NAME", help="Only of this channel.")
@limit_option
@json_option
@config_option
@pass_session
def list_(session: Session, states: tuple[str, ...], channel: str | None, limit: int, as_json: bool) -> None:
    """List deliveries, the newest first, and how many are in each state.

    \b
    Example:
      monitor outbox list --state waiting --state dead
    """
    from monitor.cli.rows import delivery_row
    from monitor.cli.wording import headline
    from monitor.model import DeliveryState

    now, zone = session.clock(), session.load().timezone
    wanted = [DeliveryState(state) for state in states]
    with session.store() as store:
        found = store.read(lambda tx: tx.outbox.listed(states=wanted, channel=channel, limit=limit))
        counts = store.read(lambda tx: tx.outbox.counts())
    if as_json:
        write_json(map(delivery_row, found))
        return
    columns = (
        Column("ID", right=True),
        Column("CHANNEL", flexible=True),
        Column("STATE"),
        Column("WHEN"),
        Column("RULE", flexible=True),
        Column("HEADLINE", flexible=True),
        Column("WHY", flexible=True),
    )
    rows = (
        (one.delivery.id, one.delivery.channel, one.delivery.state.value, _when(one, zone, now),
         one.delivery.alert.rule, headline(one.delivery.alert.item), why(one))
        for one in found
    )  # fmt: skip
    write_table(columns, rows, nothing="no such deliveries")
    if counts:
        say(", ".join(f"{count:,} {state}" for state, count in sorted(counts.items())))


@outbox.command(short_help="Show a delivery with every attempt.")
@click.argument("delivery", type=int)
@json_option
@config_option
@pass_session
def show(session: Session, delivery: int, as_json: bool) -> None:
    """Show a delivery with every attempt.

    \b
    Example:
      monitor outbox show 88
    """
    from monitor.cli.rows import delivery_row
    from monitor.cli.wording import headline, local

    now, zone = session.clock(), session.load().timezone
    with session.store() as store:
        found = store.read(_get, delivery)
    if as_json:
        click.echo(json_line(delivery_row(found)))
        return
    alert = found.delivery.alert
    write_facts(
        [
            ("delivery", f"{found.delivery.id} to {found.delivery.channel}"),
            ("alert", f"{alert.id} {alert.rule}: {headline(alert.item)}"),
            ("state", found.delivery.state.value),
            ("why", why(found)),
            ("created", local(found.delivery.created_at, zone, now)),
            *((("next attempt", local(coming, zone, now)),) if (coming := found.delivery.next_attempt_at) else ()),
            *((("sent", local(found.sent_at, zone, now)),) if found.sent_at else ()),
            *(
                (
                    f"attempt {number}",
                    f"{local(one.at, zone, now)}, {one.ms} ms: " + ": ".join(filter(None, (one.outcome, one.reason))),
                )
                for number, one in enumerate(found.tries, start=1)
            ),
        ]
    )


@outbox.command(short_help="Send deliveries again at once.")
@click.argument("deliveries", type=int, nargs=-1, metavar="DELIVERY...")
@click.option("--all-dead", is_flag=True, help="Every one that was given up.")
@config_option
@pass_session
def retry(session: Session, deliveries: tuple[int, ...], all_dead: bool) -> None:
    """Send deliveries again at once: what is dead, dropped, waiting or held. What was sent stays sent.

    \b
    Examples:
      monitor outbox retry 88
      monitor outbox retry --all-dead
    """
    now = session.clock()
    with session.store() as store:
        ids = _ids(store.read(_dead) if all_dead else deliveries)
        count = store.write_sync(lambda tx: tx.outbox.retry(ids, now))
    _report(count, len(ids), "will be sent again; a running monitor does it within seconds")


@outbox.command(short_help="Give up on deliveries.")
@click.argument("deliveries", type=int, nargs=-1, required=True, metavar="DELIVERY...")
@config_option
@pass_session
def drop(session: Session, deliveries: tuple[int, ...]) -> None:
    """Give up on deliveries that are not sent yet; they stay listed as dropped.

    \b
    Example:
      monitor outbox drop 88 89
    """
    now, ids = session.clock(), _ids(deliveries)
    with session.store() as store:
        count = store.write_sync(lambda tx: tx.outbox.drop(ids, now))
    _report(count, len(ids), "given up")


def why(row: OutboxRow) -> str:
    """Why a delivery is in its state, and what to do, in words."""
    held = f"held by {row.held_by}" if row.held_by else ""
    return "; ".join(part for part in (held, row.delivery.reason, row.hint) if part)


def _when(row: OutboxRow, zone: str, now: datetime) -> str:
    from monitor.cli.wording import local

    if row.sent_at is not None:
        return local(row.sent_at, zone, now)
    coming = row.held_until or row.delivery.next_attempt_at
    return f"→ {local(coming, zone, now)}" if coming is not None else local(row.updated_at, zone, now)


def _ids(numbers: Sequence[int]) -> list[DeliveryId]:
    from monitor.model import DeliveryId

    if not numbers:
        raise click.UsageError("name the deliveries, by their numbers in the list")
    return [DeliveryId(number) for number in numbers]


def _dead(tx: Tables) -> list[int]:
    from monitor.model import DeliveryState

    found = [one.delivery.id for one in tx.outbox.listed(states=[DeliveryState.DEAD], limit=100_000)]
    if not found:
        raise MonitorError("no delivery is dead", hint='see "monitor outbox list"')
    return list(found)


def _report(count: int, of: int, what: str) -> None:
    if not count:
        raise MonitorError("none of these can be changed", hint='see their states in "monitor outbox list"')
    say(f"{count} of {of} {what}" if count < of else f"{count} {what}")


def _get(tx: Tables, delivery: int) -> OutboxRow:
    from monitor.model import DeliveryId

    found = tx.outbox.get(DeliveryId(delivery))
    if found is None:
        raise MonitorError(f"there is no delivery {delivery}", hint='see "monitor outbox list"')
    return found
