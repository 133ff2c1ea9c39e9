"""Feedback on answers over the API and a run's socket, and what a reviewer makes of it."""

from typing import Any

from magicai.accounts.identity import Role
from magicai.brain.choice_points import ChoicePoint
from magicai.brain.situation import Machine, Situation
from magicai.brain.step_decisions import StepDecisions
from magicai.knowledge.interactions import Interaction, interaction_entity
from magicai.values.rewards import TOLD, WEIGHTS
from tests.api.conftest import Api

START = "/api/workflows/search-and-answer"
QUESTION = "How long is the warranty?"


async def an_answer(api: Api, headers: dict[str, str]) -> str:
    """A run of ann's that answered a question; its id."""
    run_id: str = (await api.http.post(START, headers=headers, json={"query": QUESTION})).json()["task_id"]
    interaction = Interaction(
        interaction_id=run_id, query=QUESTION, language="en", collections=(), answerable="yes",
        answer="24 months. [1]", passages=("gone:1",), cited=("gone:1",), ranking=(("gone:1", 1.0),), at=1,
    )  # fmt: skip
    await api.records.entities.replace(interaction_entity(interaction, owner_id="id-ann"), version=0)
    return run_id


async def test_feedback_is_given_changed_listed_undone_and_struck_out(api: Api) -> None:
    ann = await api.bearer()
    path = f"/api/interactions/{await an_answer(api, ann)}/feedback"
    given = await api.http.post(path, headers=ann, json={"helpful": True})
    assert (given.status_code, given.json()["state"], given.json()["query"]) == (200, "given", QUESTION)
    assert "removed" in given.json()["note"]  # the document is gone
    for refused in ({"rating": 11}, {}, {"stars": 2}):
        assert (await api.http.post(path, headers=ann, json=refused)).status_code == 422
    gone = await api.http.post(path, headers=ann, json={"right_source": "1"})
    assert (gone.status_code, gone.json()["type"]) == (409, "urn:magicai:problem:conflict")
    await api.http.post(path, headers=ann, json={"rating": 4})
    (one,) = (await api.http.get("/api/feedback", headers=ann)).json()["items"]
    assert (one["helpful"], one["rating"]) == (True, 4)
    rob = await api.bearer("rob", Role.OPERATOR)
    assert (await api.http.get("/api/feedback", headers=rob)).json()["items"] == []
    assert (await api.http.post(f"{path}/strike", headers=rob)).status_code == 404
    assert (await api.http.delete(path, headers=ann)).json()["state"] == "undone"
    await api.http.post(path, headers=ann, json={"helpful": False})
    assert (await api.http.post(f"{path}/strike", headers=ann)).json()["state"] == "struck"
    assert (await api.http.delete(path, headers=ann)).status_code == 409


async def test_what_is_said_over_a_runs_socket_rewards_its_decisions(api: Api) -> None:
    ann = await api.bearer()
    run_id = await an_answer(api, ann)
    decisions = StepDecisions(
        records=api.records.decisions,
        attempt=await api.begin(run_id),
        step="answer",
        points=(ChoicePoint(name="style", options=("short", "long"), rewards=TOLD, inside=True),),
        situation=Situation("search-and-answer", "id-ann", {"query": QUESTION}, Machine(cores=2, memory=4000)),
        weights=WEIGHTS,
    )
    await decisions.decide("style", item=None, features={}, options=())

    async def say(**said: Any) -> float | None:
        answer = await api.http.post(f"/api/runs/{run_id}/messages", headers=ann, json=said)
        assert answer.json()["type"] == "ack", answer.text
        (made,) = await api.records.decisions.of_run(run_id)
        return made.reward

    assert await say(type="feedback", helpful=False) == 0
    assert await say(type="feedback", rating=5) == 1
    await say(type="undo_feedback")
    (made,) = await api.records.decisions.of_run(run_id)
    assert [reward.weight for reward in made.rewards] == [0]
