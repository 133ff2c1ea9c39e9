"""Three people in one workspace and a fourth in another."""

import asyncio
from re import sub
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from magicai.accounts.identity import Role
from magicai.accounts.workspaces import PREFIX
from magicai.values.times import DAY_US, now_us
from tests.api.conftest import Api
from tests.api.test_walls import OPEN, routes
from tests.kept_schedules import KeptSchedules


def code(answer: httpx.Response) -> str:
    return answer.json()["message"]["code"]


async def to_the_end(socket: ClientConnection) -> None:
    while True:
        await socket.recv()


class Team:
    """A workspace of ann's."""

    def __init__(self, api: Api, ann: dict[str, str], workspace_id: str) -> None:
        self.api, self.workspace_id = api, workspace_id
        self.ann = self.within(ann)

    def within(self, headers: dict[str, str]) -> dict[str, str]:
        return {**headers, "X-Workspace": self.workspace_id}

    async def invite(self, role: str = "editor", **more: Any) -> str:
        answer = await self.api.http.post("/api/workspace/invitations", headers=self.ann, json={"role": role, **more})
        assert answer.status_code == 201, answer.text
        return answer.json()["secret"]

    async def accept(self, secret: str, headers: dict[str, str]) -> httpx.Response:
        return await self.api.http.post("/api/invitations/accept", headers=headers, json={"secret": secret})

    async def join(self, name: str, role: str) -> dict[str, str]:
        headers = await self.api.bearer(name)
        assert (await self.accept(await self.invite(role), headers)).status_code == 200
        return self.within(headers)


@pytest.fixture
async def team(api: Api) -> Team:
    ann = await api.bearer()
    made = await api.http.post("/api/workspaces", headers=ann, json={"name": "Shop team"})
    assert made.status_code == 201, made.text
    return Team(api, ann, made.json()["workspace_id"])


async def runs(api: Api, headers: dict[str, str]) -> list[str]:
    answer = await api.http.get("/api/runs", headers=headers)
    assert answer.status_code == 200, answer.text
    return [one["run_id"] for one in answer.json()["items"]]


async def test_what_one_starts_all_see_and_nobody_else(team: Team, api: Api) -> None:
    eve, vic, bob = await team.join("eve", "editor"), await team.join("vic", "viewer"), await api.bearer("bob")
    run_id = await api.start(eve)
    assert [await runs(api, who) for who in (team.ann, eve, vic)] == [[run_id]] * 3
    own = {"Authorization": eve["Authorization"]}
    assert [await runs(api, who) for who in (own, bob)] == [[], []]
    assert (await api.row(run_id)).started_by == "id-eve"
    refused = await api.http.post("/api/workflows/crawl-analyze-generate", headers=vic, json={})
    assert (refused.status_code, code(refused)) == (403, "workspace_role_insufficient")
    assert code(await api.http.get(f"/api/runs/{run_id}", headers=team.within(bob))) == "workspace_not_found"
    mine = (await api.http.get("/api/workspaces", headers=vic)).json()["items"]
    assert [(one["name"], one["role"], one["personal"]) for one in mine] == [
        ("vic", "admin", True),
        ("Shop team", "viewer", False),
    ]


async def test_an_invitation_lets_one_person_in_once(team: Team, api: Api) -> None:
    secret = await team.invite("reviewer")
    read = await api.http.post("/api/invitations/read", json={"secret": secret})
    assert (read.json()["workspace"], read.json()["role"], read.json()["invited_by"]) == (
        "Shop team",
        "reviewer",
        "ann",
    )
    eve, bob = await api.bearer("eve"), await api.bearer("bob")
    answers = await asyncio.gather(*(team.accept(secret, who) for who in (eve, bob)))
    assert sorted(one.status_code for one in answers) == [200, 409]
    first = eve if answers[0].status_code == 200 else bob
    assert (await team.accept(secret, first)).status_code == 200, "again, it changes nothing"
    other = bob if first is eve else eve
    assert code(await team.accept(secret, other)) == "invitation_used"
    assert code(await team.accept(f"{PREFIX}nothing", other)) == "invitation_unknown"
    members = (await api.http.get("/api/workspace/members", headers=team.ann)).json()["items"]
    assert [one["role"] for one in members] == ["admin", "reviewer"]


