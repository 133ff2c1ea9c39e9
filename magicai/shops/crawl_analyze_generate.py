"""The main workflow: read a competitor's shop, count, compare, and write it up."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, cast
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from magicai.brain.situation import Machine
from magicai.messages import Message, say
from magicai.messages.validation import InvalidValue
from magicai.runs.panel import Panel
from magicai.runs.plan import Priority
from magicai.runs.requests.fields import Unit
from magicai.runs.requests.files_in import InputFile
from magicai.runs.samples import Sample
from magicai.runs.workflow import Document, Export, Workflow, models_here
from magicai.shops.crawl_result import CrawlAnalyzeGenerateResult, PageCounts
from magicai.shops.crawling.limits import CrawlLimits
from magicai.shops.fields import ask
from magicai.shops.fields.schema import fields_of
from magicai.shops.own_catalogue import catalogue_of
from magicai.shops.references import with_products
from magicai.shops.report.export_csv import write_csv
from magicai.shops.report.export_parquet import write_parquet
from magicai.shops.report.export_xlsx import write_xlsx
from magicai.shops.report.summary import MOST_CALLS, MOST_SECONDS
from magicai.shops.sample import serving as sample

_SMALL_RUN_PAGES = 300
_LARGE_RUN_PAGES = 20_000
_THE_REST_S = 120.0
_DEFAULT_SCHEME = "https://"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A dot as names are typed in Chinese and Japanese, a colon of IPv6, or a number, which is an IPv4 address in disguise:
# where it leads is looked at, and said, before anything is read.
_HOST = re.compile(r"(?i).*[.。．｡:].*|localhost|0x[0-9a-f]*|\d+")


def _one_or_more(value: Any) -> tuple[str, ...]:
    # A list of JSON is a tuple to strict callers, too.
    given = tuple(cast("list[Any]", value)) if isinstance(value, (list, tuple)) else (value,)
    if not given:
        raise InvalidValue("shop_address_missing")
    if len(given) > _MOST_SHOPS:
        raise InvalidValue("too_many_shops", count=len(given), limit=_MOST_SHOPS)
    for one in given:
        if not isinstance(one, str):
            raise InvalidValue("shop_address_invalid", value=one)
    return given


_MOST_SHOPS = 20
_MANY = Field(min_length=1, max_length=_MOST_SHOPS)


class CrawlAnalyzeGenerate(BaseModel):
    """Crawl one or more shops and report what they sell, at what prices, what is in stock and what changed."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        title="Crawl, analyze and report",
        json_schema_extra={"examples": [{"competitor_url": "https://shop.example", "max_pages": 200}]},
    )

    competitor_url: Annotated[
        tuple[str, ...],
        _MANY,
        BeforeValidator(_one_or_more, json_schema_input_type=str | Annotated[list[str], _MANY]),
        Field(
            title="Shop", description="Address of a shop's front page, or several.", examples=["https://shop.example"]
        ),
    ]
    language: Annotated[Literal["en", "zh"], Field(title="Language", description="Language of the report.")] = "en"
    max_pages: Annotated[
        int,
        Unit("pages"),
        Field(
            ge=1, le=1_000_000, title="Pages", description="Maximum number of pages to fetch, for all shops together."
        ),
    ] = 2000
    max_seconds: Annotated[
        int,
        Unit("s"),
        Field(ge=1, le=86_400, title="Seconds", description="Maximum crawl time in seconds, for all shops together."),
    ] = 1800
    render: Annotated[
        Literal["auto", "never", "always"],
        Field(
            title="Browser",
            description="Whether to open pages in a browser: auto (if a page needs one), never, always.",
        ),
    ] = "auto"
    fields: Annotated[
        str | None,
        InputFile((".yaml", ".yml", ".json"), max_bytes=100_000, check=fields_of),
        Field(
            title="Fields",
            description=(
                "YAML or JSON file of your own fields (name, type, description, example) to fill from products' pages."
                " In API requests, the file_id of an upload."
            ),
        ),
    ] = None
    own_catalogue: Annotated[
        str | None,
        InputFile((".csv", ".tsv", ".txt"), check=catalogue_of),
        Field(
            title="Own catalogue",
            description=(
                "CSV file of your own products (name, price, currency, and where known sku, gtin, brand, mpn, cost) to"
                " compare with. In API requests, the file_id of an upload."
            ),
        ),
    ] = None
    undercut_percent: Annotated[
        float,
        Unit("%"),
        Field(
            ge=0,
            lt=100,
            title="Undercut",
            description="Report products that a shop sells for less than you by more than this many percent.",
        ),
    ] = 0
    margin_percent: Annotated[
        float | None,
        Unit("%"),
        Field(
            ge=0,
            lt=100,
            title="Margin",
            description=(
                "Suggest prices that leave at least this margin, in percent of the selling price. Needs the column cost"
                " in your own catalogue."
            ),
        ),
    ] = None
    model: Annotated[
        Literal["auto", "none", "get"],
        Field(
            title="Language model",
            description=(
                "Language model that writes a summary and finds fields: none, auto (if installed), or get (download one"
                " first, 1.1 GB)."
            ),
        ),
    ] = "none"

    @field_validator("competitor_url")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(shop_address(url) for url in value))

    @property
    def limits(self) -> CrawlLimits:
        """Of each shop's crawl; fields are read from products' own pages."""
        shops, pages = len(self.competitor_url), self.fields is not None
        return CrawlLimits.shared(self.max_pages, self.max_seconds, shops=shops, product_pages=pages)


