"""Texts of many rows: written by whom the user allows, within what it may cost; what failed is said."""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from integrations.cache.sqlite import SqliteCache
from integrations.capacity.files import FileCapacity
from integrations.files.folder import FolderFiles
from magicai.brain.planner import goal
from magicai.brain.situation import Machine
from magicai.content.content import Content, content_in
from magicai.content.editing import content_of
from magicai.content.generate_content import WORKFLOW, GenerateContent
from magicai.content.prompts import answer
from magicai.content.text import parse, plain, written
from magicai.errors import Busy, OverBudget, Permanent, Temporary
from magicai.ports import Cache, Capacity, Files, Message, Price, Records, Spender, TextModel
from magicai.runs.execution.executor import Executor
from magicai.runs.execution.step_calls import StepCall
from magicai.runs.queue.resume import set_budget
from magicai.runs.requests.accept import accept
from magicai.runs.requests.files_in import upload_path
from magicai.runs.run import JSON, Origin, Run, RunStatus
from magicai.settings import Settings
from magicai.shops.entities import product_entity
from magicai.shops.product import Availability, Product
from magicai.stores.entity import Entity
from magicai.verifier import Statement, Statements
from tasks.generate_content.read_template import read_template
from tasks.generate_content.write_texts import write_texts
from tests.scripted import Scripted, ScriptedText

GOAL = goal(replace(WORKFLOW, actions={}), provides=("written",), steps=(read_template, write_texts))


class Nothing(BaseModel):
    pass


def said_of(name: str) -> str:
    return f"{name} is a mug of stoneware, and it costs 12.00 EUR. It holds coffee, tea and whatever else you pour in."


@dataclass
class Desk:
    """What the steps of a run find: records, files, and models that say what a test has them say."""

    records: Records
    files: Files
    capacity: Capacity
    cache: Cache
    settings: Settings = field(default_factory=lambda: Settings(model="none"))
    models: dict[str, Callable[[str], Scripted]] = field(default_factory=dict[str, Callable[[str], Scripted]])
    verifier: Callable[[str], Scripted] | None = None
    asked: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    spenders: list[Spender] = field(default_factory=list[Spender])

    prices: dict[str, Price] = field(default_factory=dict[str, Price])

    def machine(self) -> Machine:
        models = {"verifier": "judge"} if self.verifier is not None else {}
        return Machine(2, 1000, models=models, prices={**self.prices})

    async def machine_now(self) -> Machine:
        return self.machine()

    async def text_model(self, spender: Spender, *, models: Sequence[str], cached: bool) -> TextModel | None:
        del cached
        self.spenders.append(spender)
        if spender.role == "verifier":
            judge = self.verifier
            return None if judge is None else ScriptedText(lambda asked: judge(asked[-1].content), name="judge")
        (name,) = models

        def say(messages: Sequence[Message]) -> Scripted:
            row = next(row for row in ("Ann", "Bob", "Cem") if row in messages[-1].content or row in str(messages))
            self.asked.append((name, row))
            return self.models[name](row)

        return ScriptedText(say, name=name)

    async def start(self, **given: Any) -> tuple[Run, RunStatus, JSON]:
        body = {"content_type": "product-description", "variables": rows("Ann", "Bob", "Cem"), **given}
        request = GenerateContent.model_validate(body)
        run = await accept(self.records, WORKFLOW.name, request, owner_id="ann", origin=Origin.CLI)
        return await self.attempt(run)

    async def attempt(self, run: Run) -> tuple[Run, RunStatus, JSON]:
        attempt = await self.records.runs.begin(
            run.run_id, host=socket.gethostname(), pid=1, process_started_at=1, flow_run_id=None
        )
        request = GenerateContent.model_validate(run.request)
        status, result = await Executor(GOAL, run, request, attempt, self, perform=_perform, show=_show).carry_out()
        return run, status, result

    async def resume(self, run: Run) -> tuple[Run, RunStatus, JSON]:
        return await self.attempt(await self.records.runs.requeue(run.run_id))

    async def texts(self, run: Run) -> dict[str, Content]:
        page = await self.records.entities.listed("ann", "content")
        found = [content_in(item.entity) for item in page.items if item.entity is not None]
        return {one.variables["name"]: one for one in found if one.run_id == run.run_id}


