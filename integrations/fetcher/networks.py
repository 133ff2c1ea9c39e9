"""Which IP addresses belong to the public internet."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from magicai.messages import Message, say

IP = IPv4Address | IPv6Address

# Source: the IANA special-purpose registries for IPv4 and IPv6. `ipaddress.is_global` follows them only in later patch
# releases of Python, and calls some addresses global that lead to an IPv4 address inside.
_SPECIAL_V4 = tuple(
    (IPv4Network(network), say(code))
    for network, code in (
        ("0.0.0.0/8", "ip_unspecified"),
        ("10.0.0.0/8", "ip_private"),
        ("100.64.0.0/10", "ip_of_carrier"),
        ("127.0.0.0/8", "ip_loopback"),
        ("169.254.0.0/16", "ip_of_cloud_metadata"),
        ("172.16.0.0/12", "ip_private"),
        ("192.0.0.0/24", "ip_reserved"),
        ("192.0.2.0/24", "ip_for_documentation"),
        ("192.31.196.0/24", "ip_reserved"),
        ("192.52.193.0/24", "ip_reserved"),
        ("192.88.99.0/24", "ip_reserved"),
        ("192.168.0.0/16", "ip_private"),
        ("192.175.48.0/24", "ip_reserved"),
        ("198.18.0.0/15", "ip_for_tests"),
        ("198.51.100.0/24", "ip_for_documentation"),
        ("203.0.113.0/24", "ip_for_documentation"),
        ("224.0.0.0/4", "ip_multicast"),
        ("240.0.0.0/4", "ip_reserved"),
        ("168.63.129.16/32", "ip_of_cloud_services"),
    )
)
_SPECIAL_V6 = tuple(
    (IPv6Network(network), say(code))
    for network, code in (
        ("::/128", "ip_unspecified"),
        ("::1/128", "ip_loopback"),
        ("64:ff9b:1::/48", "ip_local_nat64"),
        ("100::/64", "ip_reserved"),
        ("2001:db8::/32", "ip_for_documentation"),
        ("2001::/23", "ip_reserved"),
        ("2620:4f:8000::/48", "ip_reserved"),
        ("3fff::/20", "ip_for_documentation"),
        ("fc00::/7", "ip_private"),
        ("fe80::/10", "ip_link_local"),
        ("fec0::/10", "ip_private"),
        ("ff00::/8", "ip_multicast"),
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_MAPPED = IPv6Network("::ffff:0:0/96")
_COMPATIBLE = IPv6Network("::/96")
_TRANSLATED = IPv6Network("::ffff:0:0:0/96")
_ISATAP = (0x00005EFE, 0x02005EFE)


def why_not_public(ip: IP) -> Message | None:
    """What keeps an address from being public, in words that follow "is"; None where it is public."""
    if isinstance(ip, IPv4Address):
        return next((what for network, what in _SPECIAL_V4 if ip in network), None)
    for what in (what for network, what in _SPECIAL_V6 if ip in network):
        return what
    for inside in _embedded(ip):
        why = why_not_public(inside)
        if why is not None:
            return say("ip_embedded", ip=inside, what=why)
    if ip in _NAT64 or ip in _MAPPED:
        return None
    return None if ip in _GLOBAL_V6 else say("ip_reserved")


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
