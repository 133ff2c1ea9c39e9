"""What would change in a shop: its products as they are now, beside what the catalogue or a person says.

What the shop stated itself is never written back to it: only what a person, a text or another source has put in its
place.
"""

import html
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from magicai.catalogue.entities import product_in
from magicai.catalogue.ports import CatalogueRecords, ShopSystem
from magicai.catalogue.product import KIND, OFFER, CatalogueProduct
from magicai.catalogue.product import Values as CatalogueValues
from magicai.catalogue.shop_system import PRICES, STOCK, TEXTS, FieldName, ShopConnection, SystemProduct, amount
from magicai.catalogue.systems.reading import Link, links
from magicai.catalogue.systems.shop_write import ShopWrite, Values, WritePart, save_new
from magicai.errors import Invalid, NotFound
from magicai.messages import Message, say
from magicai.shops.extraction.text import DESCRIPTION_LIMIT, plain
from magicai.shops.product import Variant
from magicai.shops.product_keys import sku_key
from magicai.values.ids import new_id
from magicai.values.times import now_us

MOST = 200
MOST_EDITS = 1_000
_AT_ONCE = 200
_LARGEST = Decimal(10**9)
# A part, and the SKUs by which it was chosen.
_Found = tuple[tuple[str, ...], WritePart]


class Edit(BaseModel):
    """A value that somebody gives, of the variant with a SKU."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sku: Annotated[str, Field(min_length=1, max_length=200)]
    field: FieldName
    value: Annotated[
        str, Field(max_length=100_000, description="Of a description, HTML. An empty list price clears it.")
    ]


class Preview(BaseModel):
    """What is to be previewed.

    Attributes:
        product_ids: of the catalogue; all products of the shop where there are neither these nor edits.
        fields: to compare with the catalogue.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    product_ids: Annotated[tuple[str, ...], Field(max_length=MOST, description="Products of the catalogue.")] = ()
    fields: Annotated[
        tuple[FieldName, ...], Field(max_length=5, description="What to compare. `stock` is that of the inventory.")
    ] = (*TEXTS, *PRICES)
    edits: Annotated[tuple[Edit, ...], Field(max_length=MOST_EDITS, description="Values by SKU, instead.")] = ()


async def preview(
    records: CatalogueRecords,
    system: ShopSystem,
    connection: ShopConnection,
    wanted: Preview,
    problems: Sequence[Message] = (),
) -> ShopWrite:
    """Compare with the shop as it is now, change nothing there, and keep the difference.

    Args:
        problems: what could not be asked to be compared.

    Raises:
        Temporary: the shop does not answer.
        Invalid: an edit's value can't be one, or nothing was ever imported.
    """
    comparison = _Comparison(records, system, connection, wanted)
    parts = await comparison.parts()
    made = ShopWrite(
        write_id=new_id(),
        owner_id=connection.owner_id,
        name=connection.name,
        connection=connection.digest,
        created_at=now_us(),
        parts=tuple(parts),
        problems=(*problems, *comparison.problems),
    )
    await save_new(records, made)
    return made