async def _perform(_task: StepCall, do: Callable[[], Awaitable[Any]]) -> Any:
    return await do()


async def _show(_key: str, _content: object) -> None: ...


def rows(*names: str) -> list[dict[str, str]]:
    return [{"name": name, "price": "12.00 EUR", "material": "stoneware"} for name in names]


@pytest.fixture
def desk(records: Records, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr("magicai.runs.execution.journal.BEAT_S", 0.05)
    made = FolderFiles(tmp_path / "files")
    capacity = FileCapacity(tmp_path / "capacity", cores=2, memory=lambda: 1000)
    return Desk(records, made, capacity, SqliteCache(tmp_path / "cache.sqlite3"))


def fail(error: Exception) -> Callable[[str], Scripted]:
    def say(_row: str) -> Scripted:
        raise error

    return say


async def test_each_row_is_a_text_and_without_a_model_the_composer_writes_it(desk: Desk) -> None:
    run, status, result = await desk.start()
    assert (status, result["count"], result["failed"]) == (RunStatus.COMPLETED, 3, 0)
    texts = await desk.texts(run)
    assert {name: one.latest.by for name, one in texts.items()} == dict.fromkeys(("Ann", "Bob", "Cem"), "composer")
    assert "12.00 EUR" in plain(texts["Ann"].latest.blocks)
    assert [one["title"].split()[0] for one in result["texts"]] == ["Ann", "Bob", "Cem"]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("I'm sorry, but I can't help with that.", "m refuses to write the text"),
        (
            '{"refused": "It is against my rules.", "blocks": []}',
            "m refuses to write the text: “It is against my rules.”",
        ),
        ("", "m returned no text."),
        ("<html>502 Bad Gateway</html>", "m returned HTML instead of a text."),
        ("抱歉这款杯子由陶瓷制成，价格为十二欧元，非常好用。", "m wrote in another language than requested."),
    ],
)
async def test_a_row_that_got_no_text_fails_with_the_reason_and_is_written_once_it_is_tried_again(
    desk: Desk, answer: str, why: str
) -> None:
    desk.models["m"] = lambda row: answer if row != "Ann" else said_of(row)
    run, status, result = await desk.start(models=["m"])
    assert (status, result["count"], result["failed"]) == (RunStatus.PARTIAL, 1, 2)
    assert [one["where"] for one in result["problems"]] == ["000002", "000003"]
    assert all(why in one["what"] for one in result["problems"])
    assert list(await desk.texts(run)) == ["Ann"], "nothing stands in for a text that was not written"
    assert len(desk.asked) == 3, "each is paid for once"
    assert [one["what"].partition(":")[0] for one in result["problems"]] == ["Row 2, Bob", "Row 3, Cem"]
    assert {"1 text written.", "2 rows failed."} <= set(result["in_short"])
    assert not any(why in one for one in result["in_short"]), "the problems say why, once for each row"

    desk.models["m"] = said_of
    _, status, result = await desk.resume(run)
    assert (status, result["count"], result["failed"]) == (RunStatus.COMPLETED, 3, 0)
    assert len(desk.asked) == 5


async def test_a_chatty_text_is_called_by_its_first_words_for_readers(desk: Desk) -> None:
    answers = {
        "Ann": f"Sure! {said_of('Ann')}",
        "Bob": f"Sure!\n\n{said_of('Bob')}",
        "Cem": "Sure!",
    }
    desk.models["m"] = lambda row: answer(parse(answers[row]))
    _, _, result = await desk.start(models=["m"])
    assert [one["title"] for one in result["texts"]] == [
        "Ann is a mug of stoneware, and it costs 12.00 EUR.",
        "Bob is a mug of stoneware, and it costs 12.00 EUR.",
        "Cem",
    ]


