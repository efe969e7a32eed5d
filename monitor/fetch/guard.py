"""Decides which network addresses may be connected to.

Each address is checked at connect time. Neither a redirect, nor a host name that changes its answer between check and
use, nor an odd spelling of an address gets round that.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple

AddrInfo = tuple[Any, Any, int, str, tuple[Any, ...]]
_V4 = ipaddress.IPv4Address
_V6 = ipaddress.IPv6Address
# Networks that carry an IPv4 address inside an IPv6 one, with the bit its last bit stands at, counted from the
# right: IPv4-compatible (RFC 4291), NAT64 (RFC 6052, RFC 8215). ISATAP (RFC 5214) is handled in `_embedded`.
_EMBEDDING = (
    (ipaddress.IPv6Network("::/96"), 0),
    (ipaddress.IPv6Network("64:ff9b::/96"), 0),
    (ipaddress.IPv6Network("64:ff9b:1::/48"), 0),
    (ipaddress.IPv6Network("::ffff:0:0:0/96"), 0),  # SIIT (RFC 2765)
)
# Public by the registry, yet answered inside a cloud: Azure's wire server, Oracle's and IBM's services.
_METADATA = frozenset({_V4("168.63.129.16"), _V4("192.0.0.192")})
# Reached as the IPv4 address that they carry: IPv4-mapped by this machine, NAT64 by its network.
_WRITINGS_OF_V4 = (ipaddress.IPv6Network("::ffff:0:0/96"), ipaddress.IPv6Network("64:ff9b::/96"))
_OUTSIDE = ipaddress.IPv6Network("2000::/3")  # the only addresses assigned to the open internet (RFC 4291)


class AddressRefusedError(OSError):
    """Raised instead of connecting; an OSError so that the HTTP library treats it as a failed connection."""


@lru_cache(maxsize=4096)
def is_public(address: str) -> bool:
    """Whether ``address`` (IPv4 or IPv6 text, a scope allowed) and every address it embeds is on the open internet."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return _public(ip)


def _public(ip: _V4 | _V6) -> bool:
    if isinstance(ip, _V6):
        if not all(_public(inner) for inner in _embedded(ip)):
            return False
        if any(ip in network for network in _WRITINGS_OF_V4):
            return True
        if ip not in _OUTSIDE:
            return False
    if ip.is_multicast or ip in _METADATA:
        return False
    blocks = [block for block in _special_blocks() if ip.version == block.network.version and ip in block.network]
    return max(blocks).reachable if blocks else True


class _Block(NamedTuple):
    """A block of the registries. length: of its prefix in bits, by which the closest of several is the greatest."""

    length: int
    network: ipaddress.IPv4Network | ipaddress.IPv6Network
    reachable: bool


@lru_cache(maxsize=1)
def _special_blocks() -> tuple[_Block, ...]:
    """The special addresses. As data, since what Python's own `is_global` knows depends on Python's version."""
    text = (resources.files("monitor") / "data" / "special_addresses.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    networks = ((ipaddress.ip_network(block), reachable) for block, _, reachable in rows)
    return tuple(_Block(network.prefixlen, network, reachable == "yes") for network, reachable in networks)


def _embedded(ip: _V6) -> list[_V4]:
    """Every IPv4 address that a gateway could read out of ``ip``."""
    found = [inner for inner in (ip.ipv4_mapped, ip.sixtofour) if inner]
    if ip.teredo:
        found.extend(ip.teredo)
    number = int(ip)
    found.extend(_V4((number >> bits) & 0xFFFFFFFF) for net, bits in _EMBEDDING if ip in net)
    if (number >> 32) & 0xFFFFFFFF in (0x00005EFE, 0x02005EFE):  # ISATAP
        found.append(_V4(number & 0xFFFFFFFF))
    return found


def socket_factory(allow_private: bool) -> Callable[[AddrInfo], socket.socket]:
    """For aiohttp's connector: makes the socket, or raises AddressRefusedError when the address may not be reached."""

    def make(info: AddrInfo) -> socket.socket:
        family, kind, protocol, _, address = info
        if not allow_private and not is_public(str(address[0])):
            raise AddressRefusedError(f"{address[0]} is a private, loopback or otherwise internal address")
        return socket.socket(family, kind, protocol)

    return make


def is_loopback(host: str) -> bool:
    """Whether ``host`` (a name or an address, brackets allowed) is this machine itself."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
