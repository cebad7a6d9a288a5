"""The last words of `monitor demo`: what was done, what was not alerted and why, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from textwrap import wrap

from monitor.store.database import Store
from monitor.store.figures import Figures, SilentItem, figures, silent_items, unmatched_titles
from monitor.store.tables import Tables

_WIDTH = 80
_STATUS = {
    "backlog": "was there before the monitor came",
    "old": "too old to be news",
    "held": "held: its feed suddenly looked new as a whole",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """What the summary is made of. `unmatched`: (outlet, title)."""

    figures: Figures
    silent: tuple[SilentItem, ...]
    unmatched: tuple[tuple[str, str], ...]


def read_figures(store: Store, since: datetime) -> DayFigures:
    """Everything the summary needs, on one snapshot."""

    def read(tx: Tables) -> DayFigures:
        return DayFigures(
            figures=figures(tx, since),
            silent=tuple(silent_items(tx, since)),
            unmatched=tuple(unmatched_titles(tx, since)),
        )

    return store.read(read)


def summary_lines(day: DayFigures, *, by_itself: bool) -> list[str]:
    """The summary, ready to print. `by_itself`: the day was over; False: the user ended it."""
    done = day.figures
    lines = [
        "",
        "The day is over." if by_itself else "Stopped.",
        "",
        f"  {count(done.feeds, 'feed')} polled {count(done.polls, 'time')}, {count(done.items, 'item')} read, "
        f"{done.matched} of them matched",
        f"  {count(done.alerts, 'alert')} about {count(done.told, 'story', 'stories')}, "
        f"sent in {count(done.messages, 'message')}",
    ]
    if day.silent:
        lines += ["", "Matched, but not alerted:", *(_silent(item) for item in day.silent)]
    if day.unmatched:
        lines += ["", "Read, and no rule meant it:", *(_title(title, outlet) for outlet, title in day.unmatched)]
    lines += ["", *_NEXT]
    return lines


_NEXT = (
    "What next?",
    "  monitor check      is config.toml right? it watches real Arabic outlets already",
    "  monitor run        watch them, until Ctrl-C",
    "  README.md          alerts by Telegram or e-mail, five lines each",
    "  docs/guide.md      how to write rules of your own",
)


def count(number: int, one: str, many: str = "") -> str:
    """`1 alert`, `2 alerts`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def _isolated(text: str) -> str:
    """Right-to-left text between first-strong isolates, so that the words around it stay in order."""
    return f"\u2068{text}\u2069"


def _title(title: str, outlet: str) -> str:
    first, *more = wrap(title, _WIDTH - 6)
    lines = [f"  · {_isolated(first)}", *(f"    {_isolated(piece)}" for piece in more)]
    return (
        "\n".join([*lines[:-1], f"{lines[-1]} ({_isolated(outlet)})"])
        if _fits(lines[-1], outlet)
        else "\n".join([*lines, f"    ({_isolated(outlet)})"])
    )


def _fits(line: str, outlet: str) -> bool:
    return len(line) + len(outlet) + 5 <= _WIDTH


def _silent(item: SilentItem) -> str:
    why = _STATUS.get(item.status) or f"same story as one told already: {item.reason}"
    return "\n".join([_title(item.title, item.outlet), *(f"      {piece}" for piece in wrap(why, _WIDTH - 6))])