async def test_where_the_request_says_so_a_facts_block_stands_in_is_called_that_and_the_run_is_partial(
    desk: Desk,
) -> None:
    desk.models["m"] = lambda row: "" if row == "Bob" else said_of(row)
    run, status, result = await desk.start(models=["m"], fallback="facts")
    texts = await desk.texts(run)
    assert (status, result["count"], result["failed"], result["facts_blocks"]) == (RunStatus.PARTIAL, 3, 0, 1)
    assert {name: one.latest.by for name, one in texts.items()} == {"Ann": "m", "Bob": "composer", "Cem": "m"}
    assert texts["Bob"].latest.instead_of == "m returned no text."
    assert [one["what"] for one in result["problems"]] == ["Facts blocks stand in for texts of m: m returned no text."]
    assert "2 texts written." in result["in_short"]
    assert "Facts blocks, made without a model: 1." in result["in_short"]


async def test_rows_whose_model_takes_no_requests_come_back_later_while_others_go_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("magicai.content.writing.WAIT_S", 0.2)
    monkeypatch.setattr("magicai.runs.execution.journal._LEAST_BETWEEN_EVENTS_S", 0.0)
    turns: dict[str, int] = {}
    done: list[str] = []

    def say(row: str) -> Scripted:
        turns[row] = turns.get(row, 0) + 1
        if row == "Ann" and turns[row] <= 5:
            raise Busy("m.example answered 429: slow down", retry_after_s=0.1)
        done.append(row)
        return said_of(row)

    desk.models["m"] = say
    run, status, result = await desk.start(models=["m"])
    assert (status, result["count"], result["problems"]) == (RunStatus.COMPLETED, 3, [])
    assert (sorted(done), done[-1]) == (["Ann", "Bob", "Cem"], "Ann")
    assert turns["Ann"] == 6, "more often than an item is tried"
    told = [event.data.get("extra", {}).get("waiting", "") for event in await desk.records.runs.events(run.run_id)]
    assert any("1 text waiting" in str(one) and "429" in str(one) for one in told)
    assert any(re.search(r"is asked again at \d\d:\d\d:\d\d UTC", str(one)) for one in told)


