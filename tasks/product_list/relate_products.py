import asyncio
from collections.abc import AsyncIterator, Sequence

import numpy as np

from magicai.brain.steps import StepRun, step
from magicai.catalogue.entities import product_in
from magicai.catalogue.further_results import Pictured, Related
from magicai.catalogue.images.image import KIND as IMAGES_KIND
from magicai.catalogue.images.image import images_in
from magicai.catalogue.images.likeness import Likeness
from magicai.catalogue.items import names_of
from magicai.catalogue.kept import products_of_run
from magicai.catalogue.ports import CatalogueRecords
from magicai.catalogue.product import KIND, CatalogueProduct
from magicai.catalogue.recommendations.content import Content, Described
from magicai.catalogue.recommendations.counting import count_all
from magicai.catalogue.recommendations.models import affinity
from magicai.catalogue.recommendations.similar import similar, similar_entity
from magicai.errors import Missing
from magicai.ports import Embedder
from magicai.runs.plan import Resources

# Products that are compared: their vectors take 100 MB.
_MOST = 50_000
_PAGE, _PART = 200, 64
_LONGEST_TEXT = 300


@step(provides="related", retries=2, resources=Resources(cpu=1.0, memory=600))
async def relate_products(
    run: StepRun, pictured: Pictured, *, catalogue: CatalogueRecords, embedded_embedder: Embedder
) -> Related:
    """Find similar products of each product of the run among all that the user has."""
    del pictured  # images are as they will be
    described, texts = list[Described](), list[str]()
    likeness = Likeness()
    async for products, are_all in _products(catalogue, run.owner_id):
        pictures = await _pictures(catalogue, products, likeness)
        described += [_described(product, pictures.get(product.product_id, -1)) for product in products]
        texts += map(_text, products)
        if len(described) >= _MOST and not are_all:
            what = f"Products are compared with {_MOST:,} others."
            await run.reporter.problem("similar products", what, "Those behind them are left out.", missing=False)
            break
    try:
        vectors = await embedded_embedder.embed(texts)
    except Missing as exc:  # category, brand and picture still tell what is alike
        await run.reporter.problem("similar products", exc.what, exc.way_out, missing=False)
        vectors = np.zeros((len(texts), 1), dtype=np.float32)
    content = Content(described, vectors)
    gram = await count_all(catalogue.interactions, run.owner_id)
    model = await asyncio.to_thread(affinity, gram) if gram.items else None
    wanted = [
        content.place[kept.product.product_id]
        async for kept in products_of_run(catalogue, run.run_id, owner_id=run.owner_id)
        if kept.product.product_id in content.place
    ]
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


async def _products(records: CatalogueRecords, owner_id: str) -> AsyncIterator[tuple[list[CatalogueProduct], bool]]:
    """All that the user has, some hundred at a time; and whether they are the last."""
    after: str | None = ""
    while after is not None:
        page = await records.entities.listed(owner_id, KIND, after=after, limit=_PAGE, newest_first=True)
        after = page.next
        yield [product_in(one.entity) for one in page.items if one.entity is not None], after is None


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
