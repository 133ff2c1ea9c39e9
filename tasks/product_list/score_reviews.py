from collections.abc import Awaitable, Callable

from magicai.brain.steps import StepRun, step
from magicai.catalogue.further_results import Scored
from magicai.catalogue.ports import CatalogueRecords
from magicai.catalogue.product import CatalogueProduct
from magicai.catalogue.product_list import ProductList
from magicai.catalogue.sentiment.asking import judge_by_model
from magicai.catalogue.sentiment.stored_reviews import (
    KIND,
    ProductReviews,
    judged,
    reviews_entity,
    reviews_in,
    with_sentiment,
)
from magicai.catalogue.step_results import Categorised
from magicai.catalogue.stored_products import pages_of_run
from magicai.errors import MagicError, Missing, OverBudget
from magicai.messages import say
from magicai.ports import Embedder, TextModel, UnusableAnswer
from magicai.runs.plan import Resources
from magicai.stores.entity import Versioned


@step(provides="scored", text_role="verifier", retries=2, resources=Resources(cpu=1.0, memory=400))
async def score_reviews(
    run: StepRun,
    request: ProductList,
    categorised: Categorised,
    *,
    catalogue: CatalogueRecords,
    embedded_embedder: Embedder,
    text_model: Callable[..., Awaitable[TextModel | None]],
) -> Scored:
    """Judge the reviews of the run's products that were not judged yet, by the verifier where one is set."""
    products = reviews = done = 0
    judging = _Judging(run, embedded_embedder, text_model if request.model != "none" else None)
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
                    said = await judging.judged(known)
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


class _Judging:
    """Judges by the verifier that is set; by the embedded model where none is wanted or set, or once it has failed."""

    def __init__(
        self, run: StepRun, embedder: Embedder, open_model: Callable[..., Awaitable[TextModel | None]] | None
    ) -> None:
        self._run, self._embedder, self._open_model = run, embedder, open_model
        self._verifier: TextModel | None = None

    async def judged(self, known: ProductReviews) -> ProductReviews:
        """Reviews with what they say.

        Raises:
            Missing: the packages for English are not installed.
            OverBudget: the run's budget is used up.
        """
        try:
            if self._open_model is not None and self._verifier is None:
                self._verifier = await self._open_model(self._run.spender)
                self._open_model = None
            if self._verifier is not None:
                sentiment = await judge_by_model(known.reviews, self._verifier, self._run.reporter.spent)
                return with_sentiment(known, sentiment)
        except OverBudget:
            raise
        except MagicError as exc:
            self._verifier = self._open_model = None
            if isinstance(exc, UnusableAnswer):
                await self._run.reporter.spent(exc.usage)
            what = say("reviews_not_judged_by_model", why=exc.message)
            await self._run.reporter.problem("reviews", what, exc.way, missing=False)
        return await judged(known, self._embedder)
