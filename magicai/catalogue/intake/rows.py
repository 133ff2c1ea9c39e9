"""A row of a product list: a product, an address to read, or nothing that can be used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from magicai.catalogue.intake.cell_values import attributes_of, images_of, path_of, reviews_of, stock_of
from magicai.catalogue.intake.cells import fields_of, number_of, text_of
from magicai.catalogue.intake.families import kind_of, nested, pairs, parent_of, variations
from magicai.catalogue.intake.notes import Notes
from magicai.catalogue.intake.prices import Currencies, Price
from magicai.catalogue.product import Origin, OriginKind, SourceStatement, Values
from magicai.content.markup import paragraphs
from magicai.messages import Message, say
from magicai.shops.addresses import absolute, host_of, without_tracking
from magicai.shops.columns import column_of
from magicai.shops.extraction.identifiers import gtin, sku
from magicai.shops.extraction.offers import joint_availability
from magicai.shops.extraction.text import DESCRIPTION_LIMIT, clean, plain
from magicai.shops.product import Availability, Variant
from magicai.shops.product_keys import sku_key

# A longer description is no name.
_LONGEST_NAME = 150
_NOT_FOR_SALE = (Availability.OUT_OF_STOCK, Availability.PREORDER)
_NAMED = 5
_LONGEST_DESCRIPTION = 20_000  # with its markup


@dataclass(frozen=True, slots=True)
class Fault:
    """What can't be used, and where it stands.

    Attributes:
        place: `products.csv, row 17`, or an address.
    """

    place: str
    said: Message


@dataclass(frozen=True, slots=True)
class Note:
    """What people should know of a file as a whole."""

    said: Message


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
        currencies: of its prices.
        at: UTC microseconds.
        notes: what people should know of the file.
        url: from which it came, which addresses may be relative to; "" of an upload.
        kind: whether it is a feed.
    """

    source: str
    currencies: Currencies
    at: int
    notes: Notes
    url: str = ""
    kind: OriginKind = OriginKind.FILE

    def read(
        self, cells: Mapping[str, Any], place: str, others: Sequence[Mapping[str, Any]] = ()
    ) -> SourceStatement | Address | Fault:
        """What a row states.

        Args:
            others: rows below it that belong to the same product.
        """
        fields, more = fields_of(cells)
        url = without_tracking(absolute(text_of(fields.get("url")), self.url))
        name = plain(text_of(fields.get("name"))) or _name_of_parts(fields) or _name_of_description(fields, url)
        if not name:
            if url:
                return Address(place, url)
            given = text_of(fields.get("url"))
            what = say("entry_address_invalid", address=given) if given else say("entry_without_name")
            if not any(column_of(called).field in ("name", "url") for called in cells):
                what = say("entry_columns_unnamed", columns=list(cells)[:_NAMED])
            return Fault(place, what)
        kinds = self._kinds(cells, others, place)
        availability, stock = stock_of(fields)
        price = Price.of_kinds(kinds) or Price.read(fields, self.currencies, self.at)
        if price.fault and not (price.absent and availability in _NOT_FOR_SALE):
            if not (price.absent and _is_numbered(fields)):
                return Fault(place, price.fault)
            self.notes.without_price(place)
        stated_gtin = number_of(fields.get("gtin")) if not kinds else ""
        found_gtin = self._gtin(stated_gtin, place)
        if stated_gtin and found_gtin is None:
            more = {**more, "stated_gtin": stated_gtin}
        if stock is not None and not kinds:
            more = {**more, "stock": stock}
        elif availability is None and (counted := text_of(fields.get("quantity"))):
            more = {**more, "quantity": counted}
        origin = Origin(kind=self.kind, source=self.source, place=place, at=self.at)
        values = Values(
            name=name,
            brand=clean(plain(text_of(fields.get("brand")))) or None,
            gtin=found_gtin,
            sku=_number(fields, kinds=bool(kinds), of_shop=bool(url)),
            model=sku(number_of(fields.get("model"))),
            url=url,
            shop=host_of(url) if url else "",
            price=price.amount,
            currency=price.currency if price.amount is not None else None,
            list_price=price.list_price,
            availability=joint_availability(kind.availability for kind in kinds) if kinds else availability,
            category=path_of(fields.get("category")),
            images=images_of([fields.get("images"), *(fields_of(one)[0].get("images") for one in others)], self.url),
            description=_description(text_of(fields.get("description") or fields.get("summary"))) or None,
            language=text_of(fields.get("language")).partition("-")[0].lower()[:3],
            variants=kinds,
            attributes=attributes_of({**more, **_paired(cells)} if not kinds else more),
        )
        item = next((number for name in ("group", "id", "sku", "gtin") if (number := number_of(fields.get(name)))), "")
        reviews = reviews_of(fields.get("reviews"))
        return SourceStatement(values=values, origin=origin, item=sku_key(item), reviews=reviews)

    def _gtin(self, stated: str, place: str) -> str | None:
        """The GTIN that a cell states, None where its check digit or length is wrong."""
        found = gtin(stated.removesuffix(".0"))
        if found is None and any(map(str.isdigit, stated)):
            self.notes.wrong_gtin(stated, place)
        return found

    def _kinds(self, cells: Mapping[str, Any], others: Sequence[Mapping[str, Any]], place: str) -> tuple[Variant, ...]:
        """The kinds of a product that rows state; none where there is only one."""
        listed = nested(cells)
        if not listed and not others:
            return ()
        told_apart_by = variations(cells)
        children = [one for one in (cells, *others) if parent_of(one) or (told_apart_by and one is not cells)]
        rows = listed or children or [cells, *others]
        kinds = [kind for one in rows if (kind := self._kind(one, place, told_apart_by)) is not None]
        return tuple(kinds) if len(kinds) > 1 or children else ()

    def _kind(self, cells: Mapping[str, Any], place: str, named: Mapping[str, str]) -> Variant | None:
        fields, _ = fields_of(cells)
        price, number = Price.read(fields, self.currencies, self.at), sku(number_of(fields.get("sku")))
        if price.amount is None and not number:
            return None  # only another image
        return Variant(
            name=named.get(number or "") or kind_of(cells) or plain(text_of(fields.get("name"))) or number or "",
            sku=number,
            gtin=self._gtin(number_of(fields.get("gtin")), place),
            price=price.amount,
            currency=price.currency if price.amount is not None else None,
            list_price=price.list_price,
            availability=stock_of(fields)[0] or Availability.UNKNOWN,
        )


