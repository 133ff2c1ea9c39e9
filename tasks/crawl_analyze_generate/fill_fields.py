from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

from magicai.brain.situation import Situation
from magicai.brain.steps import StepRun, step
from magicai.errors import Invalid, NotFound
from magicai.messages import Message, say
from magicai.ports import Files
from magicai.runs.items import each, results
from magicai.runs.plan import Resources
from magicai.runs.requests.files_in import body_of
from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerate
from magicai.shops.fields.filling import Filled, FilledFields, LearnedFields, filled
from magicai.shops.fields.pages import KeptPage, kept_pages, read
from magicai.shops.fields.schema import fields_of
from magicai.shops.ports import ShopRecords
from magicai.shops.product import FieldProvenance
from magicai.shops.step_results import Saved


def _no_fields(situation: Situation) -> Message | None:
    return None if situation.request.get("fields") else say("no_fields_given")


@step(provides="filled", optional=True, unless=_no_fields, retries=2, resources=Resources(cpu=1.0, memory=300))
async def fill_fields(
    run: StepRun,
    request: CrawlAnalyzeGenerate,
    crawl_data: Saved,
    learned: LearnedFields | None = None,
    *,
    shops: ShopRecords,
    files: Files,
) -> FilledFields:
    """Fill one's own fields from products' pages."""
    try:
        body = await body_of(shops, files, request.fields or "", owner_id=run.owner_id)
        fields = fields_of(body, "fields")
    except (Invalid, NotFound) as exc:
        await run.reporter.problem("fields", exc.message, exc.way)
        return FilledFields(pages=0, missing={})
    templates = learned.templates if learned else {}

    async def pages() -> AsyncIterator[tuple[str, KeptPage]]:
        for shop in crawl_data.shops:
            async for kept in kept_pages(shops, shop.crawl_id):
                yield kept.product_id, kept

    async def fill(_: str, given: Any) -> list[str]:
        kept = KeptPage.model_validate(given)
        found: dict[str, Filled] = {}
        if kept.digest:
            found = await read(files, kept, lambda page: filled(page, fields, templates.get(page.template)))
        values = {field.name: found[field.name].value if field.name in found else None for field in fields}
        provenance = {
            name: FieldProvenance(url=kept.url, source=one.source, quote=one.quote, digest=kept.digest)
            for name, one in found.items()
        }
        await shops.products.fill(kept.crawl_id, kept.product_id, values, provenance)
        return [name for name, value in values.items() if value is None]

    counts = await each(run, pages(), fill, at_once=4, unit="pages", called=lambda _, given: str(given["url"]))
    missing = Counter[str]()
    async for _, names in results(run):
        missing.update(names)
    if missing:
        lacking = [
            say("field_missing", field=field.name, n=missing[field.name], pages=counts.done)
            for field in fields
            if missing[field.name]
        ]
        way = say("find_fields_with_model") if learned is None else None
        nobody = any(number == counts.done for number in missing.values())
        await run.reporter.problem("fields", say("fields_missing", fields=lacking), way, missing=nobody)
    return FilledFields(pages=counts.done, missing=dict(missing))
