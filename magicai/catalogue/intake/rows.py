"""A row of a product list: a product, an address to read, or nothing that can be used."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from magicai.catalogue.intake.cells import fields_of, text_of
from magicai.catalogue.intake.columns import column_of
from magicai.catalogue.intake.families import is_child, kind_of, nested, pairs
from magicai.catalogue.intake.prices import Price
from magicai.catalogue.product import Attribute, Origin, OriginKind, Stated, Values
from magicai.shops.addresses import absolute, host_of, without_tracking
from magicai.shops.extraction.identifiers import gtin, sku
from magicai.shops.extraction.offers import joint_availability
from magicai.shops.extraction.stock_words import availability_term
from magicai.shops.extraction.text import DESCRIPTION_LIMIT, clean, plain
from magicai.shops.product import Availability, Variant

_PATH_MARKS = (" > ", ">", " / ", "|", "»")
# Of which all categories of a shop are part, and which says nothing.
_MAGENTO_ROOT = "Default Category/"
_MOST_IMAGES = 20
_MOST_REVIEWS = 100
_MOST_ATTRIBUTES = 60
_LONGEST_VALUE = 1_000
_LONGEST_COUNT = 12
_NAMED = 5
# What is larger, infinite or no number stays text: not every store takes it.
_LARGEST = 1e15
# An address may hold commas itself.
_BETWEEN_IMAGES = re.compile(r"[\s,;|]+(?=https?://|//)", re.IGNORECASE)
_YES, _NO = frozenset(("yes", "true", "1", "y", "是", "有")), frozenset(("no", "false", "0", "n", "否", "无"))


@dataclass(frozen=True, slots=True)
class Fault:
    """What can't be used, and where it stands.

    Attributes:
        place: `products.csv, row 17`, or an address.
    """

    place: str
    what: str
    way_out: str


@dataclass(frozen=True, slots=True)
class Address:
    """A page to read."""

    place: str
    url: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads rows of one file.

    Attributes:
        source: the file, by which its next version replaces what this one states.
        currency: of prices that name none; "" where nobody said.
        at: UTC microseconds.
    """

    source: str
    currency: str
    at: int

    def read(
        self, cells: Mapping[str, Any], place: str, others: Sequence[Mapping[str, Any]] = ()
    ) -> Stated | Address | Fault:
        """What a row states.

        Args:
            others: rows below it that belong to the same product.
        """
        fields, more = fields_of(cells)
        url = without_tracking(absolute(text_of(fields.get("url")), ""))
        name = plain(text_of(fields.get("name")))
        if not name:
            if url:
                return Address(place, url)
            given = text_of(fields.get("url"))
            what = f"{given!r} is not an address" if given else "it has neither a name nor an address"
            if not any(column_of(called).field in ("name", "url") for called in cells):
                what = f"no column is called name or url, but {', '.join(list(cells)[:_NAMED])}"
            return Fault(place, f"{place}: {what}.", "Fill in the column name or url.")
        kinds = self._kinds(cells, others)
        price = Price.of_kinds(kinds) or Price.read(fields, self.currency)
        if price.fault:
            return Fault(place, f"{place}: {price.fault}.", price.way_out)
        stated_gtin = text_of(fields.get("gtin")) if not kinds else ""
        found_gtin = gtin(stated_gtin.removesuffix(".0"))
        if stated_gtin and found_gtin is None:
            more = {**more, "stated_gtin": stated_gtin}
        availability, stock = _in_stock(fields)
        if stock is not None and not kinds:
            more = {**more, "stock": stock}
        origin = Origin(kind=OriginKind.FILE, source=self.source, place=place, at=self.at)
        values = Values(
            name=name,
            brand=clean(plain(text_of(fields.get("brand")))) or None,
            gtin=found_gtin,
            sku=_number(fields, kinds=bool(kinds), of_shop=bool(url)),
            model=sku(text_of(fields.get("model"))),
            url=url,
            shop=host_of(url) if url else "",
            price=price.amount,
            currency=price.currency if price.amount is not None else None,
            list_price=price.list_price,
            availability=joint_availability(one.availability for one in kinds) if kinds else availability,
            category=_path(fields.get("category")),
            images=_images([fields.get("images"), *(fields_of(one)[0].get("images") for one in others)]),
            description=plain(text_of(fields.get("description") or fields.get("summary")), DESCRIPTION_LIMIT) or None,
            language=text_of(fields.get("language")).partition("-")[0].lower()[:3],
            variants=kinds,
            attributes=_attributes({**more, **_paired(cells)} if not kinds else more),
        )
        return Stated(values=values, origin=origin, reviews=_reviews(fields.get("reviews")))

    def _kinds(self, cells: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> tuple[Variant, ...]:
        """The kinds of a product that rows state; none where there is only one."""
        listed = nested(cells)
        if not listed and not others:
            return ()
        children = [one for one in others if is_child(one)]
        rows = listed or children or [cells, *others]
        kinds = [kind for kind in map(self._kind, rows) if kind is not None]
        return tuple(kinds) if len(kinds) > 1 or children else ()

    def _kind(self, cells: Mapping[str, Any]) -> Variant | None:
        fields, _ = fields_of(cells)
        price, number = Price.read(fields, self.currency), sku(text_of(fields.get("sku")))
        if price.amount is None and not number:
            return None  # only another image
        return Variant(
            name=kind_of(cells) or plain(text_of(fields.get("name"))) or number or "",
            sku=number,
            gtin=gtin(text_of(fields.get("gtin")).removesuffix(".0")),
            price=price.amount,
            currency=price.currency if price.amount is not None else None,
            list_price=price.list_price,
            availability=_in_stock(fields)[0] or Availability.UNKNOWN,
        )


def _paired(cells: Mapping[str, Any]) -> dict[str, str]:
    return {name.casefold(): value for name, value in pairs(cells) if name and kind_of(cells)}


def _number(fields: Mapping[str, Any], *, kinds: bool, of_shop: bool) -> str | None:
    """The product's SKU: what its kinds share, and not that of one; an id only where the shop that gave it is known."""
    names = ("group", "sku") if kinds else ("sku", "id") if of_shop else ("sku",)
    return next((number for name in names if (number := sku(text_of(fields.get(name))))), None)


def _path(value: Any) -> tuple[str, ...]:
    """A category, outermost first; the deepest of several that a shop lists beside each other."""
    text = plain(text_of(value), _LONGEST_VALUE)
    several = [_levels(part) for part in text.split(",")]
    beside = len(several) > 1 and len({levels[:1] for levels in several}) == 1
    return max(several, key=len) if beside else _levels(text)


def _levels(text: str) -> tuple[str, ...]:
    mark = next((mark for mark in _PATH_MARKS if mark in text), "/" if text.startswith(_MAGENTO_ROOT) else None)
    parts = text.removeprefix(_MAGENTO_ROOT).split(mark) if mark else [text]
    return tuple(part for part in (clean(part) for part in parts[:8]) if part)


def _images(value: Any) -> tuple[str, ...]:
    found = (absolute(part.strip(" ,;|"), "") for part in _BETWEEN_IMAGES.split(_image_text(value)))
    return tuple(dict.fromkeys(one for one in found if one))[:_MOST_IMAGES]


def _image_text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(_image_text, cast("list[Any]", value)))
    if isinstance(value, dict):
        known = cast("dict[str, Any]", value)
        return text_of(known.get("src") or known.get("url"))
    return text_of(value)


