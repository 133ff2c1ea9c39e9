"""One's own catalogue beside each shop's; one that can't be read is a problem, and no end."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from integrations.files.folder import FolderFiles
from magicai.ports import Spender, TextModel
from magicai.runs.requests.files_in import upload
from magicai.shops.matching.checking import Verdict, Verdicts
from magicai.shops.matching.verdicts import OWN, Side, tell
from magicai.shops.matching.verdicts import Verdict as Said
from tasks.crawl_analyze_generate.compare_catalogue import compare_catalogue
from tests.scripted import ScriptedText
from tests.unit.shops.report import example_shop
from tests.unit.tasks.conftest import REQUEST, SHOP, Bench


async def nobody(spender: Spender, *, role: str = "") -> TextModel | None:
    raise AssertionError(f"{role or 'a model'} was asked for {spender.step}")


@pytest.fixture
async def files(tmp_path: Path) -> AsyncIterator[FolderFiles]:
    made = FolderFiles(tmp_path / "files")
    yield made
    await made.close()


async def test_prices_are_compared_with_one_s_own(bench: Bench, files: FolderFiles) -> None:
    theirs = next(one for one in example_shop.products() if one.price is not None and one.currency is not None)

    async def body() -> AsyncIterator[bytes]:
        row = f"{theirs.name},{theirs.price},{theirs.currency},{theirs.brand}"
        yield f"name,price,currency,brand\n{row}\n".encode()

    kept = await upload(bench.shops, files, "own.csv", body(), owner_id="ann")
    request = REQUEST.model_copy(update={"own_catalogue": kept.file_id})
    saved = await bench.saved([theirs])
    (found,) = await compare_catalogue(bench.step(), request, saved, shops=bench.shops, files=files, text_model=nobody)
    assert (found.shop, found.catalogue, found.matched, found.same) == (SHOP, 1, 1, 1)
    assert bench.heard.told == [(1, 1)]


async def test_what_a_person_said_of_a_pair_holds_in_the_next_comparison(bench: Bench, files: FolderFiles) -> None:
    product = example_shop.products()[0]

    async def body() -> AsyncIterator[bytes]:
        yield b"name,price,currency,sku\nSomething else,1,EUR,S-1\n"

    kept = await upload(bench.shops, files, "own.csv", body(), owner_id="ann")
    request = REQUEST.model_copy(update={"own_catalogue": kept.file_id})
    saved = await bench.saved([product])

    async def pairs() -> list[str]:
        (found,) = await compare_catalogue(
            bench.step(), request, saved, shops=bench.shops, files=files, text_model=nobody
        )
        return [pair.reason.code for pair in found.pairs]

    assert await pairs() == []
    said = Said(one=Side(OWN, "sku:s-1"), other=Side(SHOP, product.id), same=True)
    await tell(bench.shops, said, owner_id="bob")
    assert await pairs() == []
    await tell(bench.shops, said, owner_id="ann")
    assert await pairs() == ["match_confirmed"]


@pytest.mark.parametrize(
    ("verdict", "b", "reason", "against"),
    [
        ("same", "kettle", "match_model_same", None),
        ("different", "kettle", "match_near", "match_model_differs"),
        ("different", "words that are not there", "match_near", None),
    ],
)
async def test_a_verifier_judges_what_is_likely_and_makes_nothing_sure(
    bench: Bench, files: FolderFiles, verdict: Any, b: str, reason: str, against: str | None
) -> None:
    product = example_shop.products()[0].model_copy(update={"name": "Blue steel kettle", "brand": None, "gtin": None})

    async def body() -> AsyncIterator[bytes]:
        yield b"name,price,currency\nblue kettle of steel,1,EUR\n"

    async def text_model(_spender: Spender, *, role: str = "") -> TextModel | None:
        assert role == "verifier"
        return ScriptedText([Verdicts(verdicts=[Verdict(number=1, verdict=verdict, a="kettle", b=b)])])

    kept = await upload(bench.shops, files, "own.csv", body(), owner_id="ann")
    request = REQUEST.model_copy(update={"own_catalogue": kept.file_id, "model": "auto"})
    saved = await bench.saved([product])
    (found,) = await compare_catalogue(
        bench.step(), request, saved, shops=bench.shops, files=files, text_model=text_model
    )
    assert len(bench.heard.usages) == 1
    (pair,) = found.proposals
    assert found.pairs == ()
    assert (pair.reason.code, pair.against and pair.against.code) == (reason, against)
    assert pair.checked_by == ("scripted" if reason == "match_model_same" or against else "")


async def test_an_answer_of_another_shape_is_paid_for_and_leaves_pairs_not_checked(
    bench: Bench, files: FolderFiles
) -> None:
    product = example_shop.products()[0].model_copy(update={"name": "Blue steel kettle", "brand": None, "gtin": None})

    async def body() -> AsyncIterator[bytes]:
        yield b"name,price,currency\nblue kettle of steel,1,EUR\n"

    async def text_model(_spender: Spender, *, role: str = "") -> TextModel | None:
        return ScriptedText(["no JSON"], name=role)

    kept = await upload(bench.shops, files, "own.csv", body(), owner_id="ann")
    request = REQUEST.model_copy(update={"own_catalogue": kept.file_id, "model": "auto"})
    (found,) = await compare_catalogue(
        bench.step(), request, await bench.saved([product]), shops=bench.shops, files=files, text_model=text_model
    )
    assert [pair.checked_by for pair in found.proposals] == [""]
    assert (len(bench.heard.problems), len(bench.heard.usages)) == (1, 1)


async def test_a_catalogue_that_is_not_there_is_told_of_and_nothing_is_compared(
    bench: Bench, files: FolderFiles
) -> None:
    request = REQUEST.model_copy(update={"own_catalogue": "none"})
    saved = await bench.saved([])
    assert (
        await compare_catalogue(bench.step(), request, saved, shops=bench.shops, files=files, text_model=nobody) == []
    )
    ((where, what),) = bench.heard.problems
    assert where == "own_catalogue"
    assert "You have no file" in what
