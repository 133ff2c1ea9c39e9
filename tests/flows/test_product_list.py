"""product-list on a small shop, in this process and without Prefect: every product once, every failure named."""

from pathlib import Path
from typing import Any

import pytest

from flows.generate_content import GOAL as TEXTS
from flows.product_list import GOAL
from integrations.open import Ports, open_ports
from magicai.catalogue.entities import product_in
from magicai.catalogue.product import KIND, CatalogueProduct
from magicai.catalogue.product_list import ProductList
from magicai.content.content import id_of, row_key
from magicai.content.deciding import Decider
from magicai.content.generate_content import GenerateContent
from magicai.runs.requests.files_in import upload_path
from tests.flows.corner_shop import PRODUCTS, corner_shop
from tests.flows.cutting import attempt, carry_out, cut_once

STEPS = {
    *("read_list", "crawl_shop", "import_rows", "fetch_products", "clean_texts", "categorise_products"),
    *("process_images", "score_reviews", "relate_products", "ask_for_texts", "finish_list", "index_stores"),
}


def _not_installed(_extra: str) -> bool:
    return False


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A shop that an installation without vectors, whose server would take seconds to start, may read."""
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path))
    monkeypatch.setenv("MAGICAI_CRAWL_DELAY", "0")
    monkeypatch.setattr("magicai.extras.is_installed", _not_installed)
    with corner_shop() as host:
        monkeypatch.setenv("MAGICAI_CRAWL_ALLOW_HOSTS", host)
        yield f"http://{host}"


async def products(ports: Ports, owner_id: str = "ann") -> dict[str, CatalogueProduct]:
    page = await ports.records.entities.listed(owner_id, KIND, limit=500)
    found = [product_in(item.entity) for item in page.items if item.entity is not None]
    assert len({one.values.name for one in found}) == len(found)
    return {one.values.name: one for one in found}


async def test_pages_become_products_and_whatever_else_is_listed_is_named(shop: str) -> None:
    urls = [f"{shop}/product/{n}?utm_source=mail" for n in range(len(PRODUCTS))]
    urls += [f"{shop}/product/0", f"{shop}/product/none", f"{shop}/", "ftp://nothing"]
    async with open_ports() as ports:
        # The same address a thousand times is one page and one product.
        request = ProductList(urls=(*urls, *[f"{shop}/product/1"] * 1_000))
        run_id, result = await carry_out(ports, GOAL, request, "ann")
        found = await products(ports)
        assert {name: float(one.values.price or 0) for name, one in found.items()} == {
            name: price for name, _, _, price in PRODUCTS
        }
        assert (result["processed_count"], result["failed_count"], result["new"]) == (len(PRODUCTS), 3, len(PRODUCTS))
        assert (result["repeated"][0]["place"], result["repeated"][0]["of"]) == (f"{shop}/product/0", urls[0])
        assert result["repeated_count"] == 1_001
        failed = {one["url"]: one["message"]["code"] for one in result["failed"]}
        assert failed == {
            f"{shop}/product/none": "shop_page_not_found",
            f"{shop}/": "page_has_no_product",
            "ftp://nothing": "entry_address_invalid",
        }
        assert all(one["way_out"] for one in result["failed"])
        run = await ports.records.runs.get(run_id)
        assert run.status == "partial"
        _, again = await carry_out(ports, GOAL, request, "ann")
        assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, len(PRODUCTS))
        assert {one.number for one in (await products(ports)).values()} == {one.number for one in found.values()}


async def test_cut_after_every_step_each_product_is_there_once(shop: str, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("sku,name,price,currency\n" + "".join(f"S{n},Cup {n},{n}.50,EUR\n" for n in range(1, 5)))
    async with open_ports() as ports:
        file = await upload_path(ports.records, ports.files, rows, owner_id="ann")
        left = set(STEPS)
        request = ProductList(shop=shop, file=file.file_id)
        run_id, result = await carry_out(ports, cut_once(left, GOAL), request, "ann")
        assert not left
        found = await products(ports)
        assert set(found) == {name for name, *_ in PRODUCTS} | {f"Cup {n}" for n in range(1, 5)}
        assert result["processed_count"] == len(found)
        exported = (await ports.files.result(f"{run_id}/products.csv")).decode("utf-8-sig")
        assert exported.count("\n") == len(found) + 1


async def test_rows_that_repeat_others_make_a_run_partial_and_are_named(shop: str, tmp_path: Path) -> None:
    del shop
    rows = tmp_path / "rows.csv"
    rows.write_text("name,price,currency\n" + "".join(f"Cup,{n}.50,EUR\n" for n in range(1, 6)))
    async with open_ports() as ports:
        file = await upload_path(ports.records, ports.files, rows, owner_id="ann")
        run_id, result = await carry_out(ports, GOAL, ProductList(file=file.file_id), "ann")
        assert (result["processed_count"], result["repeated_count"]) == (1, 4)
        (problem,) = [one for one in result["problems"] if one["message"]["code"] == "rows_repeated"]
        assert "rows.csv, row 3 = rows.csv, row 2" in problem["what"]
        assert (await ports.records.runs.get(run_id)).status == "partial"


async def test_texts_that_products_lack_are_written_by_a_run_that_follows_and_taken_over_with_their_source(
    shop: str, tmp_path: Path
) -> None:
    del shop
    rows = tmp_path / "rows.csv"
    rows.write_text(
        "sku,name,brand,price,currency,description,weight\n"
        "S1,Steel kettle,Fira,42.50,EUR,,900 g\nS2,Iron pan,Fira,9.50,EUR,A pan that keeps its heat.,\n"
    )
    async with open_ports() as ports:
        file = await upload_path(ports.records, ports.files, rows, owner_id="ann")
        request = ProductList(file=file.file_id, texts=("product-description", "seo"))
        left = {"ask_for_texts"}
        run_id, result = await carry_out(ports, cut_once(left, GOAL), request, "ann")
        following = await ports.records.runs.listed(owner_id="ann", follows=run_id)
        assert {one.run_id for one in following} == set(result["text_runs"])
        assert result["texts"] == 3, "the pan has a description"
        for run in following:
            wanted = GenerateContent.model_validate({**run.request, "models": ["composer"]})
            status, _ = await attempt(ports, TEXTS, run.run_id, wanted)
            assert status == "completed"
            (taking,) = await ports.records.runs.listed(owner_id="ann", follows=run.run_id)
            assert (taking.workflow, taking.follows, taking.waits) == ("product-list", run.run_id, True)
            for number in range(1, 1 + len(wanted.variables)):
                await Decider(ports.records, "ann").accept(id_of(run.run_id, row_key(number)))
            _, taken = await attempt(ports, GOAL, taking.run_id, ProductList.model_validate(taking.request))
            assert (taken["new"], taken["failed_count"]) == (0, 0)
        found = await products(ports)
        kettle = found["Steel kettle"]
        assert "Fira" in (kettle.values.description or "")
        origin = kettle.origin("description")
        assert origin is not None
        assert (origin.kind, origin.source) == ("content", "content:product-description")
        assert 0 < origin.confidence <= 1
        assert {one.run_id for one in following} & {origin.place.rpartition("-")[0]}
        assert found["Iron pan"].values.description == "A pan that keeps its heat."
        assert {attribute.name for attribute in found["Iron pan"].values.attributes} == {"seo"}
        _, again = await carry_out(ports, GOAL, request, "ann")
        assert again["texts"] == 0, "nothing new is known of them"


async def test_facts_that_no_model_made_a_text_of_are_no_description_and_are_asked_for_again(
    shop: str, tmp_path: Path
) -> None:
    del shop
    rows = tmp_path / "rows.csv"
    rows.write_text("sku,name,price,currency\nS1,Steel kettle,42.50,EUR\n")
    async with open_ports() as ports:
        file = await upload_path(ports.records, ports.files, rows, owner_id="ann")
        request = ProductList(file=file.file_id, texts=("product-description",))
        run_id, result = await carry_out(ports, GOAL, request, "ann")
        (written,) = await ports.records.runs.listed(owner_id="ann", follows=run_id)
        wanted = GenerateContent.model_validate({**written.request, "models": ["composer"]})
        await attempt(ports, TEXTS, written.run_id, wanted)
        (taking,) = await ports.records.runs.listed(owner_id="ann", follows=written.run_id)
        _, taken = await attempt(ports, GOAL, taking.run_id, ProductList.model_validate(taking.request))
        (told,) = (one for one in taken["problems"] if one["where"] == "texts")
        assert told["message"]["code"] == "texts_without_model"
        assert told["way"]["code"] == "choose_model_and_import"
        assert (await products(ports))["Steel kettle"].values.description is None
        _, again = await carry_out(ports, GOAL, request, "ann")
        assert (result["texts"], again["texts"]) == (1, 1)
