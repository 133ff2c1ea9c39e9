"""A report is composed, perhaps summarised by a model, and written once."""

from collections.abc import Callable
from typing import Any, cast

import pytest

from magicai.brain.situation import Machine, Situation
from magicai.errors import Missing, Permanent
from magicai.messages import say
from magicai.ports import Files, Spender, TextModel
from magicai.runs.results import summary as in_short
from magicai.shops.analysis import Analysis
from magicai.shops.crawl_analyze_generate import WORKFLOW
from magicai.shops.crawl_result import Report, ReportSummary
from magicai.shops.report.draft import Draft
from magicai.shops.report.summarising import Line, Summary
from magicai.shops.step_results import Saved
from tasks.crawl_analyze_generate.compose_report import compose_report
from tasks.crawl_analyze_generate.file_report import file_report
from tasks.crawl_analyze_generate.summarise_report import summarise_report
from tests.scripted import Scripted, ScriptedText
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
    assert any(str(len(PRODUCTS)) in sentence.text for sentence in draft.sentences)
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
    assert [finding["words"] for finding in bench.heard.findings] == [f"Report: {report.title}"]
    assert bench.heard.shown["report"] == folder.saves[0][1]
    kept = await bench.shops.entities.get("report", bench.run_id, owner_id="ann")
    assert kept.entity is not None
    assert kept.entity.title == report.title


SAID = Summary(sentences=[Line(text="The shop lists what it lists: look at its prices.", findings=[1])])


def opening(writer: TextModel | None, verifier: TextModel | None = None) -> Callable[..., Any]:
    """Opens these models, by role."""

    async def text_model(spender: Spender, *, role: str = "") -> TextModel | None:
        assert (spender.owner_id, bool(spender.run_id)) == ("ann", True)
        return verifier if role == "verifier" else writer

    return text_model


async def summarised(bench: Bench, draft: Draft, *answers: Scripted) -> ReportSummary | None:
    writer = ScriptedText(answers, name="paid")
    return await summarise_report(bench.step(), REQUEST, draft, text_model=opening(writer))


async def test_a_summary_stands_first_in_the_report_under_its_model_s_name(bench: Bench) -> None:
    saved, draft = await drafted(bench)
    summary = await summarised(bench, draft, SAID)
    folder = Folder()
    report = await file_report(
        bench.step(), REQUEST, saved, ANALYSIS, draft, summary, shops=bench.shops, files=cast("Files", folder)
    )
    assert summary is not None
    assert (report.written_by, report.summary) == ("paid", summary)
    assert (report.sentences.phrased, report.sentences.composed) == (1, len(draft.sentences))
    for _, body in folder.saves:
        assert body.index("look at its prices") < body.index("Main findings")
        assert "language model paid" in body
        assert "Not checked by a second model" in body
    assert bench.heard.problems == []


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        ("", "the answer is empty"),
        ("I can't help with that.", "it returned 'I can't help with that.'"),
        ("Let me know if you'd like changes!", "it returned 'Let me know"),
        ('{"sentences": [' + "1 " * 3000, "it was cut off after 256 tokens"),
        (Permanent("paid refuses: no reason given."), "paid refuses: no reason given."),
        (Summary(sentences=[Line(text="It sells 9,999 mugs.", findings=[1])]), "“9,999” is not in the findings"),
    ],
)
async def test_what_is_no_summary_leaves_the_report_and_a_problem_that_says_what_it_is(
    bench: Bench, answer: Scripted, what: str
) -> None:
    _, draft = await drafted(bench)
    assert await summarised(bench, draft, answer, answer) is None
    ((where, problem),) = bench.heard.problems
    assert where == "summary"
    assert what in problem
    said = [str(say(code, model="paid", why="")) for code in ("summary_not_written", "summary_not_usable")]
    assert problem.startswith(tuple(said))


async def test_a_verifier_that_fails_is_told_and_the_summary_stays_unchecked(bench: Bench) -> None:
    _, draft = await drafted(bench)
    models = opening(ScriptedText([SAID], name="paid"), ScriptedText(["nonsense"], name="judge"))
    summary = await summarise_report(bench.step(), REQUEST, draft, text_model=models)
    assert summary is not None
    assert summary.notes == ("Not checked by a second model.",)
    ((_, problem),) = bench.heard.problems
    assert problem.startswith(str(say("summary_not_checked", model="judge", why="")))


async def test_without_a_model_there_is_no_summary(bench: Bench) -> None:
    _, draft = await drafted(bench)
    with pytest.raises(Missing, match="No language model"):
        await summarise_report(bench.step(), REQUEST, draft, text_model=opening(None))


@pytest.mark.parametrize(
    ("asked", "model", "why"),
    [
        ("none", "small", "summary_not_wanted"),
        ("auto", None, "no_model_for_summary"),
        ("auto", "small", None),
        ("get", None, None),
    ],
)
def test_a_model_is_asked_where_somebody_wants_it(asked: str, model: str | None, why: str | None) -> None:
    situation = Situation("w", "ann", {"model": asked}, Machine(2, 1000, model=model))
    unless = summarise_report.unless(situation)
    assert (unless.code if unless else None) == why


def test_a_report_of_an_earlier_version_is_still_read() -> None:
    kept = {
        "language": "en",
        "title": "Competitor report",
        "written_by": "small-model",
        "sentences": {"phrased": 20, "composed": 6},
        "markdown": "there/report.md",
        "html": "there/report.html",
        "findings": ["One product is new."],
    }
    report = Report.model_validate(kept)
    assert (report.summary, report.sentences.phrased) == (None, 20)
    assert in_short(WORKFLOW, {"report": kept}) is None
