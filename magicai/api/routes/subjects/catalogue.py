"""Products of the catalogue, and what shops' categories are in the taxonomy."""

from typing import Annotated, Any, Literal

from fastapi import Depends, Query
from starlette.responses import Response

from magicai.api.access import At, Reader, Starter
from magicai.api.answers import problems
from magicai.api.bodies import body_of, described
from magicai.api.routes import router_of
from magicai.api.streaming import streamed
from magicai.catalogue import editing, exports, listing
from magicai.catalogue.categories import mapping, taxonomy
from magicai.catalogue.categories.applying import apply_mappings
from magicai.catalogue.images.covers import covers_of
from magicai.catalogue.kept import product_of
from magicai.catalogue.listing import Narrowed
from magicai.errors import NotFound
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.paging import sliced
from magicai.runs.exports import without_name
from magicai.shapes.subjects.catalogue import (
    CatalogueProductList,
    CategoryList,
    DecidedValue,
    EditedProduct,
    EditedProducts,
    MappedCategory,
    MappingList,
    MappingShown,
    ProductCounts,
    ProductsEdited,
    ProductShown,
    ProductWhole,
    UndoneVersion,
)

router = router_of("catalogue")
BODIES = (EditedProduct, EditedProducts, UndoneVersion, DecidedValue, MappedCategory)
_MOST = 1_000_000
_MOST_FOUND = 200
_MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "xml": "application/rss+xml",
    "jsonld": "application/ld+json",
}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file.", "content": {one: {} for one in _MEDIA_TYPES.values()}}
}
Several = Annotated[list[str], Query(max_length=50)]


def narrowed(
    *,
    words: Annotated[str, Query(max_length=200, description="Only products that match; the best first.")] = "",
    state: Annotated[Literal["ready", "review"] | None, Query(description="Only in this state.")] = None,
    brand: Several = [],  # noqa: B006 - FastAPI copies it
    category: Several = [],  # noqa: B006
    availability: Several = [],  # noqa: B006
    price_band: Several = [],  # noqa: B006
    shop: Several = [],  # noqa: B006
) -> Narrowed:
    """Which products a request is about."""
    facets = {"brand": brand, "category": category, "availability": availability}
    facets |= {"price_band": price_band, "shop": shop}
    return Narrowed(words.strip(), state or "", {name: tuple(values) for name, values in facets.items() if values})


Wanted = Annotated[Narrowed, Depends(narrowed)]


@router.get("/api/products", responses=problems())
async def list_products(
    gateway: At, caller: Reader, wanted: Wanted, *, limit: Limit = USUAL, cursor: Cursor = ""
) -> CatalogueProductList:
    """One's own products, the newest first, or those that match, the best first."""
    found, following = await listing.products(
        gateway.records, gateway.ports.search, wanted, owner_id=caller.owner_id, limit=limit, cursor=cursor
    )
    covers = await covers_of(gateway.records, [one.product.product_id for one in found], owner_id=caller.owner_id)
    items = [ProductShown.of(one, covers.get(one.product.product_id)) for one in found]
    return CatalogueProductList(items=items, next_cursor=following)


@router.get("/api/products/facets", responses=problems())
async def count_products(gateway: At, caller: Reader, wanted: Wanted) -> ProductCounts:
    """How many products there are by brand, category, availability, price band, shop and state."""
    return ProductCounts(facets=await listing.counts(gateway.ports.search, wanted, owner_id=caller.owner_id))


@router.get("/api/products/export/{name}", response_class=Response, responses={**problems(404), **_FILE})
async def export_products(gateway: At, caller: Reader, wanted: Wanted, name: str) -> Response:
    """Products as a file: products.csv, products.xlsx, products.parquet, products.xml, products.jsonld."""
    kind = name.removeprefix("products.")
    if kind not in exports.KINDS:
        raise NotFound("file_not_found", name=name, names=", ".join(f"products.{one}" for one in exports.KINDS))
    records, search = gateway.records, gateway.ports.search
    found = listing.all_products(records, search, wanted, owner_id=caller.owner_id)
    parts = ([kept.product for kept in part] async for part in found)
    body = await without_name(name, lambda path: exports.write(path, parts))
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": "sandbox"}
    return streamed(body, _MEDIA_TYPES[kind], headers)


@router.get("/api/products/{product_id}", responses=problems(404))
async def show_product(gateway: At, caller: Reader, product_id: str) -> ProductWhole:
    """A product with where its values come from, its versions, and what is to be decided."""
    return ProductWhole.whole(await product_of(gateway.records, product_id, owner_id=caller.owner_id))


