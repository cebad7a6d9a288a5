"""What the monitor says when a channel does not work, to those it can still reach. Pure; plain words, no markup."""

from __future__ import annotations

from monitor.alerts.compose.words import count
from monitor.settings import Language


def channel_broken(name: str, reason: str, hint: str, fallback: str | None, language: Language) -> tuple[str, str]:
    """Subject and body: the service refused the channel for good."""
    if language == "ar":
        goes = f"التنبيهات تذهب إلى القناة {fallback}." if fallback else "التنبيهات المنتظرة ستبقى حتى إصلاح القناة."
        return f"قناة متوقفة: {name}", f"رفضت الخدمة القناة: {reason}\nالمطلوب: {hint}\n{goes}"
    goes = f"Alerts go to {fallback}." if fallback else "Alerts wait until the channel is put right."
    return f"Channel out of order: {name}", f"The service refused it: {reason}\nWhat to do: {hint}\n{goes}"


def channel_failing(name: str, reason: str, minutes: int, language: Language) -> tuple[str, str]:
    """Subject and body: nothing could be sent for a while, and it may pass."""
    if language == "ar":
        return f"قناة متعثرة: {name}", f"لم يمكن الإرسال منذ {minutes} دقيقة: {reason}\nالمحاولة مستمرة."
    return f"Channel failing: {name}", f"Nothing could be sent for {minutes} minutes: {reason}\nTrying goes on."


def alerts_dead(name: str, number: int, reason: str, language: Language) -> tuple[str, str]:
    """Subject and body: alerts that reached nobody, and how to send them again."""
    ask = "monitor outbox retry --all-dead"
    if language == "ar":
        return (
            f"تنبيهات لم تصل: {count(number, 'alert', language)} على {name}",
            f"السبب: {reason}\nلإعادة الإرسال: {ask}",
        )
    return f"{count(number, 'alert', language)} not delivered on {name}", f"Reason: {reason}\nTo send again: {ask}"
