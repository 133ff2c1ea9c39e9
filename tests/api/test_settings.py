"""Settings over the API: who sees and sets which, that secrets stay sealed, and that runs and requests follow."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from magicai.accounts.identity import Role, WorkspaceRole
from magicai.ports import INSTALLATION
from magicai.settings import Settings
from tests.api.conftest import Api, serving

KEY = "sk-very-secret-0123456789-wxyz"


class Desk:
    """Somebody who sets settings."""

    def __init__(self, api: Api, headers: dict[str, str]) -> None:
        self.api, self.headers = api, headers

    async def listed(self, **query: Any) -> dict[str, dict[str, Any]]:
        answer = await self.api.http.get("/api/settings", params=query, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return {one["name"]: one for one in answer.json()["settings"]}

    async def put(self, name: str, value: Any, version: int = 0, **more: Any) -> Any:
        body = {"value": value, "version": version, **more}
        return await self.api.http.put(f"/api/settings/{name}", json=body, headers=self.headers)

    async def reset(self, name: str, version: int, **more: Any) -> Any:
        query = {"version": version, **more}
        return await self.api.http.delete(f"/api/settings/{name}", params=query, headers=self.headers)


def files_with(folder: Path, text: str) -> list[Path]:
    """The files that hold a text."""
    return [path for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


@pytest.fixture
async def ann(api: Api) -> Desk:
    """An admin."""
    return Desk(api, await api.bearer("ann", Role.ADMIN))


@pytest.fixture
async def bob(api: Api) -> Desk:
    """A user."""
    return Desk(api, await api.bearer("bob"))


async def test_a_value_is_set_seen_to_work_and_reset(api: Api, bob: Desk) -> None:
    async def limit() -> Any:
        return (await api.http.get("/api/usage", headers=bob.headers)).json()["this_month"]["limit"]

    assert await limit() is None
    made = (await bob.put("budget_workspace_month", "7.50")).json()
    assert (made["value"], made["origin"], made["is_set"], made["version"], made["changed_by"]) == (
        7.5,
        "workspace",
        True,
        1,
        "bob",
    )
    assert (await limit())["amount"] == "7.5"
    assert (await bob.reset("MAGICAI_BUDGET_WORKSPACE_MONTH", 1)).json()["origin"] == "default"
    assert await limit() is None


async def test_a_secret_is_in_clear_nowhere(
    api: Api, home: Path, ann: Desk, bob: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answers = [await ann.put("openai_api_key", KEY), await ann.put("openai_api_key", KEY, for_all=True)]
    assert [answer.json()["hint"] for answer in answers] == ["wxyz", "wxyz"]
    shown = (await bob.listed())["openai_api_key"]
    assert (shown["origin"], shown["has_value"], shown["hint"], shown["value"]) == ("installation", True, "", None)
    stale = await ann.put("openai_api_key", KEY + "2")
    wrong = await ann.put("openai_api_key", KEY + "\n\x00x", 1)
    assert (stale.status_code, wrong.status_code) == (409, 422)
    said = [*(answer.text for answer in (*answers, stale, wrong)), str(await ann.listed()), caplog.text]
    assert [text for text in said if KEY in text] == []
    rows = await api.records.settings.of("id-ann")
    assert [row.name for row in rows if row.value and "sealed:" in row.value] == ["openai_api_key"] * 2
    assert files_with(home, KEY) == []


async def test_the_end_of_a_workspaces_secret_is_for_whoever_may_set_it(api: Api, bob: Desk) -> None:
    assert (await bob.put("openai_api_key", KEY)).json()["hint"] == "wxyz"
    reading = {"name": "r", "scopes": ["read"]}
    key = (await api.http.post("/api/api-keys", headers=bob.headers, json=reading)).json()["key"]
    guests = [await api.member(role, WorkspaceRole(role), of="bob") for role in ("viewer", "reviewer", "admin")]
    desks = [Desk(api, headers) for headers in (*guests, {"Authorization": f"Bearer {key}"})]
    shown = [(await desk.listed())["openai_api_key"] for desk in desks]
    assert [(one["has_value"], one["hint"], one["editable"]) for one in shown] == [
        (True, "", False),
        (True, "", False),
        (True, "wxyz", True),
        (True, "", False),
    ]


async def test_a_key_works_for_its_owner_alone(api: Api, ann: Desk, bob: Desk) -> None:
    async def why_not(desk: Desk) -> str:
        query = {"name": "openai:gpt-4o-mini"}
        await api.records.model_choices.choose("answerer", query["name"])
        roles = (await api.http.get("/api/models", headers=desk.headers)).json()["roles"]
        return next(one["why_not"] for one in roles if one["role"] == "answerer")

    await bob.put("openai_api_key", KEY)
    assert "OPENAI_API_KEY" in await why_not(ann)
    assert "OPENAI_API_KEY" not in await why_not(bob)
    assert (await ann.listed())["openai_api_key"]["has_value"] is False


async def test_two_users_never_see_each_others_settings(ann: Desk, bob: Desk) -> None:
    await bob.put("crawl_contact", "bob@example.org")
    assert "bob@" not in str(await ann.listed())
    assert "bob@" not in str(await ann.listed(for_all=True))
    assert (await bob.listed())["crawl_contact"]["value"] == "bob@example.org"


async def test_a_user_sets_nothing_of_the_installation_nor_how_reviews_are_decided(bob: Desk) -> None:
    before = await bob.listed()
    assert "openai_base_url" not in before
    assert "model_prices" not in before
    assert before["review_approvals"]["editable"] is False
    for name, value, more in (
        ("openai_base_url", "https://evil.example", {}),
        ("model_prices", ["gpt-4o-mini=0/0"], {}),
        ("review_auto", True, {}),
        ("budget", 2, {"for_all": True}),
    ):
        assert (await bob.put(name, value, **more)).status_code == 403, name
        assert (await bob.reset(name, 1, **more)).status_code == 403, name
    answer = await bob.api.http.get("/api/settings", params={"for_all": True}, headers=bob.headers)
    assert answer.status_code == 403
    assert await bob.listed() == before


async def test_of_two_who_change_one_setting_the_second_hears_of_the_first(api: Api, ann: Desk) -> None:
    eve = Desk(api, await api.bearer("eve", Role.ADMIN))
    assert (await ann.put("budget_month", 100)).status_code == 200
    late = await eve.put("budget_month", 5)
    assert late.status_code == 409
    assert "ann changed MAGICAI_BUDGET_MONTH" in late.json()["detail"]
    assert "100" in late.json()["detail"]
    assert (await eve.put("budget_month", 5, 1)).json()["version"] == 2


async def test_what_the_environment_sets_is_shown_and_refused(ann: Desk) -> None:
    shown = (await ann.listed())["rate_read"]
    assert (shown["origin"], shown["editable"], shown["variable"]) == ("environment", False, "MAGICAI_RATE_READ")
    refused = await ann.put("rate_read", 5)
    assert refused.status_code == 409
    assert "MAGICAI_RATE_READ" in refused.json()["detail"]


async def test_wrong_settings_are_refused_before_they_hold(ann: Desk) -> None:
    for name, value, status in (
        ("nonsense", 1, 404),
        ("host", "0.0.0.0", 422),
        ("budget", "1,50", 422),
        ("budget", None, 422),
        ("model_prices", "nonsense", 422),
        ("models", "gpt4", 422),
        ("notify_url", "nonsense", 422),
    ):
        answer = await ann.put(name, value)
        assert answer.status_code == status, answer.text
    assert await ann.api.records.settings.of("id-ann") == []


async def test_a_budget_of_all_is_the_most_that_a_user_may_set(ann: Desk, bob: Desk) -> None:
    await ann.put("budget", 5, for_all=True)
    refused = await bob.put("budget", 6)
    assert refused.status_code == 403
    assert "5" in refused.json()["detail"]
    assert (await bob.listed())["budget"]["limit"] == 5
    assert (await bob.put("budget", 4)).json()["value"] == 4


async def test_another_process_sees_a_change(settings: Settings, home: Path) -> None:
    """A limit of all gateways that one of them was asked to set."""
    own = Settings(home=home, runs_at_once=0, model="none", rate_nobody=100_000, rate_account=100_000)
    async with serving(own) as one, serving(settings.model_copy(update={"idle_seconds": 7})) as other:
        admin = Desk(one, await one.bearer("ann", Role.ADMIN))
        before = await other.gateway.settings_now()
        assert before.budget == 1.0
        await admin.put("budget", 3, for_all=True)
        for _ in range(100):
            if (await other.gateway.settings_now()).budget == 3:
                break
            await asyncio.sleep(0.1)
        assert (await other.gateway.settings_now()).budget == 3


async def test_limits_of_requests_follow_what_is_set(home: Path) -> None:
    async with serving(Settings(home=home, runs_at_once=0, model="none")) as api:
        desk = Desk(api, await api.bearer("ann", Role.ADMIN))
        assert (await desk.put("rate_read", 3)).status_code == 200
        answers = [(await api.http.get("/api/me", headers=desk.headers)).status_code for _ in range(5)]
        assert 429 in answers


async def test_a_submission_is_decided_by_its_owners_rules(api: Api, ann: Desk) -> None:
    await ann.put("review_approvals", 2)
    assert (await api.gateway.ports.settings_of("id-ann")).review_approvals == 2
    assert (await api.gateway.ports.settings_of(INSTALLATION)).review_approvals == 1


async def _provider(request: web.Request) -> web.Response:
    """A provider that knows one key."""
    if request.headers.get("Authorization") != f"Bearer {KEY}":
        return web.json_response({"error": {"message": "Incorrect API key", "code": "invalid_api_key"}}, status=401)
    message = {"role": "assistant", "content": "ready"}
    return web.json_response(
        {
            "id": "c",
            "object": "chat.completion",
            "created": 1,
            "model": "gpt-4o-mini",
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
            "usage": {"prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10},
        }
    )


async def test_a_key_is_tried_and_one_that_does_not_work_says_so_until_it_is_another(home: Path) -> None:
    app = web.Application()
    app.router.add_post("/v1/chat/completions", _provider)
    async with TestServer(app) as server:
        address = str(server.make_url("/v1"))
        settings = Settings(
            home=home,
            runs_at_once=0,
            model="none",
            openai_base_url=address,
            model_prices=("gpt-4o-mini=0.15/0.60",),
        )
        async with serving(settings) as api:
            bob, eve = [Desk(api, await api.bearer(name)) for name in ("bob", "eve")]

            async def tried(desk: Desk) -> Any:
                return await api.http.post("/api/settings/openai_api_key/test", headers=desk.headers)

            assert (await tried(bob)).json()["message"]["code"] == "setting_without_use"
            await api.records.model_choices.choose("writer", "openai:gpt-4o-mini")
            await bob.put("openai_api_key", "sk-a-wrong-one-0123456789")
            refused = await tried(bob)
            assert (refused.status_code >= 400, "sk-a-wrong" in refused.text) == (True, False)
            kept = (await bob.listed())["openai_api_key"]
            assert (kept["has_value"], kept["used_by"]) == (True, ["writer"])
            assert kept["error"].startswith(refused.json()["detail"])
            await bob.put("openai_api_key", KEY, version=1)
            assert (await bob.listed())["openai_api_key"]["error"] == "", "another key"
            assert [(one["name"], one["answer"]) for one in (await tried(bob)).json()["tried"]] == [
                ("openai:gpt-4o-mini", "ready")
            ]
            kept = (await bob.listed())["openai_api_key"]
            assert (kept["error"], kept["tested_at"] is None) == ("", False)
            assert (await tried(eve)).status_code >= 400, "it is bob's key"
