from functools import partial

from magicai.brain.steps import StepRun, step
from magicai.catalogue.cleaning import cleaned
from magicai.catalogue.ports import CatalogueRecords
from magicai.catalogue.product_list import ProductList
from magicai.catalogue.step_results import Cleaned, Imported
from magicai.catalogue.stored_products import change_all, products_of_run
from magicai.catalogue.wording.boilerplate import Repeated
from magicai.runs.plan import Resources
from magicai.values.times import now_us


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
    found = products_of_run(catalogue, run.run_id, owner_id=run.owner_id)
    tell = partial(run.reporter.progress, total=products, unit="products")
    _, changed = await change_all(catalogue, found, clean, owner_id=run.owner_id, tell=tell)
    return Cleaned(products=products, changed=changed)
