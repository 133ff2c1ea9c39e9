"""What two hundred texts are written from: products of two shops, and posts, press notes and Chinese products."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from magicai.content.brief import Brief, brief_of
from magicai.content.content_types import built_in
from magicai.content.template import Language

_TOWNS = ("Leeds", "Utrecht", "Galway", "Dresden", "Tampa", "Boise")
_PEOPLE = ("Elena Marsh", "Tobias Krane", "Priya Nair", "Samuel Ortiz", "Hanna Vogel", "Yusuf Demir")
_FIRMS = ("Northpeak", "Velora", "Ostberg", "Tidewell", "Marrowstone", "Quillon")
_THINGS = ("teapot", "desk lamp", "rain jacket", "pour-over set", "wool blanket", "garden bench")
_ZH_BRANDS = ("山野集", "云岭", "青禾", "木石", "海棠里")
_ZH_THINGS = ("保温壶", "亚麻围裙", "台灯", "羊毛毯", "收纳盒")
_SHARES = (("mixed", 0.4), ("books", 0.2), ("zh", 0.2), ("social", 0.1), ("press", 0.1))


def briefs(data: Path, seed: int, number: int) -> Iterator[Brief]:
    """`number` of them, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - texts, not secrets
    mixed = json.loads((data / "shops" / "mixed-194.json").read_text(encoding="utf-8"))
    books = json.loads((data / "shops" / "books-1000.json").read_text(encoding="utf-8"))["products"]
    for kind, share in _SHARES:
        for _ in range(round(number * share)):
            match kind:
                case "mixed":
                    yield _brief("product-description", "en", _mixed(chance.choice(mixed)))
                case "books":
                    yield _brief("product-description", "en", _book(chance.choice(books)))
                case "zh":
                    yield _brief("product-description", "zh", _chinese(chance))
                case "social":
                    yield _brief("social-post", "en", _post(chance))
                case _:
                    yield _brief("press-note", "en", _press(chance))


def _brief(name: str, language: Language, variables: dict[str, Any]) -> Brief:
    return brief_of(built_in()[name, language], {key: value for key, value in variables.items() if value})


def _mixed(product: dict[str, Any]) -> dict[str, Any]:
    size, given = product["dimensions"], product["warrantyInformation"]
    return {
        "name": product["title"],
        "brand": product.get("brand"),
        "category": product["category"],
        "price": f"{product['price']} USD",
        "dimensions": f"{size['width']} x {size['height']} x {size['depth']} cm",
        "weight": f"{product['weight']} kg",
        "warranty": "" if given == "No warranty" else given.lower().removesuffix(" warranty"),
        "features": [product["shippingInformation"], product["returnPolicy"]],
    }


def _book(book: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": book["name"].split(" (")[0],
        "price": book["price"],
        "features": [f"{book['rating']} stars", f"UPC {book['properties']['UPC']}"],
    }


def _chinese(chance: random.Random) -> dict[str, Any]:
    return {
        "name": chance.choice(_ZH_THINGS),
        "brand": chance.choice(_ZH_BRANDS),
        "price": f"{chance.randint(19, 399)} 元",
        "material": chance.choice(("316 不锈钢", "水洗亚麻", "羊毛", "榉木")),
        "weight": f"{chance.randint(10, 90) * 10} 克",
        "colors": chance.sample(["墨绿", "米白", "浅灰", "藏青"], 2),
        "warranty": f"{chance.randint(1, 5)} 年",
    }


def _post(chance: random.Random) -> dict[str, Any]:
    return {
        "platform": chance.choice(("mastodon", "facebook", "linkedin")),
        "subject": f"New {chance.choice(_THINGS)} by {chance.choice(_FIRMS)}",
        "price": f"{chance.randint(9, 190)} EUR",
        "date": f"{chance.randint(1, 28)} {chance.choice(('March', 'May', 'June', 'October'))} 2027",
        "place": chance.choice(_TOWNS),
        "offer": f"{chance.choice((10, 15, 20))}% off for subscribers",
    }


def _press(chance: random.Random) -> dict[str, Any]:
    firm, town, thing = chance.choice(_FIRMS), chance.choice(_TOWNS), chance.choice(_THINGS)
    return {
        "headline": f"{firm} opens a shop in {town}",
        "company": firm,
        "place": town,
        "date": f"{chance.randint(1, 28)} September 2027",
        "news": f"{firm} opens its shop in {town} with {chance.randint(40, 900)} products.",
        "facts": [f"{chance.randint(3, 40)} people work there", f"The first product was a {thing}"],
        "quote": "We make things that last.",
        "quoted": chance.choice(_PEOPLE),
    }
