"""Products of the catalogue, and what shops' categories are in the taxonomy."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

from pydantic import Field

from magicai.catalogue import duplicates, editing, exports, listing
from magicai.catalogue.categories import mapping, taxonomy
from magicai.catalogue.categories.applying import apply_mappings
from magicai.catalogue.exports import ExportCounts
from magicai.catalogue.families import NamedFamily, families_of, required_of
from magicai.catalogue.images.covers import covers_of
from magicai.catalogue.listing import ProductFilter, SortedBy
from magicai.catalogue.product import CatalogueProduct
from magicai.catalogue.stored_products import product_of, products_with_ids
from magicai.errors import Invalid, NotFound
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, Download, operation
from magicai.paging import sliced
from magicai.runs.exports import without_name
from magicai.shapes.subjects.catalogue import (
    AlikeShown,
    CatalogueProductList,
    CategoryList,
    CategoryMapped,
    DecidedDuplicate,
    DecidedValue,
    DuplicateDecided,
    DuplicateList,
    DuplicatesFound,
    DuplicateShown,
    EditedProduct,
    EditedProducts,
    MappedCategory,
    MappingList,
    MappingShown,
    ProductCounts,
    ProductListed,
    ProductNotChanged,
    ProductsAlike,
    ProductsEdited,
    ProductShown,
    ProductVersion,
    ProductWhole,
    UndoneVersion,
    UndoneVersions,
)
from magicai.shops.matching.deciding import Certainty

TAG = "catalogue"
_MOST_BYTES = 1_000_000
_MOST_FOUND = 200
_MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "xml": "application/rss+xml",
    "jsonld": "application/ld+json",
}


@operation("GET", "/api/products")
async def list_products(
    context: Context,
    wanted: ProductFilter,
    *,
    sort: Annotated[
        SortedBy | None,
        Field(description="By what; `-` reverses. Of many that match words, the best 2,000 are sorted."),
    ] = None,
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> CatalogueProductList:
    """One's own products, the newest first, or those that match, the best first, or in an order."""
    records, search = context.ports.catalogue, context.ports.search
    found, following = await listing.products(
        records, search, wanted, owner_id=context.owner_id, limit=limit, cursor=cursor, sort=sort
    )
    required = await _required(context)
    covers = await covers_of(context.records, [kept.product.product_id for kept in found], owner_id=context.owner_id)
    items = [ProductListed.listed(kept, covers.get(kept.product.product_id), required) for kept in found]
    return CatalogueProductList(items=items, next_cursor=following)


@operation("GET", "/api/products/facets")
async def count_products(context: Context, wanted: ProductFilter) -> ProductCounts:
    """How many products there are by brand, category, availability, price band, shop and state."""
    found = await listing.counts(context.ports.search, wanted, owner_id=context.owner_id)
    return ProductCounts(
        facets={name: dict(counts) for name, counts in found.items()},
        at_least=[name for name, counts in found.items() if counts.at_least],
    )


@operation("GET", "/api/products/export/{name}", problems=(404, 501), patience_s=600, audited="data.products_exported")
async def export_products(context: Context, name: str, wanted: ProductFilter) -> Download:
    """Products as a file: products.csv, products.xlsx, products.parquet, products.xml, products.jsonld."""
    kind = name.removeprefix("products.")
    if kind not in exports.KINDS:
        raise NotFound("file_not_found", name=name, names=", ".join(f"products.{one}" for one in exports.KINDS))
    written = ExportCounts(0, 0)

    async def write(path: Path) -> None:
        nonlocal written
        written = await exports.write(path, _products(context, wanted))

    body = await without_name(name, write)
    counts = {"products": written.products - written.left_out, "left_out": written.left_out}
    return Download(name, _MEDIA_TYPES[kind], body, counts)


async def _required(context: Context) -> list[NamedFamily]:
    return required_of(await families_of(context.records.entities, owner_id=context.owner_id))


async def _products(context: Context, wanted: ProductFilter) -> AsyncIterator[list[CatalogueProduct]]:
    async for part in listing.all_products(
        context.ports.catalogue, context.ports.search, wanted, owner_id=context.owner_id
    ):
        yield [kept.product for kept in part]


