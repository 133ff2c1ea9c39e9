"""Texts of a model behind a server, as runs get them: each paid for once, and the bill of both sides is the same."""

import json
import re
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from integrations.capacity.files import FileCapacity
from integrations.open import Ports, open_ports
from magicai.brain.situation import Machine
from magicai.content.content import content_in
from magicai.content.generate_content import WORKFLOW
from magicai.content.prompts import answer
from magicai.content.text import parse, plain
from magicai.errors import Cancelled
from magicai.ports import Limits, Price, Spender, TextModel
from magicai.runs.run import JSON, Run, RunStatus
from magicai.settings import Settings
from tests.contract.text.protocols import PROTOCOLS, Asked
from tests.unit.tasks.test_write_texts import Desk

COPY: list[dict[str, Any]] = json.loads((Path(__file__).parent / "copy.json").read_text(encoding="utf-8"))
PRICES = {"writer": Price(10.0, 30.0), "judge": Price(5.0, 15.0)}
# One of each copy's sentences.
Say = Callable[[str, Asked], str | int]


class Shop:
    """A server that writes the copy it was given, judges all of it as mood, and keeps its own bill.

    Attributes:
        say: what it answers to a model and a question: text, or a status.
        calls: the models that were asked, of calls that it answered with a text.
        bill: US dollars.
    """

    def __init__(self, say: Say) -> None:
        self.say, self.calls, self.bill = say, list[str](), 0.0
        self.speaks = PROTOCOLS["compatible"]
        self.url = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        asked = self.speaks.read(request, body)
        said = self.say(body["model"], asked)
        if isinstance(said, int):
            headers = {"Retry-After": "0.1"}
            return web.json_response({"error": {"message": "slow down"}}, status=said, headers=headers)
        words = re.findall(r"\S+\s*", said)
        prompt = sum(len(message.content.split()) for message in asked.messages)
        self.calls.append(body["model"])
        self.bill += PRICES[body["model"]].of(prompt, len(words))
        if not asked.stream:
            return web.json_response(self.speaks.whole(said, "stop", prompt, len(words)))
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for piece in self.speaks.stream(words, "stop", prompt, len(words)):
            await response.write(piece)
        return response


def written(asked: Asked) -> str:
    """The copy of the row that a writer is asked for."""
    data = next(message.content for message in reversed(asked.messages) if message.content.startswith("DATA\n"))
    return next(one["text"] for one in COPY if f'"{one["row"]["name"]}"' in data)


def good(model: str, asked: Asked) -> str:
    if model == "writer":
        return answer(parse(written(asked)))
    text = next(message.content for message in asked.messages if message.content.startswith("TEXT")).split("\n\n")[0]
    sentences = [line.partition(": ")[2] for line in text.split("\n")[2:-1]]
    statements = [{"span": one, "verdict": "opinion", "sentence": n} for n, one in enumerate(sentences, 1)]
    return json.dumps({"statements": statements})


class PaidDesk(Desk):
    """A desk whose models are behind the server."""

    ports: Ports
    shop: Shop

    async def machine_now(self) -> Machine:
        return await self.ports.machine_now()

    async def text_model(self, spender: Spender, *, models: Sequence[str], cached: bool) -> TextModel | None:
        return await self.ports.text_model(spender, models=models, cached=cached)

    async def spent(self, run: Run) -> float:
        budgets = await self.records.budgets.budgets(Spender("ann", run.run_id), Limits())
        (of_run,) = (budget for budget in budgets if budget.scope == "run")
        assert of_run.reserved == 0
        return of_run.spent

    async def write(self, **given: Any) -> tuple[Run, RunStatus, JSON]:
        rows = [one["row"] for one in COPY]
        return await self.start(**{"models": ["compatible:writer"], "variables": rows, "budget": 10.0, **given})


def settings(home: Path, url: str, **more: Any) -> Settings:
    return Settings(
        home=home, owner="ann", model="none", writer="compatible:writer", compatible_base_url=f"{url}/v1", budget=10.0,
        model_prices=tuple(f"{name}={price.prompt}/{price.completion}" for name, price in PRICES.items()), **more,
    )  # fmt: skip


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    made = Shop(good)
    app = web.Application()
    app.router.add_post("/v1/chat/completions", made.answer)
    async with TestServer(app) as server:
        made.url = str(server.make_url("")).rstrip("/")
        yield made


