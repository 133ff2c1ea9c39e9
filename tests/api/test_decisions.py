import json
from typing import Any

import pytest

from magicai.accounts.identity import Role
from magicai.brain.choice_points import NO, USE, YES, ChoicePoint
from magicai.brain.choosing import choose
from magicai.brain.recall import recall_choices
from magicai.brain.sampler import POLICY
from magicai.brain.situation import Machine, Situation
from tests.api.conftest import CRAWL, Api
from tests.api.test_command_line import said
from tests.api.test_mcp import assistant, key, value

WORKFLOW = CRAWL.rpartition("/")[2]
# Of a step that crawl-analyze-generate had before: what was decided about it is still shown, and still counts.
PHRASE = ChoicePoint(
    name=USE, options=(YES, NO), features=("language=zh",), rewards=("time", "cost", "failure", "rating")
)


async def decide(api: Api, ann: dict[str, str], owner_id: str = "id-ann") -> str:
    """Start a run, and decide for it as its plan would; answers the run's id."""
    run = await api.row(await api.start(ann))
    asked = {**run.request, "model": "auto"}
    situation = Situation(WORKFLOW, owner_id, asked, Machine(cores=2, memory=4000, model="small"))
    knowledge = await recall_choices(api.records.decisions, WORKFLOW, owner_id)
    choice = choose("phrase_report", PHRASE, situation, knowledge)
    await api.records.decisions.add(await api.begin(run.run_id), POLICY, [choice])
    return run.run_id


async def test_a_user_who_prefers_an_option_gets_it_after_at_most_twenty_decisions(api: Api) -> None:
    ann = await api.bearer()
    chosen: list[str] = []
    for _ in range(35):
        run_id = await decide(api, ann)
        (shown,) = (await api.http.get("/api/decisions", params={"run_id": run_id}, headers=ann)).json()["items"]
        chosen.append(shown["option"])
        liked = {"kind": "rating", "value": float(shown["option"] == "no")}
        answer = await api.http.post(f"/api/decisions/{shown['decision_id']}/rewards", json=liked, headers=ann)
        assert answer.json()["reward"] == liked["value"]
    assert chosen[20:].count("no") >= 13, chosen


async def test_a_decision_is_shown_with_its_alternatives_and_rewards(api: Api) -> None:
    ann = await api.bearer()
    run_id = await decide(api, ann)
    (shown,) = (await api.http.get("/api/decisions", headers=ann)).json()["items"]
    assert (shown["run_id"], shown["step"], shown["choice"]) == (run_id, "phrase_report", "use")
    assert [one["option"] for one in shown["alternatives"]] == ["yes", "no"]
    assert sum(one["propensity"] for one in shown["alternatives"]) == pytest.approx(1)
    assert (shown["reward"], shown["rewards"]) == (None, [])
    place = f"/api/decisions/{shown['decision_id']}"
    await api.http.post(f"{place}/rewards", json={"kind": "rating", "value": 1}, headers=ann)
    await api.http.post(f"{place}/rewards", json={"kind": "rating", "value": 0}, headers=ann)
    (reward,) = (await api.http.get(place, headers=ann)).json()["rewards"]
    assert (reward["kind"], reward["value"], reward["source"]) == ("rating", 0.0, "id-ann")
    assert shown["learns_from"] == ["time", "cost", "failure", "rating"]
    refused = await api.http.post(f"{place}/rewards", json={"kind": "accepted", "value": 1}, headers=ann)
    assert (refused.status_code, "Use one of: rating." in refused.text) == (422, True)


@pytest.mark.parametrize(
    "body",
    [
        '{"kind": "rating", "value": NaN}',
        '{"kind": "rating", "value": 1e9}',
        '{"kind": "rating", "value": -0.5}',
        '{"kind": "quality", "value": 1}',
        '{"kind": "applause", "value": 1}',
        '{"kind": "rating"}',
        '{"kind": "rating", "value": 1, "at": 0}',
    ],
)
async def test_a_reward_that_is_none_is_refused(api: Api, body: str) -> None:
    ann = await api.bearer()
    await decide(api, ann)
    (shown,) = (await api.http.get("/api/decisions", headers=ann)).json()["items"]
    place = f"/api/decisions/{shown['decision_id']}"
    headers = {**ann, "Content-Type": "application/json"}
    answer = await api.http.post(f"{place}/rewards", content=body, headers=headers)
    assert answer.status_code in (400, 422), answer.text
    assert (await api.http.get(place, headers=ann)).json()["rewards"] == []