def _paired(cells: Mapping[str, Any]) -> dict[str, str]:
    return {name.casefold(): value for name, value in pairs(cells) if name and kind_of(cells)}


def _number(fields: Mapping[str, Any], *, kinds: bool, of_shop: bool) -> str | None:
    """The product's SKU: what its kinds share, and not that of one; an id only where the shop that gave it is known."""
    names = ("group", "sku") if kinds else ("sku", "id") if of_shop else ("sku",)
    return next((number for name in names if (number := sku(number_of(fields.get(name))))), None)


def _description(text: str) -> str:
    """A description with its paragraphs, each cleaned by itself."""
    parts = paragraphs(text[:_LONGEST_DESCRIPTION])
    lines = (clean(line, DESCRIPTION_LIMIT) for part in parts for line in part.split("\n"))
    return "\n".join(filter(None, lines))[:DESCRIPTION_LIMIT].rstrip()


def _is_numbered(fields: Mapping[str, Any]) -> bool:
    """Whether a row has more than a name to be known by, so that it is a product whatever it lacks."""
    return any(text_of(fields.get(name)) for name in ("group", "id", "sku", "gtin", "url"))


def _name_of_parts(fields: Mapping[str, Any]) -> str:
    """What Yandex Market's format composes of a kind of thing, a brand and a model."""
    parts = [text_of(fields.get(name)) for name in ("prefix", "brand", "model")]
    return plain(" ".join(filter(None, parts))) if parts[2] and (parts[0] or parts[1]) else ""


def _name_of_description(fields: Mapping[str, Any], url: str) -> str:
    """What a price list calls its items, where it has no column for a name but one that describes them."""
    described = "" if url or "name" in fields else plain(text_of(fields.get("description") or fields.get("summary")))
    return described if len(described) <= _LONGEST_NAME else ""
