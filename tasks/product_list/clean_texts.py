from functools import partial

from magicai.brain.steps import StepRun, step
from magicai.catalogue.cleaning import cleaned
from magicai.catalogue.kept import change, products_of_run
from magicai.catalogue.ports import CatalogueRecords
from magicai.catalogue.product_list import ProductList
from magicai.catalogue.step_results import Cleaned, Imported
from magicai.catalogue.wording.boilerplate import Repeated
from magicai.runs.plan import Resources
from magicai.values.times import now_us

_TELL_EVERY = 200


@step(provides="cleaned", retries=2, resources=Resources(cpu=1.0, memory=300))
async def clean_texts(
    run: StepRun,
    request: ProductList,
    imported: Imported,  # noqa: ARG001 - the products are there
    fetched: Imported,  # noqa: ARG001
    *,
    catalogue: CatalogueRecords,
) -> Cleaned:
    """Leave out what a shop repeats, find languages, and read attributes out of descriptions."""
    repeated, products = Repeated(), 0
    async for kept in products_of_run(catalogue, run.run_id, owner_id=run.owner_id):
        values, products = kept.product.values, products + 1
        if values.description and values.shop:
            repeated.add(values.shop, values.description)
    clean = partial(cleaned, repeated=repeated, enrich=request.enrich, run_id=run.run_id, now=now_us())
    changed = done = 0
    async for kept in products_of_run(catalogue, run.run_id, owner_id=run.owner_id):
        done += 1
        if done % _TELL_EVERY == 0:
            await run.reporter.progress(done, products, "products")
        if clean(kept.product) is not kept.product:
            changed += 1
            await change(catalogue, kept.product.product_id, clean, owner_id=run.owner_id)
    return Cleaned(products=products, changed=changed)
