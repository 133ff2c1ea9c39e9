import asyncio
from collections.abc import Awaitable, Callable

from magicai.brain.situation import Situation
from magicai.brain.steps import StepRun, step
from magicai.errors import Invalid, NotFound, OverBudget, Permanent, Temporary
from magicai.messages import Message, say
from magicai.ports import Files, TextModel, UnusableAnswer
from magicai.runs.plan import Resources
from magicai.runs.requests.files_in import body_of
from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerate
from magicai.shops.matching.checking import MOST_PAIRS, check
from magicai.shops.matching.verdicts import verdicts_of
from magicai.shops.own_catalogue import catalogue_of
from magicai.shops.own_comparison import OwnComparison, checked, compare
from magicai.shops.ports import ShopRecords
from magicai.shops.step_results import Saved


def _no_catalogue(situation: Situation) -> Message | None:
    return None if situation.request.get("own_catalogue") else say("no_catalogue_given")


@step(
    provides="own_comparison",
    optional=True,
    unless=_no_catalogue,
    text_role="verifier",
    resources=Resources(cpu=1.0, memory=300),
)
async def compare_catalogue(
    run: StepRun,
    request: CrawlAnalyzeGenerate,
    crawl_data: Saved,
    *,
    shops: ShopRecords,
    files: Files,
    text_model: Callable[..., Awaitable[TextModel | None]],
) -> list[OwnComparison]:
    """Compare the shops' prices with one's own."""
    compared: list[OwnComparison] = []
    try:
        body = await body_of(shops, files, request.own_catalogue or "", owner_id=run.owner_id)
        own = await asyncio.to_thread(catalogue_of, body, "own_catalogue")
    except (Invalid, NotFound) as exc:
        await run.reporter.problem("own_catalogue", exc.message, exc.way)
        return compared
    # No paid call where none is wanted.
    verifier = None if request.model == "none" else await text_model(run.spender, role="verifier")
    for done, shop in enumerate(crawl_data.shops, start=1):
        products = [product async for product in shops.products.of_crawl(shop.crawl_id)]
        told = await verdicts_of(shops, run.owner_id, shop.shop)
        comparison = await asyncio.to_thread(
            compare,
            own,
            products,
            shop=shop.shop,
            undercut_percent=request.undercut_percent,
            margin_percent=request.margin_percent,
            verdicts=told,
        )
        compared.append(comparison if verifier is None else await _checked(run, comparison, verifier))
        await run.reporter.progress(done, len(crawl_data.shops), "shops")
    return compared


async def _checked(run: StepRun, comparison: OwnComparison, verifier: TextModel) -> OwnComparison:
    """The comparison with its first proposals judged; as it is where the model gave nothing."""
    pairs = [(pair.mine_name, pair.name) for pair in comparison.proposals[:MOST_PAIRS]]
    if not pairs:
        return comparison
    try:
        judged, usage = await check(verifier, pairs)
    except OverBudget:
        raise
    except (Temporary, Permanent) as exc:
        if isinstance(exc, UnusableAnswer):
            await run.reporter.spent(exc.usage)
        what = say("matches_not_checked", model=verifier.name, why=exc.message)
        await run.reporter.problem(comparison.shop, what, exc.way, missing=False)
        return comparison
    await run.reporter.spent(usage)
    return checked(comparison, judged, verifier.name)
