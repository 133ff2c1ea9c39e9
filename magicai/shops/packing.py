"""What is stated, as values that marshal writes: a third of the time that a pickle takes, and half of its bytes."""

from decimal import Decimal
from typing import Any

from magicai.shops.product import Availability, Observation, Rating, Source, Variant

_SOURCES = {source.value: source for source in Source}
_AVAILABILITY = {availability.value: availability for availability in Availability}

Packed = tuple[Any, ...]


def packed(stated: Observation) -> Packed:
    """An observation as a tuple of plain values."""
    return (
        stated.url,
        stated.name,
        str(stated.source),
        stated.page_url,
        stated.digest,
        stated.at_us,
        stated.own_page,
        _text(stated.price),
        stated.currency,
        stated.sign,
        _text(stated.list_price),
        _text(stated.availability),
        stated.sku,
        stated.gtin,
        stated.brand,
        stated.category,
        None if stated.rating is None else (stated.rating.value, stated.rating.count),
        stated.images,
        stated.description,
        [_packed_variant(variant) for variant in stated.variants],
    )


def unpacked(values: Packed) -> Observation:
    """The observation that was packed."""
    url, name, source, page_url, digest, at_us, own, price, currency, sign, before, stock, *others = values
    sku, gtin, brand, category, rating, images, description, variants = others
    return Observation(
        url=url,
        name=name,
        source=_SOURCES[source],
        page_url=page_url,
        digest=digest,
        at_us=at_us,
        own_page=own,
        price=_number(price),
        currency=currency,
        sign=sign,
        list_price=_number(before),
        availability=None if stock is None else _AVAILABILITY[stock],
        sku=sku,
        gtin=gtin,
        brand=brand,
        category=category,
        rating=None if rating is None else Rating(value=rating[0], count=rating[1]),
        images=images,
        description=description,
        variants=[_variant(variant) for variant in variants],
    )


def _packed_variant(variant: Variant) -> Packed:
    price, before = _text(variant.price), _text(variant.list_price)
    return variant.name, variant.sku, variant.gtin, price, variant.currency, before, str(variant.availability)


def _variant(values: Packed) -> Variant:
    name, sku, gtin, price, currency, before, stock = values
    return Variant(
        name=name,
        sku=sku,
        gtin=gtin,
        price=_number(price),
        currency=currency,
        list_price=_number(before),
        availability=_AVAILABILITY[stock],
    )


def _text(value: Decimal | Availability | None) -> str | None:
    return None if value is None else str(value)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
