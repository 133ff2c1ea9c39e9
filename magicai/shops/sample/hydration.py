"""The data that scripts of three usual frameworks leave in their pages: Next, Nuxt 3, and a Vuex-like store."""

import json
from typing import Any, cast

from markupsafe import Markup

from magicai.shops.sample.catalogue import Item, Stock, Variant

JSON = dict[str, Any]

# A Chinese shop program counts pieces; the shop's own data does not.
_PIECES = 37


def script(item: Item | None, items: tuple[Item, ...], markup: str, base: str) -> Markup:
    """The script element with a page's data; empty where the markup has none.

    Args:
        item: the product whose page this is; None on a listing.
        items: of the listing, or the related ones of a product's page.
        markup: `next`, `nuxt` or `state`.
        base: the shop's address without a slash at its end.
    """
    if markup == "next":
        return _element('id="__NEXT_DATA__" type="application/json"', to_json(_next(item, items, base)))
    if markup == "nuxt":
        payload = to_json(flatten(_nuxt(item, items)))
        return _element('type="application/json" id="__NUXT_DATA__" data-ssr="true"', payload)
    if markup == "state":
        return _element("", f"window.__INITIAL_STATE__={to_json(_state(item, items))};")
    return Markup()


def to_json(value: object) -> str:
    """JSON that cannot end the script element around it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def flatten(value: object) -> list[Any]:
    """Nuxt 3's payload form (devalue): a list of values in which containers name their members by index."""
    values: list[Any] = []
    places: dict[tuple[type, object], int] = {}

    def place(value: object) -> int:
        if isinstance(value, dict | list):
            index = len(values)
            values.append(None)
            values[index] = members(value)
            return index
        key = (type(value), value)  # 1, 1.0 and True are equal, and not the same
        if key not in places:
            places[key] = len(values)
            values.append(value)
        return places[key]

    def members(value: Any) -> object:
        if isinstance(value, dict):
            return {name: place(member) for name, member in cast("JSON", value).items()}
        return [place(member) for member in value]

    place(value)
    return values


def _element(attributes: str, text: str) -> Markup:
    opening = f"<script {attributes}>" if attributes else "<script>"
    return Markup(f"{opening}{text}</script>")  # noqa: S704 - to_json leaves no "<" in the text


def _next(item: Item | None, items: tuple[Item, ...], base: str) -> JSON:
    props: JSON = {"products" if item is None else "related": [_next_card(other, base) for other in items]}
    if item is not None:
        props["product"] = _next_product(item, base)
    page = "/outdoor/[[...page]]" if item is None else "/outdoor/[slug]"
    query = {} if item is None else {"slug": item.slug}
    return {
        "props": {"pageProps": props, "__N_SSP": True},
        "page": page,
        "query": query,
        "buildId": "tt-2026-03",
        "isFallback": False,
        "gssp": True,
    }


def _next_card(item: Item, base: str) -> JSON:
    return _stated(
        {
            "title": item.name,
            "url": f"{base}{item.path}",
            "price": _next_money(item.price, item.currency),
            "compareAtPrice": _next_money(item.list_price, item.currency),
        }
    )


def _next_product(item: Item, base: str) -> JSON:
    return _stated(
        {
            **_next_card(item, base),
            "id": f"gid://tern/{item.slug}",
            "handle": item.slug,
            "sku": item.sku,
            "gtin": item.gtin,
            "brand": {"name": item.brand} if item.brand else None,
            "description": item.text,
            "stockStatus": _upper(item.stock),
            "category": list(item.category),
            "rating": {"average": item.rating, "count": item.ratings} if item.rating is not None else None,
            "images": [{"url": f"{base}{item.image}", "altText": item.name}],
            "variants": [_next_variant(variant, item.currency) for variant in item.variants] or None,
        }
    )


def _next_variant(variant: Variant, currency: str) -> JSON:
    return _stated(
        {
            "title": variant.name,
            "sku": variant.sku,
            "price": _next_money(variant.price, currency),
            "compareAtPrice": _next_money(variant.list_price, currency),
            "stockStatus": _upper(variant.stock),
        }
    )


def _next_money(amount: object, currency: str) -> JSON | None:
    return None if amount is None else {"amount": str(amount), "currencyCode": currency}


def _nuxt(item: Item | None, items: tuple[Item, ...]) -> JSON:
    cards = [_nuxt_product(other, card=True) for other in items]
    data: JSON = {"pens": cards} if item is None else {f"pen-{item.slug}": _nuxt_product(item), "related": cards}
    return {"data": data, "state": {"$slocale": "en"}, "once": [], "serverRendered": True}


def _nuxt_product(item: Item, *, card: bool = False) -> JSON:
    product: JSON = {
        "name": item.name,
        "path": item.path,
        "price": None if item.price is None else float(item.price),
        "oldPrice": None if item.list_price is None else float(item.list_price),
        "currency": None if item.price is None else item.currency,
    }
    if not card:
        product |= {
            "sku": item.sku,
            "ean": item.gtin,
            "brand": item.brand,
            "description": item.text,
            "availability": item.stock,
            "categories": list(item.category),
            "ratingValue": item.rating,
            "reviewCount": item.ratings,
            "image": item.image,
            "variants": [
                {"name": v.name, "sku": v.sku, "price": float(v.price), "availability": v.stock} for v in item.variants
            ]
            or None,
        }
    return _stated(product)


def _state(item: Item | None, items: tuple[Item, ...]) -> JSON:
    cards = [_state_product(other, card=True) for other in items]
    goods: JSON = {"list": cards} if item is None else {"detail": _state_product(item), "recommend": cards}
    return {"goods": goods, "user": {"login": False}, "cart": {"count": 0}}


def _state_product(item: Item, *, card: bool = False) -> JSON:
    product: JSON = {
        "title": item.name,
        "url": item.path,
        "price": None if item.price is None else str(item.price),
        "marketPrice": None if item.list_price is None else str(item.list_price),
        "currency": None if item.price is None else item.currency,
    }
    if not card:
        product |= {
            "skuCode": item.sku,
            "barcode": item.gtin,
            "brandName": item.brand,
            "detail": item.text,
            "stock": _pieces(item.stock),
            "presale": item.stock == "preorder",
            "categoryPath": list(item.category),
            "score": item.rating,
            "commentCount": item.ratings,
            "picUrl": item.image,
            "specs": [
                {"specName": v.name, "skuCode": v.sku, "price": str(v.price), "stock": _pieces(v.stock)}
                for v in item.variants
            ]
            or None,
        }
    return _stated(product)


def _pieces(stock: Stock) -> int:
    return _PIECES if stock == "in_stock" else 0


def _upper(stock: Stock) -> str | None:
    return None if stock == "unknown" else stock.upper()


def _stated(value: JSON) -> JSON:
    return {key: member for key, member in value.items() if member is not None}
