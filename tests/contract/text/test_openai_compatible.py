"""Paid or foreign servers: keys, prices, budgets, and what their errors become."""

import json
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web
from pydantic import BaseModel

from integrations.text.openai import OpenAIText
from integrations.text.prices import Price
from magicai.errors import Invalid, MagicError, Permanent, Refused, Temporary
from magicai.ports import Message
from tests.contract.text.fakes import FakeProvider, FakePurse, refused, said

ASKED = [Message("user", "Greet me.")]
PRICE = Price(10, 20)
Provider = tuple[FakeProvider, str]
Open = Callable[..., OpenAIText]


class Place(BaseModel):
    city: str
    note: str | None = None


@pytest.fixture
async def opened() -> AsyncIterator[Open]:
    """Opens models, and closes them with the test."""
    made: list[OpenAIText] = []

    def make(address: str, *, purse: FakePurse | None = None, price: Price = PRICE) -> OpenAIText:
        made.append(OpenAIText("m", key="sk-k", base_url=address, price=price, purse=purse or FakePurse()))
        return made[-1]

    yield make
    for model in made:
        await model.close()


@pytest.fixture
def nowhere() -> str:
    """An address at which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/v1"


async def test_cost_comes_from_the_tokens_that_the_server_counts(provider: Provider, opened: Open) -> None:
    model = opened(provider[1])
    _, used = await model.text(ASKED)
    assert used.prompt_tokens == len("Greet me.")
    assert used.cost == pytest.approx((used.prompt_tokens * 10 + used.completion_tokens * 20) / 1e6)


async def test_no_call_is_made_that_could_exceed_the_budget(provider: Provider, opened: Open) -> None:
    model = opened(provider[1], purse=FakePurse(0.001))
    with pytest.raises(Refused, match=r"openai:m may cost up to"):
        await model.text(ASKED, max_tokens=100)
    assert provider[0].asked == []


async def test_calls_are_made_until_the_budget_is_spent(provider: Provider, opened: Open) -> None:
    purse = FakePurse(0.002)
    model = opened(provider[1], purse=purse)

    async def call_without_end() -> None:
        for _ in range(100):
            await model.text(ASKED, max_tokens=10)

    with pytest.raises(Refused):
        await call_without_end()
    assert 1 < len(provider[0].asked) < 100
    assert 0.001 < model.used.cost <= 0.002
    assert purse.spent == pytest.approx(model.used.cost)


async def test_a_free_server_needs_no_budget(provider: Provider, opened: Open) -> None:
    model = opened(provider[1], purse=FakePurse(0), price=Price(0, 0))
    await model.text(ASKED)


async def test_a_shape_goes_along_as_a_strict_schema(provider: Provider, opened: Open) -> None:
    model = opened(provider[1])
    await model.typed([Message("user", "JSON")], Place)
    schema = provider[0].asked[0]["response_format"]["json_schema"]
    assert schema["strict"] is True
    assert schema["schema"]["additionalProperties"] is False
    assert schema["schema"]["required"] == ["city", "note"]


@pytest.mark.parametrize(
    ("status", "error", "kind", "says"),
    [
        (429, {}, Temporary, "429"),
        (429, {"code": "insufficient_quota"}, Refused, "no credit"),
        (500, {}, Temporary, "500"),
        (503, {}, Temporary, "503"),
        (401, {}, Invalid, "OPENAI_API_KEY"),
        (403, {}, Invalid, "OPENAI_API_KEY"),
        (404, {}, Invalid, "MAGICAI_MODEL"),
        (400, {}, Invalid, "400"),
        (422, {}, Invalid, "422"),
    ],
)
async def test_what_the_server_refuses_is_said_in_our_words_costs_nothing_and_is_not_tried_again(
    provider: Provider, opened: Open, status: int, error: dict[str, Any], kind: type[MagicError], says: str
) -> None:
    provider[0].answers = [refused(status, **error)]
    purse = FakePurse()
    model = opened(provider[1], purse=purse)
    with pytest.raises(kind, match=says) as caught:
        await model.text(ASKED)
    assert type(caught.value) is kind
    assert caught.value.__cause__ is not None
    assert "sk-k" not in str(caught.value)
    assert len(provider[0].asked) == 1
    assert purse.spent == 0


async def test_a_server_says_how_long_to_wait(provider: Provider, opened: Open) -> None:
    provider[0].answers = [refused(429)]
    model = opened(provider[1])
    with pytest.raises(Temporary) as caught:
        await model.text(ASKED)
    assert caught.value.retry_after_s == 7


async def test_a_server_that_is_not_there_is_temporary_and_named(nowhere: str, opened: Open) -> None:
    model = opened(nowhere)
    with pytest.raises(Temporary, match=nowhere):
        await model.text(ASKED)


async def test_a_call_whose_outcome_is_open_counts_as_spent(nowhere: str, opened: Open) -> None:
    purse = FakePurse()
    model = opened(nowhere, purse=purse)
    with pytest.raises(Temporary):
        await model.text(ASKED, max_tokens=100)
    assert purse.spent > 100 * 20 / 1e6


@pytest.mark.parametrize(
    ("parameter", "gone", "instead"),
    [("max_tokens", "max_tokens", "max_completion_tokens"), ("temperature", "temperature", None)],
)
async def test_a_parameter_that_a_model_does_not_know_is_left_out_from_then_on(
    provider: Provider, opened: Open, parameter: str, gone: str, instead: str | None
) -> None:
    provider[0].answers = [refused(400, param=parameter, code="unsupported_parameter")]
    model = opened(provider[1])
    await model.text(ASKED)
    await model.text(ASKED)
    assert len(provider[0].asked) == 3
    assert all(gone not in body for body in provider[0].asked[1:])
    assert instead is None or all(instead in body for body in provider[0].asked[1:])


@pytest.mark.parametrize(
    "answer",
    [
        web.json_response({"choices": [], "usage": None}),
        web.json_response({"detail": "warming up"}),
        web.json_response([]),
        web.Response(text="<html>Log in</html>", content_type="text/html"),
        web.Response(text="{", content_type="application/json"),
    ],
    ids=["no choice", "something else", "a list", "a page", "half of it"],
)
async def test_what_is_no_completion_is_temporary(provider: Provider, opened: Open, answer: web.Response) -> None:
    provider[0].answers = [lambda _body: answer]
    with pytest.raises(Temporary, match="returned no completion"):
        await opened(provider[1]).text(ASKED)


async def test_a_server_that_knows_no_limit_is_not_asked_for_ever(provider: Provider, opened: Open) -> None:
    provider[0].answers = [refused(400, param="max_tokens"), refused(400, param="max_completion_tokens")]
    with pytest.raises(Invalid, match="400"):
        await opened(provider[1]).text(ASKED)


async def test_a_server_that_does_not_count_is_taken_to_have_used_all_that_it_might(
    provider: Provider, opened: Open
) -> None:
    provider[0].answers = [lambda body: web.json_response({**json.loads(said(body).text or ""), "usage": None})]
    purse = FakePurse()
    _, used = await opened(provider[1], purse=purse).text(ASKED, max_tokens=100)
    assert used.cost == purse.spent > 100 * 20 / 1e6


async def test_a_refusal_of_the_models_is_not_an_empty_answer(provider: Provider, opened: Open) -> None:
    provider[0].answers = [lambda body: said(body, content=None, refusal="I will not")]
    model = opened(provider[1])
    with pytest.raises(Permanent, match="I will not"):
        await model.text(ASKED)
