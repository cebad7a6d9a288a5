"""A channel's URL, checked before Apprise sees it, completed with what our sending relies on.

Nothing in here logs or repeats a URL: it holds the secrets.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from monitor.alerts.address import check_token, check_url
from monitor.alerts.kinds import kind_of
from monitor.errors import DeliveryError

READ_TIMEOUT = 25  # seconds; a slow answer is not yet a lost message
CONNECT_TIMEOUT = 10


def completed(url: str) -> str:
    """`url` with long timeouts; what the user set stands.

    Raises:
        DeliveryError: the URL cannot be used (see `check_url`).
    """
    if fault := check_url(url) or check_token(url):
        raise DeliveryError(fault.message, hint=fault.hint)
    names = {name.lower() for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)}
    wanted = {"rto": str(READ_TIMEOUT), "cto": str(CONNECT_TIMEOUT)}
    if kind_of(url) == "telegram":
        wanted["detect"] = "no"  # without it a missing chat becomes the first stranger who wrote to the bot
    added = "&".join(f"{name}={value}" for name, value in wanted.items() if name not in names)
    if not added:
        return url.strip()
    # A bare "?" at the end makes Apprise raise.
    base = url.strip().rstrip("?&")
    return f"{base}{'&' if '?' in base else '?'}{added}"
