"""`monitor explain`: one item's way, stage by stage, each with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from monitor.cli.output import json_line, write_folded
from monitor.cli.session import Session, config_option, json_option, pass_session

if TYPE_CHECKING:
    from monitor.pipeline.explain import Explanation


@click.command(short_help="Walk one item's way and give the reason at each step.")
@click.argument("item")
@json_option
@config_option
@pass_session
def explain(session: Session, item: str, as_json: bool) -> None:
    """Walk one item's way and give the reason at each step: fetched, identified, matched, grouped, routed, delivered.

    ITEM is a number from "monitor items", an address, or a guid.

    \b
    Examples:
      monitor explain 1204
      monitor explain https://outlet.example/2026/11/24/story
    """
    from monitor.cli.items import find
    from monitor.pipeline.explain import explain as explain_item
    from monitor.pipeline.line import Line

    config, now = session.load(), session.clock()
    with session.store() as store:
        line = Line.of(config)
        found = [store.read(explain_item, one, line, now) for one in store.read(find, item)]
    for one in found:
        if as_json:
            click.echo(json_line(_row(one)))
        else:
            _show(one)


def _row(found: Explanation) -> dict[str, object]:
    from monitor.cli.rows import alert_row, hit_row, listed_row

    return {
        "item": listed_row(found.listed),
        "stages": [
            {"stage": stage.name, "outcome": stage.outcome, "reasons": list(stage.reasons)} for stage in found.stages
        ],
        "rules": [
            {"rule": one.rule, "holds": one.match is not None, "held_then": one.stored, "why": one.why,
             "hits": [hit_row(hit) for hit in one.match.hits] if one.match else []}
            for one in found.rules
        ],
        "alerts": list(map(alert_row, found.alerts)),
    }  # fmt: skip


def _show(found: Explanation) -> None:
    from monitor.cli.table import clean_cell
    from monitor.cli.wording import headline

    item = found.listed.item
    write_folded(f"item {item.id}: {clean_cell(headline(item))}", hang="  ", bold=True)
    if item.link:
        click.echo(f"  {item.link}")
    for number, stage in enumerate(found.stages, start=1):
        write_folded(f"{number}. {stage.name}: {clean_cell(stage.outcome)}", hang="   ", bold=True)
        for reason in stage.reasons:
            write_folded(clean_cell(reason), indent="   - ", hang="     ")
    click.echo()
