"""Products that crawls of these tests have seen."""

import random
from decimal import Decimal

from magicai.shops.product import Availability, Product, Seen


def product(key: str, price: str | None = None, currency: str | None = "EUR", **more: object) -> Product:
    """One by its key, whose price may be unknown."""
    amounts = {name: Decimal(str(more.pop(name))) for name in ("list_price",) if name in more}
    return Product.model_validate(
        {
            "id": key,
            "url": f"https://shop.example/{key}",
            "name": f"Product {key}",
            "price": None if price is None else Decimal(price),
            "currency": currency,
            **amounts,
            **more,
        }
    )


def any_products(number: int, seed: int) -> list[Product]:
    """A shop with everything in it: four currencies and none, absent numbers, every stock, names of every spelling."""
    dice = random.Random(seed)
    made: list[Product] = []
    for place in range(number):
        currency = dice.choice(["EUR", "EUR", "USD", "JPY", "KWD", None])
        digits = {"JPY": 0, "KWD": 3}.get(currency or "", 2)
        price = Decimal(dice.randint(0, 90_000)).scaleb(-digits) if dice.random() < 0.85 else None
        dearer = dice.random() < 0.3
        made.append(
            product(
                f"p{place:05}",
                None if price is None else str(price),
                currency,
                **({"list_price": (price or 1) + Decimal(dice.randint(0, 500)).scaleb(-digits)} if dearer else {}),
                availability=dice.choice(list(Availability)),
                category=dice.choice([(), ("Tea",), ("Coffee", "Beans"), ("茶",)]),
                brand=dice.choice([None, "Arden", 'O\'Brien & "Sons"', "龙井"]),
                seen=dice.choices([Seen.SEEN, Seen.GONE, Seen.NOT_VISITED], (90, 5, 5))[0],
            )
        )
    return made
