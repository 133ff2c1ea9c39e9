"""A whole run with a language model behind a server, whatever that answers: in this process, without Prefect."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.crawl_analyze_generate import GOAL
from integrations.open import Ports, open_ports
from magicai.cli.run_summary import ending
from magicai.runs.run import JSON
from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerate
from magicai.verifier import judge
from tests.flows.corner_shop import corner_shop
from tests.flows.cutting import Cut, carry_out, cut_once
from tests.flows.scripted_model import ADVICE, JUDGE, PRICES, WRITER, ScriptedModel, scripted_model

OWNER = "o"


def _not_installed(_extra: str) -> bool:
    return False


@pytest.fixture
async def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ScriptedModel]:
    """An installation with that model, and no vectors."""
    with scripted_model() as server:
        prices = ",".join(f"{name}={prompt}/{said}" for name, (prompt, said) in PRICES.items())
        for name, value in (
            ("HOME", str(tmp_path)), ("CRAWL_DELAY", "0"), ("MODEL", f"compatible:{WRITER}"),
            ("COMPATIBLE_BASE_URL", server.url), ("MODEL_PRICES", prices),
        ):  # fmt: skip
            monkeypatch.setenv(f"MAGICAI_{name}", value)
        monkeypatch.setattr("magicai.extras.is_installed", _not_installed)
        yield server


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A shop that the installation may read."""
    with corner_shop() as host:
        monkeypatch.setenv("MAGICAI_CRAWL_ALLOW_HOSTS", host)
        yield host


async def run(ports: Ports, shop: str, *, cut: set[str] | None = None) -> tuple[str, JSON]:
    request = CrawlAnalyzeGenerate(competitor_url=(f"http://{shop}",), render="never", model="auto")
    return await carry_out(ports, cut_once(cut, GOAL) if cut else GOAL, request, OWNER)


async def words_in(ports: Ports, run_id: str) -> str:
    return (await ports.files.result(f"{run_id}/report.md") or b"").decode().replace("\\", "")


async def test_a_good_summary_costs_one_call_and_what_the_server_bills(model: ScriptedModel, shop: str) -> None:
    async with open_ports() as ports:
        run_id, result = await run(ports, shop)
        row, report = await ports.records.runs.get(run_id), await words_in(ports, run_id)
    assert (result["status"], model.asked) == ("completed", [WRITER])
    assert float(result["cost"]["amount"]) == pytest.approx(model.bill, abs=1e-9)
    summary = result["report"]["summary"]
    assert summary["text"].endswith(ADVICE["en"])
    assert report.index(summary["text"]) < report.index("## Main findings")
    assert "Not checked by a second model." in report
    told = [line.words for line in ending(row, result)]
    assert told.index(summary["text"]) < told.index(result["report"]["findings"][0])
    assert f"(Summary by compatible:{WRITER}. Not checked by a second model.)" in told