@pytest.fixture(params=["", "compatible:judge"], ids=["no verifier", "verifier"])
async def desk(
    shop: Shop, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[PaidDesk]:
    monkeypatch.setattr("magicai.runs.execution.journal.BEAT_S", 0.05)
    verifier = {"verifier": request.param} if request.param else {}
    async with open_ports(settings(tmp_path, shop.url, **verifier)) as ports:
        capacity = FileCapacity(tmp_path / "capacity", cores=2, memory=lambda: 1000)
        made = PaidDesk(ports.records, ports.files, capacity, ports.cache, settings=ports.settings)
        made.ports, made.shop = ports, shop
        yield made


def verified(desk: PaidDesk) -> bool:
    return desk.settings.verifier == "compatible:judge"


async def test_twenty_correct_texts_are_kept_to_the_letter_for_one_call_each_and_one_of_a_verifier(
    desk: PaidDesk,
) -> None:
    run, status, result = await desk.write()
    texts = await desk.texts(run)
    assert (status, result["count"], result["flagged"], result["problems"]) == (RunStatus.COMPLETED, 20, 0, [])
    kept = [one["row"]["name"] for one in COPY if plain(texts[one["row"]["name"]].latest.blocks) == one["text"]]
    assert len(kept) == 20
    assert desk.shop.calls.count("writer") == 20
    assert desk.shop.calls.count("judge") == (20 if verified(desk) else 0)
    assert await desk.spent(run) == pytest.approx(desk.shop.bill, abs=1e-6)
    assert sum(text.latest.cost or 0.0 for text in texts.values()) == pytest.approx(desk.shop.bill, abs=1e-6)
    called = await desk.records.model_calls.of_run(run.run_id)
    assert sum(one.cost or 0.0 for one in called) == pytest.approx(desk.shop.bill, abs=1e-6)
    assert {text.latest.verified_by for text in texts.values()} == {"compatible:judge" if verified(desk) else ""}


async def test_a_second_run_that_is_the_same_pays_for_nothing(desk: PaidDesk) -> None:
    first, _, _ = await desk.write()
    paid = len(desk.shop.calls)
    second, status, result = await desk.write()
    assert (status, result["count"], len(desk.shop.calls)) == (RunStatus.COMPLETED, 20, paid)
    assert await desk.spent(second) == 0
    before, after = await desk.texts(first), await desk.texts(second)
    assert {name: one.latest.blocks for name, one in before.items()} == {
        name: one.latest.blocks for name, one in after.items()
    }


async def test_a_text_in_prose_and_texts_of_equal_rows_are_paid_for_once_too(desk: PaidDesk) -> None:
    def prose(model: str, asked: Asked) -> str:
        return written(asked) if model == "writer" else good(model, asked)

    desk.shop.say = prose
    rows = [COPY[0]["row"]] * 3
    _, status, result = await desk.write(variables=rows)
    assert (status, result["count"]) == (RunStatus.COMPLETED, 3)
    paid = list(desk.shop.calls)
    assert paid.count("writer") == 3
    _, status, result = await desk.write(variables=rows)
    assert (status, result["count"], desk.shop.calls) == (RunStatus.COMPLETED, 3, paid)


async def test_written_again_a_text_is_a_new_attempt_that_is_paid_for(desk: PaidDesk) -> None:
    first, _, _ = await desk.write(variables=COPY[0]["row"])
    second, status, _ = await desk.write(variables=COPY[0]["row"], again=True)
    assert (status, desk.shop.calls.count("writer")) == (RunStatus.COMPLETED, 2)
    assert await desk.spent(first) > 0
    assert await desk.spent(second) > 0


async def test_a_variant_that_is_refused_for_now_is_waited_for(desk: PaidDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("magicai.content.writing.WAIT_S", 0.1)

    refused = 0

    def say(model: str, asked: Asked) -> str | int:
        nonlocal refused
        if desk.shop.calls.count("writer") == 1 and not refused:
            refused += 1
            return 429
        return good(model, asked)

    desk.shop.say = say
    run, ended, _ = await desk.write(variants=3, variables=COPY[0]["row"])
    assert (ended, refused, desk.shop.calls.count("writer")) == (RunStatus.COMPLETED, 1, 3)
    assert await desk.spent(run) == pytest.approx(desk.shop.bill, abs=1e-6)


async def test_variants_are_attempts_of_their_own(desk: PaidDesk) -> None:
    await desk.write(variants=3, variables=COPY[0]["row"])
    assert desk.shop.calls.count("writer") == 3


async def test_what_was_answered_before_a_run_ended_is_not_paid_for_again(
    desk: PaidDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run ends between the answer and the text: with the answers of three rows, and none of their texts."""
    rows = [one["row"] for one in COPY[:3]]

    def end(_content: object) -> None:
        raise Cancelled("The process ended.")

    with monkeypatch.context() as patched:
        patched.setattr("tasks.generate_content.write_texts.content_entity", end)
        run, status, _ = await desk.write(variables=rows)
    assert status is not RunStatus.COMPLETED
    page = await desk.records.entities.listed("ann", "content")
    assert [content_in(item.entity) for item in page.items if item.entity is not None] == []
    paid = list(desk.shop.calls)
    assert paid
    run, status, result = await desk.resume(run)
    assert (status, result["count"]) == (RunStatus.COMPLETED, 3)
    assert desk.shop.calls.count("writer") == 3
    assert desk.shop.calls.count("judge") == (3 if verified(desk) else 0)
    assert await desk.spent(run) == pytest.approx(desk.shop.bill, abs=1e-6)


@pytest.mark.parametrize("status", [429, 503])
async def test_a_server_that_is_busy_by_turns_is_waited_for_and_every_text_is_written_once(
    desk: PaidDesk, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr("magicai.content.writing.WAIT_S", 0.1)
    turns = 0

    def say(model: str, asked: Asked) -> str | int:
        nonlocal turns
        turns += model == "writer"
        return status if model == "writer" and turns % 2 else good(model, asked)

    desk.shop.say = say
    run, ended, result = await desk.write()
    assert (ended, result["count"], result["problems"]) == (RunStatus.COMPLETED, 20, [])
    assert desk.shop.calls.count("writer") == 20
    assert await desk.spent(run) == pytest.approx(desk.shop.bill, abs=1e-6)


@pytest.mark.parametrize("status", [429, 503])
async def test_a_verifier_that_is_busy_by_turns_is_waited_for_and_no_text_is_written_twice_or_unchecked(
    desk: PaidDesk, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr("magicai.content.writing.WAIT_S", 0.1)
    turns = 0

    def say(model: str, asked: Asked) -> str | int:
        nonlocal turns
        turns += model == "judge"
        return status if model == "judge" and turns % 2 else good(model, asked)

    desk.shop.say = say
    run, ended, result = await desk.write()
    texts = await desk.texts(run)
    assert (ended, result["count"], result["problems"]) == (RunStatus.COMPLETED, 20, [])
    assert desk.shop.calls.count("writer") == 20
    assert desk.shop.calls.count("judge") == (20 if verified(desk) else 0)
    assert {text.latest.verified_by for text in texts.values()} == {"compatible:judge" if verified(desk) else ""}
    assert await desk.spent(run) == pytest.approx(desk.shop.bill, abs=1e-6)
    assert sum(text.latest.cost or 0.0 for text in texts.values()) == pytest.approx(desk.shop.bill, abs=1e-6)


async def test_a_verifier_that_is_busy_for_too_long_has_not_checked_and_the_text_is_kept(
    desk: PaidDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("magicai.content.writing.PATIENCE_S", 0.0)

    def say(model: str, asked: Asked) -> str | int:
        return 429 if model == "judge" else good(model, asked)

    desk.shop.say = say
    run, ended, result = await desk.write(variables=COPY[0]["row"])
    (text,) = (await desk.texts(run)).values()
    assert (ended, result["count"], desk.shop.calls) == (RunStatus.COMPLETED, 1, ["writer"])
    assert text.latest.verified_by == ""
    assert text.latest.not_checked > 0
    if verified(desk):
        assert "429" in text.latest.not_verified


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "returned no text"),
        ("I'm sorry, but I can't help with that.", "refuses to write the text"),
        (json.dumps({"refused": "Not for this brand.", "blocks": []}), "Not for this brand."),
        ('{"blocks": [{"kind": "paragraph", "te', "returned something else than a text"),
    ],
)
async def test_an_answer_that_is_no_text_is_paid_for_once_told_and_asked_for_anew_by_a_retry(
    desk: PaidDesk, said: str, why: str
) -> None:

    def say(model: str, asked: Asked) -> str:
        return said if model == "writer" else good(model, asked)

    desk.shop.say = say
    row = COPY[0]["row"]
    run, status, result = await desk.write(variables=row)
    assert (status, result["count"], desk.shop.calls) == (RunStatus.PARTIAL, 0, ["writer"])
    assert why in result["problems"][0]["what"]
    desk.shop.say = good
    _, status, result = await desk.resume(run)
    assert (status, result["count"]) == (RunStatus.COMPLETED, 1)
    assert desk.shop.calls.count("writer") == 2


async def test_a_text_costs_no_more_than_its_run_says_before(desk: PaidDesk) -> None:
    """A stubborn writer and a strict judge: the most calls that a text may take."""

    def stubborn(model: str, asked: Asked) -> str:
        if model == "writer":
            return answer(parse(f"{COPY[0]['text']} It won an award on 3 May 2019."))
        return json.dumps({"statements": [{"span": "It won an award", "verdict": "not_in_record"}]})

    desk.shop.say = stubborn
    request = {"content_type": "product-description", "variables": COPY[0]["row"], "models": ["compatible:writer"]}
    planned = WORKFLOW.per_item(request, await desk.machine_now())
    run, _, result = await desk.write(variables=COPY[0]["row"])
    assert planned is not None
    assert planned.most_cost is not None
    assert len(desk.shop.calls) == planned.most_calls
    assert desk.shop.bill <= planned.most_cost
    assert desk.shop.calls.count("writer") == 2
    assert desk.shop.calls.count("judge") == (2 if verified(desk) else 0)
    assert result["flagged"] == 1
    text = cast("Any", await desk.texts(run))[COPY[0]["row"]["name"]]
    assert plain(text.latest.blocks).endswith("It won an award on 3 May 2019.")


async def test_a_text_costs_no_more_than_its_request_allows(desk: PaidDesk) -> None:
    row = COPY[0]["row"]
    run, status, result = await desk.write(variables=row, text_budget=0.0001)
    assert (status, result["count"], desk.shop.calls, desk.shop.bill) == (RunStatus.PARTIAL, 0, [], 0)
    (problem,) = result["problems"]
    assert "$0.0001 for one text is left" in problem["what"]
    assert "text_budget" in problem["way_out"]
    assert await desk.spent(run) == 0
