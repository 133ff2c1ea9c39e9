import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence

from magicai.brain.situation import Situation
from magicai.brain.steps import Generation, StepRun, step
from magicai.errors import Invalid, Missing, NotFound, OverBudget, Permanent, Temporary
from magicai.messages import Message, say
from magicai.ports import Files, TextModel, UnusableAnswer
from magicai.runs.plan import Resources
from magicai.runs.requests.files_in import body_of
from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerate
from magicai.shops.fields import ask
from magicai.shops.fields.filling import LearnedFields, filled, learn
from magicai.shops.fields.page import FieldPage
from magicai.shops.fields.pages import kept_pages, read
from magicai.shops.fields.schema import CustomField, fields_of
from magicai.shops.ports import ShopRecords
from magicai.shops.step_results import Ready, Saved

# Of each shop, evenly among its products: enough to know its templates by.
_SAMPLE = 60


def _nothing_to_ask(situation: Situation) -> Message | None:
    request = situation.request
    if not request.get("fields"):
        return say("no_fields_given")
    if request.get("model") == "none":
        return say("summary_not_wanted")
    if situation.machine.model_of("writer") is None and request.get("model") != "get":
        return say("no_model_for_summary")
    return None


# No retries: what a try has paid for must not be paid for again.
@step(
    provides="learned",
    optional=True,
    unless=_nothing_to_ask,
    generation=Generation(max_tokens=ask.MOST_TOKENS),
    text_role="writer",
    resources=Resources(cpu=1.5, memory=2000),
)
async def learn_fields(
    run: StepRun,
    request: CrawlAnalyzeGenerate,
    crawl_data: Saved,
    model: Ready | None = None,
    *,
    shops: ShopRecords,
    files: Files,
    text_model: Callable[..., Awaitable[TextModel | None]],
) -> LearnedFields:
    """Have a language model find fields on one page of each template, and learn where they stand on the others."""
    del model  # it is here now
    writer = await text_model(run.spender)
    if writer is None:
        raise Missing("language_model_not_installed")
    try:
        body = await body_of(shops, files, request.fields or "", owner_id=run.owner_id)
        fields = fields_of(body, "fields")
    except (Invalid, NotFound):
        return LearnedFields()  # fill_fields says so
    learned, asked = LearnedFields(), 0
    for shop in crawl_data.shops:
        sample = await _sample(run, shops, files, shop.crawl_id, fields)
        templates = _open_fields(sample, fields)
        for done, (key, wanted) in enumerate(templates.items()):
            if asked == ask.MOST_CALLS:
                await run.reporter.problem("fields", say("templates_not_asked", shop=shop.shop), missing=False)
                break
            await run.reporter.progress(done, len(templates), "pages", shop=shop.shop)
            of_template = [page for page in sample if page.template == key]
            asked += 1
            try:
                found, usage = await ask.ask(writer, wanted, of_template[0])
            except OverBudget:
                raise
            except (Temporary, Permanent) as exc:
                if isinstance(exc, UnusableAnswer):
                    await run.reporter.spent(exc.usage)
                what = say("fields_not_asked", model=writer.name, url=of_template[0].page.url, why=exc.message)
                await run.reporter.problem("fields", what, exc.way)
                continue
            await run.reporter.spent(usage)
            learned.templates[key] = await asyncio.to_thread(learn, found, wanted, of_template[0], of_template[1:])
    return learned


async def _sample(
    run: StepRun, shops: ShopRecords, files: Files, crawl_id: str, fields: Sequence[CustomField]
) -> dict[FieldPage, set[str]]:
    """Pages that can be read, and the fields that each leaves open."""
    kept = [one async for one in kept_pages(shops, crawl_id) if one.digest]
    every = max(1, -(-len(kept) // _SAMPLE))
    names = {field.name for field in fields}
    sample: dict[FieldPage, set[str]] = {}
    for one in kept[::every]:
        try:
            page, lacking = await read(files, one, lambda page: (page, names - filled(page, fields).keys()))
        except (Invalid, NotFound) as exc:
            await run.reporter.problem("fields", exc.message, missing=False)
        else:
            sample[page] = lacking
    return sample


def _open_fields(sample: Mapping[FieldPage, set[str]], fields: Sequence[CustomField]) -> dict[str, list[CustomField]]:
    """The fields that most pages of a template leave open, by template; that of most pages first."""
    missing: defaultdict[str, list[set[str]]] = defaultdict(list)
    for page, lacking in sample.items():
        missing[page.template].append(lacking)
    found: dict[str, list[CustomField]] = {}
    for key, lacking in sorted(missing.items(), key=lambda one: -len(one[1])):
        wanted = [field for field in fields if 2 * sum(field.name in one for one in lacking) > len(lacking)]
        if wanted:
            found[key] = wanted
    return found
