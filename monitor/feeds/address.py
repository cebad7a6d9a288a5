"""The gate: which addresses a feed may be fetched from. It opens no connection itself.

Judged is the address a socket is about to be connected to, after every lookup, so neither an odd notation of an
address nor a name that changes its mind between two lookups gets past. One gate serves every fetch and every hop.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import re
import socket
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_NETWORKS = (
    # What `is_global` lets through although it is not a public host, or only wraps one (IANA special registries).
    ("192.88.99.0/24", "a 6to4 relay address"),
    ("64:ff9b::/96", "an IPv4 address wrapped by NAT64"),
    ("64:ff9b:1::/48", "an IPv4 address wrapped by NAT64"),
    ("2002::/16", "an IPv4 address wrapped by 6to4"),
    ("2001::/32", "an IPv4 address wrapped by Teredo"),
    ("::/96", "an IPv4-compatible address"),
    ("::ffff:0:0:0/96", "an IPv4-translated address"),
    ("3fff::/20", "a documentation address"),
    ("5f00::/16", "a segment-routing address"),
    ("fec0::/10", "a site-local address"),
    ("100.64.0.0/10", "a carrier's shared address"),
)
_SPECIAL = tuple((ipaddress.ip_network(network), words) for network, words in _NETWORKS)
_LOCAL_NAMES = re.compile(r"(^|\.)(localhost|local|localdomain|internal|intranet|home\.arpa|lan)\.?$", re.IGNORECASE)
_LOOKUP_SECONDS = 10.0
_LOOKUPS_AT_ONCE = 64


class AddressRefusedError(OSError):
    """The address is not one that feeds may be fetched from; the text says which and why."""


class LookupFailedError(OSError):
    """The name has no address, or nobody answered in time."""


def refusal(address: str) -> str | None:
    """Why an IP address (as text, a zone after `%` allowed) must not be connected to; None: it is a public one."""
    try:
        found: IPAddress = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "not an IP address"
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped  # the kernel connects it to the IPv4 host
    for network, words in _SPECIAL:
        if found.version == network.version and found in network and not (found.is_loopback or found.is_unspecified):
            return words
    return _plain_refusal(found)


def _plain_refusal(found: IPAddress) -> str | None:
    checks = (
        (found.is_unspecified, "the unspecified address"),
        (found.is_loopback, "this machine's own address"),
        (found.is_link_local, "a link-local address"),
        (found.is_multicast, "a multicast address"),
        (found.is_private, "a private address"),
        (found.is_reserved or not found.is_global, "a reserved address"),
    )
    return next((words for holds, words in checks if holds), None)


def literal(host: str) -> str | None:
    """The address a host text stands for in any notation a system resolver takes (0x7f.1, 2130706433), else None."""
    bare = host.strip("[]").partition("%")[0].rstrip(".")
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        pass
    if not re.fullmatch(r"(0[xX][0-9a-fA-F]*|[0-9]+)(\.(0[xX][0-9a-fA-F]*|[0-9]+)){0,3}", bare):
        return None
    try:
        return socket.inet_ntoa(socket.inet_aton(bare))
    except OSError:
        return None


@lru_cache(maxsize=4096)
def odd_notation(host: str) -> str | None:
    """The IPv4 address behind a host that is a number in disguise (127.1, 0x7f000001); None: it is no such host."""
    address = literal(host)
    return None if address is None or ":" in address or address == host else address


def host_refusal(host: str) -> str | None:
    """Why a host must not be asked for through a proxy, where the connected address cannot be seen; None: it may be."""
    address = literal(host)
    if address is not None:
        return refusal(address)
    return "a name of this network" if _LOCAL_NAMES.search(host) or "." not in host.rstrip(".") else None


def open_socket(addr_info: tuple[Any, ...]) -> socket.socket:
    """Makes the socket for one address the connector is about to connect to, or raises AddressRefusedError."""
    family, kind, protocol, _, address = addr_info
    reason = refusal(str(address[0]))
    if reason is not None:
        raise AddressRefusedError(f"{address[0]} is {reason}")
    return socket.socket(family=family, type=kind, proto=protocol)


class GatedResolver(AbstractResolver):
    """Looks names up on threads that never hold up the end of the program, and drops the addresses the gate refuses.

    The event loop's own pool has six threads on a small machine: a few dead name servers would stop every feed.
    """

    def __init__(self, *, gated: bool, lookup: Callable[..., list[tuple[Any, ...]]] = socket.getaddrinfo) -> None:
        self._gated = gated
        self._lookup = lookup
        self._free = asyncio.Semaphore(_LOOKUPS_AT_ONCE)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """All allowed addresses of a name.

        Raises:
            LookupFailedError: no address, or no answer within ten seconds.
            AddressRefusedError: it has addresses, and the gate refuses all of them.
        """
        async with self._free:
            try:
                async with asyncio.timeout(_LOOKUP_SECONDS):
                    found = await self._on_thread(host, port, family)
            except TimeoutError:
                raise LookupFailedError(f"no name server answered for {host} in {_LOOKUP_SECONDS:.0f} s") from None
            except UnicodeError as error:
                raise LookupFailedError(f"{host} cannot be a host name") from error
        allowed, reasons = [], []
        for kind, _, protocol, _, address in found:
            reason = refusal(str(address[0])) if self._gated else None
            if reason is not None:
                reasons.append(f"{host} is at {address[0]}, {reason}")
                continue
            allowed.append(_result(host, kind, protocol, address))
        if not allowed:
            raise AddressRefusedError(reasons[0]) if reasons else LookupFailedError(f"{host} has no address")
        return allowed

    async def _on_thread(self, host: str, port: int, family: int) -> list[tuple[Any, ...]]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[tuple[Any, ...]]] = loop.create_future()

        def settle(found: list[tuple[Any, ...]] | None, error: OSError | UnicodeError | None) -> None:
            if answer.done():
                return
            if error is not None:
                answer.set_exception(error)
            else:
                answer.set_result(found or [])

        def work() -> None:
            found, failed = None, None
            try:
                found = self._lookup(host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
            except (OSError, UnicodeError) as error:
                failed = error
            with contextlib.suppress(RuntimeError):  # the loop was closed while the name server thought
                loop.call_soon_threadsafe(settle, found, failed)

        threading.Thread(target=work, name=f"lookup {host}", daemon=True).start()
        return await answer

    async def close(self) -> None:
        """Nothing is held open."""


def _result(host: str, family: int, protocol: int, address: tuple[Any, ...]) -> ResolveResult:
    # A scoped IPv6 address keeps its zone, without which it cannot be connected to.
    zone = f"%{address[3]}" if family == socket.AF_INET6 and len(address) > 3 and address[3] else ""
    text = str(address[0])
    return ResolveResult(
        hostname=host,
        host=text if "%" in text else text + zone,
        port=int(address[1]),
        family=family,
        proto=protocol,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )
