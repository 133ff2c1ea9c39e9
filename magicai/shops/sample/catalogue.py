"""What the shop sells on each of its days, read from data/*.toml; after the second it goes on as later.py says."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

from magicai.shops.sample import later

DATA = Path(__file__).parent / "data"

Stock = Literal["in_stock", "out_of_stock", "preorder", "backorder", "unknown"]
Markup = Literal["json-ld", "microdata", "next", "nuxt", "state", "opengraph", "plain", "script"]
Language = Literal["en", "zh"]
Reach = Literal["open", "rendered", "forbidden"]
Table = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Variant:
    """One of an item's kinds, with a price and a stock of its own."""

    name: str
    price: Decimal
    stock: Stock
    sku: str | None = None
    gtin: str | None = None
    list_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """A second address of an item.

    Attributes:
        canonical: whether its page names the item's own address as the canonical one.
    """

    path: str
    canonical: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """Where and how a section lists its items.

    Attributes:
        path: of its first page.
        next: of a later page, with a place for its number; empty where one page holds all.
        size: items a page.
        look: `cards`, `microdata`, `table` or `script`.
        sorted: whether it links to itself in other orders.
        sessions: whether its links carry a session id.
    """

    path: str
    next: str = ""
    size: int = 100
    look: str = "cards"
    sorted: bool = False
    sessions: bool = False

    def page_path(self, number: int) -> str:
        """The address of a page, counted from 1."""
        return self.path if number == 1 else self.next.format(page=number)


@dataclass(frozen=True, slots=True)
class Item:
    """One product on one day.

    Attributes:
        path: of its own page, or of the listing that holds it where it has none (`own_page`).
        category: outermost first.
        price: None where one has to ask; of an item with variants, the lowest of those in stock, else the lowest.
        form: which of several usual shapes its structured data has.
    """

    slug: str
    name: str
    path: str
    own_page: bool
    category: tuple[str, ...]
    currency: str
    language: Language
    brand: str | None
    sku: str | None
    gtin: str | None
    price: Decimal | None
    list_price: Decimal | None
    stock: Stock
    rating: float | None
    ratings: int | None
    drawing: str
    colour: str
    text: str | None
    form: str
    variants: tuple[Variant, ...]
    copies: tuple[Copy, ...]

    @property
    def image(self) -> str:
        """The address of its picture."""
        return f"/img/{self.slug}.webp"

    @property
    def percent_off(self) -> int | None:
        """How far the price is below the list price, in whole percent."""
        if self.price is None or self.list_price is None:
            return None
        return round((1 - self.price / self.list_price) * 100)


@dataclass(frozen=True, slots=True)
class Gone:
    """A product that was here on the first day.

    Attributes:
        status: what its address is answered with, 404 or 410.
        in_sitemap: whether the sitemap still names it.
    """

    path: str
    status: int
    in_sitemap: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the shop with one kind of markup, on one day."""

    key: str
    workshop: str
    title: str
    lead: str
    markup: Markup
    language: Language
    currency: str
    encoding: str
    reach: Reach
    listing: Listing
    items: tuple[Item, ...]
    gone: tuple[Gone, ...]

    def pages(self) -> Iterator[tuple[str, int, tuple[Item, ...]]]:
        """Address, number and items of each page of its listing; at least one."""
        size = self.listing.size
        for number, start in enumerate(range(0, max(len(self.items), 1), size), 1):
            yield self.listing.page_path(number), number, self.items[start : start + size]


@cache
def shop() -> Table:
    """The shop's name, workshops, articles and faults, as data/shop.toml has them."""
    return tomllib.loads((DATA / "shop.toml").read_text("utf-8"))


@cache
def sections(day: int) -> tuple[Section, ...]:
    """Every part of the shop on a day, in the order in which it is shown.

    Raises:
        ValueError: the day is before the first.
    """
    if day < 1:
        raise ValueError(f"the sample shop has no day {day!r}, only 1 and those after it")
    return tuple(_section(key, day, place) for place, key in enumerate(shop()["sections"]))


def items(day: int, reach: Reach = "open") -> Iterator[Item]:
    """Every product of the parts with one kind of reach."""
    return (item for section in sections(day) if section.reach == reach for item in section.items)


def _section(key: str, day: int, place: int) -> Section:
    table = tomllib.loads((DATA / f"{key}.toml").read_text("utf-8"))
    raw: list[Table] = table["item"]
    if "product_path" in table:
        raw = [*raw, *later.editions(raw, day, place)]
    here = [item for item in raw if item.get("first_day", 1) <= day <= item.get("last_day", day)]
    left = [item for item in raw if item.get("last_day", day) < day and "gone_status" in item]
    return Section(
        key=key,
        workshop=table["category"][0],
        title=table["title"],
        lead=table["lead"],
        markup=table["markup"],
        language=table["language"],
        currency=table["currency"],
        encoding=table.get("encoding", "utf-8"),
        reach=table.get("reach", "open"),
        listing=Listing(**table["listing"]),
        items=tuple(_item(item, table, day) for item in here),
        gone=tuple(Gone(_path(item, table), item["gone_status"], item.get("stays_in_sitemap", False)) for item in left),
    )


def _item(raw: Table, section: Table, day: int) -> Item:
    raw = _on(raw, day)
    variants = tuple(_variant(_on(variant, day)) for variant in raw.get("variant", ()))
    price, list_price, stock = (
        _offer(variants) if variants else (_amount(raw, "price"), _amount(raw, "list_price"), None)
    )
    return Item(
        slug=raw["slug"],
        name=raw["name"],
        path=_path(raw, section),
        own_page="product_path" in section,
        category=tuple(part.format(shelf=raw["shelf"]) for part in section["category"]),
        currency=section["currency"],
        language=section["language"],
        brand=raw.get("brand"),
        sku=raw.get("sku"),
        gtin=raw.get("gtin"),
        price=price,
        list_price=list_price,
        stock=stock or raw.get("stock", "unknown"),
        rating=raw.get("rating"),
        ratings=raw.get("ratings"),
        drawing=raw["drawing"],
        colour=raw["colour"],
        text=raw.get("text"),
        form=raw.get("form", "single"),
        variants=variants,
        copies=tuple(Copy(**copy) for copy in raw.get("copies", ())),
    )


def _offer(variants: tuple[Variant, ...]) -> tuple[Decimal, Decimal | None, Stock]:
    in_stock = [variant for variant in variants if variant.stock == "in_stock"]
    cheapest = min(in_stock or variants, key=lambda variant: variant.price)
    return cheapest.price, cheapest.list_price, cheapest.stock


def _variant(raw: Table) -> Variant:
    return Variant(
        name=raw["name"],
        price=Decimal(raw["price"]),
        stock=raw["stock"],
        sku=raw.get("sku"),
        gtin=raw.get("gtin"),
        list_price=_amount(raw, "list_price"),
    )


def _on(raw: Table, day: int) -> Table:
    if day < later.SECOND_DAY:
        return raw
    second = {**raw, **raw.get("day2", {})}
    return later.moved(second, day) if day > later.SECOND_DAY else second


def _amount(raw: Table, key: str) -> Decimal | None:
    text = raw.get(key)
    return Decimal(text) if text else None


def _path(raw: Table, section: Table) -> str:
    template = section.get("product_path", section["listing"]["path"])
    return raw.get("path") or template.format(slug=raw["slug"])
