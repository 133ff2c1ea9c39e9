from typing import Any

import pytest

from magicai.errors import Temporary
from magicai.ports import ItemChange, ItemState, NewItem
from magicai.runs.run import Problem, RunStatus
from tests.api.conftest import CRAWL, SHOP, Api


async def test_a_request_is_accepted_with_an_id_that_leads_everywhere(api: Api) -> None:
    headers = await api.bearer()
    answer = await api.http.post(CRAWL, headers=headers, json=SHOP)
    assert answer.status_code == 202
    told = answer.json()
    assert told["status"] == "queued"
    assert told["estimated_time"]["low"] <= told["estimated_time"]["high"]
    for name in ("self", "plans", "events", "items", "files"):
        assert (await api.http.get(told["links"][name], headers=headers)).status_code == 200, name
    row = await api.row(told["run_id"])
    assert (row.owner_id, row.origin, row.request["max_pages"]) == ("id-ann", "api", 5)


@pytest.mark.parametrize("spelling", ["/api/workflow/crawl-analyze-generate", CRAWL])
async def test_both_spellings_start_it(api: Api, spelling: str) -> None:
    answer = await api.http.post(spelling, headers=await api.bearer(), json=SHOP)
    assert answer.status_code == 202


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({**SHOP, "colour": 1}, "colour"),
        ({**SHOP, "max_pages": "5"}, "max_pages"),
        ({**SHOP, "max_pages": 0}, "max_pages"),
        ({**SHOP, "max_pages": 5.5}, "max_pages"),
        ({**SHOP, "max_pages": True}, "max_pages"),
        ({**SHOP, "max_pages": 10**400}, "max_pages"),
        ({**SHOP, "language": "fr"}, "language"),
        ({"max_pages": 5}, "competitor_url"),
        ({"competitor_url": []}, "competitor_url"),
        ({"competitor_url": ["a.example"] * 21}, "competitor_url"),
        ({"competitor_url": "not a shop"}, "competitor_url"),
        ([], "body"),
        ("text", "body"),
    ],
)
async def test_a_wrong_value_is_refused_by_name_and_makes_no_run(api: Api, body: Any, named: str) -> None:
    headers = await api.bearer()
    answer = await api.http.post(CRAWL, headers=headers, json=body)
    assert answer.status_code == 422, answer.text
    assert named in {error["where"] for error in answer.json()["errors"]}
    assert (await api.http.get("/api/runs", headers=headers)).json() == {"items": [], "next_cursor": None}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (5, "shop_address_invalid"),
        ([], "shop_address_missing"),
        ([None], "shop_address_invalid"),
        (["a.example"] * 21, "too_many_shops"),
    ],
)
async def test_what_is_no_address_of_a_shop_is_told_in_our_words(api: Api, given: Any, code: str) -> None:
    answer = await api.http.post(CRAWL, headers=await api.bearer(), json={"competitor_url": given})
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert (fault["where"], fault["message"]["code"]) == ("competitor_url", code)


async def test_the_same_key_and_body_make_one_run(api: Api) -> None:
    headers = {**await api.bearer(), "Idempotency-Key": "tuesday"}
    first = await api.start(headers)
    assert await api.start(headers) == first
    other = await api.http.post(CRAWL, headers=headers, json={**SHOP, "max_pages": 6})
    assert other.status_code == 422
    assert "'tuesday' was used with another request" in other.json()["detail"]
    theirs = {**await api.bearer("bob"), "Idempotency-Key": "tuesday"}
    assert await api.start(theirs) != first
    run_as_key = {**await api.bearer(), "Idempotency-Key": first}
    assert await api.start(run_as_key, max_pages=9) != first


