"""Sample data: added and removed as one, and first steps, which it does not do."""

from typing import Any

import pytest

from magicai.accounts.identity import Role, WorkspaceRole
from magicai.catalogue.product import KIND as PRODUCT
from magicai.content.content import KIND as TEXT
from magicai.content.content import Decision, State
from magicai.errors import NotFound
from magicai.knowledge.document import DOCUMENT, Document, document_entity, document_id_of
from magicai.publishing.findings import Findings
from magicai.publishing.review_settings import rules_of
from magicai.publishing.reviewing import keep_findings, open_review
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
    catalogue = api.gateway.ports.catalogue.catalogue
    names = ("Pan", "Pot")
    pan, pot = await catalogue.save(
        "id-ann", runs["product-list"], [stated("sample", name=name, sku=name) for name in names]
    )
    await catalogue.save("id-ann", own_run, [stated("own.csv", name="Pot", sku="Pot", price="5", currency="EUR")])
    answer = await api.http.delete(PATH, headers=ann)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"removed": 5, "kept": [runs["generate-content"]]}

    async def there(kind: str, *ids: str) -> list[bool]:
        found = await api.records.entities.present([(kind, one) for one in ids])
        return [one.entity is not None for one in found]

    assert await there(TEXT, sample.content_id, kept.content_id, own.content_id) == [False, True, True]
    assert await there(PRODUCT, pan.product_id, pot.product_id) == [False, True]
    listed = (await api.http.get("/api/runs", headers=ann)).json()["items"]
    assert {one["run_id"] for one in listed} == {own_run, runs["generate-content"]}
    again = await added(api, ann)
    assert again.keys() == WORKFLOWS
    assert again["generate-content"] != runs["generate-content"], "what stays is sample data no more"


@pytest.mark.parametrize("done", ["", "edited", "commented", "approved"])
async def test_a_sample_submission_stays_once_somebody_has_worked_on_it(api: Api, done: str) -> None:
    ann, records = await api.bearer("ann", Role.ADMIN), api.gateway.ports.publishing
    runs = await added(api, ann)
    run_id = runs["review-and-publish"]
    kept = await submit(records, DRAFT, Wanted(), owner_id="id-ann", by="id-ann", run_id=run_id)
    digest = kept.submission.digest
    await keep_findings(records, run_id, digest, Findings())
    await open_review(records, run_id, rules_of(api.gateway.settings))
    path = f"/api/reviews/{run_id}"
    match done:
        case "edited":
            answer = await api.http.put(path, headers=ann, json={"fields": {"title": "Washed linen aprons"}})
        case "commented":
            answer = await api.http.post(f"{path}/comments", headers=ann, json={"text": "Which blue?"})
        case "approved":
            said = {"decision": "approve", "digest": digest}
            answer = await api.http.post(f"{path}/decision", headers=ann, json=said)
        case _:
            answer = await api.http.get(path, headers=ann)
    assert answer.is_success, answer.text
    await end(api, *runs.values())
    following = await api.records.runs.listed(statuses=(RunStatus.QUEUED,), workflow="review-and-publish")
    await end(api, *(run.run_id for run in following))
    removed = (await api.http.delete(PATH, headers=ann)).json()
    assert removed["kept"] == ([run_id] if done else [])
    if done:
        assert (await records.submissions.get(run_id, owner_id="id-ann")).submission.versions
    else:
        with pytest.raises(NotFound):
            await records.submissions.get(run_id, owner_id="id-ann")


@pytest.mark.parametrize(
    "more",
    [
        {"state": State.ACCEPTED},
        {"state": State.REJECTED},
        {"translation_of": "another-text"},
        {"decision": Decision(by="id-ann", at=1, before=State.DRAFT)},
    ],
)
async def test_a_sample_text_stays_once_somebody_has_decided_about_it_or_had_it_translated(
    api: Api, more: dict[str, Any]
) -> None:
    ann = await api.bearer()
    runs = await added(api, ann)
    await end(api, *runs.values())
    run_id = runs["generate-content"]
    plain, kept = await a_text(api, run_id), await a_text(api, run_id, content_id=f"{run_id}-000002", **more)
    removed = (await api.http.delete(PATH, headers=ann)).json()
    assert removed["kept"] == [run_id]
    found = await api.records.entities.present([(TEXT, plain.content_id), (TEXT, kept.content_id)])
    assert {one.entity_id for one in found if one.entity is not None} == {kept.content_id}


async def test_a_rewritten_sample_text_stays(api: Api) -> None:
    ann = await api.bearer()
    runs = await added(api, ann)
    await end(api, *runs.values())
    text = await a_text(api, runs["generate-content"])
    shorter = text.latest.model_copy(update={"number": 2, "note": "shorter"})
    await a_text(api, text.run_id, versions=(text.latest, shorter))
    assert (await api.http.delete(PATH, headers=ann)).json()["kept"] == [text.run_id]
    assert (await api.http.get(f"/api/content/{text.content_id}", headers=ann)).status_code == 200


async def test_a_sample_product_that_an_own_import_states_the_same_stays(api: Api) -> None:
    ann = await api.bearer()
    runs, own_run = await added(api, ann), await api.start(ann)
    await end(api, own_run, *runs.values())
    catalogue, pan = api.gateway.ports.catalogue.catalogue, stated("sample", name="Pan", sku="Pan")
    for run_id in (runs["product-list"], own_run):
        (saved,) = await catalogue.save("id-ann", run_id, [pan])
    assert saved.change == "same"
    assert (await api.http.delete(PATH, headers=ann)).json()["removed"] == len(WORKFLOWS)
    (found,) = await api.records.entities.present([(PRODUCT, saved.product_id)])
    assert found.entity is not None


async def test_sample_documents_leave_an_own_collection_of_that_name_alone(api: Api) -> None:
    ann, entities = await api.bearer(), api.records.entities
    own = a_document("sample", "delivery.md", digest="own")
    await entities.save([document_entity(own)])
    runs = await added(api, ann)
    request = (await api.row(runs["add-documents"])).request
    assert request["collection"] == "sample-2"
    assert (await api.row(runs["search-and-answer"])).request["collections"] == ["sample-2"]
    taken = [await api.records.uploads.get(one, owner_id="id-ann") for one in request["files"]]
    added_, edited = (a_document("sample-2", one.name, digest=one.digest) for one in taken)
    edited = edited.model_copy(update={"digest": "another"})
    await entities.save([document_entity(added_), document_entity(edited)])
    await end(api, *runs.values())
    assert (await api.http.delete(PATH, headers=ann)).json()["removed"] == len(WORKFLOWS)
    found = await entities.present([(DOCUMENT, one.document_id) for one in (own, added_, edited)])
    assert [one.entity is not None for one in found] == [True, False, True]


def a_document(collection: str, source: str, *, digest: str) -> Document:
    return Document(
        document_id=document_id_of("id-ann", collection, source), owner_id="id-ann", collection=collection,
        source=source, title=source, kind="markdown", language="en", digest=digest, size=1, reader=1, added_at=1,
        passages=(),
    )  # fmt: skip


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