async def test_an_invitation_expires_and_can_be_withdrawn(
    team: Team, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob, withdrawn, late = await api.bearer("bob"), await team.invite(), await team.invite(days=1)
    listed = (await api.http.get("/api/workspace/invitations", headers=team.ann)).json()["items"]
    its = f"/api/workspace/invitations/{listed[1]['invitation_id']}"
    assert (await api.http.delete(its, headers=team.ann)).status_code == 204
    assert code(await team.accept(withdrawn, bob)) == "invitation_unknown"
    monkeypatch.setattr("magicai.accounts.workspaces.now_us", lambda: now_us() + DAY_US)
    assert code(await team.accept(late, bob)) == "invitation_expired"


async def test_who_has_no_account_makes_one_by_an_invitation(team: Team, api: Api) -> None:
    secret = await team.invite("viewer")
    wanted = {"secret": secret, "name": "ann", "password": "correct horse battery"}
    taken = await api.http.post("/api/invitations/sign-up", json=wanted)
    assert (taken.status_code, code(taken)) == (409, "user_name_taken")
    made = await api.http.post("/api/invitations/sign-up", json={**wanted, "name": "eve"})
    assert made.status_code == 201, made.text
    assert (made.json()["user"]["role"], made.json()["alone"]) == ("user", False)
    again = await api.http.post("/api/invitations/sign-up", json={**wanted, "name": "bob"})
    assert (again.status_code, code(again)) == (409, "invitation_used")
    assert [user.name for user in await api.records.identities.users()] == ["ann", "eve"], "no bob was made"


async def test_who_is_removed_is_out_at_once_with_keys_and_sockets(team: Team, api: Api) -> None:
    eve = await team.join("eve", "editor")
    run_id = await api.start(eve)
    key = (await api.http.post("/api/api-keys", headers=eve, json={"name": "k", "scopes": ["read"]})).json()["key"]
    by_key = {"Authorization": f"Bearer {key}"}
    assert await runs(api, by_key) == [run_id], "a key is for the workspace in which it was made"
    other = await api.http.get("/api/runs", headers={**by_key, "X-Workspace": "id-eve"})
    assert (other.status_code, code(other)) == (403, "api_key_of_other_workspace")
    address = f"ws{api.url.removeprefix('http')}/ws/task/{run_id}?stay=1"
    async with connect(address, additional_headers=eve, proxy=None) as socket:
        gone = await api.http.delete("/api/workspace/members/id-eve", headers=team.ann)
        assert gone.status_code == 204, gone.text
        assert (await api.http.get("/api/runs", headers=eve)).status_code == 404
        assert (await api.http.get("/api/runs", headers=by_key)).status_code == 401
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(to_the_end(socket), 30)
    assert await runs(api, team.ann) == [run_id], "what she made stays"


async def test_a_role_that_changes_holds_from_the_next_request_on(team: Team, api: Api) -> None:
    eve = await team.join("eve", "editor")
    await api.start(eve)
    its = "/api/workspace/members/id-eve"
    assert code(await api.http.put(its, headers=eve, json={"role": "admin"})) == "workspace_role_insufficient"
    assert (await api.http.put(its, headers=team.ann, json={"role": "viewer"})).json()["role"] == "viewer"
    refused = await api.http.post("/api/workflows/crawl-analyze-generate", headers=eve, json={})
    assert code(refused) == "workspace_role_insufficient"


async def test_a_workspace_keeps_an_admin(team: Team, api: Api) -> None:
    eve = await team.join("eve", "editor")
    for answer in (
        await api.http.delete("/api/workspace/members/id-ann", headers=team.ann),
        await api.http.put("/api/workspace/members/id-ann", headers=team.ann, json={"role": "editor"}),
    ):
        assert (answer.status_code, code(answer)) == (409, "last_admin_of_workspace")
    own = {"Authorization": eve["Authorization"]}
    assert code(await api.http.delete("/api/workspace/members/id-eve", headers=own)) == "personal_workspace_owner"
    assert (await api.http.delete("/api/workspace/members/id-eve", headers=eve)).status_code == 204, "she leaves"


async def test_an_admin_of_the_installation_is_in_no_workspace_by_that(team: Team, api: Api) -> None:
    root = await api.bearer("root", Role.ADMIN)
    await api.start(team.ann)
    assert await runs(api, root) == []
    assert code(await api.http.get("/api/workspace/members", headers=team.within(root))) == "workspace_not_found"


async def test_names_of_ones_workspaces_differ(team: Team, api: Api) -> None:
    again = await api.http.post("/api/workspaces", headers=team.ann, json={"name": "shop TEAM"})
    assert (again.status_code, code(again)) == (409, "workspace_name_taken")
    bob = await api.bearer("bob")
    made = await api.http.post("/api/workspaces", headers=bob, json={"name": "Shop team"})
    assert made.status_code == 201, "nobody is told of a workspace that they are not in"
    named = await api.http.patch("/api/workspace", headers=team.ann, json={"name": "Kitchen team"})
    assert named.json()["name"] == "Kitchen team"


async def test_one_takes_a_schedule_over_oneself_and_admins_alone_give_it_to_somebody(team: Team, api: Api) -> None:
    vars(api.gateway.ports)["schedules"] = KeptSchedules()
    eve, bob = await team.join("eve", "editor"), await team.join("bob", "editor")
    await team.join("rita", "reviewer")
    url, daily = "/api/schedules/crawl-analyze-generate", {"every": "day", "time": "07:00"}
    made = await api.http.post(url, headers=eve, params=daily, json={"competitor_url": "https://shop.example"})
    its = f"/api/schedules/{made.json()['schedule_id']}/owner"

    async def bound(headers: dict[str, str], to: str | None) -> str:
        answer = await api.http.put(its, headers=headers, json={"name": to})
        return answer.json().get("owner") or code(answer)

    # Whoever starts a run is its author: rita would have written what eve did, and eve could approve it.
    assert [await bound(who, to) for who, to in ((eve, "rita"), (bob, "eve"), (eve, None))] == [
        "workspace_role_insufficient"
    ] * 3
    assert [await bound(bob, "bob"), await bound(eve, "eve"), await bound(team.ann, "rita")] == ["bob", "eve", "rita"]


async def test_a_run_of_a_team_names_who_started_it_and_ones_own_nobody(team: Team, api: Api) -> None:
    eve = await team.join("eve", "editor")
    await api.start(eve)
    own = {"Authorization": eve["Authorization"]}
    await api.start(own)

    async def by(headers: dict[str, str]) -> list[str | None]:
        return [one["started_by"] for one in (await api.http.get("/api/runs", headers=headers)).json()["items"]]

    assert (await by(team.ann), await by(own)) == (["eve"], [None])


# What is somebody's own, whatever they are in the workspace that they ask from: their account, keys, sessions, channel.
OWN_ACCOUNT = {
    ("PUT", "/api/me/password"),
    ("PUT", "/api/me/email"),
    ("DELETE", "/api/me/email"),
    ("DELETE", "/api/me/identities/{identity_id}"),
    ("POST", "/api/me/deletion"),
    ("POST", "/api/api-keys"),
    ("DELETE", "/api/api-keys/{key_id}"),
    ("DELETE", "/api/sessions"),
    ("DELETE", "/api/sessions/{session_id}"),
    ("POST", "/api/session/oidc/link"),
    ("POST", "/api/tickets"),
    ("POST", "/api/workspaces"),
    ("POST", "/api/invitations/accept"),
    ("PUT", "/api/review-channel"),
    ("POST", "/api/review-channel/test"),
    ("DELETE", "/api/review-channel"),
}


# What is of the installation alone, for those who run it.
OF_INSTALLATION = {
    ("POST", "/api/users"),
    ("PATCH", "/api/users/{user_id}"),
    ("POST", "/api/users/{user_id}/deletion"),
    ("POST", "/api/signing-keys"),
    ("PUT", "/api/models/{role}"),
    ("POST", "/api/models/{role}/test"),
    ("PUT", "/api/model-hosts/{host}"),
    ("POST", "/api/operations/checks"),
}


@pytest.mark.parametrize(("role", "theirs"), [(Role.USER, OWN_ACCOUNT), (Role.ADMIN, OWN_ACCOUNT | OF_INSTALLATION)])
async def test_a_viewer_changes_nothing_by_any_route(
    team: Team, api: Api, role: Role, theirs: set[tuple[str, str]]
) -> None:
    await api.user("vic", role)
    vic = await team.join("vic", "viewer")
    changing = [(method, path) for method, path in routes(api) if method != "GET" and path not in OPEN]
    assert set(changing) > theirs
    for method, path in changing:
        answer = await api.http.request(method, sub(r"\{\w+\}", "x", path), headers=vic, json={})
        where = f"{method} {path}: {answer.status_code} {answer.text[:200]}"
        if (method, path) in theirs:
            assert answer.status_code != 403, where
            vic = team.within(await api.bearer("vic"))  # one of them ends sessions
        else:
            assert answer.status_code == 403, where
            assert code(answer) in {"workspace_role_insufficient", "role_insufficient"}, where


async def test_only_admins_of_a_workspace_make_and_see_webhooks(team: Team, api: Api) -> None:
    hook, eve = {"url": "https://hooks.example/"}, await team.join("eve", "editor")
    for refused in (
        await api.http.post("/api/webhooks", headers=eve, json=hook),
        await api.http.get("/api/webhooks", headers=eve),
    ):
        assert (refused.status_code, code(refused)) == (403, "workspace_role_insufficient")
    assert (await api.http.post("/api/webhooks", headers=team.ann, json=hook)).status_code == 201
