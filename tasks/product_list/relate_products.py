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
from magicai.catalogue.recommendations.neighbours import Neighbours
from magicai.catalogue.recommendations.similar import similar, similar_entity
from magicai.catalogue.stored_products import StoredProduct, products_of_run
from magicai.errors import Missing, Temporary
from magicai.ports import Embedder, SearchIndex
from magicai.runs.items import each, results
from magicai.runs.plan import Resources
from magicai.runs.run import JSON

# Of a run of more products, looking up what each can be like takes longer than reading all.
_MOST_LOOKED_UP, _LOOKED_AT = 500, 50
_PAGE, _PART = 200, 64
# Each is compared with so many, and with those of its part.
_NEIGHBOURS = 60
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
    gram = await count_all(catalogue.interactions, run.owner_id)
    model = await asyncio.to_thread(affinity, gram) if gram.items else None
    first = [one.product async for one in _up_to(catalogue, run, _MOST_LOOKED_UP + 1)]
    compared = _Compared(catalogue, run, embedded_embedder, gram)
    if len(first) > _MOST_LOOKED_UP:
        await compared.read_all()
    else:
        others = await _newest(catalogue, run)
        others |= await _looked_up(catalogue, search, run, first)
        names = _together(first, gram, model) if model else []
        called = await products_called(catalogue, names, owner_id=run.owner_id)
        others |= {one.product.product_id: one.product for one in called.values()}
        await compared.add(list(({one.product_id: one for one in first} | others).values()))
    parts = await _parts(catalogue, run)

    async def relate(_: str, part: JSON) -> JSON:
        ids = await catalogue.catalogue.of_run(run.run_id, after=part["after"], limit=_PART)
        mine = [product_id for product_id in ids if product_id in compared.number]
        content = await compared.around(mine, model)
        rows = [content.place[product_id] for product_id in mine]
        found = await asyncio.to_thread(similar, content, rows, gram=gram, model=model)
        made = [similar_entity(one, like, owner_id=run.owner_id) for one, like in zip(mine, found, strict=True)]
        await catalogue.entities.save(made)
        await run.reporter.progress(part["begin"] + len(ids), part["of"], "products")
        return {"products": len(mine), "without": sum(not one for one in found)}

    await each(run, parts, relate, at_once=1, unit=None)
    done = [value async for _, value in results(run)]
    return Related(products=sum(one["products"] for one in done), without=sum(one["without"] for one in done))


async def _parts(records: CatalogueRecords, run: StepRun) -> list[tuple[str, JSON]]:
    """Where each part of the run's products begins: what was done of them is not done again after a crash."""
    begins, count, after = [""], 0, ""
    while ids := await records.catalogue.of_run(run.run_id, after=after, limit=_PART):
        count, after = count + len(ids), ids[-1]
        begins.append(after)
    return [
        (after or "first", {"after": after, "begin": number * _PART, "of": count})
        for number, after in enumerate(begins[:-1])
    ]


class _Compared:
    """Products that the run's may be like; what they mean is read when they are first compared.

    Attributes:
        number: by id.
    """

    def __init__(self, records: CatalogueRecords, run: StepRun, embedder: Embedder, gram: Gram) -> None:
        self._records, self._run, self._embedder, self._gram = records, run, embedder, gram
        self._described: list[Described] = []
        self._neighbours, self._likeness = Neighbours(), Likeness()
        self.number: dict[str, int] = {}
        # By the names under which people had something.
        self._called: dict[str, int] = {}
        self._vectors: dict[int, np.ndarray] = {}
        self._is_told = False

    async def read_all(self) -> None:
        """All products of the user."""
        after = ""
        while True:
            page = await self._records.entities.listed(self._run.owner_id, KIND, after=after, limit=_PAGE)
            await self.add([product_in(row.entity) for row in page.items if row.entity is not None])
            if page.next is None:
                return
            after = page.next

    async def add(self, products: Sequence[CatalogueProduct]) -> None:
        """Some more."""
        for start in range(0, len(products), _PAGE):
            part = products[start : start + _PAGE]
            pictures = await _pictures(self._records, part, self._likeness)
            for product in part:
                described = _described(product, pictures.get(product.product_id, -1))
                self.number[product.product_id] = len(self._described)
                for name in (described.item, *described.names):
                    if name in self._gram.place:
                        self._called[name] = len(self._described)
                self._described.append(described)
                self._neighbours.add(described)

    async def around(self, mine: Sequence[str], model: Affinity | None) -> Content:
        """Some products with all that they may be like."""
        numbers = dict.fromkeys(self.number[product_id] for product_id in mine)
        for number in list(numbers):
            described = self._described[number]
            numbers |= dict.fromkeys(self._neighbours.near(number, described, count=_NEIGHBOURS))
            if model is not None:
                had = [self._gram.place[name] for name in described.names if name in self._gram.place]
                names = _likeliest(model, self._gram, had) if had else ()
                numbers |= dict.fromkeys(self._called[name] for name in names if name in self._called)
        await self._embed([number for number in numbers if number not in self._vectors])
        vectors = np.stack([self._vectors[number] for number in numbers]).astype(np.float32)
        return Content([self._described[number] for number in numbers], vectors)

    async def _embed(self, numbers: Sequence[int]) -> None:
        keys = [(KIND, self._described[number].item) for number in numbers]
        rows = {row.entity_id: row.entity for row in await self._records.entities.present(keys)}
        texts = [_text(product_in(entity)) if (entity := rows.get(key)) is not None else "" for _, key in keys]
        try:
            made = await self._embedder.embed(texts) if texts else ()
        except Missing as exc:  # category, brand and picture still tell what is alike
            if not self._is_told:
                await self._run.reporter.problem("similar products", exc.message, exc.way, missing=False)
            self._is_told = True
            made = np.zeros((len(texts), 1), dtype=np.float32)
        # Half as long numbers: of 200,000 products they take 200 MB.
        self._vectors |= {number: vector.astype(np.float16) for number, vector in zip(numbers, made, strict=True)}


async def _up_to(records: CatalogueRecords, run: StepRun, most: int) -> AsyncIterator[StoredProduct]:
    async for one in products_of_run(records, run.run_id, owner_id=run.owner_id):
        yield one
        most -= 1
        if not most:
            return


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
            names |= dict.fromkeys(_likeliest(model, gram, numbers))
    return list(names)


def _likeliest(model: Affinity, gram: Gram, numbers: Sequence[int]) -> list[str]:
    """What people had most often together with some of these, by name."""
    scores = model.scores(numbers)
    return [gram.items[one] for one in sorted(scores, key=lambda one: -scores[one])[:_LOOKED_AT]]


async def _newest(records: CatalogueRecords, run: StepRun) -> dict[str, CatalogueProduct]:
    """A page of the newest products: some are near any product, where nothing else is."""
    page = await records.entities.listed(run.owner_id, KIND, limit=_PAGE, newest_first=True)
    return {row.entity.entity_id: product_in(row.entity) for row in page.items if row.entity is not None}


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
