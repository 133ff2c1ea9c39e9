"""Merging with few observations in memory finds what merging with all of them does."""

import random
import tracemalloc
from collections.abc import AsyncIterator, Iterable
from decimal import Decimal

from magicai.shops.extraction import settle_signs
from magicai.shops.merged import AT_ONCE, Merged
from magicai.shops.merging import merge
from magicai.shops.product import Observation, Product, Source

SHOP = "shop.example"


def any_observations(seed: int) -> list[Observation]:
    """Of few products, so that most share some key with others."""
    dice = random.Random(seed)
    return [
        Observation(
            url=dice.choice(["", *(f"https://{SHOP}/{name}" for name in "abcd")]),
            name=dice.choice(["Tea", "Tea, red", "Pot", "Arden Pot"]),
            source=dice.choice(list(Source)),
            page_url=f"https://{SHOP}/{dice.choice('abl')}",
            digest=str(place),
            own_page=dice.random() < 0.3,
            price=dice.choice([None, Decimal(5), Decimal("6.5")]),
            currency=dice.choice([None, None, "USD"]),
            sign=dice.choice(["", "$"]),
            list_price=dice.choice([None, Decimal("6.5"), Decimal(8)]),
            sku=dice.choice([None, "s1", "S1", "s2"]),
            gtin=dice.choice([None, None, "4006381333931", "12345670"]),
            brand=dice.choice([None, "Arden", "Brook"]),
        )
        for place in range(dice.randrange(1, 25))
    ]


async def one_by_one(observations: Iterable[Observation]) -> AsyncIterator[Observation]:
    for observation in observations:
        yield observation


async def merged(observations: Iterable[Observation]) -> list[Product]:
    with Merged(SHOP) as merging:
        await merging.gather(one_by_one(observations))
        products = [product for part in merging.parts() for product in part]
        assert len(merging) == len(products)
    return products


async def test_products_are_the_same_whether_all_observations_are_held_or_few() -> None:
    for seed in range(200):
        found = await merged(any_observations(seed))
        held = any_observations(seed)
        settle_signs(held)
        assert found == merge(held, SHOP), seed


async def test_what_is_stated_does_not_stay_in_memory() -> None:
    number, size = 1000, 5000
    stated = (
        Observation(f"https://{SHOP}/{place}", f"Product {place}", Source.JSON_LD, description=f"{place:0{size}}")
        for place in range(number)
    )
    with Merged(SHOP) as merging:
        tracemalloc.start()
        try:
            await merging.gather(one_by_one(stated))
            described = 0
            for part in merging.parts():
                assert len(part) <= AT_ONCE
                described += sum(len(product.description or "") for product in part)
                part.clear()
            assert described == number * size
            assert tracemalloc.get_traced_memory()[1] < 1.6 * AT_ONCE * size
        finally:
            tracemalloc.stop()
