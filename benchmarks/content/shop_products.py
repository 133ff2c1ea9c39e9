"""Texts on real products, from the folder of shops that the benchmarks are given."""

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.content.cases import Case
from benchmarks.content.slots import Made, Piece, Slot, both

_LONGEST = 400  # characters of a description's first sentence


def cases(data: Path, seed: int, number: int) -> Iterator[Case]:
    """`number` products as a right text and one with wrong values each, half of them books."""
    chance = random.Random(seed)  # noqa: S311 - texts, not secrets
    mixed: list[dict[str, Any]] = json.loads((data / "shops" / "mixed-194.json").read_text(encoding="utf-8"))
    books: dict[str, Any] = json.loads((data / "shops" / "books-1000.json").read_text(encoding="utf-8"))
    names = {category["id"]: category["name"] for category in books["categories"]}
    for product in chance.sample(mixed, min(number // 2, len(mixed))):
        yield from both(_mixed(product, chance), chance, "mixed")
    whole = [book for book in books["products"] if "Availability" in book["properties"] and book["description"]]
    for book in chance.sample(whole, number - number // 2):
        yield from both(_book(book | {"category": names.get(book["category_id"], "")}, chance), chance, "books")


def _mixed(product: dict[str, Any], chance: random.Random) -> Made:
    facts = {key: value for key, value in product.items() if key not in ("images", "thumbnail", "meta", "id")}
    price, stock, rating = product["price"], product["stock"], product["rating"]
    title, reviews = product["title"], product["reviews"]
    brand = product.get("brand")
    others = tuple(f"{rating + step:.2f}" for step in (0.7, -0.9))
    first: list[Sequence[Piece]] = [[product["description"]]]
    if brand:
        first.append(
            [
                f"{title} by ",
                Slot("name", brand, ("Halvorsen", "Bright & Blume")),
                " costs ",
                Slot("price", f"${price}", (f"${price + 4:.2f}", f"${stock}.49")),
                ".",
            ]
        )
    else:
        first.append(
            [f"{title} is available for ", Slot("price", f"${price}", (f"${price + 3:.2f}", f"${price * 2:.2f}")), "."]
        )
    size = product["dimensions"]
    reviewer = reviews[0]
    said: list[Sequence[Piece]] = chance.choice((
        [["There are ", Slot("number", str(stock), (str(stock + 17), str(product["minimumOrderQuantity"] + 201))), " in stock, and the average rating is ", Slot("number", str(rating), others), "."], [Slot("legal", product["warrantyInformation"], ("15 year warranty",)), "; ", Slot("quantity", product["shippingInformation"].lower(), ("ships in 9 days",)), "."]],
        [["It is ", Slot("number", str(size["width"]), (f"{size['width'] + 6:.2f}", f"{size['height'] + 40:.2f}")), " wide and ", Slot("number", str(size["height"]), (f"{size['height'] + 8:.2f}",)), " high."], ["Right now it is ", Slot("quantity", f"{product['discountPercentage']}% off", (f"{product['discountPercentage'] + 12:.2f}% off",)), "."]],
        [[Slot("name", reviewer["reviewerName"], ("Fiona Abernathy", "Marcus Thistle")), " gave it ", Slot("number", f"{reviewer['rating']} stars", tuple(f"{other} stars" for other in range(1, 6) if other not in {review["rating"] for review in reviews})), " on ", Slot("date", "30 April 2025", ("30 August 2025", "3 April 2023")), "."], ["The smallest order is ", Slot("number", f"{product['minimumOrderQuantity']} pieces", (f"{product['minimumOrderQuantity'] + 55} pieces",)), "."]],
    ))  # fmt: skip
    return facts, [*first, *said], "en"


def _book(book: dict[str, Any], chance: random.Random) -> Made:
    facts = {key: value for key, value in book.items() if key not in ("id", "category_id")}
    price, count = book["price"], int("".join(filter(str.isdigit, book["properties"]["Availability"])) or 0)
    more = f"£{float(price[1:]) + 7:.2f}"
    stars = book["rating"]
    opening = book["description"].split(". ")[0]
    name = book["name"].split(" (")[0]
    said: list[Sequence[Piece]] = chance.choice((
        [[f"“{name}” is ", Slot("price", price, (more,)), " and has ", Slot("number", f"{stars} stars", tuple(f"{other} stars" for other in range(1, 6) if other != stars)), "; ", Slot("number", f"{count} copies", (f"{count + 23} copies",)), " are available."]],
        [[f"For {book['category']} readers: “{name}”, UPC ", Slot("name", book["properties"]["UPC"], ("9f" + book["properties"]["UPC"][:-4] + "a1",)), ", at ", Slot("price", price, (more,)), ", tax ", "£0.00 included."]],
    ))  # fmt: skip
    return facts, [*([[opening + "."]] if len(opening) < _LONGEST else []), *said], "en"
