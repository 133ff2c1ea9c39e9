"""The definitions of magicai/shops/analysis.py in the plainest words, without any SQL."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from magicai.shops.analysis import PriceStats
from magicai.shops.product import Availability, Product, Seen
from magicai.values.money import shown, to_minor


def stats(products: Sequence[Product]) -> tuple[PriceStats, ...]:
    """A group's numbers by currency, what has none last."""
    seen = [product for product in products if product.seen is Seen.SEEN]
    stated = sorted({product.currency for product in seen if product.currency})

    def currency_of(product: Product) -> str | None:
        if product.currency is None and product.price is None and len(stated) == 1:
            return stated[0]
        return product.currency

    found = [_stats([p for p in seen if currency_of(p) == currency], currency) for currency in (*stated, None)]
    return tuple(own for own in found if own.count)


def _stats(products: Sequence[Product], currency: str | None) -> PriceStats:
    code = currency or ""
    prices = sorted(to_minor(product.price, code) for product in products if product.price is not None)
    cuts = sorted(
        1 - Fraction(product.price) / Fraction(product.list_price)
        for product in products
        if product.price is not None and product.list_price is not None and product.list_price > product.price
    )

    def quantile(share: Fraction) -> Decimal | None:
        if not prices:
            return None
        place = share * (len(prices) - 1)
        low = int(place)
        high = min(low + 1, len(prices) - 1)
        return shown(prices[low] + (place - low) * (prices[high] - prices[low]), code)

    return PriceStats(
        currency=currency,
        count=len(products),
        priced=len(prices),
        total=shown(sum(prices), code) if prices else None,
        average=shown(Fraction(sum(prices), len(prices)), code) if prices else None,
        median=quantile(Fraction(1, 2)),
        low=shown(prices[0], code) if prices else None,
        high=shown(prices[-1], code) if prices else None,
        q1=quantile(Fraction(1, 4)),
        q3=quantile(Fraction(3, 4)),
        discounted=len(cuts),
        median_discount=float((cuts[(len(cuts) - 1) // 2] + cuts[len(cuts) // 2]) / 2) if cuts else None,
        in_stock=sum(product.availability is Availability.IN_STOCK for product in products),
        known_stock=sum(product.availability is not Availability.UNKNOWN for product in products),
    )
