"""Sets a held feed free: what it held becomes its backlog, or, if a person asks for it, news."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.model import AlertId, Item, ItemId
from monitor.pipeline.line import Line
from monitor.pipeline.telling import Telling
from monitor.rules.ruleset import RuleMatch
from monitor.store.stories import Placed
from monitor.store.tables import Tables
from monitor.stories.item import StoryItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """`items`: that were held; `alerts`: that came of them (only when they were to be told)."""

    items: int
    alerts: tuple[AlertId, ...] = ()


def release(tx: Tables, feed: str, line: Line, now: datetime, *, tell: bool = False) -> Released | None:
    """Release a held feed in one transaction; None: no feed of that name is held.

    Args:
        tell: treat what was held as news, as far as it is younger than `items.max_age`; otherwise it is backlog and
            nothing is sent.
    """
    state = tx.feeds.state(feed)
    if state is None or state.state != "held":
        return None
    status, why = ("fresh", "released as news") if tell else ("backlog", "released as backlog")
    held = tx.items.set_status(state.id, "held", status, why)  # type: ignore[arg-type]
    tx.feeds.set_state(feed, "active", "", now)
    alerts: tuple[AlertId, ...] = ()
    if tell:
        items = tx.items.get_all(held)
        telling = Telling(tx, line, now)
        for item_id in held:
            alerts += _tell(tx, items[item_id], item_id, line, telling, now)
    return Released(items=len(held), alerts=alerts)


def _tell(tx: Tables, item: Item, item_id: ItemId, line: Line, telling: Telling, now: datetime) -> tuple[AlertId, ...]:
    max_age = line.config.items.max_age
    if max_age is not None and now - item.at > max_age:
        return ()
    assign = line.grouping.begin(tx, now)
    (link,) = tx.connection.execute("SELECT link_key FROM items WHERE id = ?", (item_id,)).fetchone()
    assignment = assign(
        StoryItem(
            id=item_id, outlet=item.outlet, title=item.title, at=item.at, summary=item.summary, link=link or None
        ),
        now,
    )
    tx.stories.place([Placed(assignment=assignment, outlet=item.outlet, title=item.title, at=item.at)])
    tx.items.place(item_id, assignment)
    matches = [RuleMatch(match.rule, match.hits) for match in tx.matches.of_items((item_id,)).get(item_id, ())]
    return telling.tell(item, matches, assignment).alerts
