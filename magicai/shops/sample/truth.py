"""What a perfect crawl of the shop finds, in the names of published products.

Identity of a product is its gtin, else its sku, else its canonical address, else its normalised name. A product with
variants costs what the cheapest of those in stock does, else the cheapest. What no page states is None; a stock that
no page states is `unknown`.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from magicai.shops.sample.catalogue import Item, Variant, items, shop


@dataclass(frozen=True, slots=True)
class TruthVariant:
    """One of a product's kinds. Prices are decimal strings."""

    name: str
    sku: str | None
    gtin: str | None
    price: str | None
    currency: str | None
    list_price: str | None
    availability: str


@dataclass(frozen=True, slots=True)
class TruthRating:
    """A mean rating out of five, and how many gave one."""

    value: float
    count: int


@dataclass(frozen=True, slots=True)
class TruthProduct:
    """A product. Prices are decimal strings, addresses are paths.

    Attributes:
        url: its canonical page; where it has none of its own, the listing that states it.
        other_urls: more pages of the same product.
        own_page: False for a row of a price list that leads nowhere.
        rendered: whether only a browser finds it.
    """

    url: str
    other_urls: tuple[str, ...]
    own_page: bool
    rendered: bool
    name: str
    price: str | None
    currency: str | None
    list_price: str | None
    availability: str
    sku: str | None
    gtin: str | None
    brand: str | None
    category: tuple[str, ...]
    rating: TruthRating | None
    images: tuple[str, ...]
    description: str | None
    variants: tuple[TruthVariant, ...]

    @property
    def identity(self) -> str:
        """What tells it from every other product of the shop, on all days."""
        if self.gtin:
            return f"gtin:{self.gtin}"
        if self.sku:
            return f"sku:{self.sku}"
        return f"url:{self.url}" if self.own_page else f"name:{' '.join(self.name.casefold().split())}"


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is different from the day before.

    Attributes:
        old, new: prices as decimal strings; of `sold_out` and `back`, availabilities. None where there is no such day.
        currency: of prices, None elsewhere.
    """

    identity: str
    name: str
    url: str
    old: str | None
    new: str | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What a day changed; `compared` counts the products that both days have."""

    new: tuple[Change, ...]
    gone: tuple[Change, ...]
    dearer: tuple[Change, ...]
    cheaper: tuple[Change, ...]
    sold_out: tuple[Change, ...]
    back: tuple[Change, ...]
    compared: int


@dataclass(frozen=True, slots=True)
class Truth:
    """What a perfect crawl finds on a day.

    Attributes:
        products: by address.
        changes: against the day before; None on the first.
        forbidden: names and addresses of products that robots.txt keeps out, and that no crawl may find.
    """

    day: int
    rendered: bool
    shop: str
    products: tuple[TruthProduct, ...]
    changes: Changes | None
    forbidden: tuple[tuple[str, str], ...]

    def shared_brands(self) -> dict[str, tuple[str, ...]]:
        """Brands that more than one outermost category has, with those categories, both sorted."""
        categories: defaultdict[str, set[str]] = defaultdict(set)
        for product in self.products:
            if product.brand:
                categories[product.brand].add(product.category[0])
        return {brand: tuple(sorted(found)) for brand, found in sorted(categories.items()) if len(found) > 1}


def truth(day: int, *, rendered: bool = False) -> Truth:
    """What a perfect crawl finds on a day: from the HTML alone, or with a browser (`rendered`) too.

    Raises:
        ValueError: the day is before the first.
    """
    products = _products(day, rendered=rendered)
    return Truth(
        day=day,
        rendered=rendered,
        shop=shop()["name"],
        products=products,
        changes=_changes(_products(day - 1, rendered=rendered), products) if day != 1 else None,
        forbidden=tuple((item.name, item.path) for item in items(day, "forbidden")),
    )


def as_json() -> dict[str, Any]:
    """The first two days, with and without a browser, as truth.json keeps them."""
    static, rendered = truth(2), truth(2, rendered=True)
    assert static.changes
    assert rendered.changes
    return {
        "shop": static.shop,
        "products": {str(day): [asdict(product) for product in truth(day, rendered=True).products] for day in (1, 2)},
        "changes": {"static": asdict(static.changes), "rendered": asdict(rendered.changes)},
        "shared_brands": static.shared_brands(),
        "forbidden": static.forbidden,
    }


def _products(day: int, *, rendered: bool) -> tuple[TruthProduct, ...]:
    found = [_product(item, rendered=False) for item in items(day)]
    if rendered:
        found += [_product(item, rendered=True) for item in items(day, "rendered")]
    return tuple(sorted(found, key=lambda product: (product.url, product.name)))


def _product(item: Item, *, rendered: bool) -> TruthProduct:
    return TruthProduct(
        url=item.path,
        other_urls=tuple(copy.path for copy in item.copies),
        own_page=item.own_page,
        rendered=rendered,
        name=item.name,
        price=_amount(item.price),
        currency=None if item.price is None else item.currency,
        list_price=_amount(item.list_price),
        availability=item.stock,
        sku=item.sku,
        gtin=item.gtin,
        brand=item.brand,
        category=item.category,
        rating=TruthRating(item.rating, item.ratings) if item.rating is not None and item.ratings else None,
        images=(item.image,) if item.own_page else (),
        description=item.text,
        variants=tuple(_variant(variant, item.currency) for variant in item.variants),
    )


def _variant(variant: Variant, currency: str) -> TruthVariant:
    return TruthVariant(
        name=variant.name,
        sku=variant.sku,
        gtin=variant.gtin,
        price=_amount(variant.price),
        currency=currency,
        list_price=_amount(variant.list_price),
        availability=variant.stock,
    )


def _amount(amount: Decimal | None) -> str | None:
    return None if amount is None else format(amount, "f")


def _changes(before: Iterable[TruthProduct], after: Iterable[TruthProduct]) -> Changes:
    old = {product.identity: product for product in before}
    new = {product.identity: product for product in after}
    both = [(old[identity], product) for identity, product in new.items() if identity in old]
    priced = [(a, b, Decimal(a.price), Decimal(b.price)) for a, b in both if a.price and b.price]
    return Changes(
        new=tuple(_price_change(None, product) for identity, product in new.items() if identity not in old),
        gone=tuple(_price_change(product, None) for identity, product in old.items() if identity not in new),
        dearer=tuple(_price_change(a, b) for a, b, was, now in priced if now > was),
        cheaper=tuple(_price_change(a, b) for a, b, was, now in priced if now < was),
        sold_out=tuple(_stock_change(a, b) for a, b in both if _went(a, b, "in_stock", "out_of_stock")),
        back=tuple(_stock_change(a, b) for a, b in both if _went(a, b, "out_of_stock", "in_stock")),
        compared=len(both),
    )


def _went(before: TruthProduct, after: TruthProduct, old: str, new: str) -> bool:
    return (before.availability, after.availability) == (old, new)


def _price_change(before: TruthProduct | None, after: TruthProduct | None) -> Change:
    product = after or before
    assert product
    return Change(
        identity=product.identity,
        name=product.name,
        url=product.url,
        old=before.price if before else None,
        new=after.price if after else None,
        currency=product.currency,
    )


def _stock_change(before: TruthProduct, after: TruthProduct) -> Change:
    return Change(after.identity, after.name, after.url, before.availability, after.availability, None)
