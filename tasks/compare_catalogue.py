import asyncio
from collections.abc import Mapping
from pathlib import Path

from integrations.open import open_ports
from magicai.brain.situation import Situation
from magicai.brain.steps import StepRun, step
from magicai.domain.crawl_analyze_generate import CrawlAnalyzeGenerate
from magicai.domain.crawl_steps import Saved
from magicai.domain.own_catalogue import OwnComparison, OwnProduct, compare, read_catalogue
from magicai.domain.plan import Resources
from magicai.errors import Invalid


def _limits(situation: Situation) -> Mapping[str, tuple[tuple[str, ...], str]]:
    if not situation.request.get("own_catalogue"):
        return {"compare_catalogue": (("no",), "no catalogue of your own was given")}
    return {"compare_catalogue": (("yes",), "you gave a catalogue of your own")}


@step(gives="own_comparison", may_be_left_out=True, limits=_limits, resources=Resources(cpu=0.3, memory=100))
async def compare_catalogue(run: StepRun, request: CrawlAnalyzeGenerate, crawl_data: Saved) -> list[OwnComparison]:
    """Compare the shops' prices with one's own."""
    own = await asyncio.to_thread(_read, request.own_catalogue or "")
    compared: list[OwnComparison] = []
    async with open_ports() as ports:
        for done, shop in enumerate(crawl_data.shops, start=1):
            products = [product async for product in ports.records.products.of_crawl(shop.crawl_id)]
            compared.append(compare(own, products, shop=shop.shop))
            await run.watch.progress(done, len(crawl_data.shops), "shops")
    return compared


def _read(name: str) -> list[OwnProduct]:
    path = Path(name).expanduser()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise Invalid(f"{path} can't be read: {exc}.", way_out="Name a CSV file in UTF-8 on this machine.") from exc
    return read_catalogue(text, where=str(path))
