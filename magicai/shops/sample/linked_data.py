"""Products as schema.org JSON-LD, in the shapes that shops usually give it."""

from decimal import Decimal
from typing import Any

from magicai.shops.sample.catalogue import Item, Stock, Variant
from magicai.shops.sample.wording import schema_stock

Thing = dict[str, Any]


def product_page(item: Item, base: str) -> list[Thing]:
    """The JSON-LD blocks of a product's page; `base` is the shop's address without a slash at its end."""
    product, crumbs = _product(item, base), breadcrumbs(item, base)
    if item.form != "graph":
        return [{"@context": "https://schema.org", **block} for block in (product, crumbs)]
    page = {"@type": "WebPage", "@id": f"{base}{item.path}", "url": f"{base}{item.path}", "name": item.name}
    return [{"@context": "https://schema.org/", "@graph": [page, crumbs, product]}]


def item_list(items: tuple[Item, ...], base: str) -> Thing:
    """A listing that names its products' addresses and nothing else."""
    entries = [{"@type": "ListItem", "position": n, "url": f"{base}{item.path}"} for n, item in enumerate(items, 1)]
    return {"@context": "https://schema.org", "@type": "ItemList", "itemListElement": entries}


def breadcrumbs(item: Item, base: str) -> Thing:
    """The way from the front page to the item, which is the last entry."""
    entries: list[Thing] = [{"@type": "ListItem", "position": 1, "name": "Home", "item": f"{base}/"}]
    for position, name in enumerate((*item.category, item.name), 2):
        entries.append({"@type": "ListItem", "position": position, "name": name})
    return {"@type": "BreadcrumbList", "itemListElement": entries}


def _product(item: Item, base: str) -> Thing:
    grouped = item.form == "group"
    thing: Thing = {
        "@type": "ProductGroup" if grouped else "Product",
        "name": item.name,
        "image": [f"{base}{item.image}"],
        "description": item.text,
        "sku": item.sku,
        "gtin13": item.gtin,
        "brand": {"@type": "Brand", "name": item.brand} if item.brand else None,
        "url": f"{base}{item.path}",
    }
    if item.rating is not None:
        thing["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": str(item.rating),
            "reviewCount": item.ratings,
            "bestRating": "5",
        }
    if grouped:
        thing["productGroupID"] = item.sku
        thing["variesBy"] = "https://schema.org/size"
        thing["hasVariant"] = [_variant(variant, item) for variant in item.variants]
    elif item.form == "aggregate":
        thing["offers"] = _aggregate(item)
    elif item.variants:
        thing["offers"] = [_variant_offer(variant, item.currency) for variant in item.variants]
    else:
        thing["offers"] = _offer(item.price, item.list_price, item.stock, item.currency)
    return _stated(thing)


def _variant(variant: Variant, item: Item) -> Thing:
    return _stated(
        {
            "@type": "Product",
            "name": f"{item.name}, {variant.name}",
            "size": variant.name,
            "sku": variant.sku,
            "gtin13": variant.gtin,
            "offers": _offer(variant.price, variant.list_price, variant.stock, item.currency),
        }
    )


def _variant_offer(variant: Variant, currency: str) -> Thing:
    offer = _offer(variant.price, variant.list_price, variant.stock, currency)
    return _stated({**offer, "name": variant.name, "sku": variant.sku})


def _aggregate(item: Item) -> Thing:
    prices = [variant.price for variant in item.variants]
    return {
        "@type": "AggregateOffer",
        "lowPrice": str(min(prices)),
        "highPrice": str(max(prices)),
        "priceCurrency": item.currency,
        "offerCount": len(prices),
        "offers": [_variant_offer(variant, item.currency) for variant in item.variants],
    }


def _offer(price: Decimal | None, list_price: Decimal | None, stock: Stock, currency: str) -> Thing:
    offer: Thing = {"@type": "Offer", "availability": schema_stock(stock)}
    if price is not None:
        offer |= {"price": str(price), "priceCurrency": currency}
    if list_price is not None:
        offer["priceSpecification"] = {
            "@type": "UnitPriceSpecification",
            "priceType": "https://schema.org/StrikethroughPrice",
            "price": str(list_price),
            "priceCurrency": currency,
        }
    return _stated(offer)


def _stated(thing: Thing) -> Thing:
    return {key: value for key, value in thing.items() if value is not None}
