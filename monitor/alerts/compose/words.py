"""Our own words in the two languages: severities, times, counts. Pure; Arabic counts follow the number's grammar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.model import Severity
from monitor.settings import Language

SIGNS = {Severity.URGENT: "🔴", Severity.NORMAL: "🔵", Severity.LOW: "⚪"}
_AR_MONTHS = [
    "يناير",
    "فبراير",
    "مارس",
    "أبريل",
    "مايو",
    "يونيو",
    "يوليو",
    "أغسطس",
    "سبتمبر",
    "أكتوبر",
    "نوفمبر",
    "ديسمبر",
]
_EN_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# fmt: on

# one, two, three to ten, eleven and more: the noun itself, its dual, its plural, its singular with tanwin
_AR_NOUNS = {
    "minute": ("دقيقة", "دقيقتين", "دقائق", "دقيقة"),
    "hour": ("ساعة", "ساعتين", "ساعات", "ساعة"),
    "day": ("يوم", "يومين", "أيام", "يومًا"),
    "alert": ("تنبيه واحد", "تنبيهان", "تنبيهات", "تنبيهًا"),
    "more": ("تنبيه آخر", "تنبيهان آخران", "تنبيهات أخرى", "تنبيهًا آخر"),
    "outlet": ("مصدر واحد", "مصدران", "مصادر", "مصدرًا"),
}
_EN_NOUNS = {"alert": "alert", "more": "more alert", "outlet": "outlet"}


@dataclass(frozen=True, slots=True)
class Words:
    """The phrases of one language."""

    urgent: str
    published: str
    seen: str
    now: str
    link: str
    late: str
    repeat: str
    instead: str
    update: str
    revised: str
    carried: tuple[str, str]  # before a singular or dual noun, before a plural one
    confirmed: tuple[str, str]
    rest: str
    test: str
    comma: str
    footer: str
    titles: dict[str, str]


AR = Words(
    urgent="عاجل",
    published="منشور {ago}",
    seen="رُصد {ago}",
    now="الآن",
    link="الخبر في",
    late="متأخر",
    repeat="قد تكون مكررة",
    instead="بدلًا من القناة {name} التي تعذّر الإرسال إليها",
    update="تحديث",
    revised="عُدّل الخبر",
    # a broken plural takes the feminine verb, one, two and the counted singular the masculine
    carried=("أورده {outlets}", "أوردته {outlets}"),
    confirmed=("يؤكّده {outlets}", "تؤكّده {outlets}"),
    rest="و{count}",
    test="رسالة تجربة",
    comma="، ",
    footer="أُرسلت آليًا من راصد الأخبار",
    titles={
        "digest": "موجز التنبيهات",
        "quiet": "ما ورد في ساعات الهدوء",
        "silence": "ما ورد أثناء الإسكات",
        "backlog": "تنبيهات مجمّعة",
        "outage": "تنبيهات فترة الانقطاع",
        "span": "من {since} إلى {until}",
        "gap": "لم يمكن الرصد أو الإرسال من {since} إلى {until}",
    },
)
EN = Words(
    urgent="Urgent",
    published="published {ago}",
    seen="seen {ago}",
    now="just now",
    link="Read at",
    late="late",
    repeat="possibly a repeat",
    instead="in place of {name}, which could not be reached",
    update="Update",
    revised="The item was edited",
    carried=("Carried by {outlets}",) * 2,
    confirmed=("Confirmed by {outlets}",) * 2,
    rest="and {count}",
    test="test message",
    comma=", ",
    footer="Sent automatically by the news monitor",
    titles={
        "digest": "Digest of alerts",
        "quiet": "What came in quiet hours",
        "silence": "What came while silenced",
        "backlog": "Grouped alerts",
        "outage": "Alerts of an outage",
        "span": "from {since} to {until}",
        "gap": "nothing could be fetched or sent from {since} to {until}",
    },
)


def words(language: Language) -> Words:
    """The phrases of `language`."""
    return AR if language == "ar" else EN


def count(number: int, noun: str, language: Language) -> str:
    """A number with its noun (`alert`, `more`, `outlet`), in the form that the number asks for."""
    if language == "en":
        return f"{number:,} {_EN_NOUNS[noun]}{'' if number == 1 else 's'}"
    one, two, few, many = _AR_NOUNS[noun]
    if number == 1:
        return one
    if number == 2:
        return two
    rest = number % 100
    if 3 <= rest <= 10:
        return f"{number:,} {few}"
    # 100, 101, 102, 200 … take the singular without tanwin: a hundred *alert*
    return f"{number:,} {one.removesuffix(' واحد') if rest < 3 else many}"


def ago(age: timedelta, language: Language) -> str:
    """How long ago, in the coarsest unit that still says something."""
    if age < timedelta(minutes=1):
        return words(language).now
    return f"{span(age, language)} ago" if language == "en" else f"قبل {span(age, language)}"


def span(length: timedelta, language: Language) -> str:
    """A length of time from a minute up, in the coarsest unit that says something; in Arabic as after a preposition."""
    minutes = max(1, int(length.total_seconds() // 60))
    if minutes < 60:
        number, noun = minutes, "minute"
    elif minutes < 48 * 60:
        number, noun = minutes // 60, "hour"
    else:
        number, noun = minutes // (24 * 60), "day"
    if language == "en":
        return f"{number} {noun}{'' if number == 1 else 's'}"
    one, two, few, many = _AR_NOUNS[noun]
    if number == 1:
        return one
    if number == 2:
        return two
    return f"{number} {few if 3 <= number % 100 <= 10 else many}"


def short_time(moment: datetime, zone: ZoneInfo, language: Language, now: datetime) -> str:
    """As `local_time`, but only the hours and minutes of a moment of today: for lists."""
    local = moment.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return f"{local:%H:%M}"
    return local_time(moment, zone, language, now)


def local_time(moment: datetime, zone: ZoneInfo, language: Language, now: datetime) -> str:
    """Day, month by name and time in the reader's zone; the year only where it is not this one."""
    local, today = moment.astimezone(zone), now.astimezone(zone)
    months = _AR_MONTHS if language == "ar" else _EN_MONTHS
    year = f" {local.year}" if local.year != today.year else ""
    comma = "، " if language == "ar" else ", "
    return f"{local.day} {months[local.month - 1]}{year}{comma}{local:%H:%M}"
