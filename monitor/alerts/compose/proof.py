"""What the monitor says of its own health: the daily proof of life, and who is quieter than usual. Pure, no markup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from monitor.alerts.compose.words import ago
from monitor.settings import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The figures of a day. `failing`: names of feeds that do not answer; `waiting`, `dead`: deliveries."""

    feeds: int
    failing: Sequence[str]
    items: int
    stories: int
    alerts: int
    messages: int
    waiting: int
    dead: int


def proof_of_life(day: Day, language: Language) -> tuple[str, str]:
    """Subject and body of the daily message."""
    well = day.feeds - len(day.failing)
    named = "، ".join(day.failing[:5]) if language == "ar" else ", ".join(day.failing[:5])
    if language == "ar":
        lines = [
            f"المصادر: {well} من {day.feeds} تعمل",
            f"في آخر 24 ساعة: الأخبار {day.items:,}، القصص {day.stories:,}، التنبيهات {day.alerts:,}",
            f"الرسائل المرسلة: {day.messages:,}، في الانتظار: {day.waiting:,}، لم تصل: {day.dead:,}",
        ]
        lines += [f"لا تجيب: {named}" + (" …" if len(day.failing) > 5 else "")] if day.failing else []
        return "المراقبة تعمل", "\n".join(lines)
    lines = [
        f"Feeds: {well} of {day.feeds} answer",
        f"Last 24 hours: {day.items:,} items, {day.stories:,} stories, {day.alerts:,} alerts",
        f"Messages sent: {day.messages:,}, waiting: {day.waiting:,}, not delivered: {day.dead:,}",
    ]
    lines += [f"Not answering: {named}" + (" …" if len(day.failing) > 5 else "")] if day.failing else []
    return "The monitor is watching", "\n".join(lines)


def quiet_notice(
    kind: Literal["rule", "feed"], name: str, silence: timedelta, longest: timedelta, language: Language
) -> tuple[str, str]:
    """Subject and body: a rule or a feed has been quiet for longer than it ever was in the last month."""
    if language == "ar":
        what = "القاعدة" if kind == "rule" else "المصدر"
        ask = f"monitor rules show {name}" if kind == "rule" else f"monitor feeds test {name}"
        return (
            f"هدوء غير معتاد: {what} {name}",
            f"آخر خبر {ago(silence, language)}، وأطول هدوء خلال شهر كان {_length(longest, language)}.\nللفحص: {ask}",
        )
    ask = f"monitor rules show {name}" if kind == "rule" else f"monitor feeds test {name}"
    return (
        f"Unusually quiet: {kind} {name}",
        f"Last item {ago(silence, language)}; the longest silence in a month was {_length(longest, language)}.\n"
        f"To look: {ask}",
    )


def refused(faults: Sequence[str], language: Language) -> tuple[str, str]:
    """Subject and body: a saved configuration has faults; the former one goes on."""
    shown = [*faults[:5], *(["…"] if len(faults) > 5 else [])]
    if language == "ar":
        return "إعدادات مرفوضة: العمل مستمر بالسابقة", "\n".join(shown)
    return "Configuration refused: the former one goes on", "\n".join(shown)


def _length(span: timedelta, language: Language) -> str:
    hours = max(1, round(span.total_seconds() / 3600))
    if language == "ar":
        return ago(timedelta(hours=hours), language).removeprefix("قبل ")
    return f"{hours} hour{'' if hours == 1 else 's'}"
