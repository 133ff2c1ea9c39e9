"""Sample data: added and removed as one, and first steps, which it does not do."""

from typing import Any

from magicai.accounts.identity import WorkspaceRole
from magicai.catalogue.product import KIND as PRODUCT
from magicai.content.content import KIND as TEXT
from magicai.content.content import Decision, State
from magicai.publishing.submitting import Wanted, submit
from magicai.runs.run import RunStatus
from tests.api.conftest import Api
from tests.api.test_catalogue import stated
from tests.api.test_content import a_text
from tests.api.test_publishing import DRAFT

PATH = "/api/sample-data"
WORKFLOWS = {
    "crawl-analyze-generate",
    "product-list",
    "generate-content",
    "add-documents",
    "search-and-answer",
    "review-and-publish",
}


async def added(api: Api, headers: dict[str, str]) -> dict[str, str]:
    """Ids of the runs of the sample data by workflow."""
    answer = await api.http.post(PATH, headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (202, PATH), answer.text
    return {part["workflow"]: part["run_id"] for part in answer.json()["parts"]}


async def end(api: Api, *run_ids: str, status: RunStatus = RunStatus.COMPLETED) -> None:
    for run_id in run_ids:
        result: dict[str, Any] = {"run_id": run_id, "status": str(status), "problems": []}
        await api.records.runs.finish(await api.begin(run_id), status, result)


async def test_sample_data_are_runs_of_all_workflows_that_are_added_once(api: Api) -> None:
    ann, bob = await api.bearer(), await api.bearer("bob")
    viewer = await api.member("vic", WorkspaceRole.VIEWER)
    runs = await added(api, ann)
    assert runs.keys() == WORKFLOWS
    assert await added(api, ann) == runs, "the same again adds nothing"
    assert (await api.row(runs["search-and-answer"])).waits
    assert (await api.http.get(PATH, headers=bob)).json()["parts"] == []
    assert (await api.http.get("/api/home", headers=ann)).json()["sample_data"]["parts"][0]["status"] == "queued"
    for call in (api.http.post, api.http.delete):
        assert (await call(PATH, headers=viewer)).status_code == 403
    still = await api.http.delete(PATH, headers=ann)
    assert still.status_code == 409
    assert "sample data is still being added" in still.text


async def test_what_failed_of_sample_data_is_resumed(api: Api) -> None:
    ann = await api.bearer()
    runs = await added(api, ann)
    await end(api, runs["product-list"], status=RunStatus.FAILED)
    assert await added(api, ann) == runs
    assert (await api.row(runs["product-list"])).status is RunStatus.QUEUED


async def test_removing_sample_data_leaves_what_people_have_made_or_edited(api: Api) -> None:
    ann = await api.bearer()
    runs, own_run = await added(api, ann), await api.start(ann)
    await end(api, own_run, *runs.values())
    sample, own = await a_text(api, runs["generate-content"]), await a_text(api, own_run)
    (version,) = sample.versions
    edited = version.model_copy(update={"number": 2, "editor": "id-ann"})
    kept = await a_text(
        api, runs["generate-content"], content_id=f"{runs['generate-content']}-000002", versions=(version, edited)
    )
    second, third = (f"{runs['generate-content']}-{place:06}" for place in (3, 4))
    decided = Decision(by="id-ann", at=1, before=State.DRAFT)
    await a_text(api, runs["generate-content"], content_id=second, state=State.ACCEPTED, decision=decided)
    await a_text(api, runs["generate-content"], content_id=third)
    await a_text(api, runs["generate-content"], content_id=f"{third}-zh", language="zh", translation_of=third)
    catalogue = api.gateway.ports.catalogue.catalogue
    pan, pot, pie = await catalogue.save(
        "id-ann", runs["product-list"], [stated("sample", name=name, sku=name) for name in ("Pan", "Pot", "Pie")]
    )
    await catalogue.save("id-ann", own_run, [stated("own.csv", name="Pot", sku="Pot", price="5", currency="EUR")])
    await catalogue.save("id-ann", own_run, [stated("sample", name="Pie", sku="Pie")])
    answer = await api.http.delete(PATH, headers=ann)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"removed": 4, "kept": [runs["product-list"], runs["generate-content"]]}

    async def there(kind: str, *ids: str) -> list[bool]:
        found = await api.records.entities.present([(kind, one) for one in ids])
        return [one.entity is not None for one in found]

    assert await there(TEXT, sample.content_id, kept.content_id, own.content_id) == [False, True, True]
    assert await there(TEXT, second, third, f"{third}-zh") == [True, True, True]
    assert await there(PRODUCT, pan.product_id, pot.product_id, pie.product_id) == [False, True, True]
    listed = (await api.http.get("/api/runs", headers=ann)).json()["items"]
    assert {one["run_id"] for one in listed} == {own_run, runs["generate-content"], runs["product-list"]}
    again = await added(api, ann)
    assert again.keys() == WORKFLOWS
    assert again["generate-content"] != runs["generate-content"], "what stays is sample data no more"


async def test_a_piece_of_sample_data_stays_once_somebody_has_said_something_about_it(api: Api) -> None:
    ann = await api.bearer()
    for said in (False, True):
        runs = await added(api, ann)
        await end(api, *runs.values())
        piece, publishing = runs["review-and-publish"], api.gateway.ports.publishing
        await submit(publishing, DRAFT, Wanted(), owner_id="id-ann", by="id-ann", run_id=piece)
        if said:
            commented = await api.http.post(
                f"/api/reviews/{piece}/comments", headers=ann, json={"text": "Which sizes?"}
            )
            assert commented.status_code < 300, commented.text
        answer = await api.http.delete(PATH, headers=ann)
        assert answer.json()["kept"] == ([piece] if said else [])


async def test_first_steps_are_done_by_what_there_is_and_not_by_samples(api: Api) -> None:
    ann = await api.bearer()
    viewer = await api.member("vic", WorkspaceRole.VIEWER)

    async def steps(headers: dict[str, str]) -> dict[str, bool]:
        found = (await api.http.get("/api/home", headers=headers)).json()["first_steps"]
        return {one["name"]: one["done"] for one in found}

    names = ("model", "products", "text", "question", "publish", "shop")
    runs = await added(api, ann)
    await end(api, *runs.values())
    assert await steps(ann) == dict.fromkeys(names, False)
    await end(api, await api.start(ann))
    assert await steps(ann) == {**dict.fromkeys(names, False), "shop": True}
    assert await steps(viewer) == {}
