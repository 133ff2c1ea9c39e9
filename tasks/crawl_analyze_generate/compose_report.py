from integrations.open import open_ports
from magicai.brain.steps import StepRun, step
from magicai.runs.plan import Resources
from magicai.shops.analysis import Analysis, SharedBrand
from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerate
from magicai.shops.own_catalogue import OwnComparison
from magicai.shops.report.compose import compose
from magicai.shops.report.draft import Draft
from magicai.shops.report.fact_finding import facts_of
from magicai.shops.report.filing import crawl_data_of, problems_of, write_report
from magicai.shops.step_results import Saved


@step(gives="draft", retries=1, resources=Resources(cpu=1.0, memory=300))
async def compose_report(
    run: StepRun,
    request: CrawlAnalyzeGenerate,
    crawl_data: Saved,
    analysis: Analysis,
    shared_brands: list[SharedBrand] | None = None,
    own_comparison: list[OwnComparison] | None = None,
) -> Draft:
    """Write the report from facts, sentence by sentence, and show it at once."""
    async with open_ports() as ports:
        whole = await crawl_data_of(ports.shops, crawl_data)
        problems = await problems_of(ports.records, run.run_id)
        sentences = compose(
            facts_of(whole, analysis, shared_brands or (), problems, own_comparison or ()), request.language
        )
        report, markdown = await write_report(
            ports.records,
            ports.files,
            run_id=run.run_id,
            crawl_data=whole,
            analysis=analysis,
            shared_brands=shared_brands or (),
            own=own_comparison or (),
            sentences=sentences,
            language=request.language,
            written_by="composer",
        )
    await run.watch.finding(words=f"Report: {report.html}", html=report.html, findings=list(report.findings))
    await run.watch.show("report", markdown)
    return Draft(report=report, sentences=sentences)
