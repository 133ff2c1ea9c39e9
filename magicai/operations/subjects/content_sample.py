"""Texts about the sample shop's products, as sample data."""

from pydantic import BaseModel

from magicai.content.content import KIND, Content, State, content_in
from magicai.content.generate_content import GenerateContent, Variables
from magicai.operations.first_steps import has_run
from magicai.operations.operation import Context
from magicai.operations.sample_data import SampleData
from magicai.runs.run import Run

TAG = "content"
_WRITE = "generate-content"
_PRODUCTS: tuple[Variables, ...] = (
    {
        "sku": "KI-1001",
        "name": "Carbon steel skillet, 26 cm",
        "brand": "Kelderhay",
        "price": "64.00 USD",
        "material": "Carbon steel",
        "features": ["First coat of linseed oil baked in"],
        "warranty": "10 years",
        "availability": "In stock",
    },
    {
        "sku": "KI-2001",
        "name": "Linen apron",
        "brand": "Kelderhay",
        "price": "39.00 USD",
        "material": "Washed linen",
        "colors": ["Natural", "Rust", "Ink"],
        "features": ["Two pockets", "Crossed back"],
    },
    {
        "sku": "KI-3001",
        "name": "Cast iron teapot, 0.8 l",
        "brand": "Kelderhay",
        "price": "72.00 USD",
        "material": "Cast iron, enamelled inside",
        "weight": "1.4 kg",
        "includes": ["Steel strainer"],
    },
)


async def _request(_context: Context) -> BaseModel:
    return GenerateContent(content_type="product-description", variables=_PRODUCTS, fallback="facts")


async def _remove(context: Context, run: Run) -> bool:
    """Texts that somebody has edited, rewritten, translated or decided about stay."""
    entities, after, kept = context.records.entities, f"{run.run_id}-", False
    while True:
        page = await entities.listed(context.owner_id, KIND, after=after)
        found = [content_in(one.entity) for one in page.items if one.entity is not None]
        texts = [text for text in found if text.run_id == run.run_id]
        unused = [text.content_id for text in texts if not _is_used(text)]
        await entities.delete(KIND, unused)
        kept = kept or len(unused) < len(texts)
        if page.next is None or len(texts) < len(found):
            return kept
        after = page.next


def _is_used(text: Content) -> bool:
    decided = text.decision is not None or text.state in (State.ACCEPTED, State.REJECTED)
    return decided or len(text.versions) > 1 or text.translation_of != ""


SAMPLE_DATA = (SampleData(_WRITE, _request, _remove),)
FIRST_STEPS = {"text": has_run(_WRITE)}
