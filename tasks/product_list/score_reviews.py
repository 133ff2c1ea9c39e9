from magicai.brain.steps import StepRun, step
from magicai.catalogue.further_results import Scored
from magicai.catalogue.ports import CatalogueRecords
from magicai.catalogue.product import CatalogueProduct
from magicai.catalogue.sentiment.stored_reviews import KIND, ProductReviews, judged, reviews_entity, reviews_in
from magicai.catalogue.step_results import Categorised
from magicai.catalogue.stored_products import pages_of_run
from magicai.errors import Missing
from magicai.ports import Embedder
from magicai.runs.plan import Resources
from magicai.stores.entity import Versioned


@step(provides="scored", retries=2, resources=Resources(cpu=1.0, memory=400))
async def score_reviews(
    run: StepRun, categorised: Categorised, *, catalogue: CatalogueRecords, embedded_embedder: Embedder
) -> Scored:
    """Judge the reviews of the run's products that were not judged yet."""
    products = reviews = done = 0
    async for page in pages_of_run(catalogue, run.run_id, owner_id=run.owner_id):
        rows = await catalogue.entities.present([(KIND, kept.product.product_id) for kept in page])
        sent = {row.entity_id: row for row in rows}
        for kept in page:
            done, found = done + 1, sent.get(kept.product.product_id)
            if (known := _reviews(kept.product, found, run.owner_id)) is None:
                continue
            products, reviews = products + 1, reviews + len(known.reviews)
            if not known.is_judged:
                try:
                    said = await judged(known, embedded_embedder)
                except Missing as exc:
                    await run.reporter.problem("reviews", exc.message, exc.way, missing=False)
                    return Scored(products=products, reviews=reviews)
                made = reviews_entity(said, owner_id=run.owner_id)
                # Where somebody saved others meanwhile, these were judged as they were saved.
                await catalogue.entities.replace(made, version=found.version if found is not None else 0)
                await run.reporter.progress(done, categorised.products, "products")
    return Scored(products=products, reviews=reviews)


def _reviews(product: CatalogueProduct, found: Versioned | None, owner_id: str) -> ProductReviews | None:
    """The reviews that somebody sent of a product, else those that its sources state; None where there are none."""
    if found is not None and found.entity is not None:
        return reviews_in(found.entity) if found.owner_id == owner_id else None
    return ProductReviews(product_id=product.product_id, reviews=product.reviews) if product.reviews else None
