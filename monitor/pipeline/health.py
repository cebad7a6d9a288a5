"""The monitor's own health, told through channels: the daily proof of life, and who is quieter than usual."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from monitor.alerts.compose.proof import Day, Silence, proof_of_life, quiet_notice, refused
from monitor.alerts.habit import FEED_FLOOR, LOOK_BACK, RULE_FLOOR, quiet_beyond_habit
from monitor.errors import Fault
from monitor.settings import Channel, Config, Language
from monitor.store.figures import figures
from monitor.store.habits import feed_times, rule_times
from monitor.store.tables import Tables

DAY = timedelta(days=1)
_QUIET_TOLD = "quiet_told"  # in the store: when silence was last spoken of, and how far each had come by then
Words = Callable[[Language], tuple[str, str]]


def tell_life(tx: Tables, config: Config, now: datetime) -> int:
    """Queue the day's proof of life, once for each channel that hears of the monitor itself; how many were queued."""
    found = figures(tx, now - DAY)
    counts = tx.outbox.counts()
    day = Day(
        feeds=found.feeds,
        failing=found.failing,
        items=found.items,
        stories=found.stories,
        alerts=found.alerts,
        messages=found.messages,
        waiting=sum(counts.get(state, 0) for state in ("pending", "waiting", "held", "sending", "unknown")),
        dead=counts.get("dead", 0),
    )
    return _queue(tx, config, "alive", f"{now:%Y-%m-%d %H:%M}", lambda language: proof_of_life(day, language), now)


def tell_refused(tx: Tables, config: Config, faults: Sequence[Fault], now: datetime) -> int:
    """Queue the faults of a configuration that was not taken over, once for each set of faults and day."""
    key = f"{now:%Y-%m-%d} {sha256(chr(10).join(map(str, faults)).encode('utf-8', 'replace')).hexdigest()[:16]}"
    return _queue(tx, config, "config", key, lambda language: refused(faults, language), now, willing_only=True)


def tell_quiet(tx: Tables, config: Config, now: datetime) -> tuple[str, ...]:
    """Queue one word a day, at most, on the rules and feeds that are quiet far beyond their habit; gives their names.

    Each is named when its silence begins to stand out, then again after one, two, four … days of it. A feed that fails
    is spoken of elsewhere; here are those that answer and bring nothing.
    """
    told = json.loads(tx.meta.get(_QUIET_TOLD, '{"at": "", "marks": {}}'))
    if not _listeners(config.channels, willing_only=True) or (
        told["at"] and now - datetime.fromisoformat(told["at"]) < DAY
    ):
        return ()
    found = dict(_quiet(tx, config, now))
    marks = {name: mark for name, (mark, _) in found.items()}
    fresh = [name for name, mark in marks.items() if told["marks"].get(name) != mark]
    if not fresh:
        return ()
    silences = [found[name][1] for name in fresh]
    key = f"{now:%Y-%m-%d %H:%M}"
    _queue(tx, config, "quiet", key, lambda language: quiet_notice(silences, language), now, willing_only=True)
    tx.meta.set(_QUIET_TOLD, json.dumps({"at": now.isoformat(), "marks": marks}, ensure_ascii=False))
    return tuple(fresh)


def _quiet(tx: Tables, config: Config, now: datetime) -> Iterator[tuple[str, tuple[str, Silence]]]:
    """Who is quiet, by kind and name, each with a mark that changes when it is time to speak of it again."""
    since = now - LOOK_BACK
    failing = set(figures(tx, now).failing)
    kinds: list[tuple[Literal["rule", "feed"], str, str]] = [
        *(("rule", rule.name, rule.title) for rule in config.rules),
        *(("feed", feed.name, feed.name) for feed in config.feeds if feed.name not in failing),
    ]
    for kind, name, title in kinds:
        times = rule_times(tx, name, since) if kind == "rule" else feed_times(tx, name, since)
        quiet = quiet_beyond_habit(times, now, RULE_FLOOR if kind == "rule" else FEED_FLOOR)
        if quiet is not None:
            lasts = now - quiet.since
            mark = f"{quiet.since:%Y-%m-%dT%H:%M} {(lasts // DAY).bit_length()}"
            yield (
                f"{kind} {name}",
                (
                    mark,
                    Silence(kind=kind, name=name, title=title, lasts=lasts, usual=quiet.usual, longest=quiet.longest),
                ),
            )


def _queue(
    tx: Tables, config: Config, kind: str, key: str, words: Words, now: datetime, *, willing_only: bool = False
) -> int:
    queued = 0
    for channel in _listeners(config.channels, willing_only=willing_only):
        subject, body = words(channel.language or config.language)
        queued += tx.notices.add(kind=kind, key=key, channel=channel.name, subject=subject, body=body, now=now)
    return queued


def _listeners(channels: Sequence[Channel], *, willing_only: bool) -> Sequence[Channel]:
    """Channels with `notices`; all of them for what was asked for by name, where none has it."""
    willing = [channel for channel in channels if channel.notices]
    return willing if willing or willing_only else channels
