"""By which keys a product of a script's state holds what, without case, hyphens and underscores.

What a system calls otherwise, its reader puts under these (`systems.py`).
"""

import re
from functools import lru_cache
from typing import Any

_SEPARATORS = re.compile(r"[^a-z0-9]+")

NAMES = ("name", "title", "productname", "itemname", "displayname")
ADDRESSES = ("url", "canonicalurl", "producturl", "permalink", "href", "link", "path", "onlinestoreurl")
SLUGS = ("slug", "handle", "urlkey")
IDENTITIES = ("id", "productid", "itemid", "entityid", "code")
SKUS = ("sku", "skucode", "reference")
PRICES = ("saleprice", "specialprice", "finalprice", "currentprice", "price", "prices", "displayprice", "minprice")
PRICES_BEFORE = (
    "compareatprice", "listprice", "regularprice", "originalprice", "oldprice", "wasprice", "marketprice", "baseprice",
)  # fmt: skip
CURRENCIES = ("currency", "currencycode", "pricecurrency", "currencyiso")
BRANDS = ("brand", "brandname", "vendor", "manufacturer", "itembrand")
PICTURES = ("image", "images", "imageurl", "picurl", "featuredimage", "thumbnail")
VARIANTS = ("variants", "specs", "skus")
CATEGORIES = ("categorypath", "breadcrumbs")
RATINGS = ("rating", "ratingvalue", "averagerating")
RATING_COUNTS = ("reviewcount", "ratingcount", "commentcount")
# Parts of a state that hold priced things which are no products of the page.
ELSEWHERE = frozenset((
    "cart", "basket", "wishlist", "checkout", "order", "orders", "shipping", "shippingmethods", "shippingoptions",
    "delivery", "deliveryoptions", "payment", "paymentmethods", "filters", "facets", "menu", "navigation", "giftwrap",
    "lineitems", "plans", "subscriptionplans", "sellingplangroups", "coupons", "promotions", "options", "attributes",
    "reviews", "customer", "user", "messages", "translations",
))  # fmt: skip
# Kinds that objects call themselves (`__typename`, `@type`, `type`) which are never products.
NOT_PRODUCTS = frozenset((
    "variant", "productvariant", "productoption", "shippingmethod", "shippingrate", "paymentmethod", "lineitem",
    "cartitem", "cartline", "category", "collection", "page", "article", "review", "coupon", "plan", "sellingplan",
))  # fmt: skip


def folded(thing: dict[str, Any]) -> dict[str, Any]:
    """An object with its keys as they are listed here: `list_price` and `listPrice({"tax":true})` are `listprice`."""
    return {folded_key(key): member for key, member in thing.items()}


@lru_cache(maxsize=1024)
def folded_key(key: str) -> str:
    """The same of one key."""
    return _SEPARATORS.sub("", key.partition("(")[0].lower())
