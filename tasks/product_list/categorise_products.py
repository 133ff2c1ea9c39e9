from functools import partial

from magicai.brain.steps import StepRun, step
from magicai.catalogue.categories import taxonomy as installed
from magicai.catalogue.categories.assigning import Assigner, ShopCategories
from magicai.catalogue.ports import CatalogueRecords
from magicai.catalogue.product import CatalogueProduct
from magicai.catalogue.product_list import ProductList
from magicai.catalogue.step_results import Categorised, Cleaned
from magicai.catalogue.stored_products import change_all, products_of_run
from magicai.messages import say
from magicai.runs.plan import Resources
from magicai.settings import Settings
from magicai.values.times import now_us


@step(provides="categorised", retries=2, resources=Resources(cpu=1.0, memory=300))
async def categorise_products(
    run: StepRun,
    request: ProductList,
    cleaned: Cleaned,
    *,
    catalogue: CatalogueRecords,
    settings: Settings,
) -> Categorised:
    """Give products their category of the taxonomy, as mapped by a person; what is not mapped is put on their list."""
    if not request.enrich:
        return Categorised(products=cleaned.products)
    taxonomy = installed.load(settings.home)
    found = ShopCategories()
    async for kept in products_of_run(catalogue, run.run_id, owner_id=run.owner_id):
        found.add(kept.product.values)
    to_map = await found.save(catalogue, taxonomy, owner_id=run.owner_id)
    assigner = await Assigner.of(catalogue, owner_id=run.owner_id)
    now = now_us()
    sure = 0

    def assign(product: CatalogueProduct) -> CatalogueProduct:
        nonlocal sure
        made = assigner.assigned(product, run_id=run.run_id, now=now)
        sure += made.values.taxonomy is not None
        return made

    products = products_of_run(catalogue, run.run_id, owner_id=run.owner_id)
    tell = partial(run.reporter.progress, total=cleaned.products, unit="products")
    done, _ = await change_all(catalogue, products, assign, owner_id=run.owner_id, tell=tell)
    if to_map and taxonomy is not None:
        await run.reporter.problem("categories", say("categories_not_mapped", n=to_map), missing=False)
    return Categorised(products=done, sure=sure, to_map=to_map)
