from magicai.brain.steps import StepRun, step
from magicai.ports import Files
from magicai.runs.plan import Resources
from magicai.shops.analysis import Analysis, SharedBrand
from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerate
from magicai.shops.crawl_result import Report, ReportSummary
from magicai.shops.entities import report_entity
from magicai.shops.own_comparison import OwnComparison
from magicai.shops.ports import ShopRecords
from magicai.shops.report.draft import Draft
from magicai.shops.report.filing import crawl_data_of, write_report
from magicai.shops.report.layout import names_of
from magicai.shops.step_results import Saved


@step(provides="report", retries=2, resources=Resources(cpu=0.5, memory=300))
async def file_report(
    run: StepRun,
    request: CrawlAnalyzeGenerate,
    crawl_data: Saved,
    analysis: Analysis,
    draft: Draft,
    summary: ReportSummary | None = None,
    shared_brands: list[SharedBrand] | None = None,
    own_comparison: list[OwnComparison] | None = None,
    *,
    shops: ShopRecords,
    files: Files,
) -> Report:
    """Write the report, and put it into the records."""
    report, markdown = await write_report(
        shops,
        files,
        run_id=run.run_id,
        crawl_data=await crawl_data_of(shops, crawl_data),
        analysis=analysis,
        shared_brands=shared_brands or (),
        own=own_comparison or (),
        sentences=draft.sentences,
        language=request.language,
        summary=summary,
        names=names_of(await shops.shop_identities.of(run.owner_id)),
    )
    entity = report_entity(report, run_id=run.run_id, owner_id=run.owner_id, text=markdown)
    await shops.entities.save([entity])
    await run.reporter.finding(words=f"Report: {report.title}", findings=list(report.findings))
    await run.reporter.show("report", markdown)
    return report
