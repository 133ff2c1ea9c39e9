"""What comes out of the main workflow: what was read, what was computed, and where the report lies."""

from pydantic import Field

from magicai.runs.results import Summary
from magicai.runs.run import RunResult
from magicai.shops.analysis import Analysis, SharedBrand
from magicai.shops.own_comparison import OwnComparison
from magicai.shops.product import Product
from magicai.stores.indexed import Indexed
from magicai.values.frozen import Frozen


class PageCounts(Frozen):
    """How the addresses of a crawl ended."""

    fetched: int = 0
    unchanged: int = 0
    refused: int = 0
    failed: int = 0


class CrawlData(Frozen):
    """What was read, all shops together; `shops` has one of these for each, with the id of its crawl."""

    crawl_id: str = ""
    shop: str
    pages: PageCounts
    coverage: float = Field(ge=0, le=1)
    products: tuple[Product, ...]
    shops: tuple["CrawlData", ...] = ()


class SentenceCounts(Frozen):
    """How many sentences a language model wrote, and how many code composed."""

    phrased: int = 0
    composed: int = 0


class SummarySentence(Frozen):
    """A sentence of a summary.

    Attributes:
        findings: ids of the facts that it rests on.
        checked: whether another model has judged all of it by the findings.
    """

    text: str
    findings: tuple[str, ...]
    checked: bool = False


class LeftOut(Frozen):
    """A sentence that is not shown, and why, in the report's language."""

    text: str
    why: str


class ReportSummary(Summary):
    """The summary of a report.

    Attributes:
        checked_by: the model that judged it; "" where none did.
    """

    sentences: tuple[SummarySentence, ...]
    left_out: tuple[LeftOut, ...] = ()
    checked_by: str = ""


class Report(Frozen):
    """The report and where it lies.

    Attributes:
        written_by: the language model that wrote the summary, or `composer`.
        summary: None where no language model wrote one.
        markdown, html: paths of files.
    """

    language: str
    title: str
    written_by: str
    sentences: SentenceCounts
    markdown: str
    html: str
    findings: tuple[str, ...] = ()
    summary: ReportSummary | None = None


class CrawlAnalyzeGenerateResult(RunResult):
    """The result of crawl-analyze-generate."""

    crawl_data: CrawlData
    analysis: Analysis
    report: Report
    shared_brands: tuple[SharedBrand, ...] = ()
    own_comparison: tuple[OwnComparison, ...] = ()
    indexed: Indexed | None = None