class _Comparison:
    """Products of the catalogue beside those of the shop."""

    def __init__(
        self, records: CatalogueRecords, system: ShopSystem, connection: ShopConnection, wanted: Preview
    ) -> None:
        self._records, self._system, self._connection, self._wanted = records, system, connection, wanted
        self._edits = defaultdict[str, dict[FieldName, str]](dict)
        for edit in wanted.edits:
            if edit.field not in system.writable:
                raise Invalid("shop_field_not_writable", field=edit.field, kind=connection.kind)
            self._edits[sku_key(edit.sku)][edit.field] = _checked(edit)
        self._skus = defaultdict[str, list[str]](list)  # of the shop's variants that were looked at
        self.problems = list[Message]()

    async def parts(self) -> list[WritePart]:
        """What differs."""
        made, differing = list[_Found](), 0
        chosen = await self._chosen()
        for looked_at, (product, link) in enumerate(chosen):
            if differing == MOST:
                self.problems.append(say("shop_preview_has_more", limit=MOST, n=len(chosen) - looked_at))
                break
            try:
                remote = await self._system.product(link.remote_id)
            except NotFound as exc:
                self.problems.append(exc.said)
                continue
            parts = await self._differences(product, remote)
            made += parts
            differing += bool(parts)
        unused = sorted(edit.sku for edit in self._wanted.edits if sku_key(edit.sku) not in self._skus)
        if unused:
            self.problems.append(say("shop_sku_not_found", names=list(dict.fromkeys(unused))[:20]))
        unclear = {key for keys, _ in made for key in keys if len(self._skus[key]) > 1}
        if unclear:
            self.problems.append(say("sku_several_in_shop", names=sorted(self._skus[key][0] for key in unclear)[:20]))
        return [part for keys, part in made if unclear.isdisjoint(keys)]

    async def _chosen(self) -> list[tuple[CatalogueProduct, Link]]:
        """Products that may differ, each with its link; one that is several in the shop is none of them for sure."""
        by_product = defaultdict[str, list[Link]](list)
        async for link in links(self._records, self._connection.owner_id, self._connection.name):
            if not link.gone:
                by_product[link.product_id].append(link)
        if not by_product:
            raise Invalid("shop_never_imported", name=self._connection.name)
        wanted = self._wanted.product_ids or tuple(by_product)
        chosen = list[tuple[CatalogueProduct, Link]]()
        for start in range(0, len(wanted), _AT_ONCE):
            keys = [(KIND, product_id) for product_id in wanted[start : start + _AT_ONCE]]
            for row in await self._records.entities.present(keys):
                if row.entity is None or row.owner_id != self._connection.owner_id:
                    continue
                product = product_in(row.entity)
                of = by_product.get(product.product_id, [])
                if not of:
                    self.problems.append(say("product_not_in_shop", product=product.values.name))
                elif not self._may_differ(product):
                    continue
                elif len(of) > 1:
                    self.problems.append(say("product_several_in_shop", product=product.values.name, n=len(of)))
                else:
                    chosen.append((product, of[0]))
        return chosen

    def _may_differ(self, product: CatalogueProduct) -> bool:
        if self._edits:
            numbers = {product.values.sku, *(variant.sku for variant in product.values.variants)}
            return any(sku_key(number) in self._edits for number in numbers if number)
        stock = "stock" in self._wanted.fields
        return stock or self._is_ours(product, "name", "description", "variants", *OFFER)

    def _is_ours(self, product: CatalogueProduct, *fields: str) -> bool:
        """Whether a value of these comes from elsewhere than the shop itself."""
        origins = [product.origin(field) for field in fields]
        return any(origin is not None and origin.source != self._connection.source for origin in origins)

    async def _differences(self, product: CatalogueProduct, remote: SystemProduct) -> list[_Found]:
        made, texts, texts_by = list[_Found](), dict[FieldName, str](), list[str]()
        for variant in remote.variants:
            key = sku_key(variant.sku) if variant.sku else ""
            if key:
                self._skus[key].append(variant.sku)
            edits = self._edits.get(key, {})
            given: dict[FieldName, str] = {field: value for field, value in edits.items() if field in TEXTS}
            if given:
                texts |= given
                texts_by.append(key)
            offers = edits if self._wanted.edits else await self._offers(product, remote, variant.sku)
            for fields in (PRICES, STOCK):
                after: Values = {field: offers[field] for field in fields if field in offers}
                title = f"{remote.title}, {variant.sku or variant.name}"
                is_by_sku = key and (self._wanted.edits or fields == STOCK or len(remote.variants) > 1)
                part = self._part(product, remote, variant.variant_id, title, after)
                made += [((key,) if is_by_sku else (), one) for one in part]
        if not self._wanted.edits:
            texts = self._texts(product, remote)
        if texts and not remote.is_translated:
            self.problems.append(say("shop_text_not_translated", product=product.values.name))
            texts.clear()
        return [*((tuple(texts_by), one) for one in self._part(product, remote, "", remote.title, texts)), *made]

    def _texts(self, product: CatalogueProduct, remote: SystemProduct) -> dict[FieldName, str]:
        texts, values = dict[FieldName, str](), product.values
        if "title" in self._wanted.fields and self._is_ours(product, "name") and plain(remote.title) != values.name:
            texts["title"] = values.name
        ours = paragraphs(values.description or "") if self._is_ours(product, "description") else ""
        # The same words in other markup are the same text.
        differs = plain(remote.description, DESCRIPTION_LIMIT) != plain(ours, DESCRIPTION_LIMIT)
        if "description" in self._wanted.fields and ours and differs:
            texts["description"] = ours
        return texts

    async def _offers(self, product: CatalogueProduct, remote: SystemProduct, sku: str) -> dict[FieldName, str]:
        """Prices and stock of a variant, where the catalogue knows them from elsewhere."""
        offers = self._prices(product, remote, sku)
        if "stock" in self._wanted.fields and sku:
            for stock in await self._records.inventory.stock(self._connection.owner_id, [sku]):
                if not stock.source:  # what another system counts, it is told of
                    offers["stock"] = str(stock.available)
        return {field: offers[field] for field in self._wanted.fields if field in offers}

    def _prices(self, product: CatalogueProduct, remote: SystemProduct, sku: str) -> dict[FieldName, str]:
        values = product.values
        ours: list[FieldName] = [field for field in PRICES if self._is_ours(product, field)]
        source: CatalogueValues | Variant | None = values
        if len(remote.variants) > 1 and self._is_ours(product, "variants"):
            source = next((one for one in values.variants if one.sku and sku_key(one.sku) == sku_key(sku)), None)
            ours = list(PRICES)
        elif len(remote.variants) > 1 and ours:
            return self._without(say("price_of_which_variant", product=values.name))
        amounts = dict[FieldName, str]()
        for field in ours:
            if source and (value := getattr(source, field)):
                amounts[field] = amount(value)
        if source and amounts and source.currency != remote.currency:
            currencies = {"ours": source.currency or "-", "theirs": remote.currency}
            return self._without(say("shop_other_currency", product=values.name, **currencies))
        return amounts

    def _without(self, problem: Message) -> dict[FieldName, str]:
        self.problems += [] if problem in self.problems else [problem]
        return {}

    def _part(
        self, product: CatalogueProduct, remote: SystemProduct, variant_id: str, title: str, after: Values
    ) -> Sequence[WritePart]:
        before: dict[FieldName, str] = {
            field: remote.value(variant_id, field) or "" for field in after if field in self._system.writable
        }
        if before.get("stock") == "":
            self.problems.append(say("shop_stock_not_counted", part=title))
            return ()
        if "price" in before and "list_price" not in before and "list_price" in self._system.writable:
            before, after = _without_list_price(before, after, remote.value(variant_id, "list_price") or "")
        differing: list[FieldName] = [field for field in before if before[field] != after[field]]
        if not differing:
            return ()
        old: Values = {field: before[field] for field in differing}
        new: Values = {field: after[field] for field in differing}
        return [
            WritePart(
                remote_id=remote.product_id,
                variant_id=variant_id,
                product_id=product.product_id,
                title=title[:200],
                before=old,
                after=new,
            )
        ]


