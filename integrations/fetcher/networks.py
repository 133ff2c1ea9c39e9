"""Which IP addresses belong to the public internet."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

IP = IPv4Address | IPv6Address

# Source: the IANA special-purpose registries for IPv4 and IPv6. `ipaddress.is_global` follows them only in later patch
# releases of Python, and calls some addresses global that lead to an IPv4 address inside.
_SPECIAL_V4 = tuple(
    (IPv4Network(network), what)
    for network, what in (
        ("0.0.0.0/8", "an unspecified address, which means this machine"),
        ("10.0.0.0/8", "a private address"),
        ("100.64.0.0/10", "an address inside a provider's network (carrier-grade NAT)"),
        ("127.0.0.0/8", "a loopback address: this machine"),
        ("169.254.0.0/16", "a link-local address, where clouds keep their metadata"),
        ("172.16.0.0/12", "a private address"),
        ("192.0.0.0/24", "a reserved address"),
        ("192.0.2.0/24", "an address for documentation"),
        ("192.31.196.0/24", "a reserved address"),
        ("192.52.193.0/24", "a reserved address"),
        ("192.88.99.0/24", "a reserved address"),
        ("192.168.0.0/16", "a private address"),
        ("192.175.48.0/24", "a reserved address"),
        ("198.18.0.0/15", "an address for tests inside a network"),
        ("198.51.100.0/24", "an address for documentation"),
        ("203.0.113.0/24", "an address for documentation"),
        ("224.0.0.0/4", "a multicast address"),
        ("240.0.0.0/4", "a reserved address"),
        ("168.63.129.16/32", "the address of a cloud's own services"),
    )
)
_SPECIAL_V6 = tuple(
    (IPv6Network(network), what)
    for network, what in (
        ("::/128", "an unspecified address, which means this machine"),
        ("::1/128", "a loopback address: this machine"),
        ("64:ff9b:1::/48", "an address inside a network (local NAT64)"),
        ("100::/64", "a reserved address"),
        ("2001:db8::/32", "an address for documentation"),
        ("2001::/23", "a reserved address"),
        ("2620:4f:8000::/48", "a reserved address"),
        ("3fff::/20", "an address for documentation"),
        ("fc00::/7", "a private address"),
        ("fe80::/10", "a link-local address"),
        ("fec0::/10", "a private address"),
        ("ff00::/8", "a multicast address"),
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_MAPPED = IPv6Network("::ffff:0:0/96")
_COMPATIBLE = IPv6Network("::/96")
_TRANSLATED = IPv6Network("::ffff:0:0:0/96")
_ISATAP = (0x00005EFE, 0x02005EFE)


def why_not_public(ip: IP) -> str | None:
    """What keeps an address from being public, as words that follow "is"; None where it is public."""
    if isinstance(ip, IPv4Address):
        return next((what for network, what in _SPECIAL_V4 if ip in network), None)
    for what in (what for network, what in _SPECIAL_V6 if ip in network):
        return what
    for inside in _embedded(ip):
        why = why_not_public(inside)
        if why is not None:
            return f"another spelling of {inside}, {why}"
    if ip in _NAT64 or ip in _MAPPED:
        return None
    return None if ip in _GLOBAL_V6 else "a reserved address"


def _embedded(ip: IPv6Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses that an IPv6 address leads to, by every way of writing one inside the other."""
    value = int(ip)
    last = IPv4Address(value & 0xFFFF_FFFF)
    if any(ip in network for network in (_MAPPED, _COMPATIBLE, _TRANSLATED, _NAT64)):
        yield last
    if ip.sixtofour is not None:
        yield ip.sixtofour
    if ip.teredo is not None:
        yield from ip.teredo
    if (value >> 32) & 0xFFFF_FFFF in _ISATAP:
        yield last