@router.patch(
    "/api/products/{product_id}",
    responses=problems(404, 409, body=True),
    openapi_extra=described(EditedProduct, {"fields": {"price": "12.50"}}),
)
async def edit_product(
    gateway: At,
    caller: Starter,
    product_id: str,
    given: Annotated[EditedProduct, Depends(body_of(EditedProduct, most_bytes=_MOST))],
) -> ProductWhole:
    """Save new values as a product's next version; later imports keep them."""
    kept = await editing.edit(
        gateway.ports.catalogue,
        product_id,
        given.fields,
        owner_id=caller.owner_id,
        row=given.row,
        taxonomy=taxonomy.load(gateway.ports.settings.home),
    )
    return ProductWhole.whole(kept)


@router.patch(
    "/api/products",
    responses=problems(body=True),
    openapi_extra=described(EditedProducts, {"product_ids": ["01a2"], "fields": {"brand": "Fira"}}),
)
async def edit_products(
    gateway: At, caller: Starter, given: Annotated[EditedProducts, Depends(body_of(EditedProducts, most_bytes=_MOST))]
) -> ProductsEdited:
    """Save the same values in many products."""
    changed, left = await editing.edit_many(
        gateway.ports.catalogue,
        given.product_ids,
        given.fields,
        owner_id=caller.owner_id,
        taxonomy=taxonomy.load(gateway.ports.settings.home),
    )
    return ProductsEdited(
        changed=changed, not_changed=[{"product_id": one.product_id, "what": one.what} for one in left]
    )


@router.post(
    "/api/products/{product_id}/undo",
    responses=problems(404, 409, body=True),
    openapi_extra=described(UndoneVersion, {"number": 2}),
)
async def undo_version(
    gateway: At, caller: Starter, product_id: str, given: Annotated[UndoneVersion, Depends(body_of(UndoneVersion))]
) -> ProductWhole:
    """Take a version's changes back, as a version of its own."""
    kept = await editing.undo(
        gateway.ports.catalogue, product_id, given.number, owner_id=caller.owner_id, row=given.row
    )
    return ProductWhole.whole(kept)


@router.post(
    "/api/products/{product_id}/decide",
    responses=problems(404, 409, body=True),
    openapi_extra=described(DecidedValue, {"field": "price", "choice": 1}),
)
async def decide_value(
    gateway: At, caller: Starter, product_id: str, given: Annotated[DecidedValue, Depends(body_of(DecidedValue))]
) -> ProductWhole:
    """Decide which of a field's contradicting values holds."""
    kept = await editing.decide(
        gateway.ports.catalogue, product_id, given.field, given.choice, owner_id=caller.owner_id, row=given.row
    )
    return ProductWhole.whole(kept)


@router.delete("/api/products/{product_id}", status_code=204, responses=problems(404))
async def delete_product(gateway: At, caller: Starter, product_id: str) -> None:
    """Delete a product."""
    await product_of(gateway.records, product_id, owner_id=caller.owner_id)
    await gateway.ports.catalogue.catalogue.delete(caller.owner_id, [product_id])


@router.get("/api/categories", responses=problems())
async def list_categories(
    gateway: At,
    caller: Reader,
    *,
    state: Annotated[mapping.MappingState | None, Query(description="Only in this state.")] = None,
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> MappingList:
    """Categories of shops, those of most products first, and what they are in the taxonomy."""
    found = [one async for one in mapping.mappings(gateway.records, owner_id=caller.owner_id, state=state)]
    found.sort(key=lambda one: (-one.mapping.products, one.mapping.path))
    shown, following = sliced(found, limit, cursor)
    return MappingList(items=[MappingShown.of(one) for one in shown], next_cursor=following)


@router.post(
    "/api/categories/{mapping_id}/map",
    responses=problems(404, 409, body=True),
    openapi_extra=described(MappedCategory, {"category_id": "ap-2-1"}),
)
async def map_category(
    gateway: At, caller: Starter, mapping_id: str, given: Annotated[MappedCategory, Depends(body_of(MappedCategory))]
) -> ProductsEdited:
    """Confirm what a shop's category is in the taxonomy; its products follow, and others are learnt from it."""
    installed = taxonomy.load(gateway.ports.settings.home)
    await mapping.decide(gateway.records, installed, mapping_id, given.category_id, owner_id=caller.owner_id)
    changed = await apply_mappings(gateway.ports.catalogue, owner_id=caller.owner_id)
    return ProductsEdited(changed=changed, not_changed=[])


@router.get("/api/taxonomy", responses=problems(404))
async def search_taxonomy(
    gateway: At,
    caller: Reader,
    *,
    words: Annotated[str, Query(min_length=1, max_length=200)],
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> CategoryList:
    """Categories of the installed taxonomy that words name, in English or Chinese."""
    del caller
    found = taxonomy.load(gateway.ports.settings.home)
    if found is None:
        raise NotFound("taxonomy_not_installed", way_out="download_or_import_taxonomy")
    shown, following = sliced(found.search(words, limit=_MOST_FOUND), limit, cursor)
    return CategoryList(items=shown, next_cursor=following)
