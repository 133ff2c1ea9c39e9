"""Products to fill a shop with, read from any of three shapes of JSON."""

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any, Literal, cast

Availability = Literal["in_stock", "out_of_stock", "preorder", "backorder"]

CENT = Decimal("0.01")
# Shops advertise a discount when it is worth a badge.
ADVERTISED_DISCOUNT = Decimal(10)


@dataclass(frozen=True, slots=True)
class Review:
    """What one customer wrote; stars from 1 to 5."""

    author: str
    stars: int
    text: str


@dataclass(frozen=True, slots=True)
class Variant:
    """One size of a product, with its own price and stock."""

    name: str
    price: Decimal
    available: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One product of a catalogue; amounts are in whatever currency the shop sells in."""

    number: int
    name: str
    slug: str
    description: str
    category: tuple[str, ...]
    price: Decimal | None
    list_price: Decimal | None
    availability: Availability
    quantity: int | None = None
    brand: str | None = None
    sku: str | None = None
    gtin: str | None = None
    rating: Decimal | None = None
    reviews: tuple[Review, ...] = ()
    variants: tuple[Variant, ...] = ()

    @property
    def available(self) -> bool:
        """Whether it can be bought now, later deliveries included."""
        return self.availability != "out_of_stock"

    @property
    def on_sale(self) -> bool:
        """Whether a higher price is shown struck through beside the price."""
        return self.list_price is not None


def load(path: Path, limit: int | None = None) -> list[Item]:
    """Read a catalogue: `{"categories", "products"}`, a list with `title`, or `{"catalogue"}` of this project's tests.

    Raises:
        ValueError: the file is JSON of another shape.
    """
    data: Any = json.loads(path.read_text(encoding="utf-8"))
    if isinstance(data, list):
        items = _mixed(cast("list[dict[str, Any]]", data))
    elif "catalogue" in data:
        items = _own(data)
    elif "categories" in data:
        items = _books(data)
    else:
        raise ValueError(f"{path} is no catalogue: expected a list, or an object with `categories` or `catalogue`")
    return list(items)[:limit]


def slug(text: str) -> str:
    """A name as the last part of a URL: lower case, letters of any script, hyphens between words."""
    return re.sub(r"[\W_]+", "-", unicodedata.normalize("NFKC", text).lower()).strip("-")


class _Slugs:
    """Hands out each slug once, as shops do: the second one of a name ends in -2."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def take(self, name: str) -> str:
        base = slug(name)
        count = self._given[base] = self._given.get(base, 0) + 1
        return base if count == 1 else f"{base}-{count}"


def _own(data: dict[str, Any]) -> Iterable[Item]:
    slugs = _Slugs()
    for number, row in enumerate(data["products"], start=1):
        yield Item(
            number=number,
            name=row["name"],
            slug=slugs.take(row["name"]),
            description=row["description"],
            category=tuple(row["category"]),
            price=_amount(row["price"]),
            list_price=_amount(row.get("list_price")),
            availability=row.get("availability", "in_stock"),
            quantity=row.get("quantity"),
            brand=row.get("brand"),
            sku=row.get("sku"),
            gtin=row.get("gtin"),
            rating=_amount(row.get("rating")),
            reviews=tuple(Review(r["author"], r["stars"], r["text"]) for r in row.get("reviews", ())),
        )


def _books(data: dict[str, Any]) -> Iterable[Item]:
    slugs = _Slugs()
    categories = {row["id"]: row for row in data["categories"]}
    for row in data["products"]:
        category = categories[row["category_id"]]
        parent = categories.get(category["parent"])
        yield Item(
            number=row["id"],
            name=row["name"],
            slug=slugs.take(row["name"]),
            description=row["description"],
            category=(parent["name"], category["name"]) if parent else (category["name"],),
            price=_amount(re.sub(r"[^\d.]", "", row["price"])),
            list_price=None,
            availability="in_stock" if row["instock"] else "out_of_stock",
            sku=row["properties"]["UPC"],
            rating=Decimal(row["rating"]),
        )


def _mixed(data: list[dict[str, Any]]) -> Iterable[Item]:
    slugs = _Slugs()
    for row in data:
        price = Decimal(str(row["price"]))
        discount = Decimal(str(row["discountPercentage"]))
        before = (price / (1 - discount / 100)).quantize(CENT, ROUND_HALF_EVEN)
        yield Item(
            number=row["id"],
            name=row["title"],
            slug=slugs.take(row["title"]),
            description=row["description"],
            category=(row["category"].replace("-", " ").title(),),
            price=price,
            list_price=before if discount >= ADVERTISED_DISCOUNT else None,
            availability="in_stock" if row["stock"] else "out_of_stock",
            quantity=row["stock"],
            brand=row.get("brand"),
            sku=row["sku"],
            gtin=row["meta"]["barcode"],
            rating=Decimal(str(row["rating"])),
            reviews=tuple(Review(r["reviewerName"], r["rating"], r["comment"]) for r in row["reviews"]),
        )


def _amount(value: str | float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
