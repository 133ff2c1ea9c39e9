"""Conversations over the API and the command line: listed, renamed, deleted, and everybody's own."""

from typing import Any

from magicai.knowledge.conversation import Question, Turn
from magicai.knowledge.conversations import add_turn, turns_of
from tests.api.conftest import Api

START = "/api/workflows/search-and-answer"


async def asked(api: Api, query: str, conversation_id: str | None = None) -> str:
    """The run of a question."""
    body = {"query": query} if conversation_id is None else {"query": query, "conversation_id": conversation_id}
    answer = await api.http.post(START, headers=await api.bearer(), json=body)
    return str(answer.json()["run_id"])


async def listed(api: Api, user: str = "ann", **query: str) -> list[tuple[str, str, list[str]]]:
    answer = await api.http.get("/api/conversations", headers=await api.bearer(user), params=query)
    return [
        (one["conversation_id"], one["name"], [each["question"] for each in one["questions"]])
        for one in answer.json()["items"]
    ]


async def test_questions_of_a_conversation_stand_together_the_latest_conversation_first(api: Api) -> None:
    first = await asked(api, "Warranty?", "kettle/1")
    alone = await asked(api, "Alone?")
    await asked(api, "And lids?", "kettle/1")
    kettle = ("kettle/1", "Warranty?", ["Warranty?", "And lids?"])
    assert await listed(api) == [kettle, (alone, "Alone?", ["Alone?"])]
    for of in ("kettle/1", first):
        assert await listed(api, conversation_id=of) == [kettle]
    assert await listed(api, conversation_id="Warranty?") == []
    assert await listed(api, "bob") == await listed(api, "bob", conversation_id=first) == []
    part = alone[-8:]
    assert await listed(api, conversation_id=part) == [(alone, "Alone?", ["Alone?"])]
    await asked(api, "Mine?", part)
    assert await listed(api, conversation_id=part) == [(part, "Mine?", ["Mine?"])], "its id is meant, not a run's part"
    await asked(api, "Until when?", alone)
    assert (await listed(api))[0] == (alone, "Alone?", ["Alone?", "Until when?"])


async def test_a_conversation_is_renamed_and_is_called_like_its_first_question_again(api: Api) -> None:
    await asked(api, "Warranty?", "c")
    run_id = await asked(api, "And lids?", "c")
    for given, name in ((" Kettle ", "Kettle"), ("", "Warranty?")):
        path = f"/api/conversations/{run_id}/name"
        renamed = await api.http.put(path, headers=await api.bearer(), json={"name": given})
        assert (renamed.status_code, renamed.json()["name"]) == (200, name)
        assert [one[1] for one in await listed(api)] == [name]
    refused = await api.http.put(path, headers=await api.bearer("bob"), json={"name": "Bob's"})
    assert refused.status_code == 404


async def test_a_deleted_conversation_is_listed_and_remembered_no_more(api: Api) -> None:
    ann = await api.bearer()
    run_id = await asked(api, "Warranty?", "c")
    entities: Any = api.records.entities
    turn = Turn(question="Warranty?", answer="24 months.", run_id=run_id)
    await add_turn(entities, Question(text="Warranty?"), turn, "c", owner_id="id-ann")
    assert await turns_of(entities, "c", owner_id="id-ann") == (turn,)
    assert (await api.http.delete(f"/api/conversations/{run_id}", headers=await api.bearer("bob"))).status_code == 404
    assert (await api.http.delete(f"/api/conversations/{run_id}", headers=ann)).status_code == 204
    assert await listed(api) == []
    assert await turns_of(entities, "c", owner_id="id-ann") == ()
    assert (await api.http.delete(f"/api/conversations/{run_id}", headers=ann)).status_code == 404
    assert (await api.http.get(f"/api/runs/{run_id}", headers=ann)).status_code == 200
    # The same name again is a new conversation.
    await asked(api, "Colours?", "c")
    assert [one[2] for one in await listed(api)] == [["Colours?"]]


async def test_a_workspaces_note_stands_below_its_answers(api: Api) -> None:
    note = {"value": "Answers may be wrong.", "version": 0}
    ann = await api.bearer()
    assert (await api.http.put("/api/settings/answer_note", headers=ann, json=note)).status_code == 200
    for user, there in (("ann", "Answers may be wrong."), ("bob", "")):
        answer = await api.http.get("/api/conversations", headers=await api.bearer(user))
        assert answer.json()["note"] == there
