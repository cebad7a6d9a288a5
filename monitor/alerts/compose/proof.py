"""What the monitor says of its own health: the daily proof of life, and who is quieter than usual. Pure, no markup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from monitor.alerts.compose.words import span
from monitor.errors import Fault
from monitor.settings import Language

MOST_NAMED = 10


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A rule or a feed that is quiet. `title`: as a person knows it; `usual`: the middle pause of the last month."""

    kind: Literal["rule", "feed"]
    name: str
    title: str
    lasts: timedelta
    usual: timedelta
    longest: timedelta


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
        f"Last 24 hours: items {day.items:,}, stories {day.stories:,}, alerts {day.alerts:,}",
        f"Messages sent: {day.messages:,}, waiting: {day.waiting:,}, not delivered: {day.dead:,}",
    ]
    lines += [f"Not answering: {named}" + (" …" if len(day.failing) > 5 else "")] if day.failing else []
    return "The monitor is watching", "\n".join(lines)


def quiet_notice(silences: Sequence[Silence], language: Language) -> tuple[str, str]:
    """Subject and body: rules and feeds that have been quiet for longer than they ever were in the last month."""
    one = silences[0]
    lines = [line for silence in silences[:MOST_NAMED] for line in _silence(silence, language)]
    lines += [f"… {len(silences) - MOST_NAMED}"] if len(silences) > MOST_NAMED else []
    if language == "ar":
        what = f"{'القاعدة' if one.kind == 'rule' else 'المصدر'} {one.title}"
        subject = f"هدوء غير معتاد: {what}" if len(silences) == 1 else f"هدوء غير معتاد (العدد: {len(silences)})"
    else:
        what = f"{one.kind} {one.title}" if len(silences) == 1 else f"{len(silences)} feeds and rules"
        subject = f"Unusually quiet: {what}"
    return subject, "\n".join(lines)


def _silence(silence: Silence, language: Language) -> tuple[str, str]:
    name = f'"{silence.name}"' if " " in silence.name else silence.name
    look = f"monitor rules show {name}" if silence.kind == "rule" else f"monitor feeds test {name}"
    lasts, usual, longest = (span(length, language) for length in (silence.lasts, silence.usual, silence.longest))
    if language == "ar":
        what = "لا خبر يوافق القاعدة" if silence.kind == "rule" else "لا جديد من"
        return (
            f"{what} {silence.title} منذ {lasts}؛ المعتاد خبر كل {usual}، وأطول انقطاع خلال شهر كان لمدة {longest}.",
            f"للفحص: {look}",
        )
    what = "No item for the rule" if silence.kind == "rule" else "Nothing new from"
    return (
        f"{what} {silence.title} for {lasts}; usual is one every {usual}, the longest pause in a month was {longest}.",
        f"To look: {look}",
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


def refused(faults: Sequence[Fault], language: Language) -> tuple[str, str]:
    """Subject and body: a saved configuration has faults; the former one goes on.

    The place stands on a line of its own: in Arabic, the two read in different directions.
    """
    shown = [f"{_place(fault)}\n{fault.words}" for fault in faults[:5]] + ["…"] * (len(faults) > 5)
    if language == "ar":
        return "إعدادات مرفوضة: العمل مستمر بالسابقة", "\n".join(shown)
    return "Configuration refused: the former one goes on", "\n".join(shown)


def _place(fault: Fault) -> str:
    """The file without its folder, line and column, and the thing: `config.toml:41:9: rules[2] "rafah"`."""
    name = fault.path.replace("\\", "/").rpartition("/")[2]
    place = f"{name}:{fault.line}:{fault.column}" if fault.line else name
    return ": ".join(part for part in (place, fault.where) if part)
