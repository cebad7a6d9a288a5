"""The gate: no special address in any notation, at any hop, whatever a name resolves to and when."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.address import (
    AddressRefusedError,
    GatedResolver,
    LookupFailedError,
    host_refusal,
    literal,
    open_socket,
    refusal,
)
from monitor.feeds.fetch import Fetcher
from monitor.outcomes import Failure
from monitor.settings import Polling, Secret
from tests.support.feed_server import FeedServer
from tests.support.fetching import BODY, NOW, assert_failed, assert_fetched, fetch

SPECIAL = {
    "127.0.0.1": "own address",
    "127.8.8.8": "own address",
    "::1": "own address",
    "0.0.0.0": "unspecified",
    "::": "unspecified",
    "10.0.0.1": "private",
    "172.16.5.4": "private",
    "192.168.1.1": "private",
    "fd00::1": "private",
    "169.254.169.254": "link-local",
    "fe80::1": "link-local",
    "fe80::1%eth0": "link-local",
    "100.64.0.1": "carrier",
    "224.0.0.1": "multicast",
    "ff02::1": "multicast",
    "255.255.255.255": "",
    "240.0.0.1": "",
    "192.0.2.1": "",
    "198.18.0.1": "",
    "192.88.99.1": "6to4",
    "2001:db8::1": "",
    "3fff::1": "documentation",
    "::ffff:127.0.0.1": "own address",
    "::ffff:10.0.0.1": "private",
    "::127.0.0.1": "IPv4-compatible",
    "::ffff:0:7f00:1": "translated",
    "64:ff9b::7f00:1": "NAT64",
    "64:ff9b::808:808": "NAT64",
    "64:ff9b:1::a00:1": "NAT64",
    "2002:7f00:1::": "6to4",
    "2002:808:808::1": "6to4",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2": "Teredo",
    "fec0::1": "site-local",
    "100::1": "",
    "nonsense": "not an IP address",
}


@pytest.mark.parametrize("address", SPECIAL)
def test_a_special_address_is_refused(address: str) -> None:
    reason = refusal(address)
    assert reason is not None
    assert SPECIAL[address] in reason


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "::ffff:8.8.8.8", "2606:4700::1111", "2a00:1450::5"])
def test_a_public_address_is_allowed(address: str) -> None:
    assert refusal(address) is None


@settings(max_examples=200, deadline=None)
@given(st.ip_addresses())
def test_nothing_that_is_not_global_is_allowed(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    inner = getattr(address, "ipv4_mapped", None) or address
    if not inner.is_global or inner.is_multicast:
        assert refusal(str(address)) is not None


NOTATIONS = ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0x7f000001", "017700000001", "0", "127.0.0.1.", "[::1]"]


@pytest.mark.parametrize("host", NOTATIONS)
def test_odd_notations_of_an_address_are_read_as_the_system_reads_them(host: str) -> None:
    address = literal(host)
    assert address is not None
    assert refusal(address) is not None


@pytest.mark.parametrize("host", ["news.example", "1.2.3.4.5", "0x", "a1", "127.0.0.1.nip.example", "", "999999999999"])
def test_a_name_is_no_address(host: str) -> None:
    assert literal(host) is None or host == "0x"


@pytest.mark.parametrize("host", [*NOTATIONS, "localhost", "x.localhost", "printer.local", "db.internal", "router"])
def test_local_hosts_are_refused_through_a_proxy(host: str) -> None:
    assert host_refusal(host) is not None


def test_the_gate_is_at_the_socket_itself() -> None:
    for host in ("127.0.0.1", "::ffff:10.1.2.3"):
        with pytest.raises(AddressRefusedError, match=host):
            open_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, 80)))
    open_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 80))).close()


def answers(*addresses: str) -> Any:
    """A name service that knows every name."""

    def lookup(host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        kinds = [socket.AF_INET6 if ":" in address else socket.AF_INET for address in addresses]
        return [
            (kind, socket.SOCK_STREAM, 6, "", (address, port)) for kind, address in zip(kinds, addresses, strict=True)
        ]

    return lookup


async def test_a_name_is_only_as_good_as_its_addresses() -> None:
    found = await GatedResolver(gated=True, lookup=answers("10.0.0.1", "8.8.8.8", "::1")).resolve("x.example", 80)
    assert [result["host"] for result in found] == ["8.8.8.8"]
    with pytest.raises(AddressRefusedError, match=r"x\.example is at 10\.0\.0\.1, a private address"):
        await GatedResolver(gated=True, lookup=answers("10.0.0.1", "::1")).resolve("x.example", 80)
    assert len(await GatedResolver(gated=False, lookup=answers("10.0.0.1", "::1")).resolve("x.example", 80)) == 2


async def test_a_name_that_is_not_known_is_a_failed_lookup() -> None:
    def unknown(*_: object, **__: object) -> list[tuple[Any, ...]]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(OSError, match="not known"):
        await GatedResolver(gated=True, lookup=unknown).resolve("x.example")
    with pytest.raises(LookupFailedError, match="no address"):
        await GatedResolver(gated=True, lookup=answers()).resolve("x.example")


async def test_a_name_that_breaks_the_lookup_is_a_failure_not_a_crash() -> None:
    with pytest.raises(LookupFailedError, match="cannot be a host name"):
        await GatedResolver(gated=True).resolve("a" * 70 + ".example")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "017700000001", "localhost", "0"])
async def test_no_notation_reaches_a_local_server(server: FeedServer, host: str) -> None:
    server.serve("/feed", BODY)
    async with Fetcher(Polling(), lambda: NOW) as fetcher:
        assert_failed(await fetch(fetcher, server.url("/feed", host=host)), Failure.REFUSED_ADDRESS, "not fetched")
    assert server.connections == 0


async def test_fullwidth_digits_do_not_reach_a_local_server(server: FeedServer) -> None:
    url = server.url("/feed", host="１２７.０.０.１")
    async with Fetcher(Polling(), lambda: NOW) as fetcher:
        assert_failed(await fetch(fetcher, url), Failure.REFUSED_ADDRESS)
    assert server.connections == 0


async def test_a_redirect_is_gated_like_a_first_request(server: FeedServer) -> None:
    """The first hop is reached through a proxy that may be local; what it points at may not be asked for."""
    with FeedServer() as proxy:
        proxy.redirect("http://news.example/feed", server.serve("/feed", BODY))
        async with Fetcher(Polling(), lambda: NOW) as fetcher:
            outcome = await fetch(fetcher, "http://news.example/feed", proxy=Secret(proxy.url("")))
        assert_failed(outcome, Failure.REFUSED_ADDRESS, "127.0.0.1 is this machine's own address")
    assert server.requests == []


async def test_allowing_private_addresses_opens_the_gate(fetcher: Fetcher, server: FeedServer) -> None:
    server.serve("/feed", BODY)
    assert_fetched(await fetch(fetcher, server.url("/feed", host="localhost")))


@pytest.mark.parametrize("host", ["127.1", "0x7f.1"])
async def test_an_allowed_address_still_has_to_be_written_out(fetcher: Fetcher, host: str) -> None:
    assert_failed(await fetch(fetcher, f"http://{host}/"), Failure.BAD_URL, "127.0.0.1 written oddly")
