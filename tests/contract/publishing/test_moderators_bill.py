"""What a moderator behind a server costs: each text is paid for once, and the bill of both sides is the same."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from integrations.open import open_ports
from magicai.accounts.identity import WorkspaceRole
from magicai.ports import Limits, Spender
from magicai.publishing.rechecking import recheck
from magicai.publishing.submission import Status, Submission
from magicai.runs.run import JSON, RunStatus
from magicai.settings import Settings
from tests.contract.text.protocols import Asked
from tests.contract.text.test_written_texts import PRICES, Say, Shop
from tests.desk import NAME, Desk

TEXT = "Meet your new favourite mug. Only an idiot would buy another."
NOTHING = json.dumps({"findings": []})
FOUND = json.dumps({"findings": [{"span": "idiot", "kind": "offence", "reason": "It insults.", "suggestion": ""}]})
JUDGED = {"legal", "offence", "tone"}


def answers(*said: str | int) -> Say:
    """A server's answers by turns; the last one from then on."""
    left = list(said)

    def say(_model: str, _asked: Asked) -> str | int:
        return left.pop(0) if len(left) > 1 else left[0]

    return say


class Held(Shop):
    """A server that answers once it may."""

    def __init__(self, say: Say) -> None:
        super().__init__(say)
        self.asked, self.may = asyncio.Event(), asyncio.Event()
        self.may.set()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.set()
        await self.may.wait()
        return await super().answer(request)


class PaidDesk(Desk):
    """A desk whose moderator is behind the server."""

    shop: Held

    async def judged(self, text: str = TEXT, **more: Any) -> tuple[str, RunStatus, JSON]:
        status, result = await self.submit(title="Mug", text=text, **more)
        (run,) = await self.records.runs.listed(workflow=NAME, limit=1)
        return run.run_id, status, result

    async def spent(self, run_id: str) -> float:
        budgets = await self.records.budgets.budgets(Spender("o", run_id), Limits())
        (of_run,) = (budget for budget in budgets if budget.scope == "run")
        assert of_run.reserved == 0
        called = await self.records.model_calls.of_run(run_id)
        assert sum(one.cost or 0.0 for one in called) == pytest.approx(of_run.spent, abs=1e-9)
        return of_run.spent

    async def told(self, run_id: str) -> float:
        """What the run's events say that it cost."""
        events = await self.records.runs.events(run_id)
        return sum(float(event.data["usage"]["amount"]) for event in events if event.kind == "cost")

    async def now(self, content_id: str) -> Submission:
        return (await self.records.submissions.get(content_id, owner_id="o")).submission


@pytest.fixture
async def shop() -> AsyncIterator[Held]:
    made = Held(answers(FOUND))
    app = web.Application()
    app.router.add_post("/v1/chat/completions", made.answer)
    async with TestServer(app) as server:
        made.url = str(server.make_url("")).rstrip("/")
        yield made


@pytest.fixture
async def paid(
    settings: dict[str, Any], shop: Held, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> AsyncIterator[PaidDesk]:
    monkeypatch.setattr("magicai.runs.execution.journal.BEAT_S", 0.05)
    given = Settings(
        **settings,
        moderator="compatible:judge",
        compatible_base_url=f"{shop.url}/v1",
        budget=getattr(request, "param", 10.0),
        model_prices=tuple(f"{name}={price.prompt}/{price.completion}" for name, price in PRICES.items()),
    )
    async with open_ports(given) as ports:
        made = PaidDesk(ports)
        made.shop = shop
        yield made


async def test_each_text_is_paid_for_once_and_both_bills_are_the_same(paid: PaidDesk) -> None:
    total = 0.0
    for number in range(5):
        run_id, status, result = await paid.judged(f"{TEXT} {number}")
        assert status is RunStatus.COMPLETED
        assert "moderator.offence" in {one["rule"] for one in result["findings"]}
        assert await paid.told(run_id) == pytest.approx(await paid.spent(run_id), abs=1e-9)
        total += await paid.spent(run_id)
    assert paid.shop.calls == ["judge"] * 5
    assert paid.shop.bill > 0
    assert total == pytest.approx(paid.shop.bill, abs=1e-6)
    run_id, _, _ = await paid.judged(f"{TEXT} 4")  # another run about the same words
    assert (await paid.spent(run_id), len(paid.shop.calls)) == (0, 5)


@pytest.mark.parametrize("said", ["I think it is fine!", "", '{"findings": [{"span": "m', '{"findings": [{}]}'])
async def test_an_answer_of_no_use_is_paid_for_and_told_once(paid: PaidDesk, said: str) -> None:
    paid.shop.say = answers(said)
    run_id, status, result = await paid.judged()
    assert (status, paid.shop.calls) == (RunStatus.COMPLETED, ["judge"])
    assert {one["check"] for one in result["not_checked"]} >= JUDGED
    assert await paid.spent(run_id) == pytest.approx(paid.shop.bill, abs=1e-6)
    assert await paid.told(run_id) == pytest.approx(paid.shop.bill, abs=1e-6)


@pytest.mark.parametrize("status", [429, 503])
async def test_a_busy_moderator_is_asked_again_and_paid_for_its_answer_alone(paid: PaidDesk, status: int) -> None:
    paid.shop.say = answers(status, NOTHING)
    run_id, ended, result = await paid.judged()
    assert (ended, paid.shop.calls) == (RunStatus.COMPLETED, ["judge"])
    assert not JUDGED & {one["check"] for one in result["not_checked"]}
    assert await paid.spent(run_id) == pytest.approx(paid.shop.bill, abs=1e-6)


@pytest.mark.parametrize("paid", [1e-9], indirect=True)
async def test_a_run_without_the_budget_for_its_moderator_asks_nothing_and_says_so(paid: PaidDesk) -> None:
    run_id, status, result = await paid.judged(policy="auto")
    assert (status, paid.shop.calls, await paid.spent(run_id)) == (RunStatus.FAILED, [], 0)
    assert "budget" in json.dumps(result["problems"]).lower()
    after = await paid.now(result["content_id"])
    assert (after.is_checked, after.status.value) == (False, "draft"), "nothing of it is called checked"


async def test_a_run_that_is_cancelled_while_its_moderator_answers_pays_for_that_answer_once(paid: PaidDesk) -> None:
    paid.shop.may.clear()
    running = asyncio.create_task(paid.judged())
    await paid.shop.asked.wait()
    (run,) = await paid.records.runs.listed(workflow=NAME, limit=1)
    await paid.records.runs.request_cancel(run.run_id)
    await asyncio.sleep(0.5)  # several looks at whether it goes on
    paid.shop.may.set()
    _, status, result = await running
    assert (status, paid.shop.calls) == (RunStatus.CANCELLED, ["judge"])
    assert await paid.spent(run.run_id) == pytest.approx(paid.shop.bill, abs=1e-6)
    content_id = result["content_id"]
    assert (await paid.now(content_id)).status is Status.DRAFT, "nobody was asked yet"
    await recheck(paid.records, content_id, by=await paid.user("ann", WorkspaceRole.ADMIN))
    await paid.follow()
    assert (await paid.now(content_id)).status is Status.PENDING_REVIEW
    assert paid.shop.calls == ["judge"], "its answer was bought"
