"""A list of products in, a clean catalogue out."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, cast
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from magicai.catalogue.intake.files import SUFFIXES
from magicai.catalogue.ports import CatalogueRecords
from magicai.catalogue.previewing import preview_list
from magicai.catalogue.step_results import Failed, Repeated
from magicai.content.content_types import check_type
from magicai.messages import Message, amount, say
from magicai.messages.validation import InvalidValue
from magicai.ports import Records
from magicai.runs.column_mappings import Columns, check_fields
from magicai.runs.findings import in_short
from magicai.runs.panel import Panel
from magicai.runs.plan import Priority
from magicai.runs.requests.fields import FromSetting, Unit
from magicai.runs.requests.files_in import CountedFile, InputFile
from magicai.runs.run import JSON, RunResult
from magicai.runs.samples import Sample
from magicai.runs.workflow import Document, Workflow
from magicai.shops.addresses import absolute
from magicai.shops.columns import ATTRIBUTE, FIELDS
from magicai.shops.sample import serving as sample
from magicai.values.currencies import CODES

_MOST_ADDRESSES = 10_000
_LARGEST_FILE = 100_000_000
_FEW = 100
_REFERENCE = "$catalogue_products_of"
_PAGE = 5_000


def count_lines(body: bytes, called: str) -> int:
    """About how many products a file has; every one of them is looked at by the run."""
    del called
    return max(body.count(b"\n"), 1)


class ProductList(BaseModel):
    """Read products from addresses, a file, a feed or a shop, and keep them in the catalogue."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        title="Product list",
        json_schema_extra={"examples": [{"urls": ["https://shop.example/products/kettle"]}]},
    )

    urls: Annotated[
        tuple[str, ...],
        Field(max_length=_MOST_ADDRESSES, title="Addresses", description="Addresses of product pages."),
    ] = ()
    file: Annotated[
        str | None,
        InputFile(SUFFIXES, max_bytes=_LARGEST_FILE, check=count_lines),
        Field(
            title="File",
            description="Addresses (one a line), CSV, Excel, Parquet, JSON Lines, an XML feed or a sitemap.",
        ),
    ] = None
    feed: Annotated[
        str | None, Field(title="Feed", description="Address of a Merchant feed, a sitemap, or a file as above.")
    ] = None
    shop: Annotated[
        str | None, Field(title="Shop", description="Address of a shop's front page. All its products are imported.")
    ] = None
    system: Annotated[
        str | None,
        Field(
            max_length=40,
            title="Shop system",
            description="Name of a connected shop. Imports what changed since it was imported last.",
        ),
    ] = None
    full: Annotated[
        bool,
        Field(
            title="All products",
            description="Of a shop system: read all products again, and find those that were deleted there.",
        ),
    ] = False
    run_id: Annotated[
        str | None,
        Field(
            max_length=64,
            title="Run",
            description="Id of a run of crawl-analyze-generate, or of one that wrote texts for products.",
        ),
    ] = None
    currency: Annotated[
        str,
        FromSetting("currency"),
        Field(max_length=3, title="Currency", description="Currency of prices in a file that name none."),
    ] = ""
    columns: Columns = Field(default={})
    concurrency: Annotated[
        int, Field(ge=1, le=32, title="Concurrency", description="Requests at a time, for all shops together.")
    ] = 8
    max_pages: Annotated[
        int, Unit("pages"), Field(ge=1, le=1_000_000, title="Pages", description="Maximum number of pages of a shop.")
    ] = 2_000
    enrich: Annotated[
        bool, Field(title="Enrich", description="Read attributes out of descriptions, and find categories.")
    ] = True
    model: Annotated[
        Literal["auto", "none"],
        Field(title="Language model", description="Model that judges reviews: auto (the verifier, if set) or none."),
    ] = "auto"
    texts: Annotated[
        tuple[Annotated[str, AfterValidator(check_type)], ...],
        Field(
            max_length=5,
            title="Texts",
            description="Content types to write for products that lack them, such as product-description.",
        ),
    ] = ()

    @field_validator("urls")
    @classmethod
    def _urls(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(url.strip() for url in value if url.strip())

    @field_validator("feed", "shop")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        url = value.strip() if "://" in value else f"https://{value.strip()}"
        if not absolute(url, "") or not urlsplit(url).hostname:
            raise InvalidValue("list_address_invalid", value=value)
        return url

    @field_validator("currency")
    @classmethod
    def _code(cls, value: str) -> str:
        if value and value.upper() not in CODES:
            raise InvalidValue("currency_code_invalid", value=value)
        return value.upper()

    @field_validator("columns")
    @classmethod
    def _fields(cls, value: dict[str, str]) -> dict[str, str]:
        return check_fields(value, (*FIELDS, ATTRIBUTE))

    @model_validator(mode="after")
    def _something(self) -> "ProductList":
        if not (self.urls or self.file or self.feed or self.shop or self.system or self.run_id):
            raise InvalidValue("product_list_empty")
        return self


class ProductListResult(RunResult):
    """What became of the list.

    Attributes:
        processed_count: products kept or confirmed; what failed is not among them.
        failed: the first of those that did not become a product; all of them are in `failed_file`.
        repeated: what repeats another address or row of the list.
        to_review: products of which sources contradict each other.
        to_map: categories of shops that a person has to map.
        images: pictures that show a product; `without_image`: products that none shows.
        reviews: texts of customers that were judged.
        text_runs: runs that write texts for products; once one has ended, a run that follows it takes them over.
    """

    processed_count: int
    product_ids: list[str]
    failed: tuple[Failed, ...]
    failed_count: int
    new: int
    changed: int
    unchanged: int
    repeated: tuple[Repeated, ...]
    repeated_count: int
    to_review: int
    to_map: int
    images: int
    without_image: int
    reviews: int
    texts: int
    text_runs: tuple[str, ...]
    in_short: tuple[str, ...]
    in_short_messages: tuple[Message, ...] = Field(default=(), description="The codes of `in_short`, in its order.")
    files: JSON


def make_result(given: Mapping[str, Any]) -> JSON:
    """The counts, and a reference to the ids, since there may be a million; of a stopped run, what there is."""
    finished = given.get("finished")
    if finished is None:
        return {}
    result = {name: finished[name] for name in ProductListResult.model_fields if name in finished}
    return {
        **result,
        "product_ids": {_REFERENCE: finished["of_run"]},
        "files": finished["files"],
        **in_short(_in_short(finished)),
    }


async def with_ids(records: Records, result: JSON) -> JSON:
    """A kept result with the ids of its products."""
    reference = result.get("product_ids")
    if not isinstance(reference, dict):
        return result
    run_id, catalogue = cast("JSON", reference)[_REFERENCE], cast("CatalogueRecords", records).catalogue
    ids: list[str] = []
    while part := await catalogue.of_run(run_id, after=ids[-1] if ids else "", limit=_PAGE):
        ids += part
    return {**result, "product_ids": ids}


def quality(result: Mapping[str, Any]) -> float:
    """The share of the list that became products; what repeats another counts as neither."""
    done, failed = result.get("processed_count", 0), result.get("failed_count", 0)
    return done / max(done + failed, 1)


def size(request: Mapping[str, Any]) -> Mapping[str, float]:
    """How many addresses, rows and pages there may be."""
    file = request.get("file")
    return {
        "addresses": float(len(request.get("urls") or ())),
        "rows": float(file.items if isinstance(file, CountedFile) else _FEW if file or request.get("feed") else 0),
        "pages": float(request.get("max_pages", 0) if request.get("shop") else 0),
        "concurrency": float(request.get("concurrency", 8)),
    }


def subject(request: Mapping[str, Any]) -> str:
    """The shop, where it is one."""
    return urlsplit(str(request.get("shop") or request.get("feed") or "")).netloc or str(request.get("system") or "")


def priority(request: Mapping[str, Any]) -> tuple[Priority, Message]:
    """A few addresses first, since somebody is waiting for them; files after other runs."""
    addresses = len(request.get("urls") or ())
    if request.get("file") or request.get("feed") or addresses > _FEW:
        return Priority.LOW, say("work_large", amount=say("long_list"))
    if addresses and not (request.get("shop") or request.get("system")):
        return Priority.HIGH, say("work_small", amount=amount(addresses, "addresses"))
    return Priority.NORMAL, say("work_normal")


def _in_short(finished: Mapping[str, Any]) -> list[Message]:
    fates = {name: finished[name] for name in ("new", "changed", "unchanged")}
    said = [say("products_imported", n=finished["processed_count"], **fates)]
    if finished["images"] or finished["without_image"]:
        without = amount(finished["without_image"], "products")
        said.append(say("images_shown", n=finished["images"], without=without))
    counts = {
        "entries_failed": finished["failed_count"],
        "entries_repeated": finished["repeated_count"],
        "products_to_decide": finished["to_review"],
        "texts_being_written": finished["texts"],
        "categories_to_map": finished["to_map"],
    }
    return [*said, *(say(code, n=n) for code, n in counts.items() if n)]


WORKFLOW = Workflow(
    name="product-list",
    request=ProductList,
    result=ProductListResult,
    aliases=("process-product-list",),
    quality=quality,
    expand=with_ids,
    make_result=make_result,
    size=size,
    subject=subject,
    priority=priority,
    sample=Sample(title="Sample shop", host=sample.HOST, request=sample.shop_request, serve=sample.serve),
    extras=("catalogue",),
    document=Document(
        title="Products", formats={kind: f"files.{kind}" for kind in ("csv", "xlsx", "parquet", "xml", "jsonld")}
    ),
    findings="in_short",
    actions={"process": ("finished",)},
    addresses="urls",
    panels=(
        Panel(kind="items", title="Addresses", step="fetch_products"),
        Panel(kind="table", title="Failed", source="failed", columns=("url", "what", "way_out")),
        Panel(kind="table", title="Repeated", source="repeated", columns=("place", "of")),
        Panel(kind="files", title="Files"),
    ),
    preview=preview_list,
)
