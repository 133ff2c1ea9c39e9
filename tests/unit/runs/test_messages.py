from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel

from magicai.errors import Conflict, Invalid, NotFound
from magicai.ports import Records
from magicai.runs import registry
from magicai.runs.events.messages import parse_message, receive
from magicai.runs.requests.accept import accept
from magicai.runs.run import JSON, Origin, Run
from magicai.runs.workflow import Message, MessageHandler, Workflow
from magicai.settings import Settings
from tests.unit.runs.conftest import Answer, Wish

SETTINGS = Settings(reward_weights=("rating=7",))


class Feedback(BaseModel):
    rating: int


async def keep(_records: Records, message: Message[Feedback]) -> JSON:
    return {
        "run": message.run.run_id,
        "id": message.id,
        "rating": message.body.rating,
        "weight": message.weights["rating"],
    }


@pytest.fixture
async def run(records: Records) -> Run:
    return await accept(records, "w", Wish(), owner_id="o", origin=Origin.API)


def knows(monkeypatch: pytest.MonkeyPatch, **messages: MessageHandler[Any]) -> None:
    known = Workflow(name="w", request=Wish, result=Answer, quality=lambda _: 1.0, messages=messages)
    declared: Callable[[Run], Workflow] = lambda _: known  # noqa: E731
    monkeypatch.setattr(registry, "declared_of", declared)


async def test_what_is_said_reaches_the_use_case_of_its_type(
    records: Records, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    knows(monkeypatch, feedback=MessageHandler(body=Feedback, handle=keep))
    answer = await receive(records, SETTINGS, run, parse_message({"type": "feedback", "id": "7", "rating": 5}))
    assert answer == {"run": run.run_id, "id": "7", "rating": 5, "weight": 7.0}, "as by any other way in"
    with pytest.raises(NotFound, match=r"no messages of type 'shout'.*It accepts: feedback"):
        await receive(records, SETTINGS, run, parse_message({"type": "shout"}))
    with pytest.raises(Invalid, match="rating is 'x'"):
        await receive(records, SETTINGS, run, parse_message({"type": "feedback", "rating": "x"}))


async def test_nobody_waits_where_a_workflow_takes_no_messages(
    records: Records, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    knows(monkeypatch)
    with pytest.raises(Conflict, match="Nothing waits for 'feedback'"):
        await receive(records, SETTINGS, run, parse_message({"type": "feedback"}))


@pytest.mark.parametrize(
    "value", [None, 5, "feedback", [], {}, {"type": 5}, {"type": ""}, {"type": "a", "id": "x" * 129}]
)
def test_what_is_no_message_is_refused_by_name(value: object) -> None:
    with pytest.raises(Invalid):
        parse_message(value)