def _without_list_price(
    before: dict[FieldName, str], after: Values, list_price: str
) -> tuple[dict[FieldName, str], Values]:
    """The same, with the list price taken away where the new price is not below it any more."""
    if before["price"] == after["price"] or not list_price or Decimal(after["price"]) < Decimal(list_price):
        return before, after
    return {**before, "list_price": list_price}, {**after, "list_price": ""}


def paragraphs(text: str) -> str:
    """A plain text, as every description of the catalogue is, as HTML: a paragraph of each of its own."""
    return "".join(f"<p>{html.escape(line.strip(), quote=False)}</p>" for line in text.splitlines() if line.strip())


def _checked(edit: Edit) -> str:
    """An edit's value as the shop's are compared.

    Raises:
        Invalid: it can't be one.
    """
    value = edit.value.strip()
    if edit.field in TEXTS:
        if not value:
            raise Invalid("shop_value_invalid", field=edit.field, sku=edit.sku, value=value)
        return value
    if edit.field == "list_price" and not value:
        return ""
    try:
        number = Decimal(value)
    except InvalidOperation as exc:
        raise Invalid("shop_value_invalid", field=edit.field, sku=edit.sku, value=value[:40]) from exc
    is_whole = edit.field != "stock" or number == number.to_integral_value()
    if not (number.is_finite() and 0 <= number < _LARGEST and is_whole):
        raise Invalid("shop_value_invalid", field=edit.field, sku=edit.sku, value=value[:40])
    return amount(number)