def shop_address(text: str) -> str:
    """A shop's address as a person typed it, with its scheme.

    Raises:
        InvalidValue: it is none.
    """
    text = text.strip()
    if not text:
        raise InvalidValue("shop_address_missing")
    url = text if "://" in text else _DEFAULT_SCHEME + text
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as exc:
        raise InvalidValue("shop_address_not_readable", value=text, reason=exc) from exc
    if parts.scheme not in ("http", "https"):
        raise InvalidValue("address_scheme_unsupported", url=text, scheme=parts.scheme)
    if not host or any(c.isspace() or not c.isprintable() for c in url) or not _HOST.fullmatch(host):
        raise InvalidValue("shop_address_invalid", value=text)
    if parts.username or parts.password:
        raise InvalidValue("shop_address_with_credentials", host=host)
    return parts._replace(fragment="", path=parts.path or "/").geturl()


def quality(result: Mapping[str, Any]) -> float:
    """How good a run was, 0 to 1; the mean of what docs/reference/quality.md defines.

    Args:
        result: as the run's row keeps it.
    """
    crawl, analysis, report = result.get("crawl_data"), result.get("analysis"), result.get("report")
    if not crawl or not analysis:
        return 0.0
    pages = PageCounts.model_validate(crawl["pages"])
    good, bad = pages.fetched + pages.unchanged, pages.failed
    stats = [stat for shop in analysis["shops"] for stat in shop["stats"]]
    count = sum(stat["count"] for stat in stats)
    parts = (
        float(crawl["coverage"]),
        good / (good + bad) if good + bad else 0.0,
        sum(stat["priced"] for stat in stats) / count if count else 0.0,
        sum(stat["known_stock"] for stat in stats) / count if count else 0.0,
        1.0 if report else 0.0,
    )
    return sum(parts) / len(parts)


def size(request: Mapping[str, Any]) -> Mapping[str, float]:
    """What says how long a run takes: how much may be read, by what, and whether a model writes a summary."""
    return {
        "pages": request["max_pages"],
        "seconds": request["max_seconds"],
        "shops": len(request.get("competitor_url", ())),
        "browser": ("never", "auto", "always").index(request["render"]),
        "own_catalogue": request.get("own_catalogue") is not None,
        "fields": request.get("fields") is not None,
        "model": request["model"] != "none",
        "fetch": request["model"] == "get",
    }


def subject(request: Mapping[str, Any]) -> str:
    """The shops: one of eighty pages takes what it took last time, whatever could have been read."""
    urls: Sequence[str] = request.get("competitor_url", ())
    return " ".join(sorted(urlsplit(url).netloc for url in urls))


def priority(request: Mapping[str, Any]) -> tuple[Priority, Message]:
    """Small runs first, since somebody is looking at them; very large ones when nothing else waits."""
    pages = request["max_pages"]
    if pages <= _SMALL_RUN_PAGES:
        return Priority.HIGH, say("work_small", amount=say("at_most_pages", n=pages))
    if pages >= _LARGE_RUN_PAGES:
        return Priority.LOW, say("work_large", amount=say("at_most_pages", n=pages))
    return Priority.NORMAL, say("work_normal")


def models(request: Mapping[str, Any], machine: Machine) -> tuple[str, ...]:
    """The installation's, unless none is wanted."""
    return () if request["model"] == "none" else models_here(request, machine, role="writer")


def most_calls(request: Mapping[str, Any], machine: Machine) -> int:
    """Of language models: for the summary, for each template of pages that fields are filled from, and for pairs."""
    if request["model"] == "none":
        return 0
    of_fields = ask.MOST_CALLS if request.get("fields") else 0
    pairs = len(request.get("competitor_url", ())) if request.get("own_catalogue") else 0
    return (MOST_CALLS + of_fields if models(request, machine) else 0) + (pairs if machine.model_of("verifier") else 0)


def longest(request: Mapping[str, Any]) -> float:
    """The limit of reading, that of the summary, and what the rest takes at most; fetching a model has none."""
    fetching = 3600.0 if request["model"] == "get" else 0.0
    return (
        float(request["max_seconds"]) + (MOST_SECONDS if request["model"] != "none" else 0.0) + _THE_REST_S + fetching
    )


def _products(kind: str, media_type: str, write: Callable[[Any, Path], object], *more: str) -> Export:
    return Export(format=kind, media_type=media_type, write=write, title="Products", needs=("crawl_data", *more))


WORKFLOW = Workflow(
    name="crawl-analyze-generate",
    request=CrawlAnalyzeGenerate,
    result=CrawlAnalyzeGenerateResult,
    quality=quality,
    expand=with_products,
    size=size,
    subject=subject,
    priority=priority,
    longest=longest,
    sample=Sample(title="Sample shop", host=sample.HOST, request=sample.request, serve=sample.serve),
    exports=(
        _products("csv", "text/csv; charset=utf-8", write_csv),
        _products("xlsx", _EXCEL, write_xlsx, "analysis"),
        _products("parquet", "application/vnd.apache.parquet", write_parquet),
    ),
    document=Document(title="Report", formats={"html": "report.html", "md": "report.markdown"}),
    findings="report.findings",
    summary="report.summary",
    actions={
        "crawl": ("crawl_data",),
        "analyze": ("analysis", "shared_brands"),
        "generate": ("report", "indexed"),
    },
    addresses="competitor_url",
    models=models,
    most_calls=most_calls,
    panels=(
        Panel(kind="document", title="Report"),
        Panel(
            kind="table",
            title="Products",
            source="crawl_data.products",
            columns=("name", "category", "brand", "price", "currency", "availability", "url"),
        ),
        Panel(kind="files", title="Files"),
    ),
)
