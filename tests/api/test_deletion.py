"""A workspace and a person are deleted for good, and what others have stays."""

import asyncio
import io
import json
from typing import Any
from zipfile import ZipFile

import pytest

from integrations.open import Ports
from magicai.accounts.identity import Role, WorkspaceRole
from magicai.errors import Temporary
from magicai.ports import Projection
from magicai.stores.entity import Store
from tests.api.conftest import Api
from tests.api.test_audit import log
from tests.api.test_workspaces import Team, code, runs, team
from tests.kept_schedules import KeptSchedules

__all__ = ["team"]


class Idle:
    """An orchestrator that has nothing, and is asked to forget."""

    def __getattr__(self, _name: str) -> Any:
        async def nothing(*_given: Any, **_named: Any) -> Any:
            return {}

        return nothing

    def failure(self, _run_id: str) -> None:
        return None

    def alive(self, _attempt: Any) -> bool:
        return False


def _no_projections(_ports: Ports) -> dict[Store, Projection]:
    return {}


@pytest.fixture(autouse=True)
def outside(api: Api, monkeypatch: pytest.MonkeyPatch) -> KeptSchedules:
    """Stores are erased in contract tests; here, who may do what is tried."""
    kept = KeptSchedules()
    vars(api.gateway.ports)["orchestrator"] = Idle()
    vars(api.gateway.ports)["schedules"] = kept
    monkeypatch.setattr(Ports, "projections", _no_projections)
    return kept


async def test_an_admin_deletes_a_workspace_by_typing_its_name_and_all_of_it_ends(team: Team, api: Api) -> None:
    eve, rita = await team.join("eve", "editor"), await team.join("rita", "reviewer")
    run_id = await api.start(eve)
    own = {"Authorization": eve["Authorization"]}
    kept_run = await api.start(own)
    key = (await api.http.post("/api/api-keys", headers=eve, json={"name": "bot", "scopes": ["read"]})).json()["key"]
    url = "/api/workspace/deletion"
    assert (await api.http.post(url, headers=rita, json={"name": "Shop team"})).status_code == 403
    assert code(await api.http.post(url, headers=team.ann, json={"name": "shop team"})) == "confirmation_mismatch"
    assert await runs(api, team.ann) == [run_id]
    done = await api.http.post(url, headers=team.ann, json={"name": "Shop team"})
    assert done.status_code == 200, done.text
    for headers in (team.ann, eve, rita):
        assert code(await api.http.get("/api/runs", headers=headers)) == "workspace_not_found"
    assert (await api.http.get("/api/runs", headers={"Authorization": f"Bearer {key}"})).status_code == 401
    assert team.workspace_id not in await api.records.erasing.owners()
    assert await runs(api, own) == [kept_run]
    boss = await api.bearer("boss", role=Role.ADMIN)
    (event,) = await log(api, boss, for_all=True, action="workspace")
    assert (event["person"], event["description"]) == ("ann", "Deleted the workspace Shop team.")


