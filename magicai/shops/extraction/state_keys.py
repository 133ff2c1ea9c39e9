"""By which keys the states of shops' scripts hold what, without case, hyphens and underscores."""

import re
from functools import lru_cache

_SEPARATORS = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=1024)
def folded_key(key: str) -> str:
    """A key as it is listed here: `list_price` and `listPrice({"tax":true})` are `listprice`."""
    return _SEPARATORS.sub("", key.partition("(")[0].lower())


NAMES = (
    "name", "title", "productname", "producttitle", "displayname", "goodsname", "itemname", "skuname", "warename",
    "fullname", "itemtitle", "goodstitle", "productdisplayname", "shorttitle", "nametext", "spuname",
)  # fmt: skip
ADDRESSES = (
    "url", "canonicalurl", "producturl", "pdpurl", "detailurl", "itemurl", "permalink", "href", "link", "path",
    "urlpath",
    "seourl", "onlinestoreurl", "pageurl", "relativeurl", "productlink", "targeturl", "weburl", "goodsurl", "urlname",
    "slugurl",
)  # fmt: skip
SLUGS = ("slug", "handle", "urlkey", "seoname", "seoslug", "linkrewrite", "urlhandle", "permalinkslug", "urlslug",
         "linktext")  # fmt: skip
IDENTITIES = (
    "id",
    "productid",
    "itemid",
    "goodsid",
    "skuid",
    "spuid",
    "wareid",
    "idproduct",
    "code",
    "articleid",
    "pid",
)
SKUS = ("sku", "skucode", "articlenumber", "itemnumber", "productcode", "reference", "partnumber", "itemid2", "skuid")
# What it costs now, the surest first; "price" stands after names that say "now", before those that only may.
PRICES_NOW = (
    "saleprice", "specialprice", "finalprice", "currentprice", "discountedprice", "discountprice", "promotionprice",
    "promotionalprice", "promoprice", "sellingprice", "offerprice", "nowprice", "activeprice", "pricenow",
    "actualprice",
    "pricewithdiscount", "priceamount", "salespricewithtax", "jdprice", "promoteprice", "displayprice", "price",
    "pricing",
    "prices", "priceinfo", "pricerange", "pricev2", "productprice", "itemprice", "goodsprice", "shopprice", "skuprice",
    "unitprice", "minprice", "lowprice", "pricemin", "fromprice", "pricefrom", "lowestprice", "startingprice",
    "retailprice",
    "grossprice", "pricewithtax", "priceinctax", "pricevalue", "pricedata", "calculatedprice", "offers", "offer",
    "variantprice", "defaultprice", "scopedprice",
)  # fmt: skip
PRICES_BEFORE = (
    "listprice", "regularprice", "originalprice", "oldprice", "wasprice", "compareatprice", "msrp", "rrp",
    "strikeprice",
    "strikethroughprice", "crossedprice", "marketprice", "baseprice", "pricebeforediscount", "fullprice",
    "undiscountedprice",
    "priceold", "regularpriceamount", "pricewithoutreduction", "priceoriginal", "linethroughprice",
    "displayregularprice", "compareatpricerange", "pricewithoutdiscount", "pricerangeundiscounted",
)  # fmt: skip
# Inside an object that stands for a price.
AMOUNTS_NOW = (
    "formatted", "formattedvalue", "formattedprice", "text", "displaytext", "incents", "sale", "special",
    "final", "finalprice", "current", "currentprice", "now", "discounted", "saleprice", "discountedprice", "value",
    "amount",
    "price", "gross", "withtax", "inctax", "raw", "unitprice", "minimumprice", "minvariantprice", "min", "low",
    "lowprice",
    "from", "start", "sellingprice", "totalprice", "price1", "regular", "minprice", "effective", "actual",
    "pricerange", "calculatedamountwithtax", "calculatedamount",
)  # fmt: skip
AMOUNTS_BEFORE = (
    "list", "listprice", "regular", "regularprice", "original", "originalprice", "old", "was", "wasprice", "compareat",
    "msrp", "rrp", "strike", "base", "full", "retail", "undiscounted", "before", "rrpprice", "oldprice", "baseprice",
    "retailprice", "pricerangeundiscounted", "priceundiscounted", "undiscountedprice", "originalamountwithtax",
    "originalamount",
)  # fmt: skip
# A reduced price beside which "value" is the one before.
REDUCTIONS = ("discounted", "reduced", "sale", "special")
# Where the lower end of a range stands, with a price now and one before in it.
LOWER_ENDS = ("minimumprice", "minvariantprice", "start", "min", "from", "lowest", "pricerange")
# What counts the smallest unit of a currency, whatever stands around it.
MINOR_AMOUNTS = ("centamount", "unitamount", "amountincents", "valueincents", "minorunits", "amountminor", "cents")
MINOR_ENDINGS = ("cents", "minor", "minorunits")
DECIMALS = ("fractiondigits", "precision", "minorunit", "currencyexponent", "decimals")
CURRENCIES = (
    "currency", "currencycode", "pricecurrency", "currencyiso", "isocurrency", "currencyisocode", "iso4217", "unit",
    "currencyid", "currencysymbol", "priceunit",
)  # fmt: skip
IN_STOCK_FLAGS = (
    "instock", "isinstock", "available", "isavailable", "availableforsale", "isavailableforpurchase", "orderable",
    "isorderable", "buyable", "isbuyable", "purchasable", "ispurchasable", "hasstock", "issellable", "stockavailable",
    "isonstock", "onstock",
)  # fmt: skip
OUT_OF_STOCK_FLAGS = ("soldout", "issoldout", "outofstock", "isoutofstock", "unavailable", "isunavailable")
PREORDER_FLAGS = ("ispreorder", "preorder", "presale", "ispresale")
STOCK_WORDS = (
    "availability", "availabilityv2", "stockstatus", "availabilitystatus", "inventorystatus", "stocklevelstatus",
    "stock", "inventory", "availabilitymessage", "stockstate", "stocktext",
)  # fmt: skip
STOCK_COUNTS = (
    "stockquantity", "quantityavailable", "availablequantity", "totalinventory", "inventoryquantity", "stocklevel",
    "availablestock", "stockcount", "stocknum", "quantityinstock", "stock", "inventory", "qtyavailable", "onhand",
    "goodsstorage",
)  # fmt: skip
BRANDS = ("brand", "brandname", "manufacturer", "vendor", "maker", "manufacturername", "branddisplayname")
PICTURES = (
    "image", "images", "imageurl", "img", "thumbnail", "picture", "pictures", "featuredimage", "mainimage", "cover",
    "thumbnailurl", "primaryimage", "media", "gallery", "imgurl", "imageurls", "pic", "goodsimg", "photo", "photos",
)  # fmt: skip
# One kind of a product, or an offer of it, that holds what the product itself does not say.
PARTS = (
    "mastervariant", "defaultvariant", "selectedvariant", "selectedorfirstavailablevariant", "firstvariant",
    "primaryvariant", "activevariant", "currentvariant", "defaultsku", "selectedsku", "sellers", "commertialoffer",
    "commercialoffer",
)  # fmt: skip
VARIANTS = ("variants", "productvariants", "skus", "variations", "childproducts", "children", "skulist", "variantslist")
CATEGORY_PATHS = ("categorypath", "categoriespath", "breadcrumb", "breadcrumbs", "categorytrail")
CATEGORIES = ("category", "categoryname", "producttype", "categorypath", "breadcrumbs", "maincategory", "categories")
RATINGS = (
    "rating",
    "averagerating",
    "ratingvalue",
    "reviewrating",
    "ratingaverage",
    "avgrating",
    "reviewaverage",
    "stars",
)
RATING_COUNTS = (
    "reviewcount",
    "ratingcount",
    "reviewscount",
    "numberofreviews",
    "totalreviews",
    "reviewsnumber",
    "commentcount",
)
# Parts of a state that hold priced things which are no products of the page.
ELSEWHERE = frozenset((
    "cart", "basket", "minicart", "wishlist", "checkout", "order", "orders", "shipping", "shippingmethods",
    "shippingoptions",
    "deliveryoptions", "delivery", "deliverymethods", "filters", "facets", "aggregations", "navigation", "menu",
    "menus",
    "payment", "paymentmethods", "giftwrap", "giftcards", "fees", "warranty", "warranties", "services", "addons",
    "promotions",
    "coupons", "plans", "subscriptionplans", "sellingplangroups", "loyalty", "options", "optiongroups", "attributes",
    "features",
    "translations", "i18n", "locale", "messages", "reviews", "comments", "taxes", "insurance", "couriers", "customer",
    "user",
    "lineitems", "cartitems", "bundleitems", "pricerules", "tierprices", "banners", "donations", "shippingrates",
    "rates",
))  # fmt: skip
# Kinds that objects may call themselves (`__typename`, `@type`, `type`) which are never products.
NOT_PRODUCTS = frozenset((
    "variant", "productvariant", "productoption", "shippingmethod", "shippingrate", "paymentmethod", "cartline",
    "lineitem",
    "cartitem", "category", "collection", "filter", "facet", "promotion", "banner", "page", "article", "blogpost",
    "review",
    "deliveryoption", "giftcard", "coupon", "plan", "sellingplan", "servicefee", "event", "menuitem", "order",
))  # fmt: skip
