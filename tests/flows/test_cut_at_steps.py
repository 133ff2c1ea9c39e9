"""The main workflow, cut after each of its steps before what it gave is kept: in this process, without Prefect."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from flows.crawl_analyze_generate import GOAL
from integrations.open import open_ports
from integrations.processes import on_demand
from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerate
from tests.flows.corner_shop import PRODUCTS, corner_shop
from tests.flows.cutting import carry_out, cut_once
from tests.flows.leaving import found, told

STEPS = (
    *("crawl_shops", "save_products", "analyse_shops", "relate_brands"),
    *("compose_report", "file_report", "index_stores"),
)


@pytest.fixture
async def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """A shop, and an installation that may read it."""
    with corner_shop() as host:
        for name, value in (("HOME", str(tmp_path)), ("CRAWL_ALLOW_HOSTS", host), ("CRAWL_DELAY", "0")):
            monkeypatch.setenv(f"MAGICAI_{name}", value)
        monkeypatch.setenv("MAGICAI_MODEL", "none")
        yield host
    await on_demand.stop(tmp_path / "chroma")


async def test_cut_after_every_step_it_ends_as_if_nothing_had_happened(shop: str) -> None:
    request = CrawlAnalyzeGenerate(competitor_url=(f"http://{shop}",))
    async with open_ports() as ports:
        calm, calm_result = await carry_out(ports, GOAL, request, "undisturbed")
        left = set(STEPS)
        run_id, result = await carry_out(ports, cut_once(left, GOAL), request, "disturbed")
        assert not left
        here, there = await found(ports, run_id, "disturbed"), await found(ports, calm, "undisturbed")
    assert told(here.pop("report")) == told(there.pop("report"))
    assert here == there
    assert Counter(product["name"] for product in here["products"]) == Counter(name for name, *_ in PRODUCTS)
    assert told(result) == told(calm_result)
