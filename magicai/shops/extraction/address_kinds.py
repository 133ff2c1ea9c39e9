"""What an address promises by itself: a product, a listing, or neither."""

import re
from functools import lru_cache
from itertools import pairwise

from magicai.shops.crawl import UrlKind
from magicai.shops.extraction.phrases import table

_TABLE = table("addresses")
_PRODUCT_WORDS = frozenset(_TABLE["product"])
_PRODUCT = re.compile(
    r"/catalog/product/view(?:/id)?/[^/]{2,}|[-_/]p-?\d{2,}(?:\.html?|/|$)|[-_]\d{4,}\.html?$|/\d+-[^/]+\.html$"
    r"|/item\.html?$|/product\.(?:php|aspx?|html?)|/[^/]+\.p$|/[^/]+_\d+/index\.html$|/prod\d+|/i\d{5,}\.html"
    r"|/[^/]+/dp/"
)
_PRODUCT_QUERY = re.compile(
    r"(?:^|&)(?:product_?id|goods_?id|item_?id|sku_?id|prod(?:uct)?|pid|route=product(?:/|%2F)product)[=&]?",
    re.IGNORECASE,
)
_LISTING_WORDS = frozenset(_TABLE["listing"])
_LISTING = re.compile(
    r"/(?:catalog(?:ue)?|shop|store|browse|lists?|sale|deals|outlet|new|new-in|new-arrivals|products|produkte"
    r"|produits|productos|prodotti|all"
    r"|boutique|tienda|negozio|loja|sklep|butik|all-products|bestsellers?)(?:/(?:all|index)?(?:\.html?|\.php"
    r"|\.aspx)?)?/?$|/\d+-[a-z0-9-]+/?$"
)
_PAGE_QUERY = re.compile(
    r"(?:^|&)(?:page|p|paged|pg|seite|pagina|start|offset|pageno|page_?num|pagenumber|currentpage)=\d+", re.IGNORECASE
)
_PAGE_WORDS = ("page", "seite", "pagina")
_PAGE_PATH = re.compile(r"/(?:page|seite|pagina)[/-]?\d+/?$|/page-\d+\.html?$|[-_]page[-_]?\d+")
# Right below a shop's root, /p/12 is its twelfth product as likely as a page: what leads there tells.
_SHORT_PAGE_PATH = re.compile(r"/p(?<=[^/]{3}/p)/?\d{1,3}/?$")
_ELSEWHERE = frozenset(_TABLE["elsewhere"])
_FILES = frozenset(_TABLE["files"])
_ACTION_QUERY = re.compile(
    r"(?:^|&)(?:add-to-cart|add_to_cart|add-to-wishlist|add_to_wishlist|add_to_compare|action|remove_item|do"
    r"|replytocom|share)=",
    re.IGNORECASE,
)


@lru_cache(maxsize=256)
def promise_of(url: str) -> UrlKind:
    """The kind that an absolute address promises; OTHER where it says nothing."""
    path, query = split(url)
    if len(path) <= 1 and not query:
        return UrlKind.FRONT
    path = path.lower()
    words = _words(path)
    if _leads_elsewhere(words, query):
        return UrlKind.OTHER
    if _is_product(path, words) or (query and _PRODUCT_QUERY.search(query)):
        return UrlKind.LISTING if _page_in(path) else UrlKind.PRODUCT
    if not _LISTING_WORDS.isdisjoint(words) or _LISTING.search(path):
        return UrlKind.LISTING
    return UrlKind.LISTING if _page_in(path) or (query and _PAGE_QUERY.search(query)) else UrlKind.OTHER


@lru_cache(maxsize=256)
def leads_elsewhere(url: str) -> bool:
    """Whether an address is of a cart, an account, a policy, a blog, a file or an action: never of a product."""
    path, query = split(url)
    return _leads_elsewhere(_words(path.lower()), query)


def _words(path: str) -> list[str]:
    """What stands between the slashes of a path, and behind each dot there with that dot."""
    return path.replace(".", "/.").split("/")


def _leads_elsewhere(words: list[str], query: str) -> bool:
    if words[-1] in _FILES or not _ELSEWHERE.isdisjoint(words):
        return True
    return bool(query) and _ACTION_QUERY.search(query) is not None


def _page_in(path: str) -> re.Match[str] | None:
    for word in _PAGE_WORDS:
        if word in path and (found := _PAGE_PATH.search(path)):
            return found
    return _SHORT_PAGE_PATH.search(path)


def _is_product(path: str, words: list[str]) -> bool:
    if not _PRODUCT_WORDS.isdisjoint(words):
        for word, after in pairwise(path.split("/")):
            if word in _PRODUCT_WORDS and len(after) > 1:
                return True
    return _PRODUCT.search(path) is not None


def kind_by_address(url: str, rel: str) -> UrlKind | None:
    """The kind of a link that its address tells, or its `rel`; None where its place on the page must tell."""
    kind = promise_of(url)
    if "nofollow" in rel:
        return kind if kind is UrlKind.PRODUCT else UrlKind.OTHER
    return None if kind is UrlKind.OTHER and not leads_elsewhere(url) else kind


def is_left_alone(url: str, rel: str) -> bool:
    """Whether a page asks not to follow a link, and its address promises nothing for which one would."""
    return "nofollow" in rel and promise_of(url) is UrlKind.OTHER


def split(url: str) -> tuple[str, str]:
    """Path and query of an absolute address."""
    start = url.find("/", url.find("://") + 3)
    if start < 0:
        return "/", ""
    path, _, query = url[start:].partition("?")
    return path, query


@lru_cache(maxsize=256)
def page_number(url: str) -> int | None:
    """Which page of a listing an address asks for; None where it does not say."""
    path, query = split(url)
    found = _PAGE_QUERY.search(query) if query else None
    found = found or _page_in(path.lower())
    digits = re.search(r"\d+", found[0]) if found else None
    return int(digits[0]) if digits and len(digits[0]) < 7 else None  # noqa: PLR2004 - no shop has a million pages