async def test_runs_are_listed_by_page_and_by_status(api: Api) -> None:
    headers = await api.bearer()
    made = [await api.start(headers) for _ in range(5)]
    await api.http.post(f"/api/runs/{made[1]}/cancel", headers=headers)
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = (await api.http.get("/api/runs", headers=headers, params=query)).json()
        seen += [run["run_id"] for run in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert seen == made[::-1]
    cancelled = (await api.http.get("/api/runs?status=cancelled", headers=headers)).json()["items"]
    assert [run["run_id"] for run in cancelled] == [made[1]]
    both = (await api.http.get("/api/runs?status=cancelled&status=queued", headers=headers)).json()["items"]
    assert len(both) == 5
    assert (await api.http.get("/api/runs?workflow=other", headers=headers)).json()["items"] == []


async def test_an_unchanged_list_is_not_sent_again(api: Api) -> None:
    headers = await api.bearer()
    run_id = await api.start(headers)
    for path in ("/api/runs", f"/api/runs/{run_id}", f"/api/runs/{run_id}/events", "/api/workflows"):
        first = await api.http.get(path, headers=headers)
        again = await api.http.get(path, headers={**headers, "If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b""), path
    tag = (await api.http.get("/api/runs", headers=headers)).headers["etag"]
    await api.http.post(f"/api/runs/{run_id}/cancel", headers=headers)
    assert (await api.http.get("/api/runs", headers={**headers, "If-None-Match": tag})).status_code == 200


async def test_a_run_that_never_began_is_not_offered_to_be_resumed(api: Api) -> None:
    ann = await api.bearer()
    never, failed = await api.start(ann), await api.start(ann)
    await api.records.runs.request_cancel(never)
    await api.records.runs.finish(await api.begin(failed), RunStatus.FAILED, {})
    runs = (await api.http.get("/api/runs", headers=ann)).json()["items"]
    assert {run["run_id"]: run["resumable"] for run in runs} == {never: False, failed: True}


async def test_a_queued_run_is_cancelled_at_once_and_a_running_one_is_asked(api: Api) -> None:
    headers = await api.bearer()
    queued, running = await api.start(headers), await api.start(headers)
    await api.begin(running)
    for run_id, status in ((queued, "cancelled"), (running, "processing")):
        told = await api.http.post(f"/api/runs/{run_id}/cancel", headers=headers)
        assert (told.status_code, told.json()["status"]) == (202, status)
    assert (await api.row(running)).cancel_requested


async def test_a_run_that_failed_goes_on_and_one_that_lives_does_not(api: Api) -> None:
    headers = await api.bearer()
    run_id = await api.start(headers)
    attempt = await api.begin(run_id)
    resume = f"/api/runs/{run_id}/resume"
    assert (await api.http.post(resume, headers=headers)).status_code == 409
    await api.records.runs.finish(attempt, RunStatus.FAILED, {"run_id": run_id, "status": "failed", "problems": []})
    assert (await api.http.get(f"/api/runs/{run_id}/result", headers=headers)).json()["status"] == "failed"
    told = await api.http.post(resume, headers=headers)
    assert (told.status_code, told.json()["status"]) == (202, "queued")
    assert [run.run_id for run in await api.records.runs.waiting()] == [run_id]
    await api.begin(run_id)


async def test_a_run_is_resumed_with_another_budget_where_it_has_one(api: Api) -> None:
    headers = await api.bearer()
    body = {"content_type": "faq", "variables": {"name": "Mug"}, "budget": 1}
    told = await api.http.post("/api/workflows/generate-content", headers=headers, json=body)
    for run_id, status in ((told.json()["run_id"], 202), (await api.start(headers), 422)):
        attempt = await api.begin(run_id)
        await api.records.runs.finish(attempt, RunStatus.PARTIAL, {"run_id": run_id, "status": "partial"})
        told = await api.http.post(f"/api/runs/{run_id}/resume?budget=2.5", headers=headers)
        assert told.status_code == status, told.text
        assert (await api.row(run_id)).request.get("budget") == (2.5 if status == 202 else None)
    refused = await api.http.post(f"/api/runs/{run_id}/resume?budget=-1", headers=headers)
    assert refused.status_code == 422


async def test_a_plan_says_what_would_be_done_and_does_nothing(api: Api) -> None:
    headers = await api.bearer()
    answer = await api.http.post("/api/plans/crawl-analyze-generate", headers=headers, json=SHOP)
    assert answer.status_code == 200, answer.text
    assert "crawl_shops" in [step["name"] for step in answer.json()["steps"]]
    assert all(choice["reason"] for choice in answer.json()["decision"]["choices"])
    assert (await api.http.get("/api/runs", headers=headers)).json()["items"] == []


async def test_an_action_of_several_workflows_is_planned_and_started(api: Api) -> None:
    headers = await api.bearer()
    given = {**SHOP, "content_type": "blog-post", "variables": {"topic": "Tea"}, "models": ["composer"]}
    both = {"action": "generate_and_crawl", "params": given}
    plan = (await api.http.post("/api/plans/magicai", headers=headers, json=both)).json()
    assert {step["name"] for step in plan["steps"]} == {
        "crawl_shops", "save_products", "read_template", "write_texts", "file_texts"
    }  # fmt: skip
    started = await api.http.post("/api/workflows/magicai", headers=headers, json=both)
    assert started.status_code == 202, started.text
    refused = await api.http.post(
        "/api/plans/magicai", headers=headers, json={"action": "crawl_and_fly", "params": SHOP}
    )
    assert refused.status_code == 422
    assert "No workflow can 'fly'" in refused.text


async def test_without_records_it_says_when_to_come_again(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = await api.bearer()

    class Gone:
        @property
        def records(self) -> Any:
            raise Temporary("The records do not answer.", retry_after_s=7)

    monkeypatch.setattr(api.gateway.callers, "by_bearer", _ann(await api.user()))
    monkeypatch.setattr(type(api.gateway.ports), "records", Gone.records)
    for answer in (await api.http.post(CRAWL, headers=headers, json=SHOP), await api.http.get("/health/ready")):
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "7"
        assert answer.json()["type"] == "urn:magicai:problem:temporary"
    assert (await api.http.get("/health/live")).status_code == 200


def _ann(user: Any) -> Any:
    from magicai.accounts.identity import Caller

    async def known(*_: str) -> Caller:
        return Caller(user=user)

    return known


async def test_items_are_counted_and_listed_by_state_page_by_page(api: Api) -> None:
    headers = await api.bearer()
    run_id = await api.start(headers)
    attempt, items = await api.begin(run_id), api.records.items
    await items.add(attempt, "price", "1", [NewItem(f"p{n}", {"secret": n}, "d") for n in range(5)], at=0)
    await items.claim(attempt, "price", (), most=3, alone=True)
    problem = Problem(where="p0", what="It did not answer.", temporary=True)
    changes = (
        ItemChange("p0", ItemState.FAILED, 3, problem=problem),
        ItemChange("p1", ItemState.DONE, 1, result={"large": True}),
    )
    await items.claim(attempt, "price", changes, most=0, alone=False)
    base = f"/api/runs/{run_id}/items"
    told = (await api.http.get(base, headers=headers, params={"state": "failed"})).json()
    assert told == {
        "steps": [{"step": "price", "pending": 2, "running": 1, "done": 1, "failed": 1}],
        "items": [
            {
                "step": "price",
                "key": "p0",
                "state": "failed",
                "attempts": 3,
                "problem": problem.model_dump(),
                "input": None,
                "result": None,
            },
        ],
        "next_cursor": None,
    }
    (done,) = (await api.http.get(base, headers=headers, params={"state": "done", "values": "true"})).json()["items"]
    assert (done["input"], done["result"]) == ({"secret": 1}, {"large": True})
    found: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = (await api.http.get(base, headers=headers, params={"limit": "2", **after})).json()
        found += [item["key"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        after = {"cursor": page["next_cursor"]}
    assert found == ["p0", "p1", "p2", "p3", "p4"]
    for wrong in ({"state": "lost"}, {"cursor": "x"}, {"cursor": "WyJ4IiwtMV0"}, {"limit": "0"}):
        assert (await api.http.get(base, headers=headers, params=wrong)).status_code == 422
    assert (await api.http.get(base, headers=await api.bearer("bob"))).status_code == 404


async def test_a_run_is_named_by_the_beginning_or_end_of_its_id_wherever_its_id_stands(api: Api) -> None:
    ann = await api.bearer()
    run_id, other = await api.start(ann), await api.start(ann)
    for path in ("", "/plans", "/events", "/items", "/view", "/files", "/notice", "/shares"):
        answer = await api.http.get(f"/api/runs/{run_id[-8:]}{path}", headers=ann)
        assert answer.status_code == 200, f"{path}: {answer.text[:200]}"
    assert (await api.http.get(f"/api/runs/{run_id[:-1]}", headers=ann)).json()["run_id"] == run_id
    cancelled = await api.http.post(f"/api/runs/{run_id[-8:]}/cancel", headers=ann)
    assert (cancelled.json()["run_id"], cancelled.json()["status"]) == (run_id, "cancelled")
    answer = await api.http.get(f"/api/runs/{run_id[:4]}", headers=ann)
    assert (answer.status_code, answer.json()["message"]["code"]) == (422, "run_id_ambiguous")
    assert run_id in answer.text
    assert other in answer.text
    assert (await api.http.get(f"/api/runs/{run_id[-3:]}", headers=ann)).json()["message"]["code"] == "run_id_too_short"


async def test_a_run_is_renamed_and_called_by_its_name_in_lists(api: Api) -> None:
    ann = await api.bearer()
    run_id = await api.start(ann)
    named = await api.http.patch(f"/api/runs/{run_id[-8:]}", headers=ann, json={"name": "Spring prices"})
    assert (named.status_code, named.json()["run_id"], named.json()["name"]) == (200, run_id, "Spring prices")
    (listed,) = (await api.http.get("/api/runs?words=spring", headers=ann)).json()["items"]
    assert listed["name"] == "Spring prices"
    for wrong in ("x" * 61, " x", "a\nb"):
        refused = await api.http.patch(f"/api/runs/{run_id}", headers=ann, json={"name": wrong})
        assert refused.status_code == 422, wrong
    eve = await api.bearer("eve")
    assert (await api.http.patch(f"/api/runs/{run_id}", headers=eve, json={"name": "x"})).status_code == 404
