"""One's own catalogue beside each shop's; one that can't be read is a problem, and no end."""

from pathlib import Path

from magicai.settings import Settings
from tasks.crawl_analyze_generate.compare_catalogue import compare_catalogue
from tests.unit.shops.report import example_shop
from tests.unit.tasks.conftest import REQUEST, SHOP, Bench


async def test_prices_are_compared_with_one_s_own(bench: Bench, tmp_path: Path) -> None:
    theirs = next(one for one in example_shop.products() if one.price is not None and one.currency is not None)
    path = tmp_path / "own.csv"
    path.write_text(f"name,price,currency,sku\nOurs,{theirs.price},{theirs.currency},{theirs.sku}\n", encoding="utf-8")
    request = REQUEST.model_copy(update={"own_catalogue": str(path)})
    saved = await bench.saved([theirs])
    (found,) = await compare_catalogue(
        bench.step(), request, saved, shops=bench.shops, settings=Settings(home=tmp_path)
    )
    assert (found.shop, found.catalogue, found.matched, found.same) == (SHOP, 1, 1, 1)
    assert bench.heard.told == [(1, 1)]


async def test_a_catalogue_that_is_not_there_is_told_of_and_nothing_is_compared(bench: Bench, tmp_path: Path) -> None:
    request = REQUEST.model_copy(update={"own_catalogue": str(tmp_path / "none.csv")})
    saved = await bench.saved([])
    settings = Settings(home=tmp_path)
    assert await compare_catalogue(bench.step(), request, saved, shops=bench.shops, settings=settings) == []
    ((where, what),) = bench.heard.problems
    assert where == "own_catalogue"
    assert "There is no catalogue" in what
