"""How often a language model may be asked for one question."""

from typing import Any

import pytest

from magicai.brain.situation import Machine
from magicai.knowledge.calls import Calls, allowed, cost, most_calls
from magicai.ports import Price

PAID = {"answerer": "openai:m", "reranker": "model"}


@pytest.mark.parametrize(
    ("most", "calls"),
    [
        (1, Calls(second_try=False, rewriting=False, reranking=False)),
        (2, Calls(second_try=True, rewriting=False, reranking=False)),
        (3, Calls(second_try=True, rewriting=True, reranking=False)),
        (4, Calls(second_try=True, rewriting=True, reranking=True)),
    ],
)
def test_each_call_more_is_for_what_an_answer_needs_most(most: int, calls: Calls) -> None:
    assert allowed(most) == calls
    assert allowed(most).most == most


@pytest.mark.parametrize(
    ("request_", "models", "calls"),
    [
        ({"conversation_id": "c"}, PAID, 4),
        ({}, PAID, 4),
        ({}, {**PAID, "reranker": "none"}, 3),
        ({"model": "none"}, PAID, 0),
        ({}, {"answerer": None}, 0),
    ],
)
def test_a_plan_counts_only_calls_that_can_be_made(
    request_: dict[str, Any], models: dict[str, str | None], calls: int
) -> None:
    assert most_calls(request_, Machine(2, 1000, model="local:m", models=models, answer_calls=4)) == calls


def test_fewer_calls_cost_less_at_most() -> None:
    few, many = (Machine(2, 1000, models=dict(PAID), answer_calls=number) for number in (1, 4))
    prices = [Price(1.0, 2.0)]
    low, high = cost({}, prices, few)
    assert 0 < low < high < cost({}, prices, many)[1]