async def test_somebody_elses_decision_is_not_found(api: Api) -> None:
    ann, bob = await api.bearer(), await api.bearer("bob")
    await decide(api, ann)
    (shown,) = (await api.http.get("/api/decisions", headers=ann)).json()["items"]
    place = f"/api/decisions/{shown['decision_id']}"
    assert (await api.http.get("/api/decisions", headers=bob)).json()["items"] == []
    assert (await api.http.get(place, headers=bob)).status_code == 404
    vote = await api.http.post(f"{place}/rewards", json={"kind": "rating", "value": 0}, headers=bob)
    assert vote.status_code == 404
    assert (await api.http.get(place, headers=ann)).json()["rewards"] == []


async def test_what_one_has_decided_can_be_forgotten(api: Api) -> None:
    ann = await api.bearer()
    for _ in range(3):
        await decide(api, ann)
    listed = (await api.http.get("/api/decisions", params={"limit": 2}, headers=ann)).json()
    assert len(listed["items"]) == 2
    rest = (
        await api.http.get("/api/decisions", params={"limit": 2, "cursor": listed["next_cursor"]}, headers=ann)
    ).json()
    assert (len(rest["items"]), rest["next_cursor"]) == (1, None)
    assert (await api.http.delete("/api/decisions", headers=ann)).json() == {"decisions": 3}
    assert (await api.http.get("/api/decisions", headers=ann)).json()["items"] == []


async def test_a_rating_of_a_run_is_one_of_each_of_its_decisions(api: Api) -> None:
    ann, bob = await api.bearer(), await api.bearer("bob")
    run_id = await decide(api, ann)
    other = await decide(api, ann)
    liked = {"kind": "rating", "value": 0.75}
    assert (await api.http.post(f"/api/runs/{run_id}/rewards", json=liked, headers=bob)).status_code == 404
    assert (await api.http.post(f"/api/runs/{run_id}/rewards", json=liked, headers=ann)).json() == {"decisions": 1}
    rewards = {
        one["run_id"]: one["reward"] for one in (await api.http.get("/api/decisions", headers=ann)).json()["items"]
    }
    assert rewards == {run_id: 0.75, other: None}


async def test_what_the_brain_knows_is_shown_with_its_figures(api: Api) -> None:
    ann, bob = await api.bearer(), await api.bearer("bob")
    for _ in range(15):
        run_id = await decide(api, ann)
        (shown,) = (await api.http.get("/api/decisions", params={"run_id": run_id}, headers=ann)).json()["items"]
        liked = {"kind": "rating", "value": float(shown["option"] == "no")}
        await api.http.post(f"/api/decisions/{shown['decision_id']}/rewards", json=liked, headers=ann)
    await decide(api, ann)
    known = (await api.http.get("/api/brain", params={"policy": "no"}, headers=ann)).json()
    (choice,) = known["choices"]
    assert (choice["step"], choice["choice"], choice["workflow"]) == ("phrase_report", "use", WORKFLOW)
    assert (choice["decisions"], choice["rewarded"], choice["learned_from"]) == (16, 15, 15)
    yes, no = choice["options"]
    assert (yes["option"], no["option"], yes["decisions"] + no["decisions"]) == ("yes", "no", 16)
    assert no["expected_reward"] > yes["expected_reward"]
    assert choice["curve"][-1]["decisions"] == 15
    assert choice["regret"]["option"] == "no"
    held = choice["regret"]["regret"]
    assert held["low"] <= held["value"] <= held["high"]
    told = choice["evaluation"]
    assert (told["policy"], told["logged"]) == ("no", 15)
    assert told["doubly_robust"]["low"] <= told["doubly_robust"]["value"] <= told["doubly_robust"]["high"] <= 1
    assert (await api.http.get("/api/brain", headers=bob)).json() == {"choices": [], "calibration": []}
    assert (await api.http.get("/api/brain", headers=ann)).json()["choices"][0]["evaluation"] is None
    for wrong in ({"policy": "best"}, {"workflow": "cook"}):
        assert (await api.http.get("/api/brain", params=wrong, headers=ann)).status_code == 422


