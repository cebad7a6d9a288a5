"""The monitor's own health, told through channels: the daily proof of life, and who is quieter than usual."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from monitor.alerts.compose.proof import Day, proof_of_life, quiet_notice, refused
from monitor.alerts.habit import FEED_FLOOR, LOOK_BACK, RULE_FLOOR, Quiet, quiet_beyond_habit
from monitor.settings import Channel, Config, Language
from monitor.store.figures import figures
from monitor.store.habits import feed_times, rule_times
from monitor.store.tables import Tables

DAY = timedelta(days=1)
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


def tell_refused(tx: Tables, config: Config, faults: Sequence[str], now: datetime) -> int:
    """Queue the faults of a configuration that was not taken over, once for each set of faults and day."""
    key = f"{now:%Y-%m-%d} {sha256(chr(10).join(faults).encode('utf-8', 'replace')).hexdigest()[:16]}"
    return _queue(tx, config, "config", key, lambda language: refused(faults, language), now, willing_only=True)


def tell_quiet(tx: Tables, config: Config, now: datetime) -> tuple[str, ...]:
    """Queue a word on each rule and feed that is quiet far beyond its habit, at most once a day; gives their names.

    A feed that fails is spoken of elsewhere; here are those that answer and bring nothing.
    """
    told = []
    since = now - LOOK_BACK
    failing = set(figures(tx, now).failing)
    for rule in config.rules:
        quiet = quiet_beyond_habit(rule_times(tx, rule.name, since), now, RULE_FLOOR)
        if quiet is not None and _say(tx, config, "rule", rule.name, quiet, now):
            told.append(f"rule {rule.name}")
    for feed in config.feeds:
        if feed.name in failing:
            continue
        quiet = quiet_beyond_habit(feed_times(tx, feed.name, since), now, FEED_FLOOR)
        if quiet is not None and _say(tx, config, "feed", feed.name, quiet, now):
            told.append(f"feed {feed.name}")
    return tuple(told)


def _say(tx: Tables, config: Config, kind: str, name: str, quiet: Quiet, now: datetime) -> bool:
    def words(language: Language) -> tuple[str, str]:
        return quiet_notice("rule" if kind == "rule" else "feed", name, now - quiet.since, quiet.longest, language)

    # The key is when the silence began and its length in powers of two: told at once, then after 1, 2, 4 … days.
    days = (now - quiet.since) // DAY
    key = f"{kind} {name} {quiet.since:%Y-%m-%dT%H:%M} {days.bit_length()}"
    return _queue(tx, config, "quiet", key, words, now, willing_only=True) > 0


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
