"""Writes a run's report from what the records hold and the sentences that were found for it."""

import asyncio
from collections.abc import Mapping, Sequence

from magicai.ports import Files, Records
from magicai.runs.run import Problem
from magicai.shops.analysis import Analysis, SharedBrand
from magicai.shops.crawl_result import CrawlData, Report, ReportSummary, SentenceCounts
from magicai.shops.own_comparison import OwnComparison
from magicai.shops.ports import ShopRecords
from magicai.shops.references import with_products
from magicai.shops.report.compose import compose
from magicai.shops.report.fact_finding import problem_facts
from magicai.shops.report.facts import Measure
from magicai.shops.report.html import render_html
from magicai.shops.report.layout import lay_out, one_line
from magicai.shops.report.markdown import render_markdown
from magicai.shops.report.numerals import Language
from magicai.shops.report.sentence import Sentence
from magicai.shops.step_results import Saved
from magicai.values.times import now_us, to_iso


async def crawl_data_of(records: ShopRecords, saved: Saved) -> CrawlData:
    """What was read, with its products."""
    return CrawlData.model_validate(await with_products(records, saved.model_dump(mode="json")))


async def problems_of(records: Records, run_id: str) -> list[Problem]:
    """What did not work in a run so far, each once."""
    found: dict[Problem, None] = {}
    after = 0
    while events := await records.runs.events(run_id, after=after):
        found |= {Problem.model_validate(e.data["problem"]): None for e in events if e.kind == "problem"}
        after = events[-1].sequence
    return list(found)


async def write_report(
    records: Records,
    files: Files,
    *,
    run_id: str,
    crawl_data: CrawlData,
    analysis: Analysis,
    shared_brands: Sequence[SharedBrand],
    own: Sequence[OwnComparison] = (),
    sentences: Sequence[Sentence],
    language: Language,
    summary: ReportSummary | None = None,
    names: Mapping[str, str],
) -> tuple[Report, str]:
    """Write the report's files, replacing those of an earlier version; answers the report and its Markdown."""
    problems = await problems_of(records, run_id)
    # The sentences were composed before the model was asked, which may have met another.
    told = [sentence for sentence in sentences if sentence.fact.measure is not Measure.PROBLEMS]
    sentences = (*told, *compose(problem_facts(analysis, problems), language))
    model = lay_out(
        crawl_data,
        analysis,
        sentences,
        language=language,
        read_at=to_iso(now_us()),
        summary=summary,
        shared_brands=shared_brands,
        own=own,
        problems=problems,
        names=names,
    )
    markdown = render_markdown(model)
    several = len(analysis.shops) > 1
    report = Report(
        language=language,
        title=model.title,
        written_by=summary.written_by if summary else "composer",
        sentences=SentenceCounts(phrased=len(summary.sentences) if summary else 0, composed=len(sentences)),
        summary=summary,
        markdown=await files.save(f"{run_id}/report.md", markdown.encode()),
        html=await files.save(f"{run_id}/report.html", (await asyncio.to_thread(render_html, model)).encode()),
        findings=tuple(one_line(finding, several_shops=several) for finding in model.findings),
    )
    return report, markdown
