"""A run's results as a file: CSV, Excel, Parquet, Markdown or HTML; whole, or not at all."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from magicai.errors import Invalid
from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerateResult
from magicai.shops.report.compose import compose
from magicai.shops.report.export_csv import csv_of
from magicai.shops.report.export_parquet import parquet_of
from magicai.shops.report.export_xlsx import xlsx_of
from magicai.shops.report.fact_finding import facts_of
from magicai.shops.report.html import render_html
from magicai.shops.report.layout import lay_out
from magicai.shops.report.markdown import render_markdown
from magicai.shops.report.numerals import Language
from magicai.shops.report.report_model import ReportModel
from magicai.shops.report.whole_file import write_whole

Format = Literal["csv", "xlsx", "parquet", "md", "html"]


def export(result: CrawlAnalyzeGenerateResult, format: str, path: Path) -> Path:  # noqa: A002 - the option's name
    """Write the products (csv, parquet), everything (xlsx) or the report (md, html) of a run to `path`.

    Raises:
        Invalid: no such format.
        Missing: what writes Excel files is not installed.
        Permanent: the file could not be written; nothing of it is left behind.
    """
    body_of = _BODIES.get(format)
    if body_of is None:
        raise Invalid(f"{format!r} is not a format.", way_out=f"Take one of: {', '.join(_BODIES)}.")
    write_whole(path, body_of(result))
    return path


def _markdown(result: CrawlAnalyzeGenerateResult) -> bytes:
    return _filed(result.report.markdown) or render_markdown(_composed(result)).encode()


def _html(result: CrawlAnalyzeGenerateResult) -> bytes:
    return _filed(result.report.html) or render_html(_composed(result)).encode()


def _filed(path: str) -> bytes:
    """The report as it was filed; nothing where the file is gone."""
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""


def _composed(result: CrawlAnalyzeGenerateResult) -> ReportModel:
    """The report anew, in the composer's words."""
    language: Language = "zh" if result.report.language == "zh" else "en"
    facts = facts_of(result.crawl_data, result.analysis, result.shared_brands, result.problems, result.own_comparison)
    return lay_out(
        result.crawl_data,
        result.analysis,
        compose(facts, language),
        language=language,
        read_at=result.finished_at,
        shared_brands=result.shared_brands,
        own=result.own_comparison,
        problems=result.problems,
    )


_BODIES: Mapping[str, Callable[[CrawlAnalyzeGenerateResult], bytes]] = {
    "csv": csv_of,
    "xlsx": xlsx_of,
    "parquet": parquet_of,
    "md": _markdown,
    "html": _html,
}
