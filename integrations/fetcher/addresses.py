"""Which addresses may be read: the one place that decides, for every request, redirect and browser connection.

An address is parsed as a browser parses it, resolved, checked, and connected to as it was checked: what is asked for
later is never looked up again.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address

import can_ada

from integrations.fetcher.networks import IP, why_not_public
from magicai.errors import Invalid, NotPublic, Temporary
from magicai.messages import Message, say

SETTING = "MAGICAI_CRAWL_ALLOW_HOSTS"
_DEFAULT_PORTS = {"http": 80, "https": 443}
# Source: "bad ports" of the Fetch standard: other services listen there, and a request could speak to them.
# fmt: off
_BAD_PORTS = frozenset((
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
    110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530,
    531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190,
    5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
))
# fmt: on
# Names that are never public: refused without asking anybody, so that a look-up tells nobody of them either.
_LOCAL_NAMES = ("localhost", "local", "localdomain", "internal", "intranet", "lan", "home.arpa")
_LOCAL_HOSTS = frozenset(("ip6-localhost", "ip6-loopback", "broadcasthost"))
_LONGEST_HOST = 253

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes; everything in it was read from `url`, and from nothing else.

    Attributes:
        url: as a browser would write it, without fragment.
        host: an ASCII name, or an IP address without brackets.
        literal: the IP address that the host is, or None of a name.
        listed: whether settings allow exactly this host and port.
    """

    url: str
    scheme: str
    host: str
    port: int
    literal: IP | None
    listed: bool

    @property
    def authority(self) -> str:
        """`host:port`, as settings list it."""
        return _authority(self.host, self.port)


async def system_resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, as the system gives them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]) for *_, sockaddr in found]


class AddressRules:
    """Decides which addresses may be read.

    Args:
        allow_hosts: `host:port` entries that may be read though they are not public: exactly that host and port.
        resolve: looks names up.
        setting: which lists `allow_hosts`.
    """

    def __init__(
        self, allow_hosts: Iterable[str] = (), *, resolve: Resolve = system_resolve, setting: str = SETTING
    ) -> None:
        self._listed = frozenset(_entry(entry, setting) for entry in allow_hosts)
        self._resolve, self._setting = resolve, setting

    def confidential(self, url: str) -> Target:
        """Where a request with secrets would go: as `target` has it, by TLS or to a listed host.

        Raises:
            Invalid: it is not an http or https address, or has no TLS.
            Refused: it names a private address or host, or a port of another service.
        """
        target = self.target(url)
        if target.scheme != "https" and not target.listed:
            raise Invalid("address_not_encrypted", authority=target.authority, setting=self._setting)
        return target

    def target(self, url: str) -> Target:
        """Where a request for `url` would go, as far as its spelling tells.

        Raises:
            Invalid: it is not an http or https address.
            Refused: it names a private address or host, or a port of another service.
        """
        try:
            parsed = can_ada.parse(url)
        except (ValueError, TypeError) as exc:
            raise Invalid("address_invalid", url=_quoted(url)) from exc
        scheme = parsed.protocol.removesuffix(":")
        if scheme not in _DEFAULT_PORTS:
            raise Invalid("address_scheme_unsupported", url=_quoted(url), scheme=scheme)
        if parsed.username or parsed.password:
            raise Invalid("address_contains_credentials", host=parsed.hostname)
        parsed.hash = ""
        if parsed.hostname.endswith("."):
            parsed.hostname = parsed.hostname.rstrip(".")
        host = parsed.hostname.removeprefix("[").removesuffix("]")
        if not host or len(host) > _LONGEST_HOST:
            raise Invalid("address_host_missing", url=_quoted(url))
        port = int(parsed.port) if parsed.port else _DEFAULT_PORTS[scheme]
        literal = _literal(host)
        listed = (_spelt(host), port) in self._listed
        target = Target(parsed.href, scheme, host, port, literal, listed)
        if not listed:
            _check_spelling(target, self._setting)
        return target

    async def addresses(self, target: Target) -> list[str]:
        """The checked IP addresses to connect to, in the order in which to try them.

        Raises:
            Refused: the host has no address that may be read.
            Invalid: there is no such host.
            Temporary: it could not be looked up.
        """
        if target.literal is not None:
            return [str(target.literal)]
        found = [ip_address(text) for text in await self._look_up(target)]
        if target.listed:
            return [str(ip) for ip in found]
        public = [ip for ip in found if why_not_public(ip) is None]
        if not public:
            # Not which: whoever asks from elsewhere would learn the addresses of a network's own names.
            raise _refused(target, say("address_is_private"), self._setting)
        return [str(ip) for ip in public]

    async def _look_up(self, target: Target) -> list[str]:
        try:
            found = await self._resolve(target.host, target.port)
        except (UnicodeError, ValueError) as exc:
            raise Invalid(
                "host_name_invalid", way_out="check_address_spelling", name=_quoted(target.host).strip("'")
            ) from exc
        except socket.gaierror as exc:
            if exc.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)):
                raise Invalid("host_not_found", host=target.host) from exc
            raise Temporary("host_lookup_failed", host=target.host, reason=exc.strerror) from exc
        except OSError as exc:
            raise Temporary("host_lookup_failed", host=target.host, reason=exc) from exc
        if not found:
            raise Invalid("host_without_address", host=target.host)
        return list(dict.fromkeys(found))


def joined(base: str, location: str) -> str:
    """Where a redirect leads; what is no address comes back as it is, to be refused by name when it is looked at."""
    try:
        return (can_ada.parse(base) + location).href
    except (ValueError, TypeError):
        return location


def _check_spelling(target: Target, setting: str) -> None:
    if target.port in _BAD_PORTS:
        raise _refused(target, say("port_of_other_service", port=target.port), setting)
    if target.literal is not None:
        why = why_not_public(target.literal)
        if why is not None:
            raise _refused(target, say("address_is_special", what=why), setting)
    elif target.host in _LOCAL_HOSTS or any(
        target.host == name or target.host.endswith("." + name) for name in _LOCAL_NAMES
    ):
        raise _refused(target, say("name_is_local"), setting)


def _refused(target: Target, what: Message, setting: str) -> NotPublic:
    return NotPublic("address_not_public", address=target.authority, reason=what, setting=setting)


@lru_cache(maxsize=256)  # a crawl asks for one host again and again
def _literal(host: str) -> IP | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


@lru_cache(maxsize=256)
def _spelt(host: str) -> str:
    return str(_literal(host) or host)


def _entry(entry: str, setting: str) -> tuple[str, int]:
    """An entry of the setting, its host spelt as `Target` spells it."""
    host, colon, port = entry.strip().rpartition(":")
    # An IPv6 address without brackets has colons of its own, and no port that could be told from it.
    unclear = not colon or not host or any(c in host for c in "/\\@?#") or (":" in host and not host.endswith("]"))
    if unclear or not (port.isascii() and port.isdigit()) or not 0 < int(port) < 1 << 16:
        raise Invalid("host_port_invalid", setting=setting, entry=_quoted(entry))
    try:
        name = can_ada.parse(f"http://{host}/").hostname
    except (ValueError, TypeError) as exc:
        raise Invalid("listed_host_invalid", setting=setting, entry=_quoted(entry)) from exc
    name = name.rstrip(".").removeprefix("[").removesuffix("]")
    return _spelt(name), int(port)


def _authority(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _quoted(text: str, most: int = 120) -> str:
    shown = text if len(text) <= most else text[:most] + "…"
    return repr(shown)
