"""What an element's tag, class and id say of its purpose.

Class names are split at hyphens, underscores and capitals, so `price--old`, `oldPrice` and `Card_old-price__x1` say the
same. Shops share their words whatever system they run on; what a word is worth is decided where it is used.
"""

import re
from functools import lru_cache
from itertools import pairwise

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
DESCRIPTION = 1 << 18
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
ARTICLE = 1 << 28
PAGINATION = 1 << 29
BREADCRUMB = 1 << 30
QUANTITY = 1 << 31
ZONES = NAVIGATION | FOOTER | CART | RELATED | REVIEWS | CHOICE | HIDDEN | FILTER | ARTICLE | PAGINATION | BREADCRUMB

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_]+")
_PRICE_STEMS = ("price", "preis", "prix", "precio", "prezzo", "prijs", "preco", "pricing", "jiage", "kakaku", "cena")
_WORDS: dict[int, frozenset[str]] = {
    PRICE: frozenset(("amount", "money", "cost", "pris", "jine", "prise", "prc")),
    OLD: frozenset((
        "old", "was", "before", "original", "compare", "compared", "compareat", "strike", "strikethrough", "striked",
        "stroke", "crossed", "crossout", "through", "linethrough", "rrp", "msrp", "uvp", "prev", "previous", "former",
        "retail", "market", "undiscounted", "barre", "tachado", "antes", "oldprice", "yuanjia", "wasprice",
        "prcorg", "ancien", "vorher", "statt", "original-price", "del", "ordinary",
    )),
    SALE: frozenset((
        "sale", "special", "current", "final", "now", "actual", "discounted", "promo", "promotional", "promotion",
        "new",
        "reduced", "selling", "today", "offer", "deal", "saleprice", "prcdsc", "newprice", "specialprice", "nowprice",
    )),
    LISTED: frozenset(("listprice",)),
    QUANTITY: frozenset(("quantity", "qty", "menge", "anzahl", "cantidad", "quantite", "quantita", "aantal", "moq")),
    REGULAR: frozenset(("regular", "normal", "standard", "reg", "regularprice", "normalprice")),
    ASIDE_PRICE: frozenset((
        "unit", "unitprice", "grundpreis", "ppu", "baseprice", "shipping", "delivery", "freight", "postage", "versand",
        "livraison", "envio", "spedizione", "frakt", "installment", "installments", "instalment", "instalments",
        "klarna", "afterpay", "affirm", "clearpay", "sezzle", "laybuy", "zip", "financing", "finance", "monthly",
        "credit", "saving", "savings", "save", "saved", "tier", "tiers", "tiered", "bulk", "wholesale", "volume",
        "points",
        "point", "reward", "rewards", "loyalty", "cashback", "deposit", "pfand", "coupon", "coupons", "voucher",
        "threshold", "donation", "cheapest", "economy", "economie", "subscription", "subscribe", "omnibus", "lowest",
        "surcharge",
    )),
    WITHOUT_TAX: frozenset((
        "excl", "excluding", "extax", "exvat", "withouttax", "withouttaxes", "netto", "net",
        "exclvat", "excltax", "pricewithouttax",
    )),
    STOCK: frozenset((
        "stock", "availability", "inventory", "instock", "outofstock", "soldout", "verfugbarkeit", "lagerstatus",
        "voorraad", "disponibilita", "disponibilite", "disponibilidad", "deliverystatus", "stockstatus", "kucun",
        "lager",
        "available", "unavailable", "backorder", "preorder",
    )),
    NAME: frozenset(("name", "title", "productname", "producttitle", "itemname", "nome", "nombre", "titel", "titulo")),
    BRAND: frozenset(("brand", "vendor", "manufacturer", "maker", "marke", "marque", "marca", "merk", "brandname")),
    PRODUCT: frozenset((
        "product", "products", "item", "card", "tile", "goods", "produkt", "produit", "producto", "prodotto", "artikel",
        "article", "productcard", "productitem", "producttile", "thumb", "thumbnail", "grid", "pod", "offer",
        "miniature",
    )),
    BUY: frozenset(("addtocart", "buy", "buynow", "buybutton", "addtobasket", "addtobag", "atc", "purchase",
    "warenkorb")),
    CENTS: frozenset(("cents", "cent", "decimal", "decimals", "fraction", "mantissa", "centimes", "minor",
    "superscript")),
    BADGE: frozenset(("badge", "badges", "flag", "flags", "ribbon", "sticker", "label", "labels", "tag", "onsale",
    "bubble")),
    CATEGORY: frozenset(("category", "categories", "subcategory", "subcategories", "department", "collections")),
    RATING: frozenset(("rating", "ratings", "stars", "star", "review", "reviews")),
    DESCRIPTION: frozenset(("description", "desc", "beschreibung", "details", "content")),
    NAVIGATION: frozenset(("nav", "navbar", "navigation", "menu", "megamenu", "topbar", "offcanvas")),
    FOOTER: frozenset(("footer", "colophon")),
    CART: frozenset(("minicart", "minibasket", "shoppingcart", "ordersummary", "cartdrawer", "cartitem", "sidecart")),
    RELATED: frozenset((
        "related", "upsell", "upsells", "upselling", "crosssell", "crosssells", "crossselling", "recommend",
        "recommended", "recommendation", "recommendations", "similar", "recently", "suggested", "suggestions",
        "complementary", "bundle", "bundles", "boughttogether", "productaccessories", "alsobought", "alsolike",
        "lookbook",
        "maylike", "morefrom", "customersalso",
    )),
    REVIEWS: frozenset(("reviews", "review", "comments", "comment", "testimonial", "testimonials", "bewertungen",
    "qa")),
    CHOICE: frozenset(("swatch", "swatches", "variants", "variations", "options", "radio", "configurator",
    "personalization")),
    FILTER: frozenset(("filter", "filters", "facet", "facets", "refinement", "refinements", "layered")),
    PAGINATION: frozenset(("pagination", "pager", "paging", "paginate", "pagenavi", "pages", "paginator", "fenye")),
    BREADCRUMB: frozenset(("breadcrumb", "breadcrumbs", "crumbs", "crumb", "trail", "mianbaoxie")),
}  # fmt: skip
_CART_WORDS = frozenset(("cart", "basket", "checkout", "bag", "wishlist", "warenkorb", "panier", "carrito", "carrello"))
_CART_PARTS = frozenset((
    "drawer", "items", "item", "page", "table", "contents", "summary", "sidebar", "popup", "modal", "flyout",
    "notification", "dropdown", "preview", "line", "total", "totals", "panel", "row", "product", "products", "list",
    "collaterals",
))  # fmt: skip
_INVISIBLE = frozenset(
    (
        "hidden",
        "d-none",
        "hide",
        "is-hidden",
        "u-hidden",
        "ng-hide",
        "display-none",
        "js-hidden",
        "invisible",
        "hidden-xs-up",
        "hidden-all",
        "displaynone",
        "disp-none",
        "dn",
        "no-display",
        "unvisible",
        "is--hidden",
        "uk-hidden",
        "cm-hidden",
        "t-hidden",
        "w-condition-invisible",
    )
)
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
