"""What an element's tag, class and id say of its purpose.

Class names are split at hyphens, underscores and capitals, so `price--old`, `oldPrice` and `Card_old-price__x1` say the
same. Shops share their words (`words/classes.toml`) whatever system they run on; what a word is worth is decided where
it is used.
"""

import re
from functools import lru_cache
from itertools import pairwise

from magicai.shops.extraction.phrases import table

# Purposes of an element itself.
PRICE = 1 << 0
OLD = 1 << 1
SALE = 1 << 2
REGULAR = 1 << 3
ASIDE_PRICE = 1 << 4  # of a measure, an instalment, delivery, points, a quantity; or a saving
WITHOUT_TAX = 1 << 5
STOCK = 1 << 6
NAME = 1 << 7
BRAND = 1 << 8
PRODUCT = 1 << 9
BUY = 1 << 10
CENTS = 1 << 11
BADGE = 1 << 12
CATEGORY = 1 << 13
HEADING = 1 << 14
IN_STOCK = 1 << 15
OUT_OF_STOCK = 1 << 16
RATING = 1 << 17
LISTED = 1 << 19  # a list price, or the price in a list
# Parts of a page, which all that they hold belongs to.
NAVIGATION = 1 << 20
FOOTER = 1 << 21
CART = 1 << 22
RELATED = 1 << 23
REVIEWS = 1 << 24
CHOICE = 1 << 25
HIDDEN = 1 << 26
FILTER = 1 << 27
PAGINATION = 1 << 29
BREADCRUMB = 1 << 30
QUANTITY = 1 << 31
ZONES = NAVIGATION | FOOTER | CART | RELATED | REVIEWS | CHOICE | HIDDEN | FILTER | PAGINATION | BREADCRUMB

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_]+")
_TABLE = table("classes")
# What the table calls them.
_NAMED = {
    "price": PRICE,
    "old": OLD,
    "sale": SALE,
    "listed": LISTED,
    "quantity": QUANTITY,
    "regular": REGULAR,
    "aside_price": ASIDE_PRICE,
    "without_tax": WITHOUT_TAX,
    "stock": STOCK,
    "name": NAME,
    "brand": BRAND,
    "product": PRODUCT,
    "buy": BUY,
    "cents": CENTS,
    "badge": BADGE,
    "category": CATEGORY,
    "rating": RATING,
    "navigation": NAVIGATION,
    "footer": FOOTER,
    "cart": CART,
    "related": RELATED,
    "reviews": REVIEWS,
    "choice": CHOICE,
    "filter": FILTER,
    "pagination": PAGINATION,
    "breadcrumb": BREADCRUMB,
}
_WORDS = {_NAMED[called]: frozenset(words) for called, words in _TABLE["words"].items()}
_PRICE_STEMS: tuple[str, ...] = tuple(_TABLE["stems"]["price"])
_CART_WORDS, _CART_PARTS = frozenset(_TABLE["cart"]["first"]), frozenset(_TABLE["cart"]["second"])
_INVISIBLE = frozenset(_TABLE["classes"]["hidden"])
_SHOWN_AGAIN = re.compile(
    r":(?:block|flex|inline|grid|inline-block|inline-flex|table|contents)|\bd-\w\w-(?:block|flex|inline)"
    r"|\bd(?:b|i|ib|tc?)-(?:ns|m|l)\b"  # of Tachyons, whose dn hides
)
# Classes that name what a product is filed under, rather than what an element is.
_TAXONOMY = re.compile(
    r"(?:^|(?<=\s))(?:product[_-](?:cat|tag|brand|type|shipping[_-]class|visibility)|pa|category|tag|post|postid"
    r"|page|type|color|size)[_-]\S+"
)
# Classes that say what stands beside or in an element: "with-list-price" is the price that has one.
_BESIDE = re.compile(r"(?<![A-Za-z])(?:with|has)(?:[-_][\w-]+|[A-Z]\w*)")
_OUT_WORDS = frozenset(("outofstock", "outof", "soldout", "unavailable"))
_DISCOUNT = frozenset(("discount", "discounts"))
_TAGS = {
    "nav": NAVIGATION, "footer": FOOTER, "del": OLD, "s": OLD, "strike": OLD, "ins": SALE, "sup": CENTS,
    "select": CHOICE,
    "option": CHOICE, "fieldset": CHOICE, "datalist": CHOICE, "h1": HEADING, "h2": HEADING, "h3": HEADING,
    "h4": HEADING,
    "h5": HEADING, "h6": HEADING, "blockquote": REVIEWS,
}  # fmt: skip


@lru_cache(maxsize=1024)
def traits_of(tag: str, classes: str, identity: str, item_property: str) -> int:
    """Purposes and zones of an element as bits.

    Args:
        tag: its name.
        classes: its class attribute.
        identity: its id attribute.
        item_property: its itemprop attribute; shops keep it where they gave up the rest of microdata.
    """
    bits = _TAGS.get(tag, 0)
    if not (classes or identity or item_property):
        return bits
    plain = _BESIDE.sub("", _TAXONOMY.sub("", classes[:600]))
    words = [word.lower() for word in _WORD.findall(f"{plain} {identity[:100]} {item_property[:60]}")]
    known = {*words, *(first + second for first, second in pairwise(words))}
    for bit, meant in _WORDS.items():
        if not meant.isdisjoint(known):
            bits |= bit
    if any(stem in word for stem in _PRICE_STEMS for word in words):
        bits |= PRICE
    if not _DISCOUNT.isdisjoint(known):
        bits |= SALE if bits & PRICE else ASIDE_PRICE
    if any(first in _CART_WORDS and second in _CART_PARTS for first, second in pairwise(words)):
        bits |= CART
    if "suggestedprice" in known:
        bits = bits & ~RELATED | OLD
    if "bottom" in known:
        bits &= ~CHOICE  # Magento's options-bottom holds the button
    if not _INVISIBLE.isdisjoint(classes.split()) and not _SHOWN_AGAIN.search(classes):
        bits |= HIDDEN
    return bits | _stock_of(known)


def _stock_of(known: set[str]) -> int:
    if not _OUT_WORDS.isdisjoint(known):
        return OUT_OF_STOCK | STOCK
    return IN_STOCK if "instock" in known else 0
