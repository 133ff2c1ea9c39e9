"""Families: what products must have for each channel and language, and what they lack of it."""

from collections.abc import AsyncIterator

from magicai.catalogue import completeness, families, listing
from magicai.catalogue.families import Family, NamedFamily
from magicai.catalogue.listing import ProductFilter
from magicai.catalogue.product import CatalogueProduct
from magicai.catalogue.stored_products import product_of
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, operation
from magicai.paging import sliced
from magicai.shapes.subjects.catalogue_families import CompletenessShown, FamilyList, ProductCompleteness

TAG = "catalogue"
_EXAMPLE = {
    "categories": ["Kettles"],
    "requirements": [{"channel": "shop", "attributes": ["name", "images", "capacity"], "languages": ["en", "de"]}],
}


@operation("GET", "/api/families")
async def list_families(context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> FamilyList:
    """One's own families, by name."""
    own = await families.families_of(context.records.entities, owner_id=context.owner_id)
    items, next_cursor = sliced(own, limit, cursor)
    return FamilyList(items=items, next_cursor=next_cursor)


@operation("PUT", "/api/families/{name}", example=_EXAMPLE, patience_s=600)
async def save_family(context: Context, name: str, given: Family) -> NamedFamily:
    """Save which attributes a family's products must have, for each channel and language."""
    saved = await families.save_family(context.records.entities, name, given, owner_id=context.owner_id)
    await listing.relist(context.ports.catalogue, owner_id=context.owner_id)
    return saved


@operation("DELETE", "/api/families/{name}", status=204, problems=(404,), patience_s=600)
async def remove_family(context: Context, name: str) -> None:
    """Delete a family; its products stay."""
    await families.remove_family(context.records.entities, name, owner_id=context.owner_id)
    await listing.relist(context.ports.catalogue, owner_id=context.owner_id)


@operation("GET", "/api/completeness", patience_s=600)
async def count_complete(context: Context, wanted: ProductFilter) -> CompletenessShown:
    """How many products have all that their families require, by channel and language, and what the others lack."""
    required, standard = await _families(context)
    return CompletenessShown(
        standard=standard, channels=await completeness.completeness(_products(context, wanted), required)
    )


@operation("GET", "/api/products/{product_id}/completeness", problems=(404,))
async def show_completeness(context: Context, product_id: str) -> ProductCompleteness:
    """What a product lacks of what its families require."""
    kept = await product_of(context.records, product_id, owner_id=context.owner_id)
    required, standard = await _families(context)
    channels = completeness.completeness_of(kept.product, required)
    return ProductCompleteness(product_id=product_id, standard=standard, channels=channels)


async def _families(context: Context) -> tuple[list[NamedFamily], bool]:
    own = await families.families_of(context.records.entities, owner_id=context.owner_id)
    return families.required_of(own), not own


async def _products(context: Context, wanted: ProductFilter) -> AsyncIterator[list[CatalogueProduct]]:
    async for part in listing.all_products(
        context.ports.catalogue, context.ports.search, wanted, owner_id=context.owner_id
    ):
        yield [kept.product for kept in part]
