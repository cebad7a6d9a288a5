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


def feed_notice(
    kind: Literal["feed_held", "feed_moved", "feed_stopped"], name: str, detail: str, language: Language
) -> tuple[str, str]:
    """Subject and body: a feed needs its owner.

    Args:
        detail: why it is held or stopped, or the address it has moved to.
    """
    free = f'monitor feeds release "{name}"'
    if language == "ar":
        return {
            "feed_held": (
                f"أخبار معلّقة: {name}",
                f"بدت أخبار المصدر كلها جديدة فجأة، فلم يُرسل منها تنبيه ({detail}).\n"
                f"لحفظها دون تنبيه: {free}\nلإرسال تنبيهاتها: {free} --tell",
            ),
            "feed_moved": (
                f"مصدر انتقل: {name}",
                f"عنوانه الجديد الدائم: {detail}\nتجري متابعته هناك من الآن، ويحسن تعديل العنوان في الإعدادات.",
            ),
            "feed_stopped": (
                f"مصدر متوقف: {name}",
                f"السبب: {detail}\nتوقفت متابعته إلى أن يتغير عنوانه في الإعدادات.\nلاستئناف المتابعة: {free}",
            ),
        }[kind]
    return {
        "feed_held": (
            f"Items held: {name}",
            f"All its items suddenly looked new, and none of them alerted ({detail}).\n"
            f"To keep them without alerts: {free}\nTo let them alert: {free} --tell",
        ),
        "feed_moved": (
            f"Feed moved: {name}",
            f"Its new address, for good: {detail}\nIt is asked there from now on; better write that into config.toml.",
        ),
        "feed_stopped": (
            f"Feed stopped: {name}",
            f"Reason: {detail}\nIt is not asked any more until its address in config.toml changes.\n"
            f"To ask it again: {free}",
        ),
    }[kind]


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
