"""Documents over the API: uploaded, listed, read at a cited passage, removed, shared."""

from typing import Any

import pytest

from magicai.accounts.identity import WorkspaceRole
from magicai.knowledge.adding import add_document
from magicai.knowledge.document import PASSAGE
from magicai.knowledge.interactions import Interaction, interaction_entity
from tests.api.conftest import Api
from tests.members import join
from tests.unit.knowledge.test_documents import Paragraphs

GUIDE = "# Kettle\n\n" + "\n\n".join(f"## Part {number}\n\nText of part {number}." for number in range(1, 11))
DOCUMENTS = "/api/knowledge/documents"


async def a_document(api: Api, name: str = "guide.md", *, collection: str = "default", text: str = GUIDE) -> str:
    """A document of ann's."""
    added = await add_document(
        api.records.entities, Paragraphs(), owner_id="id-ann", collection=collection, source=name, body=text.encode()
    )
    return added.document_id


async def get(api: Api, path: str, user: str = "ann", **query: Any) -> Any:
    answer = await api.http.get(path, headers=await api.bearer(user), params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_documents_are_listed_in_pages_and_by_collection(api: Api) -> None:
    for number in range(5):
        await a_document(api, f"{number}.md", collection="even" if number % 2 == 0 else "odd")
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await get(api, DOCUMENTS, limit=2, cursor=cursor)
        assert len(page["items"]) <= 2
        seen += [one["source"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert sorted(seen) == [f"{number}.md" for number in range(5)]
    odd = (await get(api, DOCUMENTS, collection="odd"))["items"]
    assert sorted(one["source"] for one in odd) == ["1.md", "3.md"]
    assert (odd[0]["title"], odd[0]["state"], odd[0]["role"], odd[0]["passages"]) == ("Kettle", "ready", "owner", 10)
    status = await get(api, "/api/knowledge")
    assert (status["documents"], status["passages"], status["behind"]["search"]) == (5, 50, 50)
    assert [(one["reference"], one["documents"]) for one in status["collections"]] == [("even", 3), ("odd", 2)]


async def test_a_document_is_read_from_the_passage_that_an_answer_cites(api: Api) -> None:
    document_id = await a_document(api)
    path = f"{DOCUMENTS}/{document_id}/passages"
    everything = (await get(api, path))["items"]
    assert [one["text"] for one in everything] == [f"Text of part {number}." for number in range(1, 11)]
    assert (everything[6]["headings"], everything[6]["number"]) == (["Part 7"], 7)
    cited = everything[6]["passage_id"]
    page = await get(api, path, passage=cited, limit=5)
    assert [one["number"] for one in page["items"]] == [4, 5, 6, 7, 8]
    after = await get(api, path, limit=5, cursor=page["next_cursor"])
    assert [one["number"] for one in after["items"]] == [9, 10]
    assert after["next_cursor"] is None
    before = await get(api, path, limit=5, cursor=page["previous_cursor"])
    assert (before["items"][0]["number"], before["previous_cursor"]) == (1, None)
    gone = await api.http.get(path, headers=await api.bearer(), params={"passage": "old"})
    assert (gone.status_code, gone.json()["detail"]) == (
        404,
        "The document has no passage 'old': it has changed since.",
    )


async def test_a_document_is_removed_with_its_passages(api: Api) -> None:
    path = f"{DOCUMENTS}/{await a_document(api)}"
    ann = await api.bearer()
    assert (await api.http.delete(path, headers=ann)).status_code == 204
    assert (await api.http.get(path, headers=ann)).status_code == 404
    assert (await api.http.delete(path, headers=ann)).status_code == 404
    assert (await api.records.entities.listed("id-ann", PASSAGE)).items == ()


async def test_a_shared_collection_is_read_by_its_readers_and_changed_by_its_editors(api: Api) -> None:
    support = await a_document(api, collection="support")
    secret = await a_document(api, collection="secret", text="Not for bob.")
    ann, bob = await api.bearer(), await api.bearer("bob")
    member = "/api/knowledge/collections/support/members/bob"
    for document in (support, secret):
        for path in (f"{DOCUMENTS}/{document}", f"{DOCUMENTS}/{document}/passages"):
            assert (await api.http.get(path, headers=bob)).status_code == 404
    assert (await get(api, DOCUMENTS, "bob"))["items"] == []

    put = await api.http.put(member, headers=ann, json={})
    assert (put.status_code, put.json()) == (200, {"name": "bob", "role": "reader", "accepted": False})
    assert (await get(api, DOCUMENTS, "bob"))["items"] == []
    invited = await get(api, "/api/knowledge", "bob")
    assert (invited["collections"], invited["documents"]) == ([], 0)
    assert invited["invitations"] == [
        {"reference": "ann/support", "name": "support", "owner_id": "id-ann", "owner": "ann", "role": "reader"}
    ]
    membership = "/api/knowledge/memberships/ann/support"
    assert (await api.http.put("/api/knowledge/memberships/ann/secret", headers=bob)).status_code == 404
    assert (await api.http.put(membership, headers=bob)).status_code == 204
    assert (await get(api, "/api/knowledge", "bob"))["invitations"] == []
    (one,) = (await get(api, DOCUMENTS, "bob"))["items"]
    assert (one["document_id"], one["collection"], one["role"]) == (support, "ann/support", "reader")
    assert len((await get(api, DOCUMENTS, "bob", collection="ann/support"))["items"]) == 1
    assert len((await get(api, f"{DOCUMENTS}/{support}/passages", "bob"))["items"]) == 10
    assert (await api.http.get(f"{DOCUMENTS}/{secret}", headers=bob)).status_code == 404
    assert (await api.http.get(DOCUMENTS, headers=bob, params={"collection": "ann/secret"})).status_code == 404
    refused = await api.http.delete(f"{DOCUMENTS}/{support}", headers=bob)
    assert (refused.status_code, refused.json()["detail"]) == (403, "You may read ann/support, but not change it.")
    assert [
        one["members"] for one in (await get(api, "/api/knowledge"))["collections"] if one["name"] == "support"
    ] == [[{"name": "bob", "role": "reader", "accepted": True}]]

    put = await api.http.put(member, headers=ann, json={"role": "editor"})
    assert put.json() == {"name": "bob", "role": "editor", "accepted": True}
    assert (await api.http.delete(f"{DOCUMENTS}/{support}", headers=bob)).status_code == 204
    assert (await api.http.delete(membership, headers=bob)).status_code == 204
    assert (await api.http.delete(membership, headers=bob)).status_code == 404
    assert (await api.http.delete(member, headers=ann)).status_code == 404
    assert (await get(api, "/api/knowledge", "bob"))["collections"] == []


async def test_a_workspaces_collection_is_shared_by_its_admins_and_read_by_whoever_accepts(api: Api) -> None:
    ann, bob = await api.bearer(), await api.bearer("bob")
    made = await api.http.post("/api/workspaces", headers=ann, json={"name": "Shop team"})
    owner_id = made.json()["workspace_id"]
    await api.bearer(owner_id)  # somebody has taken the workspace's id as a name
    await join(api.records, owner_id, (await api.user("eve")).user_id, WorkspaceRole.EDITOR)
    eve = {**await api.bearer("eve"), "X-Workspace": owner_id}
    added = await add_document(
        api.records.entities, Paragraphs(), owner_id=owner_id, collection="support", source="a.md", body=b"# Kettle"
    )
    member = "/api/knowledge/collections/support/members/bob"
    refused = [await api.http.put(member, headers=eve, json={}), await api.http.delete(member, headers=eve)]
    assert [one.json()["message"]["code"] for one in refused] == ["workspace_role_insufficient"] * 2
    shared = await api.http.put(member, headers={**ann, "X-Workspace": owner_id}, json={})
    assert shared.status_code == 200, shared.text

    reference, named = f"{owner_id}/support", {"name": "support", "owner_id": owner_id, "owner": "Shop team"}
    (invited,) = (await get(api, "/api/knowledge", "bob"))["invitations"]
    assert invited == {"reference": reference, **named, "role": "reader"}
    membership = f"/api/knowledge/memberships/{reference}"
    assert (await api.http.put(membership, headers=bob)).status_code == 204
    (one,) = (await get(api, DOCUMENTS, "bob", collection=reference))["items"]
    assert (one["document_id"], one["collection"], one["role"]) == (added.document_id, reference, "reader")
    (kept,) = (await get(api, "/api/knowledge", "bob"))["collections"]
    assert (kept["owner"], kept["documents"]) == ("Shop team", 1)
    assert (await api.http.delete(membership, headers=bob)).status_code == 204
    assert (await get(api, DOCUMENTS, "bob"))["items"] == []


@pytest.mark.parametrize("role", ["owner", "admin", ""])
async def test_a_role_is_reader_or_editor(api: Api, role: str) -> None:
    await api.bearer("bob")
    path = "/api/knowledge/collections/support/members/bob"
    answer = await api.http.put(path, headers=await api.bearer(), json={"role": role})
    assert answer.status_code == 422


async def test_a_file_that_was_uploaded_is_added_by_a_run(api: Api) -> None:
    ann = await api.bearer()
    given = await api.http.post(
        "/api/files", params={"name": "faq.csv"}, content=b"question,answer\nHow?,So.\n", headers=ann
    )
    started = await api.http.post(
        "/api/workflows/add-documents", headers=ann, json={"files": [given.json()["file_id"]], "collection": "support"}
    )
    assert started.status_code == 202, started.text
    refused = await api.http.post("/api/workflows/add-documents", headers=ann, json={"collection": "support"})
    assert refused.status_code == 422
    assert "There is nothing to add" in refused.text


async def test_questions_without_an_answer_are_ones_own(api: Api) -> None:
    asked = Interaction(
        interaction_id="r", query="Do you ship to Mars?", language="en", collections=(), answerable="no",
         answer="", passages=(), at=1,
    )  # fmt: skip
    await api.records.entities.save([interaction_entity(asked, owner_id="id-ann")])
    assert [one["questions"] for one in (await get(api, "/api/knowledge/gaps"))["items"]] == [["Do you ship to Mars?"]]
    assert (await get(api, "/api/knowledge/gaps", "bob"))["items"] == []
    entry = {"question": "Do you ship to Mars?", "answer": "No."}
    written = await api.http.post("/api/knowledge/entries", headers=await api.bearer(), json=entry)
    assert (written.json()["state"], written.json()["closed"]) == ("added", 1)
    assert (await get(api, "/api/knowledge/gaps"))["items"] == []
    refused = await api.http.post("/api/knowledge/entries", headers=await api.bearer(), json={**entry, "answer": "?"})
    assert (refused.status_code, refused.json()["message"]["code"]) == (422, "knowledge_entry_incomplete")


async def test_questions_whose_sources_disagree_are_ones_own(api: Api) -> None:
    await a_document(api)
    passages = [item.entity_id for item in (await api.records.entities.listed("id-ann", PASSAGE)).items]
    asked = Interaction(
        interaction_id="r", query="How long?", language="en", collections=(), answerable="sources_disagree",
        answer="1 day. [1]", passages=(passages[0],), cited=(passages[0],), at=1,
    )  # fmt: skip
    await api.records.entities.save([interaction_entity(asked, owner_id="id-ann")])
    (listed,) = (await get(api, "/api/knowledge/disagreements"))["items"]
    assert (listed["questions"], listed["answer"], listed["interaction_id"]) == (["How long?"], "1 day. [1]", "r")
    assert (await get(api, "/api/knowledge/disagreements", "bob"))["items"] == []
