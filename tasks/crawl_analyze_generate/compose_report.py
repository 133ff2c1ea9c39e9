from magicai.brain.steps import StepRun, step
from magicai.runs.plan import Resources
from magicai.shops.analysis import Analysis, SharedBrand
from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerate
from magicai.shops.fields.filling import FilledFields
from magicai.shops.own_comparison import OwnComparison
from magicai.shops.ports import ShopRecords
from magicai.shops.report.compose import compose
from magicai.shops.report.draft import Draft
from magicai.shops.report.fact_finding import facts_of
from magicai.shops.report.filing import crawl_data_of, problems_of
from magicai.shops.step_results import Saved


@step(provides="draft", retries=1, resources=Resources(cpu=1.0, memory=300))
async def compose_report(
    run: StepRun,
    request: CrawlAnalyzeGenerate,
    crawl_data: Saved,
    analysis: Analysis,
    shared_brands: list[SharedBrand] | None = None,
    own_comparison: list[OwnComparison] | None = None,
    filled: FilledFields | None = None,
    *,
    shops: ShopRecords,
) -> Draft:
    """Find the facts, and a sentence for each."""
    del filled  # its problems are among those that the report lists
    whole = await crawl_data_of(shops, crawl_data)
    problems = await problems_of(shops, run.run_id)
    facts = facts_of(whole, analysis, shared_brands or (), problems, own_comparison or ())
    return Draft(sentences=compose(facts, request.language))