async def test_an_assistant_reads_decisions_and_tells_what_came_of_them(api: Api) -> None:
    ann, bob = await api.bearer(), await api.bearer("bob")
    run_id = await decide(api, ann)
    told: dict[str, Any] = {"kind": "rating", "value": 1.0}
    async with assistant(api, ann) as client:
        (shown,) = value(await client.call_tool("list_decisions", {"run_id": run_id}))["items"]
        told["decision_id"] = shown["decision_id"]
        assert value(await client.call_tool("reward_decision", told))["reward"] == 1.0
        (choice,) = value(await client.call_tool("show_brain"))["choices"]
        assert (choice["choice"], choice["rewarded"]) == ("use", 1)
        for wrong in ({"kind": "quality"}, {"value": 2}):
            assert (await client.call_tool("reward_decision", {**told, **wrong})).is_error
    async with assistant(api, bob) as client:
        assert value(await client.call_tool("list_decisions"))["items"] == []
        assert "There is no decision" in str((await client.call_tool("reward_decision", told)).content)
    async with assistant(api, await key(api, ann, "read")) as client:
        assert (await client.call_tool("reward_decision", {**told, "value": 0})).is_error
    (shown,) = (await api.http.get("/api/decisions", headers=ann)).json()["items"]
    assert shown["reward"] == 1.0


async def test_the_command_line_asks_a_gateway_what_it_knows(api: Api) -> None:
    ann = await api.bearer()
    run_id = await decide(api, ann)
    await decide(api, ann)
    token = ann["Authorization"].removeprefix("Bearer ")

    async def told(*words: str) -> Any:
        status, out, err = await said(api, "brain", *words, token=token)
        assert status == 0, err
        return json.loads(out)

    (made,) = await told("decisions", "--run", run_id[-8:], "--json")
    assert len(await told("decisions", "--json")) == 2
    status, out, _ = await said(api, "brain", "reward", made["decision_id"], "--value", "0.5", token=token)
    assert (status, "reward 0.50: rating 0.50" in out) == (0, True)
    (choice,) = (await told("show", WORKFLOW, "--json"))["choices"]
    assert (choice["choice"], choice["rewarded"]) == ("use", 1)
    assert (await said(api, "brain", "forget", "--yes", token=token))[:2] == (0, "2 decisions forgotten.\n")
    assert await told("decisions", "--json") == []


async def test_what_was_learned_is_exported_and_rolled_back_by_admins(api: Api) -> None:
    ann, admin = await api.bearer(), await api.bearer("root", Role.ADMIN)

    async def rate(value: float) -> None:
        run_id = await decide(api, admin, "id-root")
        rated = {"kind": "rating", "value": value}
        assert (await api.http.post(f"/api/runs/{run_id}/rewards", json=rated, headers=admin)).status_code == 200

    async def learned() -> int:
        (choice,) = (await api.http.get("/api/brain", headers=admin)).json()["choices"]
        return choice["learned_from"]

    await rate(1.0)
    new = {"name": "before"}
    taken = await api.http.post("/api/brain/snapshots", json=new, headers=admin)
    assert (taken.status_code, taken.json()["choices"]) == (201, 1)
    assert (await api.http.post("/api/brain/snapshots", json=new, headers=admin)).status_code == 409
    before = (await api.http.get("/api/brain/lessons", headers=admin)).json()
    await rate(0.0)
    assert await learned() == 2
    assert (await api.http.get("/api/brain/lessons", headers=admin)).json() != before
    (listed,) = (await api.http.get("/api/brain/snapshots", headers=admin)).json()["items"]
    assert listed == taken.json()
    back = await api.http.post("/api/brain/rollback", json={"snapshot": "before"}, headers=admin)
    assert (back.status_code, await learned()) == (200, 1)
    assert (await api.http.get("/api/brain/lessons", headers=admin)).json() == before
    missing = await api.http.post("/api/brain/rollback", json={"snapshot": "after"}, headers=admin)
    assert missing.status_code == 404
    for path in ("lessons", "snapshots"):
        assert (await api.http.get(f"/api/brain/{path}", headers=ann)).status_code == 403
    for path, body in (("snapshots", new), ("rollback", {"snapshot": "before"})):
        assert (await api.http.post(f"/api/brain/{path}", json=body, headers=ann)).status_code == 403