def _reviews(value: Any) -> tuple[str, ...]:
    given = cast("list[Any]", value) if isinstance(value, list) else [value]
    texts = (plain(text_of(_review(one)), _LONGEST_VALUE) for one in given)
    return tuple(dict.fromkeys(text for text in texts if text))[:_MOST_REVIEWS]


def _review(one: Any) -> Any:
    """The text of a review: itself, or that of an object."""
    if not isinstance(one, dict):
        return one
    known = cast("dict[str, Any]", one)
    return known.get("text") or known.get("comment") or known.get("reviewBody")


def _in_stock(fields: Mapping[str, Any]) -> tuple[Availability | None, int | None]:
    """Availability, and the number in stock where one stands there."""
    text = text_of(fields.get("availability")).casefold()
    number = _whole(text_of(fields.get("quantity")))
    if text in _YES | _NO:
        return (Availability.IN_STOCK if text in _YES else Availability.OUT_OF_STOCK), number
    if number is None:
        number = _whole(text)
    found = availability_term(text) if text else None
    if found is not None and found is not Availability.UNKNOWN:
        return found, number
    if number is None:
        return None, None
    return (Availability.IN_STOCK if number > 0 else Availability.OUT_OF_STOCK), number


def _whole(text: str) -> int | None:
    digits = text.removesuffix(".0").removeprefix("-")
    known = len(digits) <= _LONGEST_COUNT and digits.isascii() and digits.isdigit()
    return int(text.removesuffix(".0")) if known else None


def _attributes(more: Mapping[str, Any]) -> tuple[Attribute, ...]:
    made: list[Attribute] = []
    for name, value in list(more.items())[:_MOST_ATTRIBUTES]:
        if isinstance(value, bool):
            made.append(Attribute(name=name, kind="flag", value=value))
        elif isinstance(value, int | float) and -_LARGEST <= value <= _LARGEST:
            made.append(Attribute(name=name, kind="number", value=float(value)))
        elif text := plain(text_of(value), _LONGEST_VALUE):
            made.append(Attribute(name=name, kind="text", value=text))
    return tuple(made)
