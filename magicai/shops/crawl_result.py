"""What comes out of the main workflow: what was read, what was computed, and where the report lies."""

from pydantic import BaseModel, ConfigDict, Field

from magicai.runs.run import RunResult
from magicai.shops.analysis import Analysis, SharedBrand
from magicai.shops.own_catalogue import OwnComparison
from magicai.shops.product import Product
from magicai.stores.indexed import Indexed


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class PageCounts(_Model):
    """How the addresses of a crawl ended."""

    fetched: int = 0
    unchanged: int = 0
    refused: int = 0
    failed: int = 0


class CrawlData(_Model):
    """What was read, all shops together; `shops` has one of these for each, with the id of its crawl."""

    crawl_id: str = ""
    shop: str
    pages: PageCounts
    coverage: float = Field(ge=0, le=1)
    products: tuple[Product, ...]
    shops: tuple["CrawlData", ...] = ()


class SentenceCounts(_Model):
    """How many sentences a language model phrased, and how many are the composer's own."""

    phrased: int = 0
    composed: int = 0


class Report(_Model):
    """The report and where it lies.

    Attributes:
        written_by: the language model's name, or `composer`.
        markdown, html: paths of files.
    """

    language: str
    title: str
    written_by: str
    sentences: SentenceCounts
    markdown: str
    html: str
    findings: tuple[str, ...] = ()


class CrawlAnalyzeGenerateResult(RunResult):
    """The result of crawl-analyze-generate."""

    crawl_data: CrawlData
    analysis: Analysis
    report: Report
    shared_brands: tuple[SharedBrand, ...] = ()
    own_comparison: tuple[OwnComparison, ...] = ()
    indexed: Indexed | None = None
