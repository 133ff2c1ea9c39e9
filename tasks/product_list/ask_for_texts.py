from collections import defaultdict
from collections.abc import Sequence

from magicai.brain.steps import StepRun, step
from magicai.catalogue.further_results import TextsAsked
from magicai.catalogue.ports import CatalogueRecords
from magicai.catalogue.product import CatalogueProduct
from magicai.catalogue.product_list import WORKFLOW, ProductList
from magicai.catalogue.step_results import Categorised
from magicai.catalogue.stored_products import change, products_of_run
from magicai.catalogue.texts import AskedText, facts_for, language_of, with_asked
from magicai.content.content import id_of, row_key
from magicai.content.content_types import template_of
from magicai.content.generate_content import GenerateContent
from magicai.content.row_variables import SKU
from magicai.content.template import Language, Template
from magicai.runs.follow_ups import follow_up
from magicai.runs.plan import Resources
from magicai.runs.run import JSON
from magicai.values.digest import digest_of

_WORKFLOW = "generate-content"
_ROWS = 1_000
# A product, the digest of what its text may say, and that as a row of the request.
_Wanted = tuple[str, str, JSON]


@step(provides="texts_asked", retries=2, resources=Resources(cpu=1.0, memory=200))
async def ask_for_texts(
    run: StepRun,
    request: ProductList,
    categorised: Categorised,  # noqa: ARG001 - what texts may say is as it will be
    *,
    catalogue: CatalogueRecords,
) -> TextsAsked:
    """Start runs that write the texts that products lack, from what is known of each, and runs that take them over."""
    runs: list[str] = []
    texts = 0
    for content_type in request.texts:
        for language, rows in sorted((await _wanted(run, catalogue, content_type)).items()):
            for start in range(0, len(rows), _ROWS):
                part = rows[start : start + _ROWS]
                facts = tuple(known for _, _, known in part)
                asked = GenerateContent(content_type=content_type, variables=facts, language=language)
                key = f"{content_type}:{language}:{start}"
                following = await follow_up(
                    catalogue, _WORKFLOW, asked, owner_id=run.owner_id, after=run.run_id, key=key
                )
                await _note(run, catalogue, content_type, following.run_id, part)
                taking = ProductList(run_id=following.run_id)
                await follow_up(
                    catalogue,
                    WORKFLOW.name,
                    taking,
                    owner_id=run.owner_id,
                    after=following.run_id,
                    key="texts",
                    waits=True,
                )
                runs.append(following.run_id)
                texts += len(part)
    return TextsAsked(runs=tuple(runs), texts=texts)


async def _wanted(run: StepRun, catalogue: CatalogueRecords, content_type: str) -> dict[Language, list[_Wanted]]:
    """Products that need such a text, by language."""
    templates: dict[Language, Template] = {}
    wanted: defaultdict[Language, list[_Wanted]] = defaultdict(list)
    async for kept in products_of_run(catalogue, run.run_id, owner_id=run.owner_id):
        language = language_of(kept.product)
        if language not in templates:
            templates[language] = await template_of(catalogue, content_type, language, owner_id=run.owner_id)
        facts = facts_for(kept.product, templates[language], run_id=run.run_id)
        if facts is not None:
            sku = kept.product.values.sku
            row = {**facts, SKU: sku} if sku else facts
            wanted[language].append((kept.product.product_id, digest_of(facts), row))
    return wanted


async def _note(
    run: StepRun,
    catalogue: CatalogueRecords,
    content_type: str,
    written_by: str,
    part: Sequence[_Wanted],
) -> None:
    """Keep with each product which text is its own: that of its row."""
    for row, (product_id, facts, _) in enumerate(part, start=1):
        content_id = id_of(written_by, row_key(row))
        asked = AskedText(content_id=content_id, facts=facts, asked_by=run.run_id)

        def noted(product: CatalogueProduct, asked: AskedText = asked) -> CatalogueProduct:
            return with_asked(product, content_type, asked)

        await change(catalogue, product_id, noted, owner_id=run.owner_id)
