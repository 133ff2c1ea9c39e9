"""The sample shop's products, as sample data."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from magicai.catalogue.categories import mapping
from magicai.catalogue.entities import product_in
from magicai.catalogue.images import image
from magicai.catalogue.product import KIND
from magicai.catalogue.recommendations import similar
from magicai.catalogue.sentiment import stored_reviews
from magicai.operations.first_steps import has_run
from magicai.operations.operation import Context
from magicai.operations.sample_data import SampleData
from magicai.operations.subjects.shops_sample import of_shop
from magicai.runs.run import Run

TAG = "catalogue"
_IMPORT = "product-list"
_PAGE = 500


async def _remove(context: Context, run: Run) -> bool:
    """Products that another run has found too, or that somebody has edited, stay; they do not need the run."""
    catalogue, entities, after, stays = context.ports.catalogue, context.records.entities, "", False
    await context.ports.shops.crawls.remove(context.owner_id, [run.run_id])
    while page := await catalogue.catalogue.of_run(run.run_id, after=after, limit=_PAGE):
        after = page[-1]
        found = await entities.present([(KIND, product_id) for product_id in page])
        products = [product_in(one.entity) for one in found if one.entity is not None]
        shared = await catalogue.catalogue.of_other_runs(run.run_id, page)
        own = [
            product.product_id
            for product in products
            if product.product_id not in shared and all(change.by == f"run:{run.run_id}" for change in product.changes)
        ]
        stays = stays or len(own) < len(products)
        await _remove_images(context, own)
        for kind in (similar.KIND, stored_reviews.KIND):
            await entities.delete(kind, own)
        await catalogue.catalogue.delete(context.owner_id, own)
    if not stays:
        shop = urlsplit(str(run.request["shop"])).netloc
        proposed = mapping.mappings(context.records, owner_id=context.owner_id, state=mapping.MappingState.OPEN)
        ids = [one.mapping.mapping_id async for one in proposed if one.mapping.shop == shop]
        await entities.delete(mapping.KIND, ids)
    return False


async def _remove_images(context: Context, product_ids: Sequence[str]) -> None:
    entities, owner_id = context.records.entities, context.owner_id
    found = await entities.present([(image.KIND, product_id) for product_id in product_ids])
    images = [one for row in found if row.entity is not None for one in image.images_in(row.entity).images]
    await entities.delete(image.READ_KIND, [image.read_id(one.image.url, owner_id=owner_id) for one in images])
    await entities.delete(image.KIND, product_ids)
    await context.ports.catalogue.images.keep(owner_id, dict.fromkeys(product_ids, ()))


SAMPLE_DATA = (SampleData(_IMPORT, lambda context: of_shop(context, _IMPORT), _remove),)
FIRST_STEPS = {"products": has_run(_IMPORT)}
