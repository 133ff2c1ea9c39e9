from integrations.open import open_ports
from magicai.app.reports import crawl_data_of, write_report
from magicai.brain.steps import StepRun, step
from magicai.domain.analysis import Analysis, SharedBrand
from magicai.domain.crawl_analyze_generate import CrawlAnalyzeGenerate, Report
from magicai.domain.crawl_steps import Saved
from magicai.domain.own_catalogue import OwnComparison
from magicai.domain.plan import Resources
from magicai.domain.shop_entities import report_entity
from magicai.reporting.draft import Draft, PhrasedSentences

_COMPOSER = "composer"


@step(gives="report", retries=2, resources=Resources(cpu=0.5, memory=300))
async def file_report(
    run: StepRun,
    request: CrawlAnalyzeGenerate,
    crawl_data: Saved,
    analysis: Analysis,
    draft: Draft,
    phrased: PhrasedSentences | None = None,
    shared_brands: list[SharedBrand] | None = None,
    own_comparison: list[OwnComparison] | None = None,
) -> Report:
    """Put the report into the records, in its last words."""
    sentences = phrased.sentences if phrased else draft.sentences
    model = phrased.written_by if phrased and any(one.by == "model" for one in sentences) else _COMPOSER
    async with open_ports() as ports:
        report, markdown = await write_report(
            ports.records,
            ports.files,
            run_id=run.run_id,
            crawl_data=await crawl_data_of(ports.records, crawl_data),
            analysis=analysis,
            shared_brands=shared_brands or (),
            own=own_comparison or (),
            sentences=sentences,
            language=request.language,
            written_by=model,
        )
        entity = report_entity(report, run_id=run.run_id, owner_id=run.owner_id, text=markdown)
        await ports.records.entities.save([entity])
    await run.watch.show("report", markdown)
    return report
