"""The HTTP sessions: one for direct requests, behind the address gate, and one per proxy. Opened on first use.

A proxy's own address is the owner's choice and may be local, and what lies behind it is connected to by the proxy:
there only the host as written can be judged (see `address.host_refusal`), not the address it stands for.
"""

from __future__ import annotations

from typing import Any

import aiohttp

from monitor.feeds.address import GatedResolver, open_socket
from monitor.settings import Feed, Polling

_CONNECT_SECONDS = 10.0
_MAX_HEADER_BYTES = 16_384
_MAX_HEADERS = 128
_KEEP_ALIVE_SECONDS = 15.0
_NAMES_KEPT_SECONDS = 300


class Sessions:
    """Hands out the session for a feed; must be closed in the loop that used it."""

    def __init__(self, polling: Polling) -> None:
        self._gated = not polling.allow_private_addresses
        total = polling.timeout.total_seconds()
        # The whole of a fetch has its own deadline (asyncio.timeout), so `total` costs a second timer for nothing.
        self._timeout = aiohttp.ClientTimeout(
            total=None,
            sock_connect=min(_CONNECT_SECONDS, total),
            sock_read=max(total / 2, min(_CONNECT_SECONDS, total)),
        )
        self._open: dict[str, aiohttp.ClientSession] = {}

    def of(self, feed: Feed) -> tuple[aiohttp.ClientSession, dict[str, Any]]:
        """The session for a feed, and what to pass with its request."""
        extra: dict[str, Any] = {} if feed.verify_tls else {"ssl": False}
        if feed.proxy is None:
            return self._session("", self._direct), extra
        proxy = feed.proxy.reveal()
        if proxy.lower().startswith("socks"):
            return self._session(proxy, lambda: _socks(proxy)), extra
        return self._session("http proxy", self._through_proxy), {**extra, "proxy": proxy}

    def _session(self, key: str, connector: Any) -> aiohttp.ClientSession:
        session = self._open.get(key)
        if session is None:
            session = aiohttp.ClientSession(
                connector=connector(),
                timeout=self._timeout,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                requote_redirect_url=False,
                trust_env=False,
                max_line_size=_MAX_HEADER_BYTES,
                max_field_size=_MAX_HEADER_BYTES,
                max_headers=_MAX_HEADERS,
            )
            self._open[key] = session
        return session

    def _direct(self) -> aiohttp.TCPConnector:
        return aiohttp.TCPConnector(
            limit=0,
            resolver=GatedResolver(gated=self._gated),
            socket_factory=open_socket if self._gated else None,
            ttl_dns_cache=_NAMES_KEPT_SECONDS,
            keepalive_timeout=_KEEP_ALIVE_SECONDS,
        )

    def _through_proxy(self) -> aiohttp.TCPConnector:
        return aiohttp.TCPConnector(limit=0, resolver=GatedResolver(gated=False), ttl_dns_cache=_NAMES_KEPT_SECONDS)

    async def close(self) -> None:
        """Closes every connection."""
        for session in self._open.values():
            await session.close()
        self._open.clear()


def _socks(proxy: str) -> aiohttp.TCPConnector:
    from monitor.feeds.socks import socks_connector  # few feeds need it

    return socks_connector(proxy)
