"""Five fields of one's own on sixty pages of three shops, in whole runs: in this process, without Prefect."""

import csv
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from flows.crawl_analyze_generate import GOAL
from integrations.open import Ports, open_ports
from magicai.runs.exports import file_in, save_file
from magicai.runs.requests.files_in import upload
from magicai.runs.run import JSON
from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerate
from magicai.shops.fields import ask
from magicai.shops.product import Product
from tests.flows.cutting import carry_out, cut_once
from tests.flows.field_shops import FIELDS, KINDS, PRODUCTS, answers, field_shop, truth
from tests.flows.scripted_model import PRICES, WRITER, ScriptedModel, scripted_model

OWNER = "o"


def _not_installed(_extra: str) -> bool:
    return False


@pytest.fixture
async def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ScriptedModel]:
    """An installation with a model that finds fields, and no vectors."""
    with scripted_model() as server:
        server.on_fields = answers
        prices = ",".join(f"{name}={prompt}/{said}" for name, (prompt, said) in PRICES.items())
        for name, value in (
            ("HOME", str(tmp_path)), ("CRAWL_DELAY", "0"), ("MODEL", f"compatible:{WRITER}"),
            ("COMPATIBLE_BASE_URL", server.url), ("MODEL_PRICES", prices),
        ):  # fmt: skip
            monkeypatch.setenv(f"MAGICAI_{name}", value)
        monkeypatch.setattr("magicai.extras.is_installed", _not_installed)
        yield server


@pytest.fixture
def shops(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The shops' hosts, which the installation may read, by their kinds."""
    with ExitStack() as stack:
        hosts = {kind: stack.enter_context(field_shop(kind)) for kind in KINDS}
        monkeypatch.setenv("MAGICAI_CRAWL_ALLOW_HOSTS", ",".join(hosts.values()))
        yield hosts


async def run(
    ports: Ports, shops: dict[str, str], *, use: str = "auto", cut: set[str] | None = None
) -> tuple[str, JSON, list[Product]]:
    async def body() -> AsyncIterator[bytes]:
        yield FIELDS

    kept = await upload(ports.records, ports.files, "fields.yaml", body(), owner_id=OWNER)
    urls = [f"http://{host}" for host in shops.values()]
    request = CrawlAnalyzeGenerate.model_validate(
        {"competitor_url": urls, "render": "never", "model": use, "fields": kept.file_id}
    )
    run_id, result = await carry_out(ports, cut_once(cut, GOAL) if cut else GOAL, request, OWNER)
    crawls = await ports.shops.crawls.of_run(run_id)
    products = [product for crawl in crawls async for product in ports.shops.products.of_crawl(crawl.crawl_id)]
    return run_id, result, products


def stated(product: Product) -> dict[str, Any]:
    """The fields that its page states."""
    return truth(int(product.url.rpartition("/")[2]))


def given(product: Product) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in product.fields.items()}


async def test_with_a_model_all_values_are_right_for_one_call_a_template(
    model: ScriptedModel, shops: dict[str, str], tmp_path: Path
) -> None:
    async with open_ports() as ports:
        run_id, result, products = await run(ports, shops, cut={"learn_fields", "fill_fields"})
        row = await ports.records.runs.get(run_id)
        await save_file(ports.records, ports.files, row, file_in(row, "csv"), tmp_path / "p.csv")
        await save_file(ports.records, ports.files, row, file_in(row, "parquet"), tmp_path / "p.parquet")
    assert len(products) == len(KINDS) * PRODUCTS
    assert [given(one) for one in products] == [stated(one) for one in products]
    sources = Counter(kept.source for one in products for kept in one.field_provenance.values())
    assert sources == {"structured": PRODUCTS, "label": 180, "selector": 95, "model": 5}
    assert not [one for one in result["problems"] if one["where"] == "fields"]
    assert model.asked == [WRITER, WRITER]  # the fields of the shop in prose, once in spite of the cut; the summary
    assert float(result["cost"]["amount"]) == pytest.approx(model.bill, abs=1e-9)
    with (tmp_path / "p.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(one["material"], one["colours"]) for one in rows] == [
        (of["material"], "; ".join(of["colours"])) for of in map(stated, products)
    ]
    table = pq.read_table(tmp_path / "p.parquet")  # pyright: ignore[reportUnknownMemberType] - its stubs leave IO open
    assert [table.column(name).type for name in ("material", "weight", "warranty")] == ["string", "double", "int64"]


async def test_without_a_model_what_needs_none_is_right_and_the_rest_is_null_and_named(
    model: ScriptedModel, shops: dict[str, str]
) -> None:
    async with open_ports() as ports:
        _, result, products = await run(ports, shops, use="none")
    nobody = dict.fromkeys(truth(0))
    prose = shops["prose"]
    assert [given(one) for one in products] == [nobody if prose in one.url else stated(one) for one in products]
    ((problem),) = [one for one in result["problems"] if one["where"] == "fields"]
    assert "material has no value on 20 of 60 product pages." in problem["what"]
    assert problem["way_out"] == "To have a language model find them, use --model auto."
    assert (model.asked, result["status"]) == ([], "completed")


async def test_a_model_that_answers_nonsense_leaves_fields_null_and_is_told_of(
    model: ScriptedModel, shops: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def nonsense(prompt: str) -> dict[str, str]:
        asked.append(prompt)
        return {"fields": "all of them"}

    model.on_fields = nonsense
    monkeypatch.setattr(ask, "MOST_CALLS", 1)
    with field_shop("prose") as other:
        monkeypatch.setenv("MAGICAI_CRAWL_ALLOW_HOSTS", f"{shops['prose']},{other}")
        async with open_ports() as ports:
            _, result, products = await run(ports, {"prose": shops["prose"], "other": other})
    assert len(asked) == 1  # what was refused is paid for, too
    assert all(set(one.fields.values()) == {None} for one in products)
    assert result["status"] == "partial"
    told = " ".join(one["what"] for one in result["problems"] if one["where"] == "fields")
    assert f"were not found by compatible:{WRITER}" in told
    assert "has more kinds of product pages than the language model is asked about." in told
    assert "colours has no value on 40 of 40 product pages." in told