@operation("GET", "/api/products/duplicates")
async def list_duplicates(
    context: Context,
    *,
    state: Annotated[
        duplicates.DuplicateState, Field(description="open: proposed; same or different: as a person said.")
    ] = duplicates.DuplicateState.OPEN,
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> DuplicateList:
    """Products of different sources that may be one, each pair with its reason; the surest first."""
    kept = [one async for _, one in duplicates.stored(context.records, context.owner_id, state=state)]
    kept.sort(key=lambda one: (one.certainty is not Certainty.SURE, -one.likeness, one.one))
    shown, following = sliced(kept, limit, cursor)
    ids = [product_id for pair in shown for product_id in (pair.one, pair.other)]
    found = await products_with_ids(context.records, ids, owner_id=context.owner_id)
    covers = await covers_of(context.records, list(found), owner_id=context.owner_id)
    products = {key: ProductShown.of(kept, covers.get(key)) for key, kept in found.items()}
    items = [
        DuplicateShown.of(pair, one=products[pair.one], other=products[pair.other], why=str(pair.reason))
        for pair in shown
        if pair.one in products and pair.other in products
    ]
    return DuplicateList(items=items, next_cursor=following)


@operation("POST", "/api/products/duplicates/find", patience_s=600)
async def find_duplicates(context: Context) -> DuplicatesFound:
    """Look for products of different sources that may be one, among all products. Nothing is merged."""
    return DuplicatesFound(open=await duplicates.find_duplicates(context.records, owner_id=context.owner_id))


@operation(
    "POST",
    "/api/products/duplicates/decide",
    problems=(404,),
    example={"one": "01a2", "other": "01a3", "same": True},
)
async def decide_duplicate(context: Context, given: DecidedDuplicate) -> DuplicateDecided:
    """Say whether two products are one. The pair is not proposed again; nothing is merged or linked."""
    decided = await duplicates.decide(
        context.records, given.one, given.other, same=given.same, owner_id=context.owner_id
    )
    return DuplicateDecided(one=decided.one, other=decided.other, state=decided.state)


@operation("GET", "/api/products/{product_id}", problems=(404,))
async def show_product(context: Context, product_id: str) -> ProductWhole:
    """A product with where its values come from, its versions, and what is to be decided."""
    kept = await product_of(context.records, product_id, owner_id=context.owner_id)
    return ProductWhole.whole(kept, await _required(context))


@operation(
    "PATCH",
    "/api/products/{product_id}",
    problems=(404, 409),
    example={"fields": {"price": "12.50"}},
    most_bytes=_MOST_BYTES,
)
async def edit_product(context: Context, product_id: str, given: EditedProduct) -> ProductWhole:
    """Save new values as a product's next version; later imports keep them."""
    kept = await editing.edit(
        context.ports.catalogue,
        product_id,
        given.fields,
        owner_id=context.owner_id,
        row=given.row,
        taxonomy=taxonomy.load(context.ports.settings.home),
    )
    return ProductWhole.whole(kept, await _required(context))


@operation(
    "PATCH",
    "/api/products",
    example={"product_ids": ["01a2"], "fields": {"brand": "Fira"}},
    most_bytes=_MOST_BYTES,
    patience_s=600,
)
async def edit_products(context: Context, given: EditedProducts) -> ProductsEdited:
    """Save the same values in many products, by id or all that match a filter."""
    if (given.filter is None) == (not given.product_ids):
        raise Invalid("products_or_filter")
    ids = [*given.product_ids]
    if given.filter is not None:  # all of them before the first is changed, since a change may move it in the list
        ids = [product.product_id async for part in _products(context, given.filter) for product in part]
    made, left = await editing.edit_many(
        context.ports.catalogue,
        ids,
        given.fields,
        owner_id=context.owner_id,
        taxonomy=taxonomy.load(context.ports.settings.home),
    )
    return await _edited(context, made, left)


@operation(
    "POST",
    "/api/products/undo",
    example={"versions": [{"product_id": "01a2", "number": 2}]},
    most_bytes=_MOST_BYTES,
    patience_s=600,
)
async def undo_versions(context: Context, given: UndoneVersions) -> ProductsEdited:
    """Take the changes of many versions back, such as those of a bulk edit, each as a version of its own."""
    wanted = [editing.MadeVersion(one.product_id, one.number) for one in given.versions]
    made, left = await editing.undo_many(context.ports.catalogue, wanted, owner_id=context.owner_id)
    return await _edited(context, made, left)


async def _edited(context: Context, made: list[editing.MadeVersion], left: list[editing.NotChanged]) -> ProductsEdited:
    kept = await products_with_ids(context.records, [one.product_id for one in left], owner_id=context.owner_id)
    names = {product_id: one.product.values.name for product_id, one in kept.items()}
    return ProductsEdited(
        changed=len(made),
        not_changed=[ProductNotChanged.of(one, name=names.get(one.product_id, "")) for one in left],
        versions=[ProductVersion.of(one) for one in made],
    )


@operation("POST", "/api/products/{product_id}/undo", problems=(404, 409), example={"number": 2})
async def undo_version(context: Context, product_id: str, given: UndoneVersion) -> ProductWhole:
    """Take a version's changes back, as a version of its own."""
    kept = await editing.undo(
        context.ports.catalogue, product_id, given.number, owner_id=context.owner_id, row=given.row
    )
    return ProductWhole.whole(kept, await _required(context))


@operation("POST", "/api/products/{product_id}/decide", problems=(404, 409), example={"field": "price", "choice": 1})
async def decide_value(context: Context, product_id: str, given: DecidedValue) -> ProductWhole:
    """Decide which of a field's contradicting values holds."""
    kept = await editing.decide(
        context.ports.catalogue, product_id, given.field, given.choice, owner_id=context.owner_id, row=given.row
    )
    return ProductWhole.whole(kept, await _required(context))


@operation("GET", "/api/products/{product_id}/alike", problems=(404,))
async def show_alike(context: Context, product_id: str) -> ProductsAlike:
    """Products that may be the same, by their names."""
    kept = await product_of(context.records, product_id, owner_id=context.owner_id)
    found = await duplicates.alike(context.records, context.ports.search, kept.product)
    return ProductsAlike(alike=[AlikeShown(likeness=one.likeness, product=ProductShown.of(one.kept)) for one in found])


@operation("DELETE", "/api/products/{product_id}", status=204, problems=(404,), audited="data.product_deleted")
async def delete_product(context: Context, product_id: str) -> None:
    """Delete a product."""
    found = await product_of(context.records, product_id, owner_id=context.owner_id)
    context.noted.params["name"] = found.product.values.name or product_id
    await context.ports.catalogue.catalogue.delete(context.owner_id, [product_id])


@operation("GET", "/api/categories")
async def list_categories(
    context: Context,
    *,
    state: Annotated[mapping.MappingState | None, Field(description="Only in this state.")] = None,
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> MappingList:
    """Categories of shops, those of most products first, and what they are in the taxonomy."""
    mappings = mapping.mappings(context.records, owner_id=context.owner_id, state=state)
    found = [kept.mapping async for kept in mappings]
    found.sort(key=lambda one: (-one.products, one.path))
    shown, following = sliced(found, limit, cursor)
    return MappingList(items=[MappingShown.of(one) for one in shown], next_cursor=following)


@operation(
    "POST",
    "/api/categories/{mapping_id}/map",
    problems=(404, 409),
    example={"category_id": "ap-2-1"},
    patience_s=600,
)
async def map_category(context: Context, mapping_id: str, given: MappedCategory) -> CategoryMapped:
    """Confirm what a shop's category is in the taxonomy; its products follow, and others are learnt from it."""
    installed = taxonomy.load(context.ports.settings.home)
    decided = await mapping.decide(context.records, installed, mapping_id, given.category_id, owner_id=context.owner_id)
    changed = await apply_mappings(context.ports.catalogue, owner_id=context.owner_id)
    return CategoryMapped(changed=changed, not_changed=[], mapping=MappingShown.of(decided))


@operation("GET", "/api/taxonomy", problems=(404,))
async def search_taxonomy(
    context: Context,
    *,
    words: Annotated[str, Field(min_length=1, max_length=200)],
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> CategoryList:
    """Categories of the installed taxonomy that words name, in English or Chinese."""
    found = taxonomy.load(context.ports.settings.home)
    if found is None:
        raise NotFound("taxonomy_not_installed")
    shown, following = sliced(found.search(words, limit=_MOST_FOUND), limit, cursor)
    return CategoryList(items=shown, next_cursor=following)
