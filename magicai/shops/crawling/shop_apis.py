"""Interfaces of usual shop systems that list products page by page, many for one request."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

import can_ada

from magicai.shops.crawling import urls
from magicai.shops.crawling.scope import Scope
from magicai.shops.extraction import read_shopify, read_woocommerce
from magicai.shops.product import Observation

_SHOPIFY = re.compile(rb"cdn\.shopify\.com|/cdn/shop/|Shopify\.(?:theme|shop|currency)|myshopify\.com")
_SHOPIFY_CURRENCY = re.compile(
    rb"Shopify\.currency\s{0,9}=\s{0,9}\{[^{}]{0,500}?active[\"']?\s{0,9}:\s{0,9}[\"']([A-Z]{3})[\"']"
)
_WOOCOMMERCE = re.compile(rb"/plugins/woocommerce/|woocommerce-(?:page|js|no-js)|\bwc-block|content=[\"']WooCommerce")
# Each ends where the next begins: of a front page made of begins alone, none is looked at twice.
_LINK = re.compile(rb"<link\b[^<>]{0,1000}>", re.IGNORECASE)
_OF_WORDPRESS = re.compile(rb"\brel\s{0,9}=\s{0,9}[\"']?https://api\.w\.org/", re.IGNORECASE)
_HREF = re.compile(rb"\bhref\s{0,9}=\s{0,9}[\"']?([^\"'\s>]+)", re.IGNORECASE)
_FEED_TYPE = re.compile(rb"application/(?:rss|atom)\+xml", re.IGNORECASE)
_MOST_PAGES = 400
_ENOUGH = 0.8


@dataclass(frozen=True, slots=True)
class ShopApi:
    """An interface of one shop.

    Attributes:
        system: `Shopify` or `WooCommerce`.
        first_page: address of its first page; `page` makes the others from it.
        currency: what the front page says its prices are in, where the interface does not; or "".
    """

    system: str
    first_page: str
    currency: str = ""

    def page(self, number: int) -> str:
        """Address of a page, counted from 1."""
        if number > _MOST_PAGES:
            return ""
        return self.first_page if number == 1 else self.first_page.removesuffix("page=1") + f"page={number}"

    def has(self, url: str) -> bool:
        """Whether an address is one of its pages."""
        return url.startswith(self.first_page.removesuffix("1"))

    def read(self, body: bytes, *, url: str, digest: str, at_us: int) -> list[Observation]:
        """What a page states of products; empty behind the last page, and where it is none."""
        if self.system == "Shopify":
            reading = read_shopify(body, url=url, currency=self.currency or None, digest=digest, at_us=at_us)
        else:
            reading = read_woocommerce(body, url=url, digest=digest, at_us=at_us)
        return reading.observations


def find_api(front: bytes, front_url: str, scope: Scope) -> ShopApi | None:
    """The interface of a shop, told by its front page; None where none is known that covers just this shop."""
    if _SHOPIFY.search(front):
        # Below a path too: a language's, or a collection's own list.
        base = f"{scope.origin}{scope.below}/products.json?limit=250&page=1"
        currency = _SHOPIFY_CURRENCY.search(front)
        return ShopApi("Shopify", base, currency.group(1).decode() if currency else "")
    if _WOOCOMMERCE.search(front):
        named = next(filter(_OF_WORDPRESS.search, _LINK.findall(front)), b"")
        href = _HREF.search(named)
        root = _unescaped(href.group(1)) if href else "/wp-json/"
        try:
            root = scope.home(urls.normal((can_ada.parse(front_url) + root).href))
        except (ValueError, TypeError):
            return None
        if root and "?" not in root and scope.holds(root):
            return ShopApi("WooCommerce", f"{root.rstrip('/')}/wc/store/v1/products?per_page=100&page=1")
    return None


def find_feeds(front: bytes, front_url: str, scope: Scope) -> list[str]:
    """Addresses of the feeds that a front page names, in its order; they need not be of products."""
    found: list[str] = []
    for link in _LINK.findall(front):
        href = _HREF.search(link)
        if href is not None and _FEED_TYPE.search(link):
            try:
                url = (can_ada.parse(front_url) + _unescaped(href.group(1))).href
            except (ValueError, TypeError):
                continue
            found.append(scope.home(urls.normal(url)))
    return [url for url in dict.fromkeys(found) if url]


def _unescaped(attribute: bytes) -> str:
    return html.unescape(attribute.decode("utf-8", "replace"))


def suffices(stated: Sequence[Observation]) -> bool:
    """Whether statements of products have what their own pages would be read for: a price and its currency."""
    priced = sum(1 for observation in stated if observation.price is not None and observation.currency)
    return bool(stated) and priced >= _ENOUGH * len(stated)


def are_filed(stated: Sequence[Observation]) -> bool:
    """Whether statements of products name their categories."""
    return sum(1 for observation in stated if observation.category) >= _ENOUGH * len(stated)
