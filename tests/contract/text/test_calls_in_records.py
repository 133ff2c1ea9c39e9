"""A model as runs get it: its calls in the records, within the records' budgets, cached where that is asked for."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from integrations.open import Ports, open_ports
from magicai.errors import MagicError, OverBudget
from magicai.ports import Limits, Message, Spender
from magicai.settings import Settings
from tests.contract.text.fake_provider import FakeProvider, serving

ANN = Spender("ann", "r1", 1, "write_text")
ASKED = [Message("user", "Greet me.")]


@pytest.fixture
async def provider() -> AsyncIterator[FakeProvider]:
    async with serving("compatible") as made:
        yield made


def settings(home: Path, provider: FakeProvider, **more: object) -> Settings:
    return Settings(
        home=home,
        model="compatible:m",
        compatible_base_url=f"{provider.url}/v1",
        model_prices=("m=1000/2000",),
        **more,
    )


async def spent(ports: Ports) -> float:
    budgets = await ports.records.budgets.budgets(ANN, Limits())
    return next(budget.spent + budget.reserved for budget in budgets if budget.scope == "run")


async def test_a_runs_call_is_in_the_records_and_in_its_budget(tmp_path: Path, provider: FakeProvider) -> None:
    async with open_ports(settings(tmp_path, provider)) as ports:
        model = await ports.text_model(ANN)
        assert model is not None
        _, used = await model.text(ASKED)
        (call,) = await ports.records.model_calls.of_run("r1")
        assert (call.owner_id, call.step, call.model, call.outcome) == ("ann", "write_text", "compatible:m", "ok")
        assert (call.prompt_tokens, call.completion_tokens) == (used.prompt_tokens, used.completion_tokens)
        assert call.cost == pytest.approx(used.cost)
        assert await spent(ports) == pytest.approx(used.cost)


@pytest.mark.parametrize("failing", ["half", "wrong key"])
async def test_a_failed_call_is_in_the_records_as_in_its_budget(
    tmp_path: Path, provider: FakeProvider, failing: str
) -> None:
    async with open_ports(settings(tmp_path, provider)) as ports:
        model = await ports.text_model(ANN)
        assert model is not None
        provider.failing = [failing]
        with pytest.raises(MagicError):
            await model.text(ASKED)
        (call,) = await ports.records.model_calls.of_run("r1")
        assert call.cost == pytest.approx(await spent(ports))
        assert (call.cost == 0) is (failing == "wrong key"), "a server that refuses charges nothing"


async def test_what_is_asked_again_is_cached_only_where_that_is_asked_for(
    tmp_path: Path, provider: FakeProvider
) -> None:
    async with open_ports(settings(tmp_path, provider)) as ports:
        for cached in (True, True, False):
            model = await ports.text_model(ANN, cached=cached)
            assert model is not None
            await model.text(ASKED)
        assert len(provider.asked) == 2


async def test_calls_side_by_side_never_exceed_a_budget(tmp_path: Path, provider: FakeProvider) -> None:
    async with open_ports(settings(tmp_path, provider, budget=0.2)) as ports:
        model = await ports.text_model(ANN)
        assert model is not None
        done = await asyncio.gather(*(model.text(ASKED, max_tokens=8) for _ in range(20)), return_exceptions=True)
        answered = [one for one in done if not isinstance(one, BaseException)]
        assert 0 < len(answered) < 20
        assert all(isinstance(one, MagicError) for one in done if isinstance(one, BaseException))
        assert 0 < await spent(ports) <= 0.2
        with pytest.raises(OverBudget):
            await model.text(ASKED, max_tokens=10_000)
