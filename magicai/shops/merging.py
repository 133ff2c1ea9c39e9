"""One product out of all that a shop's pages state of it.

Identity: GTIN, else SKU, else canonical address, else name. Observations that share a key are
one product, transitively: a card that knows an address only joins the page at that address. Different addresses never
join, whatever number they share, unless a page states the other's as its canonical one, or name and price are equal,
too: a shop that lists one product in two categories states it twice. A weaker key never joins what a
stronger one tells apart, and a name joins only what has no address at all.

Trust, field by field: the shop's own API and feed, then the product's own page, then pages that list it; within each in
the order of `Source`; then what came first. So JSON-LD beats the visible price of the same page where they differ: it
is what the shop tells search engines, and guessing which of the two is stale is guessing. One thing is no guess: where
the page shows just that amount struck out beside a lower one, it is the price before. Price and currency are taken
from one place, and a list price only with the price that it stands beside. Where two places give one amount in two
currencies, the currency is open, and None.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from magicai.shops.gathering import Gathering
from magicai.shops.product import Availability, Observation, Product, Provenance, Source, Variant
from magicai.shops.product_keys import url_key
from magicai.values.times import to_iso

_SOURCES = {source: place for place, source in enumerate(Source)}
_BY_THE_SHOP = frozenset((Source.SHOP_API, Source.FEED))
# Everything but price and stock, which are settled together.
_FIELDS = ("name", "sku", "listing_id", "gtin", "brand", "category", "rating", "images", "description", "variants")


def merge(observations: Iterable[Observation], shop: str) -> list[Product]:
    """Products out of observations, in the order in which they were first seen; their `id` is "".

    Where they are too many to be held at once, do the same by Gathering and `join` (magicai/shops/merged.py).

    Args:
        observations: of one crawl, in any order.
        shop: as in `Crawl`; an address below it is preferred where a product has several.
    """
    with Gathering() as gathering:
        for observation in observations:
            gathering.add(observation)
        return [join(stated, shop) for stated in gathering.products()]


_Rank = tuple[int, int]
_Seal = tuple[str, Source, str, int]


class _RankedValue(NamedTuple):
    """A value, how little it is trusted, and where it stands."""

    value: Any
    rank: _Rank
    seal: _Seal


class _Price(NamedTuple):
    # Tuples, for they are made by the dozen for each product.
    amount: Decimal
    currency: str | None
    list_price: Decimal | None


def join(observations: Iterable[Observation], shop: str) -> Product:
    """One product out of all that is stated of it, in the order of Gathering; its `id` is ""."""
    known = _MergedProduct()
    for observation in observations:
        known.add(observation)
    return _product(known, shop)


class _MergedProduct:
    """What is known of one product so far: of each field the most trusted value, of addresses and prices all."""

    def __init__(self) -> None:
        self.best: dict[str, _RankedValue] = {}
        self.addresses: dict[str, _RankedValue] = {}
        self.prices: dict[_Price, _RankedValue] = {}

    def add(self, observation: Observation) -> None:
        rank = _rank(observation)
        seal = (observation.page_url, observation.source, observation.digest, observation.at_us)

        def keep(known: dict[Any, _RankedValue], key: object, value: object) -> None:
            present = known.get(key)
            if present is None or rank < present.rank:
                known[key] = _RankedValue(value, rank, seal)

        for field in _FIELDS:
            value = getattr(observation, field)
            if value:
                keep(self.best, field, value)
        if observation.availability not in (None, Availability.UNKNOWN):
            keep(self.best, "availability", observation.availability)
        if observation.url:
            keep(self.addresses, observation.url, observation.url)
        if observation.price is not None:
            price = _Price(observation.price, observation.currency, observation.list_price)
            keep(self.prices, price, price)


def _rank(observation: Observation) -> _Rank:
    if observation.source in _BY_THE_SHOP:
        return 0, _SOURCES[observation.source]
    return 1 if observation.own_page else 2, _SOURCES[observation.source]


def _product(known: _MergedProduct, shop: str) -> Product:
    fields = dict(known.best)
    seals: dict[_Seal, Provenance] = {}
    values = {field: stated.value for field, stated in fields.items()}
    variants: tuple[Variant, ...] = tuple(values.pop("variants", ()))
    url = _address(known, shop)
    if url is not None:
        fields["url"] = url
    price = _settled_price(known)
    if price is not None:
        settled, stated = price
        fields["price"] = stated
        settled = _priced_by_variants(settled, variants)
        values |= {"price": settled.amount, "currency": settled.currency, "list_price": settled.list_price}
        fields |= {name: stated for name in ("currency", "list_price") if values[name] is not None}
    return Product(
        id="",
        url=url.value if url is not None else "",
        variants=variants,
        provenance={name: _provenance(fields[name].seal, seals) for name in sorted(fields)},
        **values,
    )


def _address(known: _MergedProduct, shop: str) -> _RankedValue | None:
    """The address of the product: below the shop, on its own page rather than on a list, first."""
    below = url_key(f"//{shop}") if shop else ""
    return min(
        known.addresses.values(),
        key=lambda stated: (not url_key(stated.value).startswith(below), stated.rank),
        default=None,
    )


def _settled_price(known: _MergedProduct) -> tuple[_Price, _RankedValue] | None:
    """The price of the most trusted place, with what others add to the very same amount."""
    trusted = sorted(known.prices.values(), key=lambda stated: stated.rank)
    if not trusted:
        return None
    chosen = next((stated for stated in trusted if _reveals_as_before(stated, trusted[0].value)), trusted[0])
    first: _Price = chosen.value
    same = [stated for stated in trusted if stated.value.amount == first.amount]
    # Lists may be shown in a visitor's currency; places as good as the best one may not contradict it.
    peers = {stated.value.currency for stated in same if stated.rank[0] <= max(1, chosen.rank[0])} - {None}
    currencies = [stated.value.currency for stated in same if stated.value.currency]
    currency = None if len(peers) > 1 else first.currency or (currencies[0] if len(set(currencies)) == 1 else None)
    befores = (
        stated.value.list_price
        for stated in same
        if stated.value.list_price is not None and stated.value.currency in (None, currency)
    )
    before = next((before for before in befores if before > first.amount), None)
    return _Price(first.amount, currency, before), chosen


def _reveals_as_before(stated: _RankedValue, trusted: _Price) -> bool:
    """Whether the product's own page shows the trusted amount struck out beside a lower one."""
    price: _Price = stated.value
    return (
        stated.rank[0] <= 1
        and price.list_price == trusted.amount > price.amount
        and (price.currency == trusted.currency or None in (price.currency, trusted.currency))
    )


def _priced_by_variants(price: _Price, variants: tuple[Variant, ...]) -> _Price:
    """The lowest price of the variants in stock, else the lowest, where they are variants of this price at all."""
    priced = [
        variant for variant in variants if variant.price is not None and variant.currency in (None, price.currency)
    ]
    if price.amount not in {variant.price for variant in priced}:
        return price
    in_stock = [variant for variant in priced if variant.availability is Availability.IN_STOCK]
    lowest = min(in_stock or priced, key=lambda variant: variant.price or Decimal(0))
    if lowest.price is None or lowest.price == price.amount:
        return price
    before = lowest.list_price if lowest.list_price is not None and lowest.list_price > lowest.price else None
    return _Price(lowest.price, price.currency, before)


def _provenance(seal: _Seal, seals: dict[_Seal, Provenance]) -> Provenance:
    known = seals.get(seal)
    if known is None:
        page_url, source, digest, at_us = seal
        known = seals[seal] = Provenance(url=page_url, source=source, digest=digest, at=to_iso(at_us))
    return known