async def test_a_run_in_progress_ends_with_its_workspace(team: Team, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("magicai.stores.leaving._PATIENCE_S", 0)
    run_id = await api.start(team.ann)
    await api.begin(run_id)
    done = await api.http.post("/api/workspace/deletion", headers=team.ann, json={"name": "Shop team"})
    assert done.status_code == 200, done.text
    assert [run.run_id for run in await api.records.runs.listed()] == []


@pytest.mark.parametrize("whose", ["team", "eve"])
async def test_while_a_store_is_down_it_has_begun_and_the_gateway_finishes_it(
    team: Team, api: Api, monkeypatch: pytest.MonkeyPatch, whose: str
) -> None:
    monkeypatch.setattr("magicai.operations.deletion._EVERY_S", 0.05)
    monkeypatch.setattr("magicai.stores.deletions._PAUSE_S", 0)
    eve = await team.join("eve", "editor")
    await api.start(eve)

    def down(_ports: Ports) -> dict[Store, Projection]:
        raise Temporary("the graph is away")

    asked = ("/api/workspace/deletion", team.ann, "Shop team") if whose == "team" else ("/api/me/deletion", eve, "eve")
    gone = team.workspace_id if whose == "team" else "id-eve"
    with monkeypatch.context() as patched:
        patched.setattr(Ports, "projections", down)
        begun = await api.http.post(asked[0], headers=asked[1], json={"name": asked[2]})
        assert (begun.status_code, begun.json()["finished"]) == (200, False), begun.text
        assert gone in await api.records.erasing.owners()
        assert [one.workspace.name for one in await api.records.workspaces.seats("id-eve")] != ["eve", "Shop team"]
        boss = await api.bearer("boss", role=Role.ADMIN)
        (event,) = await log(api, boss, for_all=True, action="workspace" if whose == "team" else "user")
        assert event["person"] == ("ann" if whose == "team" else None)
    async with asyncio.timeout(30):
        while await api.records.deletions.due() or gone in await api.records.erasing.owners():  # noqa: ASYNC110 - a row
            await asyncio.sleep(0.05)
    assert len(await log(api, boss, for_all=True, action="workspace" if whose == "team" else "user")) == 1


async def test_a_personal_workspace_goes_with_its_account_only(api: Api) -> None:
    ann = await api.bearer()
    assert (
        code(await api.http.post("/api/workspace/deletion", headers=ann, json={"name": "ann"}))
        == "personal_workspace_deletion"
    )


async def test_an_admin_whom_somebody_let_into_their_personal_workspace_does_not_delete_it(api: Api) -> None:
    ann, eve = await api.bearer(), await api.member("eve", WorkspaceRole.ADMIN)
    await api.member("vic", WorkspaceRole.VIEWER)
    await api.http.post("/api/workspace/invitations", headers=ann, json={"role": "viewer"})
    run_id = await api.start(ann)

    async def there() -> list[Any]:
        paths = ("/api/workspace/members", "/api/workspace/invitations")
        return [(await api.http.get(path, headers=ann)).json()["items"] for path in paths]

    before = await there()
    refused = await api.http.post("/api/workspace/deletion", headers=eve, json={"name": "ann"})
    assert (refused.status_code, code(refused)) == (409, "personal_workspace_deletion")
    assert (await there(), await runs(api, ann)) == (before, [run_id])


async def test_who_deletes_their_account_leaves_what_they_made_for_a_team_without_their_name(
    team: Team, api: Api, outside: KeptSchedules
) -> None:
    eve = await team.join("eve", "editor")
    run_id, own = await api.start(eve), {"Authorization": eve["Authorization"]}
    await api.start(own)
    when, shop = {"every": "day", "time": "07:00"}, {"competitor_url": "https://shop.example"}
    made = await api.http.post("/api/schedules/crawl-analyze-generate", headers=eve, params=when, json=shop)
    assert made.status_code == 201, made.text
    assert code(await api.http.post("/api/me/deletion", headers=own, json={"name": "ann"})) == "confirmation_mismatch"
    done = await api.http.post("/api/me/deletion", headers=own, json={"name": "eve"})
    assert done.status_code == 200, done.text
    await asyncio.sleep(1.1)  # what a gateway remembers of a user is at most a second old
    assert (await api.http.get("/api/me", headers=own)).status_code == 401
    assert "id-eve" not in await api.records.erasing.owners()
    assert [(run.run_id, run.started_by) for run in await api.records.runs.listed()] == [(run_id, "")]
    (shown,) = (await api.http.get("/api/schedules", headers=team.ann)).json()["items"]
    assert (shown["owner"], shown["needs_owner"], shown["active"]) == (None, True, True), "as of who was removed"
    assert list(outside.kept) == [shown["schedule_id"]]
    taken = await api.http.put(f"/api/schedules/{shown['schedule_id']}/owner", headers=team.ann, json={"name": "ann"})
    assert (taken.json()["owner"], taken.json()["needs_owner"]) == ("ann", False)
    assert {one["person"] for one in await log(api, team.ann, action="invitation")} == {"ann", None}


async def test_the_only_admin_of_a_team_is_told_which_and_keeps_everything(team: Team, api: Api) -> None:
    await team.join("eve", "editor")
    own = {"Authorization": team.ann["Authorization"]}
    refused = await api.http.post("/api/me/deletion", headers=own, json={"name": "ann"})
    assert (refused.status_code, code(refused)) == (409, "last_admin_of_workspace")
    assert "Shop team" in refused.json()["detail"]
    await api.http.put("/api/workspace/members/id-eve", headers=team.ann, json={"role": "admin"})
    assert (await api.http.post("/api/me/deletion", headers=own, json={"name": "ann"})).status_code == 200


async def test_only_admins_of_the_installation_delete_somebody_else_and_one_of_them_stays(api: Api) -> None:
    ann, boss = await api.bearer(), await api.bearer("boss", role=Role.ADMIN)
    assert (await api.http.post("/api/users/id-boss/deletion", headers=ann, json={"name": "boss"})).status_code == 403
    assert code(await api.http.post("/api/me/deletion", headers=boss, json={"name": "boss"})) == "last_admin"
    assert (await api.http.post("/api/users/id-ann/deletion", headers=boss, json={"name": "ann"})).status_code == 200
    assert [one["description"] for one in await log(api, boss, for_all=True, action="user")] == [
        "Deleted the user ann."
    ]


async def test_an_admin_exports_what_is_in_the_workspace_and_no_more(team: Team, api: Api) -> None:
    eve = await team.join("eve", "editor")
    run_id, own = await api.start(eve), {"Authorization": eve["Authorization"]}
    other = await api.start(own)
    await api.gateway.ports.files.save(f"{run_id}/report.md", b"# Prices")
    await api.gateway.ports.files.save(f"{other}/report.md", b"# Others")
    assert (await api.http.get("/api/workspace/export.zip", headers=eve)).status_code == 403
    answer = await api.http.get("/api/workspace/export.zip", headers=team.ann)
    assert answer.status_code == 200, answer.text
    with ZipFile(io.BytesIO(answer.content)) as file:
        (row,) = map(json.loads, file.read("rows/runs.jsonl").splitlines())
        people = [json.loads(line)["name"] for line in file.read("people.jsonl").splitlines()]
        assert file.read(f"files/{run_id}/report.md") == b"# Prices"
        assert not [name for name in file.namelist() if other in name]
    assert (row["run_id"], row["started_by"], people) == (run_id, "id-eve", ["ann", "eve"])
    assert (await log(api, team.ann))[0]["action"] == "workspace.exported"
