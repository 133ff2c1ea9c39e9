"""What an address promises by itself: a product, a listing, or neither."""

import re
from functools import lru_cache

from magicai.domain.crawl import UrlKind
from magicai.domain.reading import Link

_PRODUCT = re.compile(
    r"/(?:products?|produkte?r?|produits?|productos?|prodott[oi]|produtos?|produkty|artikel|items?|itm|goods|dp|pd"
    r"|pdp|p|sku|detail"
    r"|details|buch|tuotteet|vare|shohin|shangpin|catalog/product/view(?:/id)?|tovar)/[^/?]{2,}"
    r"|[-_/]p-?\d{2,}(?:\.html?|/|$)|[-_]\d{4,}\.html?$|/\d+-[^/]+\.html$|/item\.html?$|/product\.(?:php|aspx?"
    r"|html?)|/[^/]+\.p$"
    r"|/[^/]+_\d+/index\.html$|/prod\d+|/i\d{5,}\.html|/[^/]+/dp/",
    re.IGNORECASE,
)
_PRODUCT_QUERY = re.compile(
    r"(?:^|&)(?:product_?id|goods_?id|item_?id|sku_?id|prod(?:uct)?|pid|route=product(?:/|%2F)product)[=&]?",
    re.IGNORECASE,
)
_LISTING = re.compile(
    r"/(?:categor(?:y|ies|ias?|ie)|kategori(?:e|en|a|er)?|c|cat|cats|collections?|catalogsearch|department"
    r"|departments|dept|brands?|marken?"
    r"|search|tags?|product-category|product-tag|rayons?|sortiment|fenlei|kollektion(?:en)?|themes?)(?:[/.]|$)"
    r"|/(?:catalog(?:ue)?|shop|store|browse|lists?|sale|deals|outlet|new|new-in|new-arrivals|products|produkte"
    r"|produits|productos|prodotti|all"
    r"|boutique|tienda|negozio|loja|sklep|butik|all-products|bestsellers?)(?:/(?:all|index)?(?:\.html?|\.php"
    r"|\.aspx)?)?/?$|/\d+-[a-z0-9-]+/?$",
    re.IGNORECASE,
)
_PAGE_QUERY = re.compile(
    r"(?:^|&)(?:page|p|paged|pg|seite|pagina|start|offset|pageno|page_?num|pagenumber|currentpage)=\d+", re.IGNORECASE
)
# Right below a shop's root, /p/12 is its twelfth product as likely as a page: what leads there tells.
_PAGE_PATH = re.compile(
    r"/(?:page|seite|pagina)[/-]?\d+/?$|(?<=[^/]{3})/p/?\d{1,3}/?$|/page-\d+\.html?$|[-_]page[-_]?\d+", re.IGNORECASE
)
_ELSEWHERE = re.compile(
    r"/(?:cart|basket|bag|checkout|warenkorb|panier|carrito|carrello|winkelwagen|koszyk|varukorg|wishlist"
    r"|wunschliste|compare|comparison|account|my-account|mein-konto"
    r"|customer|login|log-in|signin|sign-in|signup|sign-up|register|registration|anmelden|logout|password|blogs?"
    r"|news|magazin|journal|articles?|posts?|about|about-us|ueber-uns|contacts?|kontakt"
    r"|help|hilfe|faqs?|support|terms|agb|tos|privacy|datenschutz|impressum|imprint|legal|polic(?:y|ies)|cookies?"
    r"|shipping|versand|delivery|returns?|careers?|jobs|press|stores|store-locator"
    r"|gift-?cards?|newsletter|sitemap|feeds?|rss|wp-admin|wp-login\.php|wp-json|cdn-cgi|admin|api|ajax|social|share"
    r"|review|reviews|events?|jobs?|order|orders|track|tracking|unsubscribe|add-to-cart|author)(?:[/.?]|$)"
    r"|\.(?:jpe?g|png|gif|webp|avif|svg|pdf|zip|mp4|mp3|css|js|json|xml|ico|woff2?|docx?|xlsx?|csv|gz|exe|dmg|apk)$",
    re.IGNORECASE,
)
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
    if leads_elsewhere(url):
        return UrlKind.OTHER
    if _PRODUCT.search(path) or (query and _PRODUCT_QUERY.search(query)):
        return UrlKind.LISTING if _PAGE_PATH.search(path) else UrlKind.PRODUCT
    if _LISTING.search(path) or _PAGE_PATH.search(path) or (query and _PAGE_QUERY.search(query)):
        return UrlKind.LISTING
    return UrlKind.OTHER


@lru_cache(maxsize=256)
def leads_elsewhere(url: str) -> bool:
    """Whether an address is of a cart, an account, a policy, a blog, a file or an action: never of a product."""
    path, query = split(url)
    return bool(_ELSEWHERE.search(path) or (query and _ACTION_QUERY.search(query)))


def link_by_address(url: str, rel: str) -> Link | None:
    """A link whose kind its address tells, or its `rel`; None where its place on the page must tell."""
    kind = promise_of(url)
    if "nofollow" in rel:
        return Link(url, kind if kind is UrlKind.PRODUCT else UrlKind.OTHER)
    return None if kind is UrlKind.OTHER and not leads_elsewhere(url) else Link(url, kind)


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
    found = found or _PAGE_PATH.search(path)
    digits = re.search(r"\d+", found[0]) if found else None
    return int(digits[0]) if digits and len(digits[0]) < 7 else None  # noqa: PLR2004 - no shop has a million pages
