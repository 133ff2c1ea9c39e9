"""The same run, from wherever it is started: it shows up everywhere, is its owner's, and finds the same."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx
import httpx2
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from integrations.open import Ports
from magicai.accounts.api_keys import add_key
from magicai.accounts.identity import Role, Scope
from magicai.accounts.users import add_user
from magicai.runs.run import Origin, Run
from tests.e2e.up.conftest import Shop
from tests.e2e.visiting import PASSWORD, opened, start
from tests.flows.corner_shop import PRODUCTS
from tests.house import House, until

pytestmark = pytest.mark.timeout(600)
CRAWL = "crawl-analyze-generate"
SLUG = "in-a-moment"
LIMIT_S = 240
T = TypeVar("T")


def apart(what: Callable[[], T]) -> T:
    """What a function answers in a thread of its own: the browser's library keeps a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(what).result(LIMIT_S)


@dataclass(frozen=True)
class Team:
    """An installation that `local` and ann use.

    Attributes:
        url: of the gateway.
        keys: what each asks by.
        reading: what a process needs in its environment to read the shop.
        before: the runs that others have started.
    """

    house: House
    url: str
    keys: dict[str, str]
    shop: Shop
    reading: dict[str, str]
    before: frozenset[str]

    def ask(self, who: str, method: str, path: str, body: object = None) -> httpx.Response:
        """What the API answers somebody."""
        headers = {"Authorization": f"Bearer {self.keys[who]}"}
        return httpx.request(method, self.url + path, headers=headers, json=body, timeout=60, trust_env=False)

    def listed(self, who: str) -> dict[str, dict[str, Any]]:
        """The runs of somebody, by id."""
        return self.ours(self.ask(who, "GET", "/api/runs?limit=200").json()["items"])

    def ours(self, runs: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """Runs by id, without those of others."""
        return {run["run_id"]: run for run in runs if run["run_id"] not in self.before}

    def runs(self) -> list[Run]:
        """All runs of ours, as the records have them."""
        return [run for run in apart(self.house.runs) if run.run_id not in self.before]

    def command(self, *words: str) -> Any:
        """What a command prints as JSON."""
        done = self.house.run(*words, "--json", **self.reading)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def tool(self, who: str | None, name: str, **arguments: Any) -> Any:
        """What an assistant's tool answers: over HTTP for somebody, over pipes for None."""

        async def called() -> Any:
            async with self._assistant(who) as client:
                answer = await client.call_tool(name, arguments)
                assert not answer.is_error, answer.content
                return answer.structured_content

        return apart(lambda: asyncio.run(called()))

    @asynccontextmanager
    async def _assistant(self, who: str | None) -> AsyncGenerator[Client]:
        if who is None:
            command = StdioServerParameters(
                command=sys.executable, args=["-m", "magicai", "mcp"], env={**self.house.variables, **self.reading},
                cwd=str(self.house.folder),
            )  # fmt: skip
            async with Client(command) as client:
                yield client
            return
        headers = {"Authorization": f"Bearer {self.keys[who]}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=60, trust_env=False) as http,
            Client(streamable_http_client(f"{self.url}/mcp", http_client=http)) as client,
        ):
            yield client

    @property
    def request(self) -> dict[str, str]:
        """What every run is asked."""
        return {"competitor_url": self.shop.url}


def run_in(house: House, question: Callable[[Ports], Coroutine[Any, Any, T]]) -> T:
    """What the installation's ports answer."""
    return apart(lambda: house.ask(question))


@pytest.fixture(scope="module")
def team(everything: House, link: str, shop: Shop, reading: dict[str, str]) -> Team:
    """Everything is up; ann has an account."""

    async def keys(ports: Ports) -> dict[str, str]:
        identities = ports.records.identities
        users = {
            "local": await identities.user(ports.settings.owner),
            "ann": await add_user(identities, "ann", Role.USER, PASSWORD),
        }
        made = {
            name: await add_key(identities, user, "k", frozenset(Scope), days=None, once=None)
            for name, user in users.items()
        }
        return {name: secret for name, (_, secret) in made.items() if secret}

    before = frozenset(run.run_id for run in apart(everything.runs))
    return Team(everything, link.partition("/login/")[0], run_in(everything, keys), shop, reading, before)


@pytest.fixture(scope="module")
def started(team: Team, browser: Any, link: str, login: dict[str, Any], shop: Shop) -> dict[str, str]:
    """Runs by where they were started; all have ended."""
    runs: dict[str, str] = {}
    deployment = team.house.prefect("GET", f"/deployments/name/{CRAWL}/magicai")["id"]
    schedules = f"/deployments/{deployment}/schedules"
    asked = {"parameters": {"request": team.request}}
    daily = {**asked, "slug": SLUG, "active": False, "schedule": {"interval": 86400}}
    (made,) = team.house.prefect("POST", schedules, [daily])
    bound = team.house.run("schedule", "bind", f"{CRAWL}/{SLUG}", "--user", "ann")
    assert bound.stdout.split() == [f"{CRAWL}/{SLUG}:", "ann"], bound.stderr
    # Prefect's server looks every 15 seconds for what becomes due; what a change leaves out of the parameters is gone.
    moment = (datetime.now(UTC) + timedelta(seconds=40)).isoformat()
    soon = {**asked, "active": True, "schedule": {"interval": 200, "anchor_date": moment}}
    team.house.prefect("PATCH", f"{schedules}/{made['id']}", soon)

    with opened(browser, link, login) as page:
        runs["page"] = start(page, shop.url)
    runs["api"] = team.ask("ann", "POST", f"/api/workflows/{CRAWL}", team.request).json()["run_id"]
    runs["mcp over http"] = team.tool("ann", CRAWL, **team.request, follow=False)["run"]["run_id"]
    runs["mcp over pipes"] = team.tool(None, CRAWL, **team.request)["run"]["run_id"]
    runs["command"] = team.command("run", CRAWL, shop.url)["run_id"]
    elsewhere = ("--server", team.url, "--token", team.keys["ann"])
    runs["command elsewhere"] = team.command(*elsewhere, "run", CRAWL, shop.url)["run_id"]
    now = {**asked, "state": {"type": "SCHEDULED"}}
    by_prefect = team.house.prefect("POST", f"/deployments/{deployment}/create_flow_run", now)["id"]
    runs["prefect"] = until(lambda: _run_of(team, by_prefect))
    runs["schedule"] = until(
        lambda: next((run.run_id for run in team.runs() if run.origin is Origin.SCHEDULE), None), limit_s=LIMIT_S
    )
    team.house.prefect("DELETE", f"{schedules}/{made['id']}")
    until(lambda: all(run.status.ended for run in team.runs()), limit_s=LIMIT_S)
    return runs


def _run_of(team: Team, flow_run: str) -> str | None:
    return team.house.prefect("GET", f"/flow_runs/{flow_run}")["labels"].get("magicai.run")


OWNERS = {
    "page": ("local", "api"),
    "api": ("ann", "api"),
    "mcp over http": ("ann", "api"),
    "mcp over pipes": ("local", "cli"),
    "command": ("local", "cli"),
    "command elsewhere": ("ann", "api"),
    "prefect": ("local", "prefect"),
    "schedule": ("ann", "schedule"),
}


def of(who: str, started: dict[str, str]) -> dict[str, str]:
    """Where somebody's runs were started, by id."""
    return {run_id: OWNERS[where][1] for where, run_id in started.items() if OWNERS[where][0] == who}


def test_each_is_its_owners_and_nobody_elses(team: Team, started: dict[str, str]) -> None:
    assert started.keys() == OWNERS.keys()
    for who in team.keys:
        listed = team.listed(who)
        assert {run_id: run["origin"] for run_id, run in listed.items()} == of(who, started)
        assert {run["status"] for run in listed.values()} == {"completed"}
        requests = [run["request"] for run in listed.values()]
        assert all(request == requests[0] for request in requests)
        for run_id in set(started.values()) - listed.keys():
            assert team.ask(who, "GET", f"/api/runs/{run_id}/result").status_code == 404


def test_each_shows_up_everywhere(
    team: Team, started: dict[str, str], browser: Any, link: str, login: dict[str, Any]
) -> None:
    for who in team.keys:
        elsewhere = team.command("--server", team.url, "--token", team.keys[who], "runs")
        assert team.ours(elsewhere).keys() == of(who, started).keys()
        by_tool = team.tool(who, "list_runs", limit=50)["items"]
        assert team.ours(by_tool).keys() == of(who, started).keys()
    by_command = team.ours(team.command("runs"))
    assert {run_id: run["origin"] for run_id, run in by_command.items()} == of("local", started)
    assert team.ours(team.tool(None, "list_runs", limit=50)["items"]).keys() == of("local", started).keys()

    for who, kept in (("local", login), ("ann", None)):
        with opened(browser, link, kept, "/runs") as page:
            if kept is None:
                page.get_by_label("Name").fill("ann")
                page.get_by_label("Password").fill(PASSWORD)
                page.get_by_role("button", name="Sign in").click()
            page.locator(".run").nth(len(of(who, started)) - 1).wait_for()
            addresses = page.locator("a.run").evaluate_all("links => links.map(link => link.pathname)")
            shown = {address.rpartition("/")[2] for address in addresses} - team.before
            assert shown == of(who, started).keys()
            assert page.locator(".run .badge.completed").count() >= len(shown)

    in_prefect = {
        one["labels"]["magicai.run"]: one["state_type"]
        for one in team.house.prefect("POST", "/flow_runs/filter", {})
        if "magicai.run" in one["labels"]
    }
    assert {run_id: in_prefect.get(run_id) for run_id in started.values()} == dict.fromkeys(
        started.values(), "COMPLETED"
    )


def test_each_finds_the_same(team: Team, started: dict[str, str]) -> None:
    told: dict[str, Any] = {}
    for where, run_id in started.items():
        result = team.ask(OWNERS[where][0], "GET", f"/api/runs/{run_id}/result").json()
        (shop,) = result["analysis"]["shops"]
        numbers = {name: shop[name] for name in ("products", "stats", "categories", "brands")}
        products = sorted(
            (one["name"], one["price"], one["currency"], one["availability"])
            for one in result["crawl_data"]["products"]
        )
        told[where] = (numbers, products)
    assert all(one == told["command"] for one in told.values())
    assert [name for name, *_ in told["command"][1]] == sorted(name for name, *_ in PRODUCTS)


@pytest.mark.parametrize("typed", [{"owner": "ann"}, {"owner_id": "ann"}, {"user_id": "ann"}, {"user": "ann"}])
def test_nobody_types_whose_a_run_is(team: Team, started: dict[str, str], typed: dict[str, str]) -> None:
    deployment = team.house.prefect("GET", f"/deployments/name/{CRAWL}/magicai")["id"]
    for parameters in ({"request": {**team.request, **typed}}, {"request": team.request, **typed}):
        asked = {"parameters": parameters, "state": {"type": "SCHEDULED"}, "tags": ["owner:ann"]}
        answer = team.house.prefect("POST", f"/deployments/{deployment}/create_flow_run", asked)
        if "id" in answer:
            state = until(lambda flow_run=answer["id"]: _final(team, flow_run))
            assert state == "FAILED"
    body = {**team.request, **typed}
    assert team.ask("local", "POST", f"/api/workflows/{CRAWL}", body).status_code == 422
    assert team.listed("ann").keys() == of("ann", started).keys()


def _final(team: Team, flow_run: str) -> str | None:
    state = team.house.prefect("GET", f"/flow_runs/{flow_run}")["state"]["type"]
    return state if state in ("FAILED", "COMPLETED", "CRASHED", "CANCELLED") else None
