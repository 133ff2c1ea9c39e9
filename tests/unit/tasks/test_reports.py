"""A report is composed, perhaps phrased, and written once, in its last words."""

from typing import cast

import pytest

from magicai.errors import Missing
from magicai.ports import Files, Spender, TextModel
from magicai.shops.analysis import Analysis
from magicai.shops.report.draft import Draft, PhrasedSentences
from magicai.shops.step_results import Saved
from tasks.crawl_analyze_generate.compose_report import compose_report
from tasks.crawl_analyze_generate.file_report import file_report
from tasks.crawl_analyze_generate.phrase_report import phrase_report
from tests.scripted import ScriptedText
from tests.unit.shops.report import example_shop
from tests.unit.tasks.conftest import REQUEST, SHOP, Bench

PRODUCTS = example_shop.products()
ANALYSIS = Analysis(shops=(example_shop.analysis_of(PRODUCTS, shop=SHOP),))


class Folder:
    """Keeps results, and what was there before."""

    def __init__(self) -> None:
        self.saves: list[tuple[str, str]] = []

    async def save(self, name: str, body: bytes) -> str:
        self.saves.append((name, body.decode()))
        return f"there/{name}"


async def drafted(bench: Bench) -> tuple[Saved, Draft]:
    saved = await bench.saved(PRODUCTS)
    return saved, await compose_report(bench.step(), REQUEST, saved, ANALYSIS, shops=bench.shops)


async def test_a_sentence_for_each_fact_is_composed_and_nothing_is_written_yet(bench: Bench) -> None:
    _, draft = await drafted(bench)
    assert any(str(len(PRODUCTS)) in one.text for one in draft.sentences)
    assert {one.by for one in draft.sentences} == {"composer"}
    assert (bench.heard.findings, bench.heard.shown) == ([], {})


async def test_a_report_is_written_once_kept_and_told_of(bench: Bench) -> None:
    saved, draft = await drafted(bench)
    folder = Folder()
    report = await file_report(
        bench.step(), REQUEST, saved, ANALYSIS, draft, shops=bench.shops, files=cast("Files", folder)
    )
    assert [name for name, _ in folder.saves] == [f"{bench.run_id}/report.md", f"{bench.run_id}/report.html"]
    assert report.written_by == "composer"
    assert draft.sentences[0].text in folder.saves[0][1]
    assert [one["words"] for one in bench.heard.findings] == [f"Report: {report.title}"]
    assert bench.heard.shown["report"] == folder.saves[0][1]
    kept = await bench.shops.entities.get("report", bench.run_id, owner_id="ann")
    assert kept.entity is not None
    assert kept.entity.title == report.title


async def test_what_a_model_phrased_is_what_is_written_under_its_name(bench: Bench) -> None:
    saved, draft = await drafted(bench)
    first, *others = draft.sentences
    said = first.model_copy(update={"pieces": ("Said in other words",), "by": "model"})
    phrased = PhrasedSentences(written_by="small-model", sentences=(said, *others))
    folder = Folder()
    report = await file_report(
        bench.step(), REQUEST, saved, ANALYSIS, draft, phrased, shops=bench.shops, files=cast("Files", folder)
    )
    assert report.written_by == "small-model"
    assert (report.sentences.phrased, report.sentences.composed) == (1, len(others))
    assert "Said in other words" in folder.saves[0][1]


async def test_a_model_that_says_nothing_usable_leaves_the_composer_s_sentences(bench: Bench) -> None:
    _, draft = await drafted(bench)
    asked: list[Spender] = []

    async def text_model(spender: Spender) -> TextModel:
        asked.append(spender)
        return ScriptedText(lambda _: "It rains in Spain.", name="small-model")

    phrased = await phrase_report(bench.step(), draft, text_model=text_model)
    assert asked == [Spender("ann", bench.run_id)]
    assert (phrased.written_by, phrased.sentences) == ("small-model", draft.sentences)


async def test_without_a_model_nothing_is_phrased(bench: Bench) -> None:
    _, draft = await drafted(bench)

    async def text_model(spender: Spender) -> None:
        del spender

    with pytest.raises(Missing, match="No language model"):
        await phrase_report(bench.step(), draft, text_model=text_model)
