"""A row of a product list: a product, an address to read, or nothing that can be used."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from magicai.catalogue.intake.columns import field_of, normal
from magicai.catalogue.product import Attribute, Origin, OriginKind, Stated, Values
from magicai.shops.addresses import absolute, host_of, without_tracking
from magicai.shops.extraction import money_in
from magicai.shops.extraction.currencies import SIGNS, code_of
from magicai.shops.extraction.identifiers import gtin, sku
from magicai.shops.extraction.stock_words import availability_term
from magicai.shops.extraction.text import DESCRIPTION_LIMIT, clean, plain
from magicai.shops.product import Availability
from magicai.values.currencies import CODES

_PATH_MARKS = (" > ", ">", " / ", "|", "»")
_MOST_IMAGES = 20
_MOST_REVIEWS = 100
_MOST_ATTRIBUTES = 60
_LONGEST_VALUE = 1_000
_LONGEST_COUNT = 12
# What is larger, infinite or no number stays text: not every store takes it.
_LARGEST = 1e15
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

    def read(self, cells: Mapping[str, Any], place: str) -> Stated | Address | Fault:
        """What a row states."""
        fields, more = _fields(cells)
        url = without_tracking(absolute(_text(fields.get("url")), ""))
        name = plain(_text(fields.get("name")))
        if not name:
            if url:
                return Address(place, url)
            given = _text(fields.get("url"))
            what = f"{given!r} is not an address" if given else "it has neither a name nor an address"
            return Fault(place, f"{place}: {what}.", "Give the column name or url.")
        price = _Price.read(fields, self.currency)
        if price.fault:
            return Fault(place, f"{place}: {price.fault}.", price.way_out)
        stated_gtin = _text(fields.get("gtin"))
        found_gtin = gtin(stated_gtin.removesuffix(".0"))
        if stated_gtin and found_gtin is None:
            more = {**more, "stated_gtin": stated_gtin}
        availability, stock = _availability(fields.get("availability"))
        if stock is not None:
            more = {**more, "stock": stock}
        origin = Origin(kind=OriginKind.FILE, source=self.source, place=place, at=self.at)
        values = Values(
            name=name,
            brand=clean(plain(_text(fields.get("brand")))) or None,
            gtin=found_gtin,
            sku=sku(_text(fields.get("sku"))),
            model=sku(_text(fields.get("model"))),
            url=url,
            shop=host_of(url) if url else "",
            price=price.amount,
            currency=price.currency if price.amount is not None else None,
            list_price=price.list_price,
            availability=availability,
            category=_path(fields.get("category")),
            images=_images(fields.get("images")),
            description=plain(_text(fields.get("description")), DESCRIPTION_LIMIT) or None,
            language=_text(fields.get("language")).partition("-")[0].lower()[:3],
            attributes=_attributes(more),
        )
        return Stated(values=values, origin=origin, reviews=_reviews(fields.get("reviews")))


@dataclass(frozen=True, slots=True)
class _Price:
    amount: Decimal | None = None
    currency: str | None = None
    list_price: Decimal | None = None
    fault: str = ""
    way_out: str = "Write prices like 12.50, with their currency in a column of its own."

    @classmethod
    def read(cls, fields: Mapping[str, Any], usual: str) -> "_Price":
        if "price" not in fields:
            return cls()
        given = _text(fields["price"])
        if not given:
            return cls(fault="it has no price")
        stated = _text(fields.get("currency")).upper()
        if stated and stated not in CODES and code_of(stated) is None:
            return cls(fault=f"{stated!r} is not a currency", way_out="Use a code such as USD, EUR or CNY.")
        amount, named = money_in(given)
        if amount is None:
            return cls(fault=f"{given[:40]!r} is not a price")
        currency = named or (code_of(stated) if stated else None) or _by_sign(given) or usual or None
        if currency is None:
            way_out = "Add a column currency, or say which: --currency EUR"
            return cls(fault=f"{given[:40]!r} has no currency", way_out=way_out)
        before, other = money_in(_text(fields.get("list_price")))
        higher = before is not None and before > amount and other in (None, currency)
        return cls(amount, currency, before if higher else None)


def _by_sign(price: str) -> str | None:
    for sign, meaning in SIGNS.items():
        if isinstance(meaning, str) and sign in price:
            return meaning
    return None


def _fields(cells: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What cells say by field, the first that says anything; and all others by name."""
    fields: dict[str, Any] = {}
    more: dict[str, Any] = {}
    for column, value in cells.items():
        field = field_of(column)
        if not field:
            if value not in (None, "") and (name := normal(column)):
                more.setdefault(name, value)
        elif field == "images" and fields.get("images"):
            fields["images"] = f"{fields['images']},{_text(value)}"
        elif not fields.get(field):
            fields[field] = value
    return fields, more


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(_text, value))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return "" if value is None else str(value).strip()


def _path(value: Any) -> tuple[str, ...]:
    text = plain(_text(value), _LONGEST_VALUE)
    mark = next((mark for mark in _PATH_MARKS if mark in text), None)
    parts = text.split(mark) if mark else [text]
    return tuple(part for part in (clean(part) for part in parts[:8]) if part)


def _images(value: Any) -> tuple[str, ...]:
    found = (absolute(part.strip(), "") for part in _text(value).replace("|", ",").replace(" ", ",").split(","))
    return tuple(dict.fromkeys(one for one in found if one))[:_MOST_IMAGES]


def _reviews(value: Any) -> tuple[str, ...]:
    given = cast("list[Any]", value) if isinstance(value, list) else [value]
    texts = (plain(_text(_review(one)), _LONGEST_VALUE) for one in given)
    return tuple(dict.fromkeys(text for text in texts if text))[:_MOST_REVIEWS]


def _review(one: Any) -> Any:
    """The text of a review: itself, or that of an object."""
    if not isinstance(one, dict):
        return one
    known = cast("dict[str, Any]", one)
    return known.get("text") or known.get("comment") or known.get("reviewBody")


def _availability(value: Any) -> tuple[Availability | None, int | None]:
    """Availability, and the number in stock where that is what stands there."""
    text = _text(value).casefold()
    if not text:
        return None, None
    digits = text.removesuffix(".0")
    if len(digits) <= _LONGEST_COUNT and digits.removeprefix("-").isdecimal():
        number = int(digits)
        return (Availability.IN_STOCK if number > 0 else Availability.OUT_OF_STOCK), number
    if text in _YES | _NO:
        return (Availability.IN_STOCK if text in _YES else Availability.OUT_OF_STOCK), None
    found = availability_term(text)
    return (None if found is Availability.UNKNOWN else found), None


def _attributes(more: Mapping[str, Any]) -> tuple[Attribute, ...]:
    made: list[Attribute] = []
    for name, value in list(more.items())[:_MOST_ATTRIBUTES]:
        if isinstance(value, bool):
            made.append(Attribute(name=name, kind="flag", value=value))
        elif isinstance(value, int | float) and -_LARGEST <= value <= _LARGEST:
            made.append(Attribute(name=name, kind="number", value=float(value)))
        elif text := plain(_text(value), _LONGEST_VALUE):
            made.append(Attribute(name=name, kind="text", value=text))
    return tuple(made)