async def test_a_verifier_costs_one_call_more(model: ScriptedModel, shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAGICAI_VERIFIER", f"compatible:{JUDGE}")
    async with open_ports() as ports:
        _, result = await run(ports, shop)
    assert model.asked == [WRITER, JUDGE]
    assert float(result["cost"]["amount"]) == pytest.approx(model.bill, abs=1e-9)
    assert result["report"]["summary"]["notes"] == [f"Checked by compatible:{JUDGE}."]


async def test_a_verifier_that_answers_nonsense_has_checked_nothing(
    model: ScriptedModel, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAGICAI_VERIFIER", f"compatible:{JUDGE}")
    model.nonsense = True
    async with open_ports() as ports:
        _, result = await run(ports, shop)
    assert model.asked == [WRITER, JUDGE]
    assert float(result["cost"]["amount"]) == pytest.approx(model.bill, abs=1e-9)
    assert result["report"]["summary"]["notes"] == ["Not checked by a second model."]
    (problem,) = [one["what"] for one in result["problems"] if one["where"] == "summary"]
    assert "The summary was not checked" in problem


async def test_inventions_are_asked_for_again_and_then_left_out(model: ScriptedModel, shop: str) -> None:
    model.moods = ["inventing"]
    async with open_ports() as ports:
        run_id, result = await run(ports, shop)
        report = await words_in(ports, run_id)
    assert model.asked == [WRITER, WRITER]
    summary = result["report"]["summary"]
    assert summary["text"] == ADVICE["en"]
    assert len(summary["left_out"]) == 3
    assert "3 sentences left out: it says “" in report


@pytest.mark.parametrize(
    ("mood", "what"),
    [
        ("cut", "it was cut off after 2000 tokens"),
        ("refusing", "I'm sorry, but I can't help with that."),
        ("empty", "the answer is empty"),
        ("chatty", "Sure! Here is a summary."),
    ],
)
async def test_what_is_no_summary_is_paid_for_once_and_told(
    model: ScriptedModel, shop: str, mood: str, what: str
) -> None:
    model.moods = [mood]
    async with open_ports() as ports:
        run_id, result = await run(ports, shop)
        report = await words_in(ports, run_id)
    assert (result["status"], result["report"]["summary"]) == ("partial", None)
    assert model.asked == [WRITER]
    assert float(result["cost"]["amount"]) == pytest.approx(model.bill, abs=1e-9)
    (problem,) = [one["what"] for one in result["problems"] if one["where"] == "summary"]
    assert what in problem
    assert what in report
    assert "## Summary" not in report
    assert "This run met one problem, listed below." in report


async def test_a_busy_server_is_waited_for_and_one_that_stays_busy_is_told(model: ScriptedModel, shop: str) -> None:
    model.moods = ["busy", "busy", "good"]
    async with open_ports() as ports:
        _, result = await run(ports, shop)
        assert (result["status"], len(model.asked)) == ("completed", 3)
        assert float(result["cost"]["amount"]) == pytest.approx(model.bill, abs=1e-9)
        model.moods = ["busy"]
        _, result = await run(ports, shop)
    assert (result["status"], result["report"]["summary"], len(model.asked)) == ("partial", None, 6)
    (problem,) = [one["what"] for one in result["problems"] if one["where"] == "summary"]
    assert "503" in problem


async def test_a_run_that_is_resumed_does_not_pay_for_its_summary_again(model: ScriptedModel, shop: str) -> None:
    async with open_ports() as ports:
        _, result = await run(ports, shop, cut={"file_report"})
    assert result["report"]["summary"] is not None
    assert model.asked == [WRITER]


@pytest.mark.parametrize("step", ["file_report", "summarise_report"])
async def test_a_step_that_is_cut_does_not_pay_for_the_summary_and_its_check_again(
    model: ScriptedModel, shop: str, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setenv("MAGICAI_VERIFIER", f"compatible:{JUDGE}")
    async with open_ports() as ports:
        _, result = await run(ports, shop, cut={step})
    assert model.asked == [WRITER, JUDGE]
    assert float(result["cost"]["amount"]) == pytest.approx(model.bill, abs=1e-9)


async def test_a_cut_between_the_writer_and_the_verifier_does_not_pay_for_the_summary_again(
    model: ScriptedModel, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAGICAI_VERIFIER", f"compatible:{JUDGE}")
    cuts = ["summarise_report"]

    async def cut_before(*arguments: Any) -> Any:
        if cuts:
            raise Cut(cuts.pop())
        return await judge(*arguments)

    monkeypatch.setattr("magicai.shops.report.summarising.judge", cut_before)
    async with open_ports() as ports:
        _, result = await run(ports, shop)
    assert (model.asked, cuts) == ([WRITER, JUDGE], [])
    assert float(result["cost"]["amount"]) == pytest.approx(model.bill, abs=1e-9)


async def test_an_unchanged_second_run_does_not_pay_for_the_summary_again(model: ScriptedModel, shop: str) -> None:
    async with open_ports() as ports:
        await run(ports, shop)
        await run(ports, shop)  # says in addition that nothing has changed
        before = len(model.asked)
        _, result = await run(ports, shop)
    assert result["report"]["summary"] is not None
    assert len(model.asked) == before
