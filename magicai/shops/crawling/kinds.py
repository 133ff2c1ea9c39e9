"""What an address is expected to be, from its words and from what addresses like it turned out to be."""

import re
from collections import Counter, defaultdict

from magicai.shops.crawl import UrlKind
from magicai.shops.crawling import urls

_PRODUCT = re.compile(
    r"(?i)products?|produkte?|produits?|productos?|prodott[oi]|produtos?|items?|artikel|articulo|goods|dp|p|pd|sku|book"
)
_LISTING = re.compile(
    r"(?i)(?:product[-_])?(?:categor(?:y|ies|ia|ie)|kategorien?)|collections?|catalog(?:ue)?|departments?|c|cat|shop|store"
    r"|brands?|marken?|tags?|browse|list|sale|deals|rayon"
)
_OTHER = re.compile(
    r"(?i)blogs?|news|articles?|posts?|pages?|about.*|contact.*|help|faqs?|support|legal|terms.*|privacy.*|policies|policy"
    r"|imprint|impressum|jobs|careers?|press|magazine?|journal|stories|shipping.*|returns?|info|guides?"
)
_MAP = re.compile(r"(?i)site_?maps?")
_MAP_PRODUCTS = re.compile(r"(?i)produ(?:ct|kt|it)|item|goods|artikel")
_MAP_LISTINGS = re.compile(r"(?i)categor|collection|catalog|brand|tag|taxonom|_cat")
_MAP_OTHER = re.compile(r"(?i)blog|post|page|article|news|image|video|author")
_MOST_SHAPES = 2_000  # a usual shop has a few dozen; where each product has one of its own, it tells nothing of others
_ENOUGH = 2
_CLEAR = 0.8

# Product pages first: they are what a budget is for. The shop's own interfaces give many products for one request.
_PRIORITY = {
    UrlKind.FRONT: 100.0,
    UrlKind.API: 90.0,
    UrlKind.FEED: 80.0,
    UrlKind.PRODUCT: 60.0,
    UrlKind.SITEMAP: 50.0,
    UrlKind.LISTING: 40.0,
    UrlKind.OTHER: 10.0,
}


def priority(kind: UrlKind, depth: int) -> float:
    """How soon an address is read: by its kind, then what is nearer to the front page."""
    return _PRIORITY[kind] - min(depth, 90) / 10


def promised(url: str) -> UrlKind:
    """What the words of an address promise."""
    segments = urls.path(url).strip("/").split("/")
    for segment in segments[:-1]:
        if _OTHER.fullmatch(segment):
            return UrlKind.OTHER
    for at, segment in reversed(list(enumerate(segments))):
        if _PRODUCT.fullmatch(segment):
            return UrlKind.PRODUCT if at < len(segments) - 1 else UrlKind.LISTING
        if _LISTING.fullmatch(segment):
            return UrlKind.LISTING
    return UrlKind.OTHER


def promised_by_sitemap(sitemap_url: str) -> UrlKind | None:
    """What the name of a sitemap promises of its addresses, or None."""
    name = _MAP.sub("", urls.path(sitemap_url))
    for pattern, kind in ((_MAP_LISTINGS, UrlKind.LISTING), (_MAP_PRODUCTS, UrlKind.PRODUCT)):
        if pattern.search(name):
            return kind
    return UrlKind.OTHER if _MAP_OTHER.search(name) else None


class Shapes:
    """What addresses of one shape turned out to be."""

    def __init__(self) -> None:
        self._seen: defaultdict[str, Counter[UrlKind]] = defaultdict(Counter)

    def learn(self, url: str, kind: UrlKind) -> None:
        """An address was of this kind."""
        shape = urls.shape(url)
        if shape in self._seen or len(self._seen) < _MOST_SHAPES:
            self._seen[shape][kind] += 1

    def kind(self, url: str) -> UrlKind | None:
        """What most addresses of this shape were, or None while that is not clear."""
        seen = self._seen.get(urls.shape(url))
        if seen is None:
            return None
        (kind, times), *_ = seen.most_common(1)
        return kind if times >= _ENOUGH and times >= _CLEAR * seen.total() else None
