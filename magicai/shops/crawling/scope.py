"""Which addresses belong to the shop that is read."""

import re
from collections.abc import Iterable

from magicai.shops.crawling import urls
from magicai.shops.identity import ShopIdentity

_FILE = re.compile(r"(?i)/(?:index|default|home|main|start)\.[a-z]{2,5}$")
_EXTENSION = re.compile(r"\.[A-Za-z]{2,5}$")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def shop_name(url: str) -> str:
    """How records call the shop at an address: its host without www, its port, and its path where it has one."""
    scope = Scope(url)
    return scope.host + scope.below


def located(identities: Iterable[ShopIdentity], url: str) -> tuple[str, str]:
    """The shop at a URL, and where it is now: that URL, or the shop's front page where it has moved since."""
    address = shop_name(url)
    for one in identities:
        if address in one.addresses:
            return one.shop, url if address == one.addresses[-1] else f"{one.base}/"
    return address, url


class Scope:
    """The shop below an entry address.

    Attributes:
        host: host and port, without www and a default port.
        below: the path below which the shop lies, "" of a whole host.
        products_elsewhere: the entry is a list whose products lie elsewhere on the host, and belong to it all the same.
    """

    def __init__(self, entry_url: str) -> None:
        entry = urls.normal(entry_url) or entry_url
        self._origin, self.host = _origin(entry)
        self.below = _below(entry)
        self._entry = urls.key(entry)
        self.products_elsewhere = False

    def adopt(self, url: str) -> None:
        """Take over where the entry address led to: its host, its scheme, and its path unless that is a front page."""
        self._origin, self.host = _origin(url)
        moved = _below(url)
        self.below = moved if self.below and moved else self.below
        self._entry = urls.key(url)

    @property
    def origin(self) -> str:
        """Scheme, host and port, to which robots.txt and sitemaps belong."""
        return self._origin

    def home(self, url: str) -> str:
        """An address of the shop's host, spelt with the shop's own scheme and host; "" of any other host."""
        origin, host = _origin(url)
        if host != self.host:
            return ""
        return url if origin == self._origin else self._origin + url[len(origin) :]

    def holds(self, url: str) -> bool:
        """Whether an address of the shop's host lies below its path."""
        if not self.below:
            return True
        path = urls.path(url)
        return path == self.below or path.startswith(self.below + "/") or urls.key(url) == self._entry


def _origin(url: str) -> tuple[str, str]:
    scheme, _, rest = url.partition("://")
    host = rest.partition("/")[0].partition("?")[0]
    return f"{scheme}://{host}", host.removesuffix(_DEFAULT_PORTS.get(scheme, "")).removeprefix("www.")


def _below(url: str) -> str:
    path = urls.path(url)
    if _FILE.search(path):
        path = path[: path.rfind("/")]
    return _EXTENSION.sub("", path).rstrip("/")
