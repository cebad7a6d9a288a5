"""What is wrong with a channel's URL, told without repeating it: it holds the secrets. Pure; Apprise is not asked."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from monitor.alerts.kinds import kind_of
from monitor.errors import Fault

# Apprise would repeat, wait, or call a failure a success on its own; repeats and states are the outbox's.
_FORBIDDEN = {
    "retry": "repeats are decided by the outbox",
    "wait": "waits are decided by the outbox",
    "optional": "it reports a failure as a success",
    "template": "use the channel's own `template` key",
    "overflow": "messages are cut to size before they are sent",
}
_FORBIDDEN_IN_MAIL = {
    "cc": "make one channel for each recipient",
    "bcc": "make one channel for each recipient",
    "pgp": "alerts are sent as they are",
}
_TELEGRAM_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{20,}")
_TELEGRAM_CHAT = re.compile(r"(?:-?\d{1,20}|@?[A-Za-z][A-Za-z0-9_]{3,31})(?::\d+)?")


def check_url(url: str) -> Fault | None:
    """What is wrong with the shape of a channel's URL, or None; `${…}` must be filled in."""
    scheme, separator, rest = url.strip().partition("://")
    if not separator or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme):
        return Fault(
            message="the url is no address of a service", hint="write it as scheme://…, e.g. tgram://TOKEN/CHAT"
        )
    if kind_of(url) == "terminal":
        return None
    if any(char.isspace() or ord(char) < 32 for char in url.strip()):
        return Fault(
            message="the url holds a space or a control character", hint="write it on one line, %20 for a space"
        )
    try:
        query = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    except ValueError:
        return Fault(message="the url cannot be read", hint="write [ ] and other special characters as %5B %5D")
    for name, _ in query:
        forbidden = _FORBIDDEN | (_FORBIDDEN_IN_MAIL if kind_of(url) == "email" else {})
        if why := forbidden.get(name.lower()):
            return Fault(message=f"the url sets {name.lower()}=, which is not allowed here: {why}", hint="take it out")
    return _check_telegram(rest) if kind_of(url) == "telegram" else None


def _check_telegram(rest: str) -> Fault | None:
    parts = [part for part in rest.partition("?")[0].replace("%3A", ":").replace("%3a", ":").split("/") if part]
    if len(parts) < 2:
        return Fault(message="no chat is given", hint="write tgram://TOKEN/CHAT; a group's id begins with -")
    if len(parts) > 2:
        return Fault(message="more than one chat is given", hint="make one channel for each chat")
    if not _TELEGRAM_CHAT.fullmatch(parts[1]):
        return Fault(
            message="the chat is neither an id nor a @name", hint="a group's id begins with -, a channel's name with @"
        )
    return None


def check_token(url: str) -> Fault | None:
    """Whether a Telegram URL's token can be one; asked before a send, for Apprise only says that it is none."""
    token = url.partition("://")[2].partition("/")[0].replace("%3A", ":").replace("%3a", ":").removeprefix("bot")
    if kind_of(url) != "telegram" or _TELEGRAM_TOKEN.fullmatch(token):
        return None
    return Fault(
        message="the bot token is not complete",
        hint="write tgram://TOKEN/CHAT with the token as @BotFather gave it, like 123456:AbC…",
    )
