"""The way through a SOCKS proxy. A module of its own, because few feeds need the library behind it."""

from __future__ import annotations

from typing import Any

from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError

from monitor.feeds.troubles import SocksFailedError


class _Connector(ProxyConnector):
    """Raises our own error: the library's are unrelated to aiohttp's and carry the proxy's address."""

    async def _wrap_create_connection(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return await super()._wrap_create_connection(*args, **kwargs)
        except ProxyTimeoutError as error:
            raise SocksFailedError("the SOCKS proxy did not answer in time") from error
        except ProxyConnectionError as error:
            raise SocksFailedError("the SOCKS proxy cannot be reached") from error
        except ProxyError as error:
            raise SocksFailedError("the SOCKS proxy did not connect to the site") from error


def socks_connector(proxy: str) -> ProxyConnector:
    """A connector that leaves connecting, and looking names up, to the proxy.

    Args:
        proxy: socks4:// or socks5://, with user and password if need be; "socks5h" means the same.
    """
    scheme, _, rest = proxy.partition("://")
    return _Connector.from_url(f"{scheme.lower().rstrip('ah')}://{rest}", rdns=True, limit=0)