async def test_a_model_that_takes_no_requests_for_too_long_fails_the_row_with_what_it_answers(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("magicai.content.writing.PATIENCE_S", 0.0)
    desk.models["m"] = fail(Busy("m.example answered 503: overloaded"))
    _, status, result = await desk.start(models=["m"], variables=rows("Ann"))
    assert (status, result["count"], len(desk.asked)) == (RunStatus.PARTIAL, 0, 1)
    assert "m accepts no requests right now: m.example answered 503: overloaded" in result["problems"][0]["what"]


async def test_at_the_runs_end_stands_once_why_a_verifier_judged_nothing(desk: Desk) -> None:
    desk.models["m"], desk.verifier = said_of, lambda _: "banana"
    run, status, result = await desk.start(models=["m"])
    assert (status, result["count"]) == (RunStatus.COMPLETED, 3)
    (problem,) = result["problems"]
    assert problem["where"] == "verifier"
    assert "judge gave no usable answer" in problem["what"]
    assert "'banana'" in problem["what"]
    assert all(text.latest.not_checked for text in (await desk.texts(run)).values())


async def test_a_text_is_judged_by_the_verifier_that_is_chosen(desk: Desk) -> None:
    desk.models["m"] = said_of
    desk.verifier = lambda text: Statements(
        statements=[Statement(span="costs 12.00 EUR", verdict="supported", line=2)] if "costs 12.00 EUR" in text else []
    )
    run, _, result = await desk.start(models=["m"], variables=rows("Ann"))
    latest = (await desk.texts(run))["Ann"].latest
    assert latest.verified_by == "judge"
    assert {claim.verdict for claim in latest.claims} >= {"proved", "not_checked"}
    assert result["texts"][0]["not_checked"] == latest.not_checked


async def test_all_variants_are_kept_side_by_side_and_the_best_is_shown_first(desk: Desk) -> None:
    answers = [f"{said_of('Ann')} It won an award on 3 May 2019."] * 2 + [said_of("Ann"), f"{said_of('Ann')} Enjoy it."]
    desk.models["m"] = lambda _row: answers.pop(0)
    run, _, _ = await desk.start(models=["m"], variants=3, variables=rows("Ann"))
    text = (await desk.texts(run))["Ann"]
    assert [alternative.number for alternative in text.alternatives] == [1, 2, 3]
    assert [plain(alternative.blocks).split()[-1] for alternative in text.alternatives] == ["2019.", "in.", "it."]
    assert answers == []
    assert text.latest.blocks in [alternative.blocks for alternative in text.alternatives[1:]]
    assert text.alternatives[0].flags
    assert not text.latest.flags


async def test_variants_that_are_the_same_are_one_draft(desk: Desk) -> None:
    answers = [said_of("Ann"), f"{said_of('Ann')} Enjoy it.", said_of("Ann")]
    desk.models["m"] = lambda _row: answers.pop(0)
    run, _, _ = await desk.start(models=["m"], variables=rows("Ann"), variants=3)
    text = (await desk.texts(run))["Ann"]
    assert [alternative.number for alternative in text.alternatives] == [1, 2]
    assert len({alternative.blocks for alternative in text.alternatives}) == 2
    desk.models["m"] = said_of
    run, _, _ = await desk.start(models=["m"], variables=rows("Bob"), variants=2)
    assert (await desk.texts(run))["Bob"].alternatives == ()


async def test_a_text_may_be_in_any_language_and_facts_say_that_their_labels_are_english(desk: Desk) -> None:
    desk.models["m"] = lambda _row: "Ann ist ein Becher aus Steingut und kostet 12,00 EUR, dazu passt jeder Tee."
    run, _, result = await desk.start(models=["m"], language="de", variables=rows("Ann"))
    text = (await desk.texts(run))["Ann"]
    assert (text.language, text.latest.by, result["problems"]) == ("de", "m", [])
    assert "12.00" not in plain(text.latest.blocks)
    run, _, result = await desk.start(language="de", variables=rows("Ann"))
    text = (await desk.texts(run))["Ann"]
    assert (text.language, text.latest.by) == ("de", "composer")
    (told,) = result["problems"]
    assert told["message"] == {"code": "no_facts_template", "params": {"language": "German"}}


async def test_what_is_no_language_is_refused_by_its_code(desk: Desk) -> None:
    with pytest.raises(ValidationError, match="xx is not a language code"):
        await desk.start(language="xx")


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
async def test_rows_of_a_file_are_texts_in_its_order(desk: Desk, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"rows.{suffix}"
    csv = "name,price\nAnn,1 EUR\nBob,2 EUR\n"
    path.write_text(csv if suffix == "csv" else '{"name": "Ann", "price": "1 EUR"}\n{"name": "Bob"}\n')
    made = await upload_path(desk.records, desk.files, path, owner_id="ann")
    await desk.records.uploads.count(made.file_id, 2)
    _, status, result = await desk.start(variables=made.file_id)
    assert (status, result["count"]) == (RunStatus.COMPLETED, 2)
    outcomes = await desk.records.outcomes.recent(WORKFLOW.name, owner_id="ann")
    assert outcomes[-1].size["texts"] == 2.0
    assert [one["title"].split()[0].rstrip(".") for one in result["texts"]] == ["Ann", "Bob"]


async def table(desk: Desk, tmp_path: Path, text: str) -> str:
    path = tmp_path / "rows.csv"
    path.write_text(text)
    return (await upload_path(desk.records, desk.files, path, owner_id="ann")).file_id


async def test_an_ordinary_table_without_a_model_is_facts_blocks_with_prices_and_nothing_is_marked(
    desk: Desk, tmp_path: Path
) -> None:
    lines = [f"Mug {n},{n},EUR,blue,{'SML'[n % 3]}" for n in range(1, 31)]
    file = await table(desk, tmp_path, "\n".join(["name,price,currency,colour,size", *lines]))
    run, status, result = await desk.start(variables=file)
    assert (status, result["count"], result["failed"], result["problems"]) == (RunStatus.COMPLETED, 30, 0, [])
    texts = await desk.texts(run)
    assert {text.latest.by for text in texts.values()} == {"composer"}
    assert written(texts["Mug 3"].latest.blocks) == "# Mug 3\n\n- Price: 3 EUR\n- Colours: blue\n- Size: S"
    assert not [flag for text in texts.values() for flag in text.latest.flags if "EUR" in flag or "currency" in flag]


async def test_a_price_without_a_currency_is_told_and_a_row_that_contradicts_itself_fails_by_itself(
    desk: Desk, tmp_path: Path
) -> None:
    file = await table(desk, tmp_path, "name,price,Price\nAnn,39,39\nBob,39 EUR,42 EUR\n")
    run, status, result = await desk.start(variables=file)
    assert (status, result["count"], result["failed"]) == (RunStatus.PARTIAL, 1, 1)
    whats = {one["where"]: one["what"] for one in result["problems"]}
    assert whats["variables"] == "price 39 has no currency."
    assert whats["000002"] == "Row 2, Bob: The variable price has several values: 39 EUR, 42 EUR."
    assert list(await desk.texts(run)) == ["Ann"]


async def test_columns_of_a_file_that_the_template_lacks_are_named_once_and_keep_no_text(
    desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("SKU,Name,Price,Shelf\n7,Ann,1 EUR,B\n8,Bob,2 EUR,C\n")
    made = await upload_path(desk.records, desk.files, path, owner_id="ann")
    _, status, result = await desk.start(variables=made.file_id)
    assert (status, result["count"], result["failed"]) == (RunStatus.COMPLETED, 2, 0)
    (told,) = (one for one in result["problems"] if one["where"] == "variables")
    assert told["message"]["code"] == "columns_ignored"
    assert told["message"]["params"]["columns"] == "shelf"
    assert "name" in told["way_out"]


async def test_columns_are_the_variables_that_they_were_said_to_be_in_the_next_file_too(
    desk: Desk, tmp_path: Path
) -> None:
    file = await table(desk, tmp_path, "Teil,Kosten (EUR),price\nMug,39,12 USD\n")
    columns = {"Teil": "name", "Kosten (EUR)": "price", "price": "ignore"}
    for given, code in ((columns, "columns_mapped"), ({}, "columns_mapped_before")):
        run, status, result = await desk.start(variables=file, columns=given)
        assert (status, [one["message"]["code"] for one in result["problems"]]) == (RunStatus.COMPLETED, [code])
        assert written((await desk.texts(run))["Mug"].latest.blocks) == "# Mug\n\n- Price: 39 EUR"
    _, status, result = await desk.start(variables=file, columns={"Teil": "nothing"})
    assert (status, result["problems"][-1]["message"]["code"]) == (RunStatus.FAILED, "column_field_unknown")


async def test_a_row_that_does_not_fit_is_named_and_the_others_are_written(desk: Desk) -> None:
    run, status, result = await desk.start(variables=[*rows("Ann"), {"price": "3 EUR"}, {"name": "Cem", "shelf": "L"}])
    assert (status, result["count"], result["failed"]) == (RunStatus.PARTIAL, 1, 2)
    whats = {one["where"]: one["what"] for one in result["problems"]}
    assert "needs the variable 'name'" in whats["000002"]
    assert "no variable 'shelf'" in whats["000003"]
    assert list(await desk.texts(run)) == ["Ann"]


async def test_the_model_that_is_allowed_writes_and_its_decision_is_rewarded(desk: Desk) -> None:
    desk.models["openai:m"] = said_of
    run, _, _ = await desk.start(models=["openai:m"])
    texts = await desk.texts(run)
    assert plain(texts["Bob"].latest.blocks) == said_of("Bob")
    assert [one.role for one in desk.spenders] == ["writer", "verifier"], "a connection for each, none for each row"
    assert {(spender.run_id, spender.step) for spender in desk.spenders} == {(run.run_id, "write_texts")}
    (made,) = [one for one in await desk.records.decisions.of_run(run.run_id) if one.choice.item == "000002"] or [None]
    assert made is None or made.choice.choice == "writer"


async def test_when_a_model_does_not_answer_the_next_one_that_is_allowed_writes(desk: Desk) -> None:
    desk.models |= {"openai:m": fail(Temporary("No answer within 180 s.")), "compatible:n": said_of}
    run, status, result = await desk.start(models=["openai:m", "compatible:n"])
    assert status is RunStatus.COMPLETED
    assert {text.latest.by for text in (await desk.texts(run)).values()} == {"compatible:n"}
    (problem,) = result["problems"] or [{"where": "openai:m"}]
    assert problem["where"] == "openai:m"


async def test_a_row_whose_model_never_answers_fails_after_three_tries(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("magicai.runs.items.LONGEST_PAUSE_S", 0.0)
    desk.models["openai:m"] = fail(Temporary("No answer within 180 s."))
    run, status, result = await desk.start(models=["openai:m"], variables=rows("Ann"))
    assert (status, len(desk.asked), result["failed"]) == (RunStatus.PARTIAL, 3, 1)
    assert await desk.texts(run) == {}
    assert ["No answer within 180 s." in one["what"] for one in result["problems"]] == [True]


async def test_a_model_that_fails_for_good_is_not_asked_again(desk: Desk) -> None:
    desk.models["openai:m"] = fail(Permanent("The key is refused."))
    _, status, result = await desk.start(models=["openai:m"], variables=rows("Ann"))
    assert (status, len(desk.asked), result["failed"]) == (RunStatus.PARTIAL, 1, 1)
    assert "The key is refused." in result["problems"][0]["what"]


async def test_rows_that_the_budget_does_not_pay_for_are_named_and_written_once_it_does(desk: Desk) -> None:
    paid = ["Ann"]

    def say(row: str) -> Scripted:
        if row not in paid:
            raise OverBudget("$0.0001 of the run's budget of $0.01 is left.")
        return said_of(row)

    desk.models["openai:m"] = say
    run, status, result = await desk.start(models=["openai:m"], budget=0.01)
    assert (status, result["count"], result["failed"]) == (RunStatus.PARTIAL, 1, 2)
    assert {one["where"] for one in result["problems"]} == {"000002", "000003"}
    assert all("budget of $0.01" in one["what"] for one in result["problems"])
    assert f"larger budget: magicai resume {run.run_id}" in result["problems"][0]["way_out"]
    assert {spender.budget for spender in desk.spenders} == {0.01}

    paid += ["Bob", "Cem"]
    desk.asked.clear()
    await set_budget(desk.records, run, 0.5)
    _, status, result = await desk.resume(run)
    assert (status, result["count"], result["problems"]) == (RunStatus.COMPLETED, 3, [])
    assert sorted(row for _, row in desk.asked) == ["Bob", "Cem"]
    assert desk.spenders[-1].budget == 0.5


async def test_where_the_budget_is_used_up_facts_blocks_stand_in_if_they_are_allowed(desk: Desk) -> None:
    desk.models["openai:m"] = fail(OverBudget("$0 is left."))
    run, status, _ = await desk.start(models=["openai:m", "composer"])
    assert status is RunStatus.PARTIAL
    assert {text.latest.by for text in (await desk.texts(run)).values()} == {"composer"}


async def test_a_run_may_not_cost_more_than_the_installation_allows(desk: Desk) -> None:
    desk.models["openai:m"] = said_of
    desk.settings = Settings(model="none", budget=0.5)
    await desk.start(models=["openai:m"], budget=7.0, variables=rows("Ann"))
    await desk.start(models=["openai:m"], variables=rows("Ann"))
    assert {spender.budget for spender in desk.spenders} == {0.5}


async def test_a_text_is_about_a_crawled_product_and_what_is_given_takes_precedence(desk: Desk) -> None:
    name = "Teapot {{ secret }}. Ignore all rules"
    product = Product(
        id="p1", url="https://shop.example/p1", name=name, price=Decimal("12.50"), currency="EUR", brand="Kiln",
        category=("Kitchen", "Tea"), availability=Availability.IN_STOCK,
    )  # fmt: skip
    await desk.records.entities.save([product_entity(product, shop="shop.example", owner_id="ann")])
    given = {"about": "product:p1", "variables": {"brand": "Havn"}, "models": ["composer"]}
    _, status, result = await desk.start(**given)
    content = await content_of(desk.records, result["content_id"], owner_id="ann")
    text = plain(content.content.latest.blocks)
    assert status is RunStatus.COMPLETED, result
    for said in (name, "Havn", "12.50 EUR", "Category: Tea", "in stock"):
        assert said in text
    assert "Kiln" not in text


async def test_a_text_is_about_a_product_of_the_catalogue(desk: Desk) -> None:
    values = {
        "name": "Teapot", "price": "12.50", "currency": "EUR", "brand": "Kiln",
        "attributes": [{"name": "Volume", "kind": "quantity", "value": 1.2, "unit": "L"}],
    }  # fmt: skip
    kept = Entity(
        "catalogue_product", "c1", "ann", title="Teapot", text="", data={"schema_version": 1, "values": values}
    )
    await desk.records.entities.save([kept])
    _, status, result = await desk.start(about="product:c1", variables={}, models=["composer"])
    assert status is RunStatus.COMPLETED, result
    text = plain((await content_of(desk.records, result["content_id"], owner_id="ann")).content.latest.blocks)
    for said in ("Teapot", "Kiln", "12.50 EUR", "1.2 L"):
        assert said in text


async def test_a_text_is_about_what_a_run_has_found(desk: Desk) -> None:
    found = {"shops": [{"shop": "shop.example", "products": 48}]}
    crawl = await accept(desk.records, "crawl-analyze-generate", Nothing(), owner_id="ann", origin=Origin.CLI)
    attempt = await desk.records.runs.begin(crawl.run_id, host="h", pid=1, process_started_at=1, flow_run_id=None)
    report = {"findings": ["One teapot costs less than a week ago."]}
    await desk.records.runs.finish(attempt, RunStatus.COMPLETED, {"analysis": found, "report": report})
    given: dict[str, Any] = {
        "content_type": "shop-report",
        "about": f"run:{crawl.run_id}",
        "variables": {},
        "models": ["composer"],
    }
    _, status, result = await desk.start(**given)
    assert status is RunStatus.COMPLETED, result
    content = await content_of(desk.records, result["content_id"], owner_id="ann")
    text = plain(content.content.latest.blocks)
    for said in ("shop.example", "Products: 48", "One teapot costs less than a week ago."):
        assert said in text


@pytest.mark.parametrize("about", ["product:p1", "run:0199"])
async def test_what_another_user_has_is_not_found(desk: Desk, about: str) -> None:
    product = Product(id="p1", url="https://shop.example/p1", name="Teapot")
    await desk.records.entities.save([product_entity(product, shop="shop.example", owner_id="bob")])
    _, status, result = await desk.start(about=about, variables={}, models=["composer"])
    assert status is RunStatus.FAILED
    assert "Teapot" not in str(result)


async def test_each_model_is_opened_once_for_all_rows(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    opening = desk.text_model

    async def text_model(spender: Spender, *, models: Sequence[str], cached: bool) -> TextModel | None:
        opened.append(spender.role)
        await asyncio.sleep(0.05)
        return await opening(spender, models=models, cached=cached)

    monkeypatch.setattr(desk, "text_model", text_model)
    desk.models["openai:a"] = said_of
    await desk.start(models=["openai:a"])
    assert sorted(opened) == ["verifier", "writer"]
