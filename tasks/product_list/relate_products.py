import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence

import numpy as np

from magicai.brain.steps import StepRun, step
from magicai.catalogue.entities import product_in
from magicai.catalogue.further_results import Pictured, Related
from magicai.catalogue.images.image import KIND as IMAGES_KIND
from magicai.catalogue.images.image import images_in
from magicai.catalogue.images.likeness import Likeness
from magicai.catalogue.items import names_of, products_called
from magicai.catalogue.ports import CatalogueRecords
from magicai.catalogue.product import KIND, CatalogueProduct
from magicai.catalogue.recommendations.content import Content, Described
from magicai.catalogue.recommendations.counting import count_all
from magicai.catalogue.recommendations.gram import Gram
from magicai.catalogue.recommendations.models import Affinity, affinity
from magicai.catalogue.recommendations.similar import similar, similar_entity
from magicai.catalogue.stored_products import StoredProduct, products_of_run
from magicai.errors import Missing, Temporary
from magicai.messages import say
from magicai.ports import Embedder, SearchIndex
from magicai.runs.plan import Resources

# Products that are compared: their vectors take 100 MB.
_MOST = 50_000
# Of a run of more products, looking up what each can be like takes longer than reading all.
_MOST_LOOKED_UP, _LOOKED_AT = 500, 50
_PAGE, _PART = 200, 64
_LONGEST_TEXT = 300


@step(provides="related", retries=2, resources=Resources(cpu=1.0, memory=600))
async def relate_products(
    run: StepRun,
    pictured: Pictured,
    *,
    catalogue: CatalogueRecords,
    search: SearchIndex,
    embedded_embedder: Embedder,
) -> Related:
    """Find similar products of each product of the run among those of the user that it can be like."""
    del pictured  # images are as they will be
    mine = {one.product.product_id: one.product async for one in _of_run(catalogue, run)}
    gram = await count_all(catalogue.interactions, run.owner_id)
    model = await asyncio.to_thread(affinity, gram) if gram.items else None
    is_long = len(mine) > _MOST_LOOKED_UP
    # Some are near any product, where nothing else is.
    others = await _newest(catalogue, run, most=_MOST if is_long else _PAGE)
    if is_long and len(others) >= _MOST:
        await run.reporter.problem("similar products", say("many_products_to_compare", n=_MOST), missing=False)
    if not is_long:
        others |= await _looked_up(catalogue, search, run, list(mine.values()))
        names = _together(mine.values(), gram, model) if model else []
        called = await products_called(catalogue, names, owner_id=run.owner_id)
        others |= {one.product.product_id: one.product for one in called.values()}
    compared = list((mine | others).values())
    described = list[Described]()
    likeness = Likeness()
    for start in range(0, len(compared), _PAGE):
        products = compared[start : start + _PAGE]
        pictures = await _pictures(catalogue, products, likeness)
        described += [_described(product, pictures.get(product.product_id, -1)) for product in products]
    texts = list(map(_text, compared))
    try:
        vectors = await embedded_embedder.embed(texts)
    except Missing as exc:  # category, brand and picture still tell what is alike
        await run.reporter.problem("similar products", exc.message, exc.way, missing=False)
        vectors = np.zeros((len(texts), 1), dtype=np.float32)
    content = Content(described, vectors)
    wanted = [content.place[product_id] for product_id in mine]
    without = 0
    for start in range(0, len(wanted), _PART):
        rows = wanted[start : start + _PART]
        found = await asyncio.to_thread(similar, content, rows, gram=gram, model=model)
        without += sum(not one for one in found)
        made = [
            similar_entity(content.items[row].item, one, owner_id=run.owner_id)
            for row, one in zip(rows, found, strict=True)
        ]
        await catalogue.entities.save(made)
        await run.reporter.progress(start + len(rows), len(wanted), "products")
    return Related(products=len(wanted), without=without)


def _of_run(records: CatalogueRecords, run: StepRun) -> AsyncIterator[StoredProduct]:
    return products_of_run(records, run.run_id, owner_id=run.owner_id)


async def _looked_up(
    records: CatalogueRecords, search: SearchIndex, run: StepRun, mine: Sequence[CatalogueProduct]
) -> dict[str, CatalogueProduct]:
    """Products that share words, the category or the brand with one of a few: as much is read as they are many."""
    asked: dict[tuple[str, str, str], None] = {}
    for product in mine:
        values = product.values
        asked[values.name, "", ""] = None
        asked |= dict.fromkeys(("", "category", one) for one in values.category_path[-1:])
        asked |= dict.fromkeys(("", "brand", one) for one in (values.brand,) if one)
    found: dict[str, CatalogueProduct] = {}
    try:
        for words, facet, value in asked:
            where = {facet: (value,)} if facet else {}
            hits = await search.search(
                words, owner_id=run.owner_id, kinds=(KIND,), where=where, match="any", limit=_LOOKED_AT
            )
            new = [(KIND, hit.entity_id) for hit in hits if hit.entity_id not in found]
            # What search has not heard of yet may be gone, or another's.
            found |= {
                row.entity.entity_id: product_in(row.entity)
                for row in await records.entities.present(new)
                if row.entity is not None and row.owner_id == run.owner_id
            }
    except Temporary as exc:  # those of the run are alike, too
        await run.reporter.problem("similar products", exc.message, exc.way, temporary=True, missing=False)
    return found


def _together(mine: Iterable[CatalogueProduct], gram: Gram, model: Affinity) -> list[str]:
    """What people had together with some products, by any name."""
    names = dict[str, None]()
    for product in mine:
        numbers = [gram.place[name] for name in names_of(product) if name in gram.place]
        if numbers:
            scores = model.scores(numbers)
            names |= dict.fromkeys(gram.items[one] for one in sorted(scores, key=lambda one: -scores[one])[:_LOOKED_AT])
    return list(names)


async def _newest(records: CatalogueRecords, run: StepRun, *, most: int) -> dict[str, CatalogueProduct]:
    """The newest products that the user has, in whole pages."""
    found, after = dict[str, CatalogueProduct](), ""
    while len(found) < most:
        page = await records.entities.listed(run.owner_id, KIND, after=after, limit=_PAGE, newest_first=True)
        found |= {row.entity.entity_id: product_in(row.entity) for row in page.items if row.entity is not None}
        if page.next is None:
            break
        after = page.next
    return found


async def _pictures(
    records: CatalogueRecords, products: Sequence[CatalogueProduct], likeness: Likeness
) -> dict[str, int]:
    """The group of each product's main image; those that have one."""
    rows = await records.entities.present([(IMAGES_KIND, product.product_id) for product in products])
    shown = {row.entity_id: images_in(row.entity).shown for row in rows if row.entity is not None}
    return {one: likeness.group_of(images[0].image.fingerprint) for one, images in shown.items() if images}


def _described(product: CatalogueProduct, picture: int) -> Described:
    values = product.values
    names = tuple(names_of(product))
    return Described(
        product.product_id, values.name, values.category_path, values.brand or "", values.shop, picture, names
    )


def _text(product: CatalogueProduct) -> str:
    values = product.values
    said = (values.name, " ".join(values.category_path[-2:]), values.description or "")
    return ". ".join(one for one in said if one)[:_LONGEST_TEXT]
