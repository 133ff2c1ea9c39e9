"""A shop's products as the catalogue takes them, and which of them the shop has no more."""

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict

from magicai.catalogue.merging import with_values
from magicai.catalogue.ports import CatalogueRecords, Saved, ShopSystem
from magicai.catalogue.product import CatalogueProduct, Origin, OriginKind, SourceStatement, SystemPlace, Values
from magicai.catalogue.shop_system import ProductPage, ShopConnection, SystemProduct, SystemVariant
from magicai.catalogue.stored_products import change
from magicai.catalogue.systems.connections import LINK
from magicai.errors import NotFound
from magicai.ports import Records
from magicai.shops.addresses import host_of
from magicai.shops.extraction.identifiers import gtin
from magicai.shops.extraction.offers import joint_availability
from magicai.shops.extraction.text import DESCRIPTION_LIMIT, clean, plain
from magicai.shops.product import Availability, Variant
from magicai.stores.entity import Entity

_PAGE = 200
# Of each the shop is asked alone.
_MOST_MISSING = 500


class SystemRead(BaseModel):
    """What was read of a shop, to be noted once its products are kept.

    Attributes:
        connection: without its secret.
        full: whether all products were read, so that those that were not are looked for.
    """

    model_config = ConfigDict(frozen=True)

    connection: ShopConnection
    cursor: str
    full: bool
    at: int


class Link(BaseModel):
    """Which product of the catalogue a shop's product is.

    Attributes:
        remote_id: the shop's.
        run_id: of the run that read it last.
        gone: whether the shop has it no more.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    remote_id: str
    product_id: str
    run_id: str
    gone: bool = False


def stated_by(product: SystemProduct, connection: ShopConnection, *, at: int) -> SourceStatement:
    """What a shop states of a product."""
    sold = [one for one in product.variants if product.is_sold and one.is_sold]
    variants = tuple(_variant(one, product) for one in product.variants)
    offers = [_variant(one, product) for one in sold] or list(variants)
    in_stock = [one for one in offers if one.price is not None and one.availability is Availability.IN_STOCK]
    priced = in_stock or [one for one in offers if one.price is not None]
    cheapest = min(priced, key=lambda one: one.price or Decimal(0), default=None)
    single = variants[0] if len(variants) == 1 else None
    availability = joint_availability(one.availability for one in offers) if sold else Availability.OUT_OF_STOCK
    values = Values(
        name=clean(plain(product.title)),
        url=product.url,
        shop=host_of(product.url or connection.address),
        brand=clean(product.brand) or None,
        sku=single.sku if single else None,
        gtin=single.gtin if single else None,
        price=cheapest.price if cheapest else None,
        currency=cheapest.currency if cheapest else None,
        list_price=cheapest.list_price if cheapest else None,
        availability=availability,
        category=product.category,
        images=product.images,
        description=plain(product.description, DESCRIPTION_LIMIT) or None,
        language=product.language.partition("-")[0].lower(),
        variants=() if single else variants,
    )
    place = f"{connection.address}, product {product.product_id}"
    origin = Origin(kind=OriginKind.SYSTEM, source=connection.source, place=place, at=at)
    system = SystemPlace(name=connection.name, address=connection.address, product_id=product.product_id)
    return SourceStatement(values=values, origin=origin, system=system)


async def read(system: ShopSystem, connection: ShopConnection, *, full: bool) -> AsyncIterator[ProductPage]:
    """Products that changed since the last read, or all of them."""
    pages = system.products("" if full else connection.cursor)
    try:
        async for page in pages:
            yield page
    finally:
        await pages.aclose()


async def link(
    records: Records, owner_id: str, run_id: str, stated: Sequence[SourceStatement], saved: Sequence[Saved]
) -> None:
    """Note which products of the catalogue a shop's are."""
    places = [(one.system, what.product_id) for one, what in zip(stated, saved, strict=True) if one.system]
    await records.entities.save(
        [
            _entity(owner_id, Link(name=place.name, remote_id=place.product_id, product_id=product_id, run_id=run_id))
            for place, product_id in places
        ]
    )


async def links(records: Records, owner_id: str, name: str) -> AsyncIterator[Link]:
    """All products that were read of a shop."""
    after: str | None = ""
    while after is not None:
        page = await records.entities.listed(owner_id, LINK, state=name, after=after, limit=_PAGE)
        for item in page.items:
            if item.entity is not None:
                yield item.entity.as_model(Link)
        after = page.next


async def look_for_missing(
    records: CatalogueRecords, system: ShopSystem, read_now: SystemRead, *, owner_id: str, run_id: str
) -> tuple[list[str], int]:
    """After a read of all products: ask for each that was not among them, and mark those that are deleted as sold out.

    Returns:
        The names of products that the shop has no more, by this read; and how many are left for the next one.
    """
    connection, gone = read_now.connection, list[str]()
    missing = [one async for one in links(records, owner_id, connection.name) if one.run_id != run_id and not one.gone]
    for one in missing[:_MOST_MISSING]:
        try:
            product = await system.product(one.remote_id)
        except NotFound:
            gone.append(await _mark_gone(records, one, read_now, owner_id=owner_id, run_id=run_id))
        else:  # it was moved between two pages while they were read
            stated = [stated_by(product, connection, at=read_now.at)]
            await link(records, owner_id, run_id, stated, await records.catalogue.save(owner_id, run_id, stated))
    return gone, len(missing[_MOST_MISSING:])


async def _mark_gone(records: CatalogueRecords, gone: Link, read_now: SystemRead, *, owner_id: str, run_id: str) -> str:
    connection = read_now.connection
    place = f"{connection.address}, product {gone.remote_id}"
    origin = Origin(kind=OriginKind.SYSTEM, source=connection.source, place=place, at=read_now.at)

    def sold_out(product: CatalogueProduct) -> CatalogueProduct:
        known = product.origin("availability")
        if known is not None and known.source != connection.source:
            return product
        new: dict[str, Any] = {"availability": Availability.OUT_OF_STOCK}
        return with_values(product, new, {"availability": origin}, by=f"run:{run_id}", now=read_now.at, note="gone")

    name = gone.remote_id
    with suppress(NotFound):  # it was deleted here, too
        name = (await change(records, gone.product_id, sold_out, owner_id=owner_id)).values.name
    await records.entities.save([_entity(owner_id, gone.model_copy(update={"gone": True}))])
    return name


def _variant(one: SystemVariant, product: SystemProduct) -> Variant:
    price = Decimal(one.price) if one.price else None
    return Variant(
        name=clean(one.name) or one.sku,
        sku=one.sku or None,
        gtin=gtin(one.gtin) if one.gtin else None,
        price=price,
        currency=(product.currency or None) if price is not None else None,
        list_price=Decimal(one.list_price) if one.list_price else None,
        availability=one.availability if product.is_sold and one.is_sold else Availability.OUT_OF_STOCK,
    )


def _entity(owner_id: str, one: Link) -> Entity:
    data = {"schema_version": 1, **one.model_dump(mode="json")}
    key = f"{owner_id}:{one.name}:{one.remote_id}"
    return Entity(LINK, key, owner_id, title=one.remote_id, text="", data=data, stores=(), state=one.name)
